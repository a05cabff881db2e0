"""How search grows with the passages: python -m tests.bench.growth [--json FILE] [--up-to PASSAGES | PASSAGES ...]

Synthetic passages, each one vector, eight token vectors and twenty words, in clusters as a model's vectors lie. Measured is
what a question costs beside encoding: the dense leg, the keyword leg, and both with late interaction over the candidates.
Each size runs in processes of its own, from an index on disk. What is written into FILE is drawn beside it, as a PNG.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil

from index.arrays import Vectors
from index.encoding.encoder import normalize_rows
from index.retrieval.bm25_index import BM25Index
from index.retrieval.candidate_retriever import CANDIDATES, LocalRetriever, top_indices
from index.retrieval.dense_index import DenseIndex
from index.retrieval.int8_matrix import TOP, QuantizedMatrix, is_int8_exact
from index.retrieval.token_index import TokenIndex
from tests.bench.asking import Figures

SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
DIMENSIONS, TOKENS, WORDS, VOCABULARY = 384, 8, 20, 50_000
ASKED, WORDS_ASKED, TOKENS_ASKED, NEAREST = 200, 6, 20, 10
# How far a vector lies from the middle of its cluster, whose own length is 1, and how many are in one.
SPREAD, CLUSTER = 0.8, 50
AT_ONCE = 50_000  # rows made at a time, so that a million take no more room than they must
# What making an index leaves beside it, for the questions and for the exact answers.
ROWS, QUESTIONS = "rows.npy", "asked.npy"


def vectors(size: int, chance: np.random.Generator) -> Iterator[Vectors]:
    """Unit vectors in clusters, some at a time."""
    middles = normalize_rows(chance.standard_normal((max(1, size // CLUSTER), DIMENSIONS), np.float32))
    for start in range(0, size, AT_ONCE):
        found = chance.standard_normal((min(AT_ONCE, size - start), DIMENSIONS), np.float32)
        found *= np.float32(SPREAD / DIMENSIONS**0.5)
        found += middles[chance.integers(len(middles), size=len(found))]
        yield normalize_rows(found)


def words(count: int, chance: np.random.Generator) -> str:
    """Words as often as words are: the n-th by 1 / n."""
    numbers = (VOCABULARY ** chance.random(count)).astype(int)
    return " ".join(f"w{number}" for number in numbers)


def written(path: Path, kind: type[np.generic], length: int, parts: Iterator[np.ndarray]) -> np.ndarray:
    """An array on disk, mapped, of parts that come one after the other."""
    array = np.lib.format.open_memmap(path, "w+", kind, (length, DIMENSIONS))
    start = 0
    for part in parts:
        array[start : start + len(part)] = part
        start += len(part)
    return array


def build(size: int, folder: Path) -> Figures:
    chance = np.random.default_rng(0)
    rows = written(folder / ROWS, np.float32, size, vectors(size, chance))
    near = rows[chance.integers(size, size=ASKED)]
    np.save(folder / QUESTIONS, normalize_rows(near + chance.normal(0, 0.02, near.shape).astype(np.float32)))
    began = time.perf_counter()
    dense = DenseIndex.build(rows)
    seconds = {"dense build s": time.perf_counter() - began}
    dense.save(folder / "dense")
    del dense, rows
    began = time.perf_counter()
    BM25Index.build([words(WORDS, chance) for _ in range(size)]).save(folder / "words")
    seconds["keywords build s"] = time.perf_counter() - began
    count = size * TOKENS
    parts = (
        chance.integers(-TOP, TOP, (min(AT_ONCE, count - start), DIMENSIONS), np.int8) for start in range(0, count, AT_ONCE)
    )
    stored = written(folder / "tokens.npy", np.int8, count, parts)
    offsets = np.arange(0, count + 1, TOKENS)
    TokenIndex(QuantizedMatrix(stored, 1 / TOP), offsets, np.zeros(DIMENSIONS, np.float32)).save(folder / "tokens")
    (folder / "tokens.npy").unlink()
    return seconds | {"bytes a passage on disk": stored_bytes(folder) / size}


def stored_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name not in (ROWS, QUESTIONS))


def ask(folder: Path) -> Figures:
    is_int8_exact()  # what the library of products takes is not the index's

    before = psutil.Process().memory_info()
    dense, keywords = DenseIndex.load(folder / "dense"), BM25Index.load(folder / "words")
    late, store = TokenIndex.load(folder / "tokens"), LocalRetriever(dense, keywords, np.arange(dense.size))
    chance, asked = np.random.default_rng(1), np.load(folder / QUESTIONS)
    tokens = normalize_rows(chance.standard_normal((TOKENS_ASKED, DIMENSIONS), np.float32))
    few = min(CANDIDATES, dense.size - 1)

    def search(vector: Vectors, question: str) -> object:
        return late.max_sim(tokens, store.candidates(vector, question).passages)

    legs: dict[str, Callable[[Vectors, str], object]] = {
        "dense": lambda vector, _: dense.nearest(vector, 4 * CANDIDATES),
        "keywords": lambda _, question: top_indices(keywords.scores(question), few),
        "all": search,
    }
    figures = {}
    for name, leg in legs.items():
        taken = [timed(leg, vector, words(WORDS_ASKED, chance)) for _ in range(2) for vector in asked]
        # What was asked first warms up what the rest is measured on.
        figures[f"{name} p50 ms"] = statistics.median(taken[ASKED:])
    p95 = statistics.quantiles(taken[ASKED:], n=20)[-1]
    after = psutil.Process().memory_info()
    # What is mapped from files the system takes back when it needs room.
    mapped = after.shared - before.shared
    own = after.rss - before.rss - mapped
    return figures | {"all p95 ms": p95, "own memory MB": own / 1e6, "mapped files MB": mapped / 1e6}


def timed(leg: Callable[[Vectors, str], object], vector: Vectors, question: str) -> float:
    began = time.perf_counter()
    leg(vector, question)
    return (time.perf_counter() - began) * 1000


def recall(folder: Path) -> float:
    """The share of the ten nearest passages that the dense leg finds."""
    rows, asked = np.load(folder / ROWS, mmap_mode="r"), np.load(folder / QUESTIONS)
    dense = DenseIndex.load(folder / "dense")
    numbers, cosines = np.zeros((ASKED, 0), np.int64), np.zeros((ASKED, 0), np.float32)
    for start in range(0, len(rows), AT_ONCE):
        some = asked @ rows[start : start + AT_ONCE].T
        nearest = np.argsort(-some, axis=1)[:, :NEAREST]
        numbers = np.concatenate([numbers, start + nearest], axis=1)
        cosines = np.concatenate([cosines, np.take_along_axis(some, nearest, axis=1)], axis=1)
    exact = np.take_along_axis(numbers, np.argsort(-cosines, axis=1)[:, :NEAREST], axis=1)
    shares = [len({*dense.nearest(v, NEAREST)} & {*e.tolist()}) / NEAREST for v, e in zip(asked, exact, strict=True)]
    return statistics.fmean(shares)


STEPS: dict[str, Callable[[int, Path], Figures]] = {
    "--build": build,
    "--ask": lambda _, folder: ask(folder),
    "--recall": lambda _, folder: {"recall@10": recall(folder)},
}


def measured(size: int) -> Figures:
    """The figures of a size, from processes of its own."""
    figures: Figures = {"passages": size}
    with tempfile.TemporaryDirectory() as folder:
        for step in STEPS:
            command = [sys.executable, "-m", "tests.bench.growth", step, str(size), folder]
            figures |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return figures


def exponent(small: Figures, large: Figures) -> float:
    """The power of the passages by which the median time grows: 1 where ten times as many take ten times as long."""
    ratios = (large[name] / small[name] for name in ("all p50 ms", "passages"))
    return math.log(next(ratios)) / math.log(next(ratios))


def table(rows: list[Figures]) -> str:
    """The figures, a line a size."""
    lines = [[name for name in rows[0] if name != "passages"]]
    lines += [[f"{value:,.3g}" if value < 1000 else f"{value:,.0f}" for value in list(row.values())[1:]] for row in rows]
    first = ["| passages |", *(f"| {int(row['passages']):,} |" for row in rows)]
    told = [f"{begun} {' | '.join(line)} |" for begun, line in zip(first, lines, strict=True)]
    return "\n".join([told[0], "| ---: " * (len(lines[0]) + 1) + "|", *told[1:]])


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] in STEPS:
        print(json.dumps(STEPS[arguments[0]](int(arguments[1]), Path(arguments[2]))))
        return
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="PASSAGES")
    parser.add_argument("--up-to", type=int, default=SIZES[-1], metavar="PASSAGES")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args(arguments)
    rows: list[Figures] = []
    for size in asked.sizes:
        if size <= asked.up_to:
            rows.append(measured(size))
            print(f"{size:,} passages: {rows[-1]['all p50 ms']:.3g} ms a question", file=sys.stderr, flush=True)
    print(table(rows))
    grown = [exponent(*pair) for pair in pairwise(rows)]
    print("time grows by this power of the passages, size by size:", *(f"{power:.2f}" for power in grown))
    if asked.json:
        from tests.bench import plots

        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
        plots.growth(rows, asked.json.with_suffix(".png"))


if __name__ == "__main__":
    main(sys.argv[1:])
