"""How search grows with the passages: python -m tests.bench.growth [PASSAGES ...]

Synthetic passages, each one vector, eight token vectors and twenty words, in clusters as a model's vectors lie. Measured is
what a question costs beside encoding: the dense leg, the keyword leg, and late interaction over the candidates of both. Each
size runs in a process of its own, from an index on disk.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from index.embedding import Vectors, unit
from index.late import TokenIndex
from index.lexical import LexicalIndex
from index.table import TOP, Table
from index.vector_store import CANDIDATES
from index.vectors import DenseIndex

SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
DIMENSIONS, TOKENS, WORDS, VOCABULARY = 384, 8, 20, 50_000
ASKED, WORDS_ASKED, TOKENS_ASKED = 200, 6, 20
# How far a vector lies from the middle of its cluster, whose own length is 1, and how many are in one.
SPREAD, CLUSTER = 0.8, 50


def vectors(size: int, chance: np.random.Generator) -> Vectors:
    """Unit vectors in clusters."""
    middles = unit(chance.standard_normal((max(1, size // CLUSTER), DIMENSIONS), np.float32))
    found = chance.standard_normal((size, DIMENSIONS), np.float32)
    found *= np.float32(SPREAD / DIMENSIONS**0.5)
    found += middles[chance.integers(len(middles), size=size)]
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def words(count: int, chance: np.random.Generator) -> str:
    """Words as often as words are: the n-th by 1 / n."""
    numbers = (VOCABULARY ** chance.random(count)).astype(int)
    return " ".join(f"w{number}" for number in numbers)


def build(size: int, folder: Path) -> dict[str, float]:
    chance = np.random.default_rng(0)
    rows = vectors(size, chance)
    began = time.perf_counter()
    dense = DenseIndex.build(rows)
    seconds = time.perf_counter() - began
    dense.save(folder / "dense")
    asked = unit(rows[chance.integers(size, size=ASKED)] + chance.normal(0, 0.02, (ASKED, DIMENSIONS)).astype(np.float32))
    np.save(folder / "asked.npy", asked)
    del dense, rows
    LexicalIndex.build([words(WORDS, chance) for _ in range(size)]).save(folder / "words")
    stored = chance.integers(-TOP, TOP, (size * TOKENS, DIMENSIONS), np.int8)
    offsets = np.arange(0, size * TOKENS + 1, TOKENS)
    TokenIndex(Table(stored, 1 / TOP), offsets, np.zeros(DIMENSIONS, np.float32)).save(folder / "tokens")
    return {"dense build s": seconds, "bytes a passage": stored_bytes(folder) / size}


def stored_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != "asked.npy")


def ask(folder: Path) -> dict[str, float]:
    import torch  # noqa: F401 what it takes is not the index's

    before = psutil.Process().memory_info()
    dense, keywords, late = (
        DenseIndex.load(folder / "dense"),
        LexicalIndex.load(folder / "words"),
        TokenIndex.load(folder / "tokens"),
    )
    chance, asked = np.random.default_rng(1), np.load(folder / "asked.npy")
    tokens = unit(chance.standard_normal((TOKENS_ASKED, DIMENSIONS), np.float32))
    legs: dict[str, list[float]] = {"dense": [], "keywords": [], "late": [], "all": []}
    for number in range(2 * ASKED):
        vector, question = asked[number % ASKED], words(WORDS_ASKED, chance)
        times = [time.perf_counter()]
        near = dense.nearest(vector, 4 * CANDIDATES)[:CANDIDATES]
        times.append(time.perf_counter())
        scores = keywords.scores(question)
        said = np.argpartition(-scores, min(CANDIDATES, len(scores) - 1))[:CANDIDATES]
        times.append(time.perf_counter())
        late.best_matches(tokens, np.union1d(near, said).tolist())
        times.append(time.perf_counter())
        if number >= ASKED:
            for name, taken in zip(legs, (*np.diff(times), times[-1] - times[0]), strict=True):
                legs[name].append(taken * 1000)
    figures = {f"{name} p50 ms": statistics.median(taken) for name, taken in legs.items()}
    p95 = statistics.quantiles(legs["all"], n=20)[-1]
    after = psutil.Process().memory_info()
    # What is mapped from files the system takes back when it needs room.
    mapped = after.shared - before.shared
    return figures | {
        "all p95 ms": p95,
        "own memory MB": (after.rss - before.rss - mapped) / 1e6,
        "mapped files MB": mapped / 1e6,
    }


def recall(folder: Path, size: int) -> float:
    """The share of the ten nearest passages that the dense leg finds."""
    rows, asked = vectors(size, np.random.default_rng(0)), np.load(folder / "asked.npy")
    dense = DenseIndex.load(folder / "dense")
    exact = np.concatenate([np.argpartition(-(rows @ vector), 9)[None, :10] for vector in asked])
    return float(np.mean([len(set(dense.nearest(v, 10)) & set(e)) / 10 for v, e in zip(asked, exact, strict=True)]))


def measured(step: str, size: int, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.growth", f"--{step}", str(size), str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


STEPS: dict[str, Callable[[int, Path], dict[str, float]]] = {
    "--build": build,
    "--ask": lambda _, folder: ask(folder),
    "--recall": lambda size, folder: {"recall@10": recall(folder, size)},
}


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] in STEPS:
        print(json.dumps(STEPS[arguments[0]](int(arguments[1]), Path(arguments[2]))))
        return
    told = False
    for size in map(int, arguments or SIZES):
        with tempfile.TemporaryDirectory() as name:
            figures = {
                key: value for step in ("build", "ask", "recall") for key, value in measured(step, size, Path(name)).items()
            }
        if not told:
            print("| passages |", " | ".join(figures), "|")
            print("| ---: |", " | ".join("---:" for _ in figures), "|")
            told = True
        print(
            f"| {size:,} |",
            " | ".join(f"{value:,.3g}" if value < 1000 else f"{value:,.0f}" for value in figures.values()),
            "|",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
