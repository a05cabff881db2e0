"""What token vectors are centred on and counted in: the same for all of a generation, so that they can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import arrays
from index.embedding import Encoded, unit
from index.shapes import Vectors
from index.table import scale_of

FRAME = "frame.npz"
# Token vectors after which a mean is known well enough: what more there is does not move it.
SAMPLE = 1 << 18


@dataclass(frozen=True, slots=True)
class Frame:
    """The mean of all token vectors, and the units of those of sentences and of what was written about them.

    `full`, if it was measured on so many that it holds for any more; else it depends on every one of them.
    """

    mean: Vectors
    sentences: float
    told: float
    full: bool

    @classmethod
    def measure(cls, sentences: Sequence[Encoded], told: Sequence[Encoded]) -> Frame:
        """Measure it on the sentences of some reports and what was written about them."""
        tokens = np.concatenate([each.tokens for each in sentences])
        mean = tokens.mean(axis=0)
        beside = np.concatenate([np.zeros((0, len(mean)), np.float32), *(each.tokens for each in told)])
        return cls(mean, scale_of(unit(tokens - mean)), scale_of(unit(beside - mean)), len(tokens) >= SAMPLE)

    def save(self, path: Path) -> None:
        numbers = {"sentences": np.array(self.sentences), "told": np.array(self.told), "full": np.array(self.full)}
        arrays.save(path, {"mean": self.mean, **numbers})

    @classmethod
    def load(cls, path: Path) -> Frame:
        """Read a frame. Raises GenerationError if the file does not hold one."""
        return arrays.load(
            path,
            "frame of token vectors",
            lambda found: cls(found["mean"], float(found["sentences"]), float(found["told"]), bool(found["full"])),
        )
