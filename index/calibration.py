"""How likely the corpus answers a question, from how near it comes, measured against questions that no report answers."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import resources
from statistics import fmean, pstdev

from index.search import Found

PROBES = "probes.txt"
# The logistic curve over the mean of both standardised measures. Its middle lies where a question is as likely answered
# as not, in standard deviations above the probes' mean; fitted on questions written passage by passage.
MIDDLE, STEEPNESS = 1.2, 1.6


@dataclass(frozen=True, slots=True)
class Calibration:
    """Mean and standard deviation of the two measures over questions about anything but reports."""

    closeness_mean: float
    closeness_deviation: float
    overlap_mean: float
    overlap_deviation: float

    @classmethod
    def measure(cls, found: Iterable[Found]) -> "Calibration":
        """Measure what search found for the probes."""
        closeness, overlap = zip(*((each.closeness, each.overlap) for each in found), strict=True)
        return cls(fmean(closeness), pstdev(closeness) or 1.0, fmean(overlap), pstdev(overlap) or 1.0)

    def confidence(self, found: Found) -> float:
        """The probability, 0 to 1, that the corpus answers the question for which this was found."""
        closeness = (found.closeness - self.closeness_mean) / self.closeness_deviation
        overlap = (found.overlap - self.overlap_mean) / self.overlap_deviation
        return 1 / (1 + math.exp(-STEEPNESS * ((closeness + overlap) / 2 - MIDDLE)))

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def probes() -> list[str]:
    """Everyday questions in four languages that a report about public affairs does not answer."""
    return resources.files("index").joinpath(PROBES).read_text("utf-8").splitlines()
