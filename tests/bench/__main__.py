"""Speed and memory beside the common pipeline with the same model, in one run: python -m tests.bench [FILE.json]

Ratios are what to compare between machines: below 1, ours takes less.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import sides
from tests.bench.sides import ROOT, Figures

SIDES: dict[str, Callable[[Path], Figures]] = {
    "ours": sides.ours,
    "common": sides.common,
    "building": lambda _: sides.building(),
    "common building": sides.common_building,
    "encoders": lambda _: sides.encoders(),
}


def run(side: str, index: Path) -> Figures:
    """The figures of a side, from a process of its own."""
    command = [sys.executable, "-m", "tests.bench", "--side", side, str(index)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--side"]:
        print(json.dumps(SIDES[arguments[1]](Path(arguments[2]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        built = "from index.cli import main; main()"
        subprocess.run(
            [sys.executable, "-c", built, "build", "--out", str(index)], cwd=ROOT, check=True, capture_output=True
        )
        common = run("common building", Path(folder) / "common")
        common |= run("common", Path(folder) / "common")
        ours = run("building", Path()) | run("ours", index)
    encoders = run("encoders", Path())
    print(f"{'':34}{'ours':>10}{'common':>10}{'ratio':>8}")
    for name, value in ours.items():
        baseline = common.get(name)
        print(f"{name:34}{value:10.1f}" + (f"{baseline:10.1f}{value / baseline:8.2f}" if baseline else ""))
    ratio = encoders["ours ms"] / encoders["native ms"]
    print(f"{'encoder alone ms (native engine)':34}{encoders['ours ms']:10.1f}{encoders['native ms']:10.1f}{ratio:8.2f}")
    for file in arguments:
        text = json.dumps({"ours": ours, "common": common, "encoders": encoders}, indent=1)
        Path(file).write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
