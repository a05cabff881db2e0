"""What one changed paragraph among many costs: python -m tests.bench.incremental [PASSAGES] [--letters]

Synthetic reports of a hundred passages each, built with the real model from nothing, then again after a paragraph of one of
them has changed. With --letters an encoder of a few lines takes the model's place, so that what is left is what everything
but encoding costs.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.config import CorpusOptions, IndexOptions, PassageOptions, Settings
from index.indexing.builder import build_generation

PASSAGES, IN_A_REPORT, WORDS, CHARACTERS = 10_000, 100, 14, 120
TOML = 'title = "Report {number}"\nlanguage = "en"\n[[headings]]\npattern = "# (?P<title>.*)"\n'


def word(chance: random.Random) -> str:
    """A word of a language that nobody speaks, the n-th as often as 1 / n."""
    number = int(50_000 ** chance.random())
    return "".join("bcdfghjklmnprstvz"[number // 17**place % 17] + "aeiou"[number // 5**place % 5] for place in range(3))


def report(number: int, passages: int) -> str:
    """A section for every ten paragraphs."""
    chance = random.Random(number)
    parts = []
    for place in range(passages):
        if place % 10 == 0:
            parts.append(f"# Part {place // 10 + 1} on {word(chance)}")
        parts.append(f"{' '.join(word(chance) for _ in range(WORDS)).capitalize()}.")
    return "\n\n".join(parts) + "\n"


def write(corpus: Path, passages: int) -> None:
    for number in range(max(1, passages // IN_A_REPORT)):
        folder = corpus / f"report-{number:05}"
        folder.mkdir(parents=True)
        (folder / "report.toml").write_text(TOML.format(number=number), "utf-8")
        (folder / "report.txt").write_text(report(number, min(passages, IN_A_REPORT)), "utf-8")


def stages() -> tuple[dict[str, float], Any]:
    """Seconds by stage, and the callback that a build reports to."""
    spent: dict[str, float] = {}
    last = [time.perf_counter()]

    def progress(stage: str, *_: int) -> None:
        now = time.perf_counter()
        spent[stage] = spent.get(stage, 0.0) + now - last[0]
        last[0] = now

    return spent, progress


def builds(settings: Settings, encoder: Any) -> Iterator[float]:
    """Seconds of a build from nothing, and of one after each of two changed paragraphs."""
    changed = settings.corpus.path / "report-00000" / "report.txt"
    for _ in range(3):
        spent, progress = stages()
        began = time.perf_counter()
        manifest = build_generation(settings, lambda: encoder, progress)
        yield time.perf_counter() - began
        shown = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in spent.items())
        print(f"  {manifest.counts['passages']} passages: {shown}", file=sys.stderr, flush=True)
        first, rest = changed.read_text("utf-8").split(".", 1)
        changed.write_text(f"{first} {word(random.Random())}.{rest}", "utf-8")


def measure(passages: int, *, letters: bool = False) -> dict[str, float]:
    """Both kinds of build, the second of two changes, and how many times faster it is."""
    if letters:
        from tests.index.encoders import LetterEncoder

        encoder: Any = LetterEncoder()
    else:
        from index.config import ModelOptions
        from index.encoding.encoder import SentenceTransformerEncoder

        encoder = SentenceTransformerEncoder(ModelOptions())
    with tempfile.TemporaryDirectory() as name:
        write(Path(name) / "corpus", passages)
        settings = Settings(
            corpus=CorpusOptions(path=Path(name) / "corpus"),
            index=IndexOptions(path=Path(name) / "index"),
            passages=PassageOptions(max_characters=CHARACTERS, max_latin_characters=CHARACTERS),
        )
        whole, _, changed = builds(settings, encoder)
    return {"build s": whole, "after one changed paragraph s": changed, "times faster": whole / changed}


def main(arguments: list[str]) -> None:
    sizes = [int(argument) for argument in arguments if argument.isdigit()] or [PASSAGES]
    for size in sizes:
        figures = measure(size, letters="--letters" in arguments)
        print(f"{size:,} passages: " + ", ".join(f"{name} {value:.1f}" for name, value in figures.items()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
