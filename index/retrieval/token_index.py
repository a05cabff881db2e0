"""Compare the tokens of a question with those of sentences by late interaction (MaxSim).

This follows ColBERT (Khattab and Zaharia, 2020), with two changes because the model was trained for sentence vectors: token
vectors are centred on their common mean, since they share most of their direction; and a question token is weighted by how
much better its best passage matches than the average passage, so that words that match any passage count little. Large
indexes keep only the directions in which token vectors vary most: see `principal_directions`.
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
# Token vectors that suffice to estimate the mean.
SAMPLE = 1 << 18
# Token vectors from which on directions are reduced, and the maximum number used to choose the directions.
MANY, LOOKED_AT = 4096, 1 << 16


class TokenIndex:
    """Centred unit token vectors of all sentences, concatenated: `vectors[offsets[n]:offsets[n + 1]]` is sentence n.

    `mean` has shape (dimensions,). The vectors are projected onto `directions`, orthonormal columns of shape (dimensions,
    kept); they have all dimensions if it is None.
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
        """Build an index.

        :param tokens: a float32 matrix (tokens, dimensions) for each sentence; may be empty only if `mean` is given.
        :param mean: vector to centre on; the mean of the tokens if None.
        :param scale: unit of int8 values; computed from the tokens if None.
        :param directions: orthonormal columns to project onto, shape (dimensions, kept); None for no projection.
        """
        stacked = np.concatenate([*tokens, *([] if mean is None else [np.zeros((0, len(mean)), np.float32)])])
        mean = stacked.mean(axis=0) if mean is None else mean
        offsets = np.cumsum([0, *(len(matrix) for matrix in tokens)])
        return cls(
            QuantizedMatrix.of(project_onto(directions, normalize_rows(stacked - mean)), scale), offsets, mean, directions
        )

    @classmethod
    def joined(cls, parts: Sequence[TokenIndex]) -> TokenIndex:
        """Concatenate indexes that have the same mean, scale and directions."""
        ends = np.cumsum([0, *(len(part.vectors) for part in parts)])
        offsets = np.concatenate([[0], *(part.offsets[1:] + start for part, start in zip(parts, ends[:-1], strict=True))])
        return cls(QuantizedMatrix.joined([part.vectors for part in parts]), offsets, parts[0].mean, parts[0].directions)

    @property
    def size(self) -> int:
        """Number of sentences."""
        return len(self.offsets) - 1

    def max_sim(self, question: Vectors, sentences: Sequence[int] | Offsets) -> Vectors:
        """Return the best cosine of each question token in each sentence.

        :param question: centred unit token vectors, shape (tokens, dimensions).
        :param sentences: sentence numbers.
        :return: float32, shape (tokens, sentences).
        """
        sentences = np.asarray(sentences)
        starts, ends = self.offsets[:-1][sentences], self.offsets[1:][sentences]
        if len(starts) and (np.diff(sentences) == 1).all():
            # Consecutive sentences are one span, so no rows are copied.
            spans = [(int(starts[0]), int(ends[-1]))]
        else:
            spans = list(zip(starts.tolist(), ends.tolist(), strict=True))
        return self.vectors.best(project_onto(self.directions, question), spans, np.cumsum(ends - starts) - (ends - starts))

    def tokens(self, first: int, end: int) -> Vectors:
        """Return the centred token vectors of the sentences `[first, end)`, mapped back to all dimensions.

        :return: float32, shape (tokens, dimensions).
        """
        projected = self.vectors[self.offsets[first] : self.offsets[end]]
        return projected if self.directions is None else projected @ self.directions.T

    def center_tokens(self, question: Vectors) -> Vectors:
        """Centre a question's token vectors on the mean of the index, and scale them to length 1."""
        return normalize_rows(question - self.mean)

    def save(self, folder: Path) -> None:
        """Write one file per array; token vectors are int8 or, in small indexes, float16."""
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
        """Read an index; int8 vectors are memory-mapped.

        :raises GenerationError: if a file is not an array.
        """
        try:
            # Copy-on-write, because OpenVINO needs writable memory; nothing writes to it.
            vectors = np.load(folder / "vectors.npy", mmap_mode="c", allow_pickle=False)
            scale, offsets, mean, directions = (
                np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("scale", "offsets", "mean", "directions")
            )
        except (OSError, EOFError, ValueError) as error:
            raise GenerationError(f"{folder}: token vectors cannot be read ({error}); run: report-index build") from error
        return cls(QuantizedMatrix(vectors, float(scale)), offsets, mean, read_directions(directions))


def stored_directions(directions: Vectors | None) -> Vectors:
    """Convert directions for a file, where an empty array stands for None."""
    return np.zeros((0, 0), np.float32) if directions is None else directions


def read_directions(stored: Vectors) -> Vectors | None:
    """Invert `stored_directions`."""
    return stored if stored.size else None


def project_onto(directions: Vectors | None, vectors: Vectors) -> Vectors:
    """Project unit vectors onto directions and scale them to length 1; None returns them unchanged."""
    return vectors if directions is None else normalize_rows(vectors @ directions)


def token_weights(passage_matches: Vectors) -> Vectors:
    """Weight question tokens by how much their best passage exceeds the average passage.

    :param passage_matches: best cosine of each token in each passage, shape (tokens, passages).
    :return: weights that sum to 1, shape (tokens, 1).
    """
    total = passage_matches.sum(axis=1, keepdims=True)
    gaps = passage_matches.max(axis=1, keepdims=True) - total / passage_matches.shape[1]
    # If no token distinguishes passages, all get the same weight.
    weights = gaps + 1e-9
    normalized: Vectors = weights / weights.sum()
    return normalized


@dataclass(frozen=True, slots=True)
class TokenCentering:
    """Parameters that all parts of a token index share.

    `mean` is the mean token vector, shape (dimensions,). `sentences` and `told` are the int8 units of the tokens of
    sentences and of expansions. `directions` are the directions that are kept; None for all.
    """

    mean: Vectors
    sentence_scale: float
    expansion_scale: float
    directions: Vectors | None = None

    @classmethod
    def measure(cls, sentences: Sequence[Encoding], told: Sequence[Encoding]) -> TokenCentering:
        """Measure the parameters on encoded texts.

        :param sentences: encodings of a sample of sentences.
        :param told: encodings of all expansions.
        """
        tokens = np.concatenate([encoding.tokens for encoding in sentences])
        mean = tokens.mean(axis=0)
        expansion_tokens = np.concatenate([np.zeros((0, len(mean)), np.float32), *(encoding.tokens for encoding in told)])
        directions = principal_directions(normalize_rows(tokens[:LOOKED_AT] - mean)) if len(tokens) >= MANY else None
        sentence_unit, expansion_unit = (
            quantization_scale(project_onto(directions, normalize_rows(vectors - mean)))
            for vectors in (tokens, expansion_tokens)
        )
        return cls(mean, sentence_unit, expansion_unit, directions)


def principal_directions(vectors: Vectors) -> Vectors:
    """Return the half of the directions in which vectors have the most energy (uncentred principal components).

    :param vectors: float32, shape (vectors, dimensions).
    :return: orthonormal float32 columns, shape (dimensions, dimensions // 2).
    """
    exact = vectors.astype(np.float64)
    _, directions = np.linalg.eigh(exact.T @ exact)
    # `eigh` returns eigenvalues in ascending order.
    return np.ascontiguousarray(directions[:, -(vectors.shape[1] // 2) :], np.float32)
