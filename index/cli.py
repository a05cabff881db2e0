"""report-index: the program and what its commands share. Results go to stdout, progress and errors to stderr.

Nothing heavy is imported here: each command imports what it needs, so that help and look-ups start at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.program import Program

if TYPE_CHECKING:
    from rich.console import Console

    from index.config import Settings

ConfigFile = Annotated[Path | None, typer.Option("--config", help="Configuration file; config.toml if it is here.")]
IndexFolder = Annotated[Path | None, typer.Option("--out", "--index", help="Index folder, instead of the configured one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

main = typer.Typer(
    name="report-index",
    cls=Program,
    help="Build and use the index of a corpus of reports.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def settings(file: Path | None, index: Path | None = None, corpus: Path | None = None) -> Settings:
    """The configuration, with the folders that the command line names instead."""
    from index import config

    found = config.load(config.Settings, file)
    if index is not None:
        found = found.model_copy(update={"index": found.index.model_copy(update={"path": index})})
    if corpus is not None:
        found = found.model_copy(update={"corpus": found.corpus.model_copy(update={"path": corpus})})
    return found


def emit(value: Any) -> None:
    """Write one JSON line, at once."""
    from index.output import line

    typer.echo(line(value), nl=False)


@contextmanager
def tables() -> Iterator[Console]:
    """A console that writes when the block ends; without a terminal to set a width, a table takes what it needs."""
    from rich.console import Console

    # Brackets and colons in a report are text, not rich's markup.
    console = Console(width=None if sys.stdout and sys.stdout.isatty() else 240, markup=False, emoji=False)
    # Its own writing would turn a pipe that the reader has closed into exit code 1.
    with console.capture() as printed:
        yield console
    typer.echo(printed.get(), nl=False)


# The commands, each group in a file of its own, which registers them. `--help` lists them in this order.
# isort: off
from index import cli_building  # noqa: E402, F401 - needs `main`, as all of them
from index import cli_asking  # noqa: E402, F401
from index import cli_generations  # noqa: E402, F401
from index import cli_adding  # noqa: E402, F401
from index import cli_publish  # noqa: E402, F401
from index import cli_training  # noqa: E402, F401
