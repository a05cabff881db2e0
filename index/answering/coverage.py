"""How likely the corpus answers a question, from how near it comes, against questions that no report answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from statistics import fmean, pstdev

from index.retrieval.searcher import SearchResult
from index.text.localization import CJK

PROBES = "everyday_questions.txt"
# Cuts of the confidence where no judge brings its own, chosen on questions of both kinds of another writer.
ANSWERED, RELATED = 0.5, 0.3
# The logistic curve over the mean of both standardised measures. Its middle lies where a question is as likely answered
# as not, in standard deviations above the probes' mean; set on questions written passage by passage.
MIDDLE, STEEPNESS = 1.3, 1.6


@dataclass(frozen=True, slots=True)
class ScoreBaseline:
    """Mean and standard deviation of both measures over questions about anything but reports."""

    closeness_mean: float
    closeness_deviation: float
    overlap_mean: float
    overlap_deviation: float

    @classmethod
    def measure(cls, found: Sequence[SearchResult]) -> ScoreBaseline:
        """Measure what search found for the probes of one script."""
        closeness, overlap = [each.closeness for each in found], [each.overlap for each in found]
        # Where all are alike, one unit counts as one deviation.
        return cls(fmean(closeness), pstdev(closeness) or 1.0, fmean(overlap), pstdev(overlap) or 1.0)

    def confidence(self, found: SearchResult) -> float:
        """The probability, 0 to 1, that the corpus answers the question for which this was found."""
        closeness = (found.closeness - self.closeness_mean) / self.closeness_deviation
        overlap = (found.overlap - self.overlap_mean) / self.overlap_deviation
        # The logistic function by way of tanh, which cannot overflow.
        return (1 + math.tanh(STEEPNESS * ((closeness + overlap) / 2 - MIDDLE) / 2)) / 2


@dataclass(frozen=True, slots=True)
class CoverageModel:
    """One background a script, since a question shares fewer words with a report in another one."""

    cjk: ScoreBaseline
    latin: ScoreBaseline

    @classmethod
    def measure(cls, search: Callable[[str], SearchResult]) -> CoverageModel:
        """Search for every probe."""
        everything = load_probes()
        cjk = [search(probe) for probe in everything if CJK.search(probe)]
        latin = [search(probe) for probe in everything if not CJK.search(probe)]
        return cls(ScoreBaseline.measure(cjk), ScoreBaseline.measure(latin))

    @classmethod
    def of(cls, figures: Mapping[str, Mapping[str, float]]) -> CoverageModel:
        """A calibration from the figures that a manifest keeps of it."""
        return cls(**{name: ScoreBaseline(**values) for name, values in figures.items()})

    def confidence(self, question: str, found: SearchResult) -> float:
        """The probability, 0 to 1, that the corpus answers `question`, for which this was found."""
        return (self.cjk if CJK.search(question) else self.latin).confidence(found)


def load_probes() -> list[str]:
    """Everyday questions in four languages that a report about public affairs does not answer."""
    return resources.files("index.answering").joinpath(PROBES).read_text("utf-8").splitlines()
