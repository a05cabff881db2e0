"""Print figures as tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from index.evaluation.metrics import Figure, Outcome, find_misses, group_outcomes, summarize_outcomes

if TYPE_CHECKING:
    from index.evaluation.metrics import Bin

BRIEF = ("recall@1", "recall@5", "MRR", "answers with all keys", "answerable, answered")
BAR = 20  # width of a full bar in characters


def reliability_tables(figures: Mapping[str, float], bins: Iterable[Bin]) -> Iterator[Table]:
    """Yield a table of the figures of a training and a reliability table of its probabilities."""
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.3f}" if value < 1 else f"{value:.0f}")
    yield table
    table = Table("probability", "questions", "mean said", "share answered", "")
    for row in bins:
        cells = (f"from {row.low:.1f}", str(row.questions), f"{row.said:.2f}", f"{row.so:.2f}")
        table.add_row(*cells, "█" * round(row.so * BAR))
    yield table


def print_figures(outcomes: Sequence[Outcome], console: Console) -> None:
    """Print all figures with their intervals, the main ones by language and kind, and the misses one by one."""
    by_group = {name: summarize_outcomes(members) for name, members in group_outcomes(outcomes).items()}
    overview = Table("figure", "value", "95 % interval", "questions")
    for name, figure in by_group.pop("all").items():
        overview.add_row(name, f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}", str(figure.n))
    group_table = Table("group", *BRIEF, "questions")
    for name, figures in by_group.items():
        size = len(group_outcomes(outcomes)[name])
        group_table.add_row(name, *(format_figure(figures.get(key)) for key in BRIEF), str(size))
    console.print(overview, group_table)
    for outcome in find_misses(outcomes):
        where = f"rank {outcome.rank}" if outcome.rank else "not found"
        console.print(f"{outcome.question.id} {where}: {outcome.question.question}", markup=False, highlight=False)


def format_figure(figure: Figure | None) -> str:
    return f"{figure.value:.2f}" if figure else ""
