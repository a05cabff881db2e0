"""Estimate how likely the corpus covers a question, from search scores standardised against those of unrelated questions.

These probes are everyday questions in several languages that no report about public affairs answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from statistics import fmean, pstdev

from index.retrieval.searcher import SearchResult
from index.text.localization import CJK

PROBES = "everyday_questions.txt"
# Thresholds without a trained classifier, chosen on answerable and unanswerable questions of another writer.
ANSWERED, RELATED = 0.5, 0.3
# Logistic curve over the mean of both standardised scores. The middle, in standard deviations above the mean of the probes,
# is where a question is as likely answered as not; fitted on questions written passage by passage.
MIDDLE, STEEPNESS = 1.3, 1.6


@dataclass(frozen=True, slots=True)
class ScoreBaseline:
    """Mean and standard deviation of closeness and overlap over the probes of one script."""

    closeness_mean: float
    closeness_deviation: float
    overlap_mean: float
    overlap_deviation: float

    @classmethod
    def measure(cls, results: Sequence[SearchResult]) -> ScoreBaseline:
        """Measure the baseline on the search results of the probes."""
        closeness, overlap = [result.closeness for result in results], [result.overlap for result in results]
        # Without any deviation, scores are not scaled.
        return cls(fmean(closeness), pstdev(closeness) or 1.0, fmean(overlap), pstdev(overlap) or 1.0)

    def confidence(self, result: SearchResult, middle: float = MIDDLE, steepness: float = STEEPNESS) -> float:
        """Return the probability that the corpus covers the question of a search result, 0 to 1."""
        closeness = (result.closeness - self.closeness_mean) / self.closeness_deviation
        overlap = (result.overlap - self.overlap_mean) / self.overlap_deviation
        # The logistic function, expressed by tanh, which cannot overflow.
        return (1 + math.tanh(steepness * ((closeness + overlap) / 2 - middle) / 2)) / 2


@dataclass(frozen=True, slots=True)
class CoverageModel:
    """One baseline per script, since a question shares fewer words with a report in another script."""

    cjk: ScoreBaseline
    latin: ScoreBaseline

    @classmethod
    def measure(cls, search: Callable[[str], SearchResult]) -> CoverageModel:
        """Measure both baselines by a search for every probe."""
        probes = load_probes()
        cjk = [search(probe) for probe in probes if CJK.search(probe)]
        latin = [search(probe) for probe in probes if not CJK.search(probe)]
        return cls(ScoreBaseline.measure(cjk), ScoreBaseline.measure(latin))

    @classmethod
    def of(cls, figures: Mapping[str, Mapping[str, float]]) -> CoverageModel:
        """Restore a model from the figures in a manifest."""
        return cls(**{name: ScoreBaseline(**values) for name, values in figures.items()})

    def confidence(self, question: str, result: SearchResult) -> float:
        """Return the probability that the corpus covers a question, 0 to 1.

        :param result: the search result of the question.
        """
        return (self.cjk if CJK.search(question) else self.latin).confidence(result)


def load_probes() -> list[str]:
    """Return everyday questions in four languages that a report about public affairs does not answer."""
    return resources.files("index.answering").joinpath(PROBES).read_text("utf-8").splitlines()
