"""Dense search: one vector a sentence, inner product; exact for a shelf of reports, approximate for a nation's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt
from pathlib import Path
from typing import Any, Literal

import faiss
import numpy as np

from index.arrays import Vectors
from index.errors import GenerationError

Rows = np.ndarray[Any, np.dtype[np.int64]]
Kind = Literal["flat", "ivf"]

# From how many vectors on lists are the best: below, comparing with all takes a few milliseconds.
IVF_FROM = 100_000
# What share of the lists a search looks into.
PROBED = 1 / 16
# Lists, by the square root of the vectors, and how their middles are found: from so many vectors each, at least and at most,
# in so many rounds. FAISS's own 256 vectors in ten rounds are ten times the work.
LISTS, FEWEST, TRAINED_WITH, ROUNDS = 4, 39, 64, 4
# Vectors asked for, and the nearest of each, to tell what an approximate index finds.
SAMPLED, NEAREST = 200, 10


class DenseIndex:
    """A FAISS index over rows of unit vectors; the inner product is then the cosine."""

    def __init__(self, index: faiss.Index, recall: float | None = None) -> None:
        """`recall` is the share of the nearest rows that it finds, where that was measured."""
        self.index, self.recall = index, recall

    @classmethod
    def build(cls, vectors: Sequence[Vectors] | Vectors, kind: Kind | Literal["auto"] = "auto") -> DenseIndex:
        """Index vectors of shape (dimensions,) in their order, or the rows of a matrix."""
        matrix = np.stack(vectors).astype(np.float32) if isinstance(vectors, Sequence) else vectors
        index = empty_index(len(matrix), matrix.shape[1], kind_for(len(matrix)) if kind == "auto" else kind)
        index.train(matrix)
        index.add(matrix)
        if isinstance(index, faiss.IndexIVF):
            # So that a vector is found by its number.
            index.make_direct_map()
        made = cls(index)
        made.recall = measure_recall(made.nearest, matrix) if made.kind != "flat" else 1.0
        return made

    @property
    def size(self) -> int:
        return int(self.index.ntotal)

    @property
    def dimensions(self) -> int:
        return int(self.index.d)

    @property
    def kind(self) -> Kind:
        """`flat`, exact; `ivf`, lists of vectors in eight bits."""
        return "ivf" if isinstance(self.index, faiss.IndexIVF) else "flat"

    def nearest(self, vector: Vectors, count: int) -> Rows:
        """The rows nearest to `vector`, best first, at most `count`."""
        _, rows = self.index.search(vector[None], count)
        # FAISS fills up with -1.
        found: Rows = rows[0][rows[0] >= 0]
        return found

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of `rows`, shape (rows, dimensions)."""
        found: Vectors = self.index.reconstruct_batch(rows)
        return found

    def cosines(self, vector: Vectors, rows: Rows) -> Vectors:
        """The cosine of `vector` with each of `rows`, shape (rows,)."""
        cosines: Vectors = self.vectors(rows) @ vector
        return cosines

    def save(self, path: Path) -> None:
        faiss.write_index(self.index, str(path))

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read an index, mapped into memory where FAISS can. Raises GenerationError if the file is not one."""
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:120]
            raise GenerationError(f"{path}: FAISS cannot read it ({reason}); run: report-index build") from error


def measure_recall(nearest: Callable[[Vectors, int], Rows], matrix: Vectors) -> float:
    """The share of the ten rows truly nearest to a row that are found, over rows spread evenly, of those indexed."""
    asked = matrix[:: max(1, len(matrix) // SAMPLED)][:SAMPLED]
    exact = faiss.knn(asked, matrix, NEAREST, faiss.METRIC_INNER_PRODUCT)[1]
    return float(np.mean([len({*nearest(a, NEAREST)} & {*e}) / len(e) for a, e in zip(asked, exact, strict=True)]))


def kind_for(size: int) -> Kind:
    """The kind of index for so many vectors."""
    return "flat" if size < IVF_FROM else "ivf"


def empty_index(size: int, dimensions: int, kind: Kind) -> faiss.Index:
    """An untrained index for so many vectors, which remembers how it is to be searched."""
    lists = max(1, min(LISTS * isqrt(size), size // FEWEST))
    factory = "Flat" if kind == "flat" else f"IVF{lists},SQ8"
    index = faiss.index_factory(dimensions, factory, faiss.METRIC_INNER_PRODUCT)
    if isinstance(index, faiss.IndexIVF):
        index.nprobe = max(8, round(lists * PROBED))
        index.cp.max_points_per_centroid, index.cp.niter = TRAINED_WITH, ROUNDS
    return index
