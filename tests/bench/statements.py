"""How statements are marked: python -m tests.bench.statements [FILE] [--edits] [--config FILE].

FILE is JSON Lines of `id`, `statement` and `label`: supported, contradicted or not_covered. It prints the confusion matrix,
the share marked rightly (a statement that is not covered may also be related), and the time. With --edits it marks sentences
of the index, plain and edited.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from index.claims.claim_check import overall_mark
from index.config import Settings, load_config
from index.engine import Engine
from index.training.statement_edits import EDITS, edit_statement

LABELS = ("supported", "contradicted", "not_covered")
MARKS = ("supported", "contradicted", "related", "not_covered")
EDITED, AT_ONCE = 40, 25  # sentences of an index, and statements of one message
SHORTEST = 15  # characters of a sentence that is edited
CONTRADICTING = ("number", "date", "polarity", "antonym")
AROUND = (
    "1. {}",
    "(1) {}",
    "①{}",
    "{}[3]",
    "14:05 alice：{}",
    "聽說{}",
    "{} https://example.org",
    "<@123456789012345678> {}",
)


def confusion(engine: Engine, rows: Iterable[dict[str, str]]) -> Counter[tuple[str, str]]:
    return Counter((row["label"], overall_mark(engine.check(row["statement"]))[0]) for row in rows)


def print_confusion(counts: Counter[tuple[str, str]]) -> None:
    print("label".ljust(14), *(mark.rjust(14) for mark in MARKS))
    for label in LABELS:
        print(label.ljust(14), *(str(counts[label, mark]).rjust(14) for mark in MARKS))
    right = sum(counts[label, label] for label in LABELS) + counts["not_covered", "related"]
    print(f"right: {right / max(1, counts.total()):.3f} of {counts.total()}")


def measure_edits(engine: Engine, rng: random.Random) -> None:
    """Print how the sentences of an index are marked, plain, with marks around them and edited."""
    sentences = [each.text for each in engine.answerer.searcher.sentences if each.quotable and len(each.text) >= SHORTEST]
    chosen = rng.sample(sentences, min(EDITED, len(sentences)))
    plain = {text: overall_mark(engine.check(text))[0] for text in chosen}
    print(f"plain: {Counter(plain.values())} of {len(chosen)}")
    around = Counter(
        overall_mark(engine.check(form.format(text)))[0] == plain[text] for text in chosen[:40] for form in AROUND
    )
    print(f"with marks around: {around[True]} of {around.total()} the same")
    by_kind: dict[str, Counter[str]] = {kind: Counter() for kind in EDITS}
    for text in chosen:
        for kind, edited in edit_statement(text, rng):
            by_kind[kind][overall_mark(engine.check(edited))[0]] += 1
    for kind, marks in by_kind.items():
        print(f"{kind}: {dict(marks)}")
    total = sum(by_kind.values(), Counter[str]())
    print(f"edits supported: {total['supported']} of {total.total()}")
    strict = sum((by_kind[kind] for kind in CONTRADICTING), Counter[str]())
    print(f"contradicted, of {', '.join(CONTRADICTING)}: {strict['contradicted'] / max(1, strict.total()):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--edits", action="store_true")
    options = parser.parse_args()
    engine = Engine.load(load_config(Settings, options.config))
    if options.file:
        rows = [json.loads(line) for line in options.file.read_text("utf-8").splitlines() if line.strip()]
        engine.check(rows[0]["statement"])  # loads the judge
        print_confusion(confusion(engine, rows))
        start, statements = time.perf_counter(), [row["statement"] for row in rows]
        for first in range(0, len(statements), AT_ONCE):
            engine.check("\n".join(statements[first : first + AT_ONCE]))
        print(f"{1000 * (time.perf_counter() - start) / len(rows):.0f} ms a statement, {AT_ONCE} at once")
    if options.edits:
        measure_edits(engine, random.Random(0))


if __name__ == "__main__":
    main()
