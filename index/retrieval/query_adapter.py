"""A linear map of a question's tokens towards the words of the report, learnt from reviewed questions.

Late interaction compares what a member says with what the report says; the map moves the one nearer to the other. Trained by
`report-index train`; numpy is enough to apply it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from index import arrays
from index.arrays import Vectors
from index.encoding.encoder import normalize_rows

ADAPTER = "adapter.npz"


class QueryAdapter:
    """Adds to each token vector its product with a matrix of shape (dimensions, dimensions). Immutable.

    `model` is the fingerprint of the encoder whose tokens it was trained on, `reports` are the names of the reports. Tokens
    that are compared with other reports stay as they are.
    """

    def __init__(self, matrix: Vectors, model: str, reports: Iterable[str]) -> None:
        self.matrix, self.model, self.reports = matrix, model, frozenset(reports)

    def adapt(self, tokens: Vectors) -> Vectors:
        """Centred tokens of a question, shape (tokens, dimensions), moved and scaled to length 1."""
        return normalize_rows(tokens + tokens @ self.matrix)

    def save(self, path: Path) -> None:
        """Write it, the matrix in half precision."""
        reports = np.array(sorted(self.reports), np.str_)
        arrays.save_arrays(
            path, {"matrix": self.matrix.astype(np.float16), "model": np.array(self.model), "reports": reports}
        )

    @classmethod
    def load(cls, path: Path) -> QueryAdapter:
        """Read an adapter. Raises GenerationError if the file is not one."""
        return arrays.load_arrays(
            path,
            "adapter of questions",
            lambda found: cls(found["matrix"].astype(np.float32), str(found["model"]), found["reports"].tolist()),
        )
