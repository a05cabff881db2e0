"""Late interaction: a question's tokens against a sentence's tokens, each with its best match.

After ColBERT (Khattab and Zaharia, 2020), with two changes that the model needs, which was trained for sentence vectors:
token vectors are centred on the mean of all, since they share most of their direction; and a question's token counts by
how much better its best passage matches it than the average passage, so that words that any passage matches count little.
Large indexes keep the directions in which token vectors differ most, and leave out the others: see
`index/retrieval/token_index.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.arrays import Vectors
from index.encoding.encoder import Encoding, normalize_rows
from index.errors import GenerationError
from index.retrieval.int8_matrix import QuantizedMatrix, quantization_scale

Offsets = np.ndarray[Any, np.dtype[np.int64]]
# Token vectors after which a mean is known well enough: what more there is does not move it.
SAMPLE = 1 << 18
# Token vectors from which on directions are chosen, and up to how many are looked at for that.
MANY, LOOKED_AT = 4096, 1 << 16


class TokenIndex:
    """Centred token vectors of all sentences, one after the other: `vectors[offsets[n]:offsets[n + 1]]` is sentence n.

    They are unit vectors along `directions`, orthonormal columns of shape (dimensions, kept); along all axes if it is None.
    """

    def __init__(self, vectors: QuantizedMatrix, offsets: Offsets, mean: Vectors, directions: Vectors | None = None) -> None:
        self.vectors, self.offsets, self.mean, self.directions = vectors, offsets, mean, directions

    @classmethod
    def build(
        cls,
        tokens: Sequence[Vectors],
        mean: Vectors | None = None,
        scale: float | None = None,
        directions: Vectors | None = None,
    ) -> TokenIndex:
        """Index matrices of shape (tokens, dimensions), one a sentence; where there is a mean, there may be no sentence.

        :param mean: what they are centred on; their own mean if it is None.
        :param scale: unit of the numbers in which they are held; chosen for them if it is None.
        :param directions: what is kept of each vector; everything if it is None.
        """
        stacked = np.concatenate([*tokens, *([] if mean is None else [np.zeros((0, len(mean)), np.float32)])])
        mean = stacked.mean(axis=0) if mean is None else mean
        offsets = np.cumsum([0, *(len(matrix) for matrix in tokens)])
        return cls(
            QuantizedMatrix.of(project_onto(directions, normalize_rows(stacked - mean)), scale), offsets, mean, directions
        )

    @classmethod
    def joined(cls, parts: Sequence[TokenIndex]) -> TokenIndex:
        """The sentences of several that have the same mean, scale and directions, after one another."""
        ends = np.cumsum([0, *(len(part.vectors) for part in parts)])
        offsets = np.concatenate([[0], *(part.offsets[1:] + start for part, start in zip(parts, ends[:-1], strict=True))])
        return cls(QuantizedMatrix.joined([part.vectors for part in parts]), offsets, parts[0].mean, parts[0].directions)

    @property
    def size(self) -> int:
        """How many sentences there are."""
        return len(self.offsets) - 1

    def max_sim(self, question: Vectors, sentences: Sequence[int] | Offsets) -> Vectors:
        """The cosine of each centred question token with its best match in each sentence, shape (tokens, sentences)."""
        sentences = np.asarray(sentences)
        starts, ends = self.offsets[:-1][sentences], self.offsets[1:][sentences]
        if len(starts) and (np.diff(sentences) == 1).all():
            # One after the other, as all of them and all texts of a kind are: nothing needs to be copied.
            spans = [(int(starts[0]), int(ends[-1]))]
        else:
            spans = list(zip(starts.tolist(), ends.tolist(), strict=True))
        return self.vectors.best(project_onto(self.directions, question), spans, np.cumsum(ends - starts) - (ends - starts))

    def tokens(self, first: int, end: int) -> Vectors:
        """The centred unit token vectors of the sentences `[first, end)`, in all dimensions, as far as they were kept."""
        kept = self.vectors[self.offsets[first] : self.offsets[end]]
        return kept if self.directions is None else kept @ self.directions.T

    def center_tokens(self, question: Vectors) -> Vectors:
        """A question's tokens about the mean of all that is indexed, of length 1."""
        return normalize_rows(question - self.mean)

    def save(self, folder: Path) -> None:
        """Write an array a file; token vectors in half precision, many of them in eight bits."""
        folder.mkdir()
        for name, values in self._arrays().items():
            np.save(folder / f"{name}.npy", values, allow_pickle=False)

    def _arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        table, directions = self.vectors, self.directions
        return {
            "vectors": table.stored,
            "scale": np.array(table.scale),
            "offsets": self.offsets,
            "mean": self.mean,
            "directions": stored_directions(directions),
        }

    @classmethod
    def load(cls, folder: Path) -> TokenIndex:
        """Read an index, what stands in eight bits mapped into memory. Raises GenerationError if a file is not an array."""
        try:
            # Copied when written to, which nothing does: who multiplies wants memory that it may write to.
            vectors = np.load(folder / "vectors.npy", mmap_mode="c", allow_pickle=False)
            scale, offsets, mean, directions = (
                np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("scale", "offsets", "mean", "directions")
            )
        except (OSError, EOFError, ValueError) as error:
            raise GenerationError(f"{folder}: token vectors cannot be read ({error}); run: report-index build") from error
        return cls(QuantizedMatrix(vectors, float(scale)), offsets, mean, read_directions(directions))


def stored_directions(directions: Vectors | None) -> Vectors:
    """Directions as a file holds them: an array without numbers stands for all axes."""
    return np.zeros((0, 0), np.float32) if directions is None else directions


def read_directions(stored: Vectors) -> Vectors | None:
    """What `stored_directions` made an array of."""
    return stored if stored.size else None


def project_onto(directions: Vectors | None, vectors: Vectors) -> Vectors:
    """Unit vectors along some directions, of length 1 again; as they are for None."""
    return vectors if directions is None else normalize_rows(vectors @ directions)


def token_weights(passage_matches: Vectors) -> Vectors:
    """How much each question token counts, shape (tokens, 1), from its best match in each passage (tokens, passages)."""
    total = passage_matches.sum(axis=1, keepdims=True)
    gaps = passage_matches.max(axis=1, keepdims=True) - total / passage_matches.shape[1]
    # Where no token tells passages apart, all count alike.
    weights = gaps + 1e-9
    shares: Vectors = weights / weights.sum()
    return shares


@dataclass(frozen=True, slots=True)
class TokenCentering:
    """The mean of all token vectors, the directions that are kept (None for all), and the units of those of sentences and of
    what was written about them."""

    mean: Vectors
    sentences: float
    told: float
    directions: Vectors | None = None

    @classmethod
    def measure(cls, sentences: Sequence[Encoding], told: Sequence[Encoding]) -> TokenCentering:
        """Measure it on some sentences and on what was written about sentences."""
        tokens = np.concatenate([each.tokens for each in sentences])
        mean = tokens.mean(axis=0)
        beside = np.concatenate([np.zeros((0, len(mean)), np.float32), *(each.tokens for each in told)])
        directions = principal_directions(normalize_rows(tokens[:LOOKED_AT] - mean)) if len(tokens) >= MANY else None
        sentences_unit, told_unit = (
            quantization_scale(project_onto(directions, normalize_rows(vectors - mean))) for vectors in (tokens, beside)
        )
        return cls(mean, sentences_unit, told_unit, directions)


def principal_directions(vectors: Vectors) -> Vectors:
    """The half of all directions in which vectors of shape (vectors, dimensions) are longest, as orthonormal columns."""
    exact = vectors.astype(np.float64)
    _, directions = np.linalg.eigh(exact.T @ exact)
    # In ascending order of length.
    return np.ascontiguousarray(directions[:, -(vectors.shape[1] // 2) :], np.float32)
