"""The figures of an evaluation, for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from index.evaluation.metrics import Figure, Outcome, groups, misses, summarise

BRIEF = ("recall@1", "recall@5", "MRR", "answers with all keys", "answerable, answered")


def print_figures(outcomes: Sequence[Outcome], console: Console) -> None:
    """Print all figures with their intervals, the main ones by language and kind, and the misses one by one."""
    by_group = {name: summarise(members) for name, members in groups(outcomes).items()}
    whole = Table("figure", "value", "95 % interval", "questions")
    for name, figure in by_group.pop("all").items():
        whole.add_row(name, f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}", str(figure.n))
    parts = Table("group", *BRIEF, "questions")
    for name, figures in by_group.items():
        size = len(groups(outcomes)[name])
        parts.add_row(name, *(shown(figures.get(key)) for key in BRIEF), str(size))
    console.print(whole, parts)
    for outcome in misses(outcomes):
        where = f"rank {outcome.rank}" if outcome.rank else "not found"
        console.print(f"{outcome.question.id} {where}: {outcome.question.question}", markup=False, highlight=False)


def shown(figure: Figure | None) -> str:
    return f"{figure.value:.2f}" if figure else ""
