"""What token vectors are centred on, along which directions they are kept, and in which units they are counted.

It is the same for all of a generation, so that they can be compared. Of many token vectors half of the dimensions are kept,
those of greatest variance (principal component analysis): products take half the time and files half the bytes, and passages
are found as well as with all of them. A third of the dimensions costs two points of recall@1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import arrays
from index.arrays import Vectors
from index.encoding.encoder import Encoded, unit
from index.retrieval.int8_matrix import scale_of
from index.retrieval.token_index import along, read_directions, stored_directions

FRAME = "frame.npz"
# Token vectors after which a mean is known well enough: what more there is does not move it.
SAMPLE = 1 << 18
# Token vectors from which on directions are chosen, and up to how many are looked at for that.
MANY, LOOKED_AT = 4096, 1 << 16


@dataclass(frozen=True, slots=True)
class Frame:
    """The mean of all token vectors, the directions that are kept (None for all), and the units of those of sentences and of
    what was written about them.

    `full`, if it was measured on so many that it holds for any more; else it depends on every one of them.
    """

    mean: Vectors
    sentences: float
    told: float
    full: bool
    directions: Vectors | None = None

    @classmethod
    def measure(cls, sentences: Sequence[Encoded], told: Sequence[Encoded]) -> Frame:
        """Measure it on the sentences of some reports and what was written about them."""
        tokens = np.concatenate([each.tokens for each in sentences])
        mean = tokens.mean(axis=0)
        beside = np.concatenate([np.zeros((0, len(mean)), np.float32), *(each.tokens for each in told)])
        directions = principal_directions(unit(tokens[:LOOKED_AT] - mean)) if len(tokens) >= MANY else None
        sentences_unit, told_unit = (scale_of(along(directions, unit(vectors - mean))) for vectors in (tokens, beside))
        return cls(mean, sentences_unit, told_unit, len(tokens) >= SAMPLE, directions)

    def save(self, path: Path) -> None:
        numbers = {"sentences": np.array(self.sentences), "told": np.array(self.told), "full": np.array(self.full)}
        arrays.save(path, {"mean": self.mean, "directions": stored_directions(self.directions), **numbers})

    @classmethod
    def load(cls, path: Path) -> Frame:
        """Read a frame. Raises GenerationError if the file does not hold one."""
        return arrays.load(
            path,
            "frame of token vectors",
            lambda found: cls(
                found["mean"],
                float(found["sentences"]),
                float(found["told"]),
                bool(found["full"]),
                read_directions(found["directions"]),
            ),
        )


def principal_directions(vectors: Vectors) -> Vectors:
    """The half of all directions in which vectors of shape (vectors, dimensions) are longest, as orthonormal columns."""
    exact = vectors.astype(np.float64)
    _, directions = np.linalg.eigh(exact.T @ exact)
    # In ascending order of length.
    return np.ascontiguousarray(directions[:, -(vectors.shape[1] // 2) :], np.float32)
