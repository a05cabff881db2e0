"""Dense search: one vector a sentence, inner product, exact."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from index.embedding import Vectors
from index.errors import GenerationError

Rows = np.ndarray[Any, np.dtype[np.int64]]


class DenseIndex:
    """A FAISS index over rows of unit vectors; the inner product is then the cosine."""

    def __init__(self, index: faiss.Index) -> None:
        self.index = index

    @classmethod
    def build(cls, vectors: Sequence[Vectors]) -> DenseIndex:
        """Index vectors of shape (dimensions,) in their order."""
        matrix = np.stack(vectors).astype(np.float32)
        index = faiss.IndexFlatIP(matrix.shape[1])
        index.add(matrix)
        return cls(index)

    @property
    def size(self) -> int:
        return int(self.index.ntotal)

    @property
    def dimensions(self) -> int:
        return int(self.index.d)

    def nearest(self, vector: Vectors, count: int) -> Rows:
        """The rows nearest to `vector`, best first, at most `count`."""
        _, rows = self.index.search(vector[None], count)
        # FAISS fills up with -1.
        found: Rows = rows[0][rows[0] >= 0]
        return found

    def cosines(self, vector: Vectors, rows: Rows) -> Vectors:
        """The cosine of `vector` with each of `rows`, shape (rows,)."""
        cosines: Vectors = self.index.reconstruct_batch(rows) @ vector
        return cosines

    def save(self, path: Path) -> None:
        faiss.write_index(self.index, str(path))

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read an index. Raises GenerationError if the file is not one."""
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:120]
            raise GenerationError(f"{path}: FAISS cannot read it ({reason}); run: report-index build") from error
