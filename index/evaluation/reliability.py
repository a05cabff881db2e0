"""How far probabilities can be trusted: what they say beside what is so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose probability lies in a tenth: how many, what was said of them on average, how many are answered."""

    low: float
    questions: int
    said: float
    so: float


def reliability(probabilities: Sequence[float], labels: Sequence[bool]) -> list[Bin]:
    """The tenths that hold a question, ascending (Niculescu-Mizil and Caruana, 2005)."""
    said, so = np.asarray(probabilities, float), np.asarray(labels, float)
    at = np.minimum((said * BINS).astype(int), BINS - 1)
    return [
        Bin(n / BINS, int((at == n).sum()), float(said[at == n].mean()), float(so[at == n].mean()))
        for n in range(BINS)
        if (at == n).any()
    ]
