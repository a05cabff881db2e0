"""Show progress on stderr: bars on a terminal, otherwise one line at the end of each stage."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from index.build.corpus_encoder import Progress as Report

STAGES = {
    "read": "reading the reports",
    "model": "loading the model",
    "encode": "encoding sentences",
    "expand": "encoding what was written about them",
    "write": "writing the index",
    "verify": "verifying by searching",
    "measure": "answering held-out questions",
    "draft": "drafting questions about passages",
    "adapt": "moving questions towards the report",
    "search": "searching for reviewed questions",
    "train": "training",
}


@contextmanager
def progress_bars() -> Iterator[Report]:
    """Yield a callback for the progress of a build."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield plain_progress
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def update(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGES[stage], total=total)
            bars.update(tasks[stage], completed=done)

        yield update


def plain_progress(stage: str, done: int, total: int) -> None:
    """Print a line when a stage ends."""
    if done == total:
        print(f"{STAGES[stage]}: {done} of {total}", file=sys.stderr, flush=True)  # noqa: T201 - this is the output
