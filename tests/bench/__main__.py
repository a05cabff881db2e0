"""Speed and memory beside other pipelines with the same model, in one run: python -m tests.bench [FILE.json]

Ratios are what to compare between machines: below 1, ours takes less; of questions a second, above 1, ours answers more.
What is written into FILE is drawn beside it, as a PNG.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from index.cli.build import describe_processor
from index.config import ModelOptions
from tests.bench import langchain_side, our_side, processor, txtai_side
from tests.bench.asking import ROOT, Figures

# Each in a process of its own, from one folder a side.
SIDES: dict[str, Callable[[Path], Figures]] = {
    "ours building": our_side.building,
    "ours": our_side.asking,
    "common building": langchain_side.building,
    "common": langchain_side.asking,
    "txtai building": txtai_side.building,
    "txtai": txtai_side.asking,
    "encoders": our_side.encoders,
}
OTHERS = ("common", "txtai")
ROUNDS = 3
ENCODER, RATE = "encoder alone p50 ms", "questions a second"


def run(side: str, folder: Path) -> Figures:
    """The figures of a side, from a process of its own."""
    command = [sys.executable, "-m", "tests.bench", "--side", side, str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def measured(folder: Path) -> dict[str, Figures]:
    """The figures of every side."""
    built = "from index.cli import main; main()"
    command = [sys.executable, "-c", built, "build", "--out", str(folder / "ours")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    sides = ("ours", *OTHERS)
    builds = {side: run(f"{side} building", folder / side) for side in sides}
    # In turn, since a processor is slower after minutes of work, and beside other work.
    rounds = [{side: run(side, folder / side) for side in sides} for _ in range(ROUNDS)]
    found = {side: builds[side] | medians([each[side] for each in rounds]) for side in sides}
    encoders = run("encoders", folder)
    found["ours"][ENCODER] = encoders["ours ms"]
    return found | {"native engine": {ENCODER: encoders["native ms"]}}


def medians(rounds: list[Figures]) -> Figures:
    """The median of each figure over rounds."""
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def ratios(found: dict[str, Figures]) -> dict[str, Figures]:
    """Ours by each other side, of whatever both have."""
    ours = found["ours"]
    return {
        side: {name: ours[name] / value for name, value in figures.items() if name in ours}
        for side, figures in found.items()
        if side != "ours"
    }


def told(found: dict[str, Figures]) -> str:
    """The figures, a line each, every other side's with the ratio after it."""
    others = [(side, found[side], ratio) for side, ratio in ratios(found).items()]
    lines = [f"{'':34}{'ours':>10}" + "".join(f"{side:>15}{'ratio':>8}" for side, *_ in others)]
    for name, value in found["ours"].items():
        cells = (f"{figures[name]:15,.1f}{ratio[name]:8.2f}" if name in ratio else " " * 23 for _, figures, ratio in others)
        lines.append(f"{name:34}{value:10,.1f}{''.join(cells)}".rstrip())
    return "\n".join(lines)


def taken(found: dict[str, Figures]) -> dict[str, Figures]:
    """The ratios, with the time of a question where a rate was measured, so that less is better in all."""
    return {
        side: {
            name.replace(RATE, "time a question"): 1 / ratio if name.startswith(RATE) else ratio
            for name, ratio in each.items()
        }
        for side, each in ratios(found).items()
    }


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--side"]:
        print(json.dumps(SIDES[arguments[1]](Path(arguments[2]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder))
    described = f"{processor.this()}; {describe_processor(ModelOptions())}"
    print(described, told(found), sep="\n")
    for file in map(Path, arguments):
        from tests.bench import plots

        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{json.dumps({**found, 'ratios': ratios(found), 'processor': described}, indent=1)}\n", "utf-8")
        plots.ratios(taken(found), file.with_suffix(".png"))


if __name__ == "__main__":
    main(sys.argv[1:])
