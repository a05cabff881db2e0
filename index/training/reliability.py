"""How far the probabilities of a judge can be trusted: what they say beside what is so, on passages it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.evaluation.metrics import area_under_curve
from index.training.answerability_trainer import Trained

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


def figures(trained: Trained) -> dict[str, float]:
    """How well the judge tells the reviewed questions apart, each by networks that never saw its passage."""
    labels = [example.answerable for example in trained.examples]
    said: list[float] = trained.probabilities.tolist()
    cut = trained.judge.cut
    off = [example.passage < 0 for example in trained.examples]

    def share(of: Sequence[bool]) -> float:
        above = [p >= cut for p, wanted in zip(said, of, strict=True) if wanted]
        return sum(above) / max(1, len(above))

    def curve(of: Sequence[bool]) -> float:
        kept = zip(said, labels, of, strict=True)
        area: float = area_under_curve([(p, label) for p, label, wanted in kept if label or wanted])
        return area

    near = [not label and not away for label, away in zip(labels, off, strict=True)]
    found = {
        "questions": float(len(labels)),
        "AUC": curve([not label for label in labels]),
        "AUC off-topic": curve(off),
        "AUC near-topic": curve(near),
        "answerable, answered": share(labels),
        "off-topic, answered": share(off),
        "near-topic, answered": share(near),
        "cut": cut,
    }
    return {name: round(value, 4) for name, value in found.items()}
