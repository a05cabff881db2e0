"""Move a question's token vectors towards the vocabulary of the reports, by a linear map learnt from reviewed questions.

Late interaction compares the words of a question with the words of a report; the map reduces their distance.
`report-index train` trains it; applying it needs only numpy.
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

    `model` is the fingerprint of the encoder whose tokens it was trained on, and `reports` are the names of the reports.
    Search uses unadapted tokens for passages of other reports.
    """

    def __init__(self, matrix: Vectors, model: str, reports: Iterable[str]) -> None:
        self.matrix, self.model, self.reports = matrix, model, frozenset(reports)

    def adapt(self, tokens: Vectors) -> Vectors:
        """Adapt the tokens of a question.

        :param tokens: centred unit vectors, float32, shape (tokens, dimensions).
        :return: unit vectors of the same shape.
        """
        return normalize_rows(tokens + tokens @ self.matrix)

    def save(self, path: Path) -> None:
        """Write the adapter, its matrix in half precision."""
        reports = np.array(sorted(self.reports), np.str_)
        arrays.save_arrays(
            path, {"matrix": self.matrix.astype(np.float16), "model": np.array(self.model), "reports": reports}
        )

    @classmethod
    def load(cls, path: Path) -> QueryAdapter:
        """Read an adapter.

        :raises GenerationError: if the file is not one.
        """
        return arrays.load_arrays(
            path,
            "adapter of questions",
            lambda values: cls(values["matrix"].astype(np.float32), str(values["model"]), values["reports"].tolist()),
        )
