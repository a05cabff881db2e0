"""Late interaction: a question's tokens against a sentence's tokens, each with its best match.

After ColBERT (Khattab and Zaharia, 2020), with two changes that the model needs, which was trained for sentence vectors:
token vectors are centred on the mean of all, since they share most of their direction; and a question's token counts by
how much better its best passage matches it than the average passage, so that words that any passage matches count little.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding import unit
from index.errors import GenerationError
from index.shapes import Vectors
from index.table import Table

Offsets = np.ndarray[Any, np.dtype[np.int64]]


class TokenIndex:
    """Centred token vectors of all sentences, one after the other: `vectors[offsets[n]:offsets[n + 1]]` is sentence n."""

    def __init__(self, vectors: Table, offsets: Offsets, mean: Vectors) -> None:
        self.vectors, self.offsets, self.mean = vectors, offsets, mean

    @classmethod
    def build(cls, tokens: Sequence[Vectors], mean: Vectors | None = None, scale: float | None = None) -> TokenIndex:
        """Index matrices of shape (tokens, dimensions), one a sentence, centred on a mean and held in units of a scale:
        their own, or given ones.

        Where there is a mean, there may be no sentence.
        """
        stacked = np.concatenate([*tokens, *([] if mean is None else [np.zeros((0, len(mean)), np.float32)])])
        mean = stacked.mean(axis=0) if mean is None else mean
        offsets = np.cumsum([0, *(len(matrix) for matrix in tokens)])
        return cls(Table.of(unit(stacked - mean), scale), offsets, mean)

    @classmethod
    def joined(cls, parts: Sequence[TokenIndex]) -> TokenIndex:
        """The sentences of several that have the same mean and scale, after one another."""
        ends = np.cumsum([0, *(len(part.vectors) for part in parts)])
        offsets = np.concatenate([[0], *(part.offsets[1:] + start for part, start in zip(parts, ends[:-1], strict=True))])
        return cls(Table.joined([part.vectors for part in parts]), offsets, parts[0].mean)

    @property
    def size(self) -> int:
        """How many sentences there are."""
        return len(self.offsets) - 1

    def best_matches(self, question: Vectors, sentences: Sequence[int] | Offsets) -> Vectors:
        """The cosine of each centred question token with its best match in each sentence, shape (tokens, sentences)."""
        sentences = np.asarray(sentences)
        starts, ends = self.offsets[:-1][sentences], self.offsets[1:][sentences]
        if len(starts) and (np.diff(sentences) == 1).all():
            # One after the other, as all of them and all texts of a kind are: nothing needs to be copied.
            spans = [(int(starts[0]), int(ends[-1]))]
        else:
            spans = list(zip(starts.tolist(), ends.tolist(), strict=True))
        return self.vectors.best(question, spans, np.cumsum(ends - starts) - (ends - starts))

    def centred(self, question: Vectors) -> Vectors:
        """A question's tokens about the mean of all that is indexed, of length 1."""
        return unit(question - self.mean)

    def save(self, folder: Path) -> None:
        """Write four arrays; token vectors in half precision, many of them in eight bits."""
        folder.mkdir()
        for name, values in self._arrays().items():
            np.save(folder / f"{name}.npy", values, allow_pickle=False)

    def _arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        table = self.vectors
        return {"vectors": table.stored, "scale": np.array(table.scale), "offsets": self.offsets, "mean": self.mean}

    @classmethod
    def load(cls, folder: Path) -> TokenIndex:
        """Read an index, what stands in eight bits mapped into memory. Raises GenerationError if a file is not an array."""
        try:
            # Copied when written to, which nothing does: who multiplies wants memory that it may write to.
            vectors = np.load(folder / "vectors.npy", mmap_mode="c", allow_pickle=False)
            scale, offsets, mean = (
                np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("scale", "offsets", "mean")
            )
        except (OSError, EOFError, ValueError) as error:
            raise GenerationError(f"{folder}: token vectors cannot be read ({error}); run: report-index build") from error
        return cls(Table([vectors], float(scale)), offsets, mean)


def token_weights(passage_matches: Vectors) -> Vectors:
    """How much each question token counts, shape (tokens, 1), from its best match in each passage (tokens, passages)."""
    total = passage_matches.sum(axis=1, keepdims=True)
    gaps = passage_matches.max(axis=1, keepdims=True) - total / passage_matches.shape[1]
    # Where no token tells passages apart, all count alike.
    weights = gaps + 1e-9
    shares: Vectors = weights / weights.sum()
    return shares
