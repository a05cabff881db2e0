"""Estimate how likely a window answers a question, from what a reader makes of it and how well the corpus covers it.

A logistic regression, fitted by `report-index train` on reports that neither it nor the reader was trained on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from index.answering.question_constraints import lacks_expected_type
from index.answering.windows import SentenceWindow
from index.arrays import Array
from index.reading.reader import Reading
from index.text.localization import CJK

WEIGHTS = "answerable.weights"  # the array of the model in a reader's file


@dataclass(frozen=True, slots=True)
class WindowFeatures:
    """The features of a window.

    :param logit: the reader's logit that the window answers.
    :param span: score of the best span, at least 0: whole sentences may answer where no words of them do.
    :param gap: score of the window's best sentence in the search, less that of the best sentence of all, 0 or less.
    :param covered: logit of the probability that the corpus covers the question, from `CoverageModel`, if question and
        window share a script, else 0.
    :param covered_across: the same if they do not.
    :param uncovered: how far that logit lies below 0; above, coverage does not separate what is answered.
    :param crosses: 1 if they do not, since words in common then say little.
    :param lacks_form: 1 if the question asks for a year, a sum or the like that the window lacks.
    """

    logit: float
    span: float
    gap: float
    covered: float
    covered_across: float
    uncovered: float
    crosses: float
    lacks_form: float


class AnswerabilityModel:
    """The probability that a window answers, by weights for each kind of script; from one half on it counts as an answer."""

    def __init__(self, weights: Array, of_reports: Mapping[str, Sequence[float]] | None = None) -> None:
        """Create a model.

        :param weights: of the features in their order, and the intercept, shape (2, features + 1): for windows in ideographs
            and kana, and for those in other scripts.
        :param of_reports: weights of the reports that have reviewed questions, which people ask in other words than those of
            the question sets, by the names of the reports.
        """
        self.weights, self.of_reports = weights, of_reports or {}

    @classmethod
    def of(cls, trained: Mapping[str, Array], of_reports: Mapping[str, Sequence[float]] | None = None) -> AnswerabilityModel:
        """Return the model of a reader's file, or, for a reader without one, the reader's own probability."""
        own = np.array([[1.0, *[0.0] * len(fields(WindowFeatures))]] * 2)
        return cls(trained.get(WEIGHTS, own), of_reports)

    def probability(self, features: WindowFeatures, report: str, *, is_ideographic: bool) -> float:
        """Return the probability that the window of a report answers the question, 0 to 1."""
        weights = np.asarray(self.of_reports.get(report, self.weights[0 if is_ideographic else 1]))
        logit = float(weights[:-1] @ np.array(astuple(features)) + weights[-1])
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def make_features(question: str, window: SentenceWindow, reading: Reading, coverage: float) -> WindowFeatures:
    """Collect the features of a window.

    :param coverage: probability that the corpus covers the question, 0 to 1.
    """
    text = window.window.text
    probability = min(max(coverage, 1e-4), 1 - 1e-4)
    covered = math.log(probability / (1 - probability))
    crosses = bool(CJK.search(question)) != window.is_ideographic
    return WindowFeatures(
        logit=reading.logit,
        span=max(0.0, reading.spans[0].score) if reading.spans else 0.0,
        gap=window.gap,
        covered=0.0 if crosses else covered,
        covered_across=covered if crosses else 0.0,
        uncovered=max(0.0, -covered),
        crosses=float(crosses),
        lacks_form=float(lacks_expected_type(question, text)),
    )
