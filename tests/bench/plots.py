"""The figures as pictures, for whoever reads no tables."""

from pathlib import Path

from matplotlib.figure import Figure

from tests.bench.asking import Figures

OURS, OTHER, MEMORY = "#2f6f4f", "#b5533c", "#4a6fa5"
BAR = 0.38


def ratios(sides: dict[str, Figures], path: Path) -> None:
    """Bars of what ours takes of what each other side takes; left of the line ours takes less."""
    names = list(dict.fromkeys(name for side in sides.values() for name in side))
    figure = Figure(figsize=(9, 1.2 + 0.5 * len(names)), layout="constrained")
    axes = figure.subplots()
    axes.set_xscale("log")
    for number, ((side, found), colour) in enumerate(zip(sides.items(), (OURS, MEMORY, OTHER), strict=False)):
        # Beside each other where a name has several, and in the middle where it has one.
        shared = [sum(name in side for side in sides.values()) - 1 for name in found]
        places = [names.index(name) + bool(many) * (number - 0.5) * BAR for name, many in zip(found, shared, strict=True)]
        # From 1, so that a bar leads to the side that takes less.
        bars = axes.barh(places, [value - 1 for value in found.values()], BAR, left=1, color=colour, label=f"beside {side}")
        axes.bar_label(bars, [f"{value:.2f}" for value in found.values()], padding=3, fontsize=8)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.margins(x=0.15, y=0.02)
    axes.set_xlabel("what ours takes, in parts of what the other takes")
    figure.legend(loc="outside upper center", ncols=len(sides), fontsize=8)
    figure.savefig(path, dpi=120)


def growth(rows: list[Figures], path: Path) -> None:
    """Time and memory against passages, both in powers of ten."""
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    passages = [row["passages"] for row in rows]
    for name in ("all p95 ms", "all p50 ms", "dense p50 ms", "keywords p50 ms"):
        left.plot(passages, [row[name] for row in rows], marker="o", label=name.removesuffix(" ms"))
    slowest = max(rows[0]["all p50 ms"], 0.01)
    line = [slowest * each / passages[0] for each in passages]
    left.plot(passages, line, color="grey", linestyle=":", label="as the passages grow")
    left.set_ylabel("ms a question, beside encoding")
    for name in ("own memory MB", "mapped files MB"):
        right.plot(passages, [max(row[name], 0.1) for row in rows], marker="o", label=name.removesuffix(" MB"))
    right.set_ylabel("MB")
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("passages")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    times = [row[name] for row in rows for name in ("keywords p50 ms", "dense p50 ms", "all p95 ms")]
    left.set_ylim(min(times) / 2, 4 * max(times))
    figure.savefig(path, dpi=120)
