"""Search sentence vectors by inner product with FAISS: exactly in small indexes, approximately in large ones."""

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

# With at least this many vectors, `ivf` is used: below that, comparing with all takes a few milliseconds.
IVF_FROM = 100_000
# Share of the lists that a search probes.
PROBED = 1 / 16
# Number of lists as a multiple of the square root of the number of vectors; k-means of their centroids: minimum and maximum
# of training vectors per list, and iterations. FAISS's defaults, 256 vectors and ten iterations, are ten times the work.
LISTS, FEWEST, TRAINED_WITH, ROUNDS = 4, 39, 64, 4
# Queries, and neighbours of each, for measuring the recall of an approximate index.
SAMPLED, NEAREST = 200, 10


class DenseIndex:
    """A FAISS index over rows of unit vectors; the inner product is then the cosine."""

    def __init__(self, index: faiss.Index, recall: float | None = None) -> None:
        """Wrap a trained index.

        :param recall: measured recall@10, 0 to 1; None if not measured.
        """
        self.index, self.recall = index, recall

    @classmethod
    def build(cls, vectors: Sequence[Vectors] | Vectors, kind: Kind | Literal["auto"] = "auto") -> DenseIndex:
        """Build an index and measure its recall.

        :param vectors: unit vectors of shape (dimensions,), or a matrix of shape (rows, dimensions); row n keeps its number.
        """
        matrix = np.stack(vectors).astype(np.float32) if isinstance(vectors, Sequence) else vectors
        index = empty_index(len(matrix), matrix.shape[1], kind_for(len(matrix)) if kind == "auto" else kind)
        index.train(matrix)
        index.add(matrix)
        if isinstance(index, faiss.IndexIVF):
            # Without the map, FAISS cannot reconstruct a vector from its number.
            index.make_direct_map()
        dense = cls(index)
        dense.recall = measure_recall(dense.nearest, matrix) if dense.kind != "flat" else 1.0
        return dense

    @property
    def size(self) -> int:
        return int(self.index.ntotal)

    @property
    def dimensions(self) -> int:
        return int(self.index.d)

    @property
    def kind(self) -> Kind:
        """`flat` is exact; `ivf` has inverted lists of vectors quantized to eight bits."""
        return "ivf" if isinstance(self.index, faiss.IndexIVF) else "flat"

    def nearest(self, vector: Vectors, count: int) -> Rows:
        """Return the rows nearest to a unit vector, best first, at most `count`."""
        _, rows = self.index.search(vector[None], count)
        # FAISS pads missing results with -1.
        nearest: Rows = rows[0][rows[0] >= 0]
        return nearest

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of rows, shape (rows, dimensions)."""
        vectors: Vectors = self.index.reconstruct_batch(rows)
        return vectors

    def cosines(self, vector: Vectors, rows: Rows) -> Vectors:
        """Return the cosine of a unit vector with each row, shape (rows,)."""
        cosines: Vectors = self.vectors(rows) @ vector
        return cosines

    def save(self, path: Path) -> None:
        faiss.write_index(self.index, str(path))

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read an index, memory-mapped where FAISS supports it.

        :raises GenerationError: if the file is not a FAISS index.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:120]
            raise GenerationError(f"{path}: FAISS cannot read it ({reason}); run: report-index build") from error


def measure_recall(nearest: Callable[[Vectors, int], Rows], matrix: Vectors) -> float:
    """Measure recall@10 against exact search, with evenly spaced rows of the index as queries.

    :param nearest: the approximate search: a vector and a count to rows, best first.
    :param matrix: the indexed vectors, shape (rows, dimensions).
    :return: mean share of the exact neighbours that `nearest` returns, 0 to 1.
    """
    queries = matrix[:: max(1, len(matrix) // SAMPLED)][:SAMPLED]
    exact = faiss.knn(queries, matrix, NEAREST, faiss.METRIC_INNER_PRODUCT)[1]
    return float(np.mean([len({*nearest(a, NEAREST)} & {*e}) / len(e) for a, e in zip(queries, exact, strict=True)]))


def kind_for(size: int) -> Kind:
    """Return the kind of index that suits a number of vectors."""
    return "flat" if size < IVF_FROM else "ivf"


def empty_index(size: int, dimensions: int, kind: Kind) -> faiss.Index:
    """Create an untrained index for a number of vectors, with its search parameters set."""
    lists = max(1, min(LISTS * isqrt(size), size // FEWEST))
    description = "Flat" if kind == "flat" else f"IVF{lists},SQ8"
    index = faiss.index_factory(dimensions, description, faiss.METRIC_INNER_PRODUCT)
    if isinstance(index, faiss.IndexIVF):
        index.nprobe = max(8, round(lists * PROBED))
        index.cp.max_points_per_centroid, index.cp.niter = TRAINED_WITH, ROUNDS
    return index
