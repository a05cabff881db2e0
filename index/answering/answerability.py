"""Whether the best passage answers a question: reads both together, token by token, and how search found it.

Each token of the question attends to the passage's tokens and is compared with what it found there, after the decomposable
attention of Parikh et al. (2016); the comparisons are pooled, joined with the measures of the search, and weighed. A few
small networks of that form vote. Trained by `report-index train`; numpy is enough to run it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index import arrays
from index.arrays import Vectors

# The arrays of a judge; the first axis of each is the network's number, but for what they share.
SHARED = ("model", "reports", "mean", "deviation", "slope", "shift", "cut")
OWN = ("project", "sharpness", "compare", "compare_bias", "hidden", "hidden_bias", "weigh", "weigh_bias")


@dataclass(frozen=True, slots=True)
class AnswerabilityFeatures:
    """What a judge reads: centred unit vectors of a question's tokens and of the best passage's, each of shape
    (tokens, dimensions), and what the search measured, in the order of `MEASURES`."""

    question: Vectors
    passage: Vectors
    measures: Vectors


FEATURES = (
    "closest",  # late interaction of the passage that is nearest by it
    "closeness",  # that of the best passage
    "overlap",  # the highest keyword score
    "keywords",  # that of the best passage
    "gist",  # how well what was written about the best passage matches
    "reading",
    "asked",  # the same of the reviewed question, of whatever passage, that is nearest
    "least",  # the question's token that the best passage matches least
    "missed",  # how much better other passages match its tokens
    "lead",  # how far the best passage is ahead of the second
    "years",  # how many years it names that no report does
    "ideographs",  # 1 if it is written in them, else 0
    "length",  # in tokens
    "lacking",  # 1 if the best passage holds no year, sum, age or the like, and one is asked for
    "uncounted",  # 1 if it holds no number of what the question asks the number of
)


class AnswerabilityClassifier:
    """A trained judge. Immutable; threads may share one."""

    def __init__(self, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
        self.arrays = arrays

    @property
    def model(self) -> str:
        """The fingerprint of the encoder whose tokens it was trained on."""
        return str(self.arrays["model"])

    @property
    def reports(self) -> frozenset[str]:
        """The names of the reports that it was trained on; it knows nothing of others."""
        return frozenset(self.arrays["reports"].tolist())

    def probability(self, signals: AnswerabilityFeatures, covered: float) -> float:
        """The probability, 0 to 1, that the passage answers the question; `covered` is that the reports touch it at all."""
        return float(calibrated_probabilities(self.logit(signals), covered, self.arrays["slope"], self.arrays["shift"]))

    def logit(self, signals: AnswerabilityFeatures) -> float:
        """The mean of the votes, before they are made a probability; all networks at once."""
        asks, holds = np.ones((1, len(signals.question)), bool), np.ones((1, len(signals.passage)), bool)
        measures = (signals.measures - self.arrays["mean"]) / self.arrays["deviation"]
        question, passage = signals.question[None], signals.passage[None]
        return float(network_logits(self._parameters, question, asks, passage, holds, measures[None], np).mean())

    @cached_property
    def _parameters(self) -> dict[str, np.ndarray[Any, Any]]:
        """The parameters of all networks, whose axis comes first, with axes for whatever they are multiplied with."""
        found = {name: self.arrays[name] for name in OWN}
        axes = {"sharpness": 3, "weigh_bias": 2} | dict.fromkeys(("compare_bias", "hidden_bias", "weigh"), 3)
        return {
            name: value.reshape(len(value), *[1] * (axes.get(name, value.ndim) - value.ndim), *value.shape[1:])
            for name, value in found.items()
        }

    @property
    def cut(self) -> float:
        """The probability from which on a question counts as answered."""
        return float(self.arrays["cut"])

    def save(self, path: Path) -> None:
        arrays.save_arrays(path, self.arrays)

    @classmethod
    def load(cls, path: Path) -> AnswerabilityClassifier:
        """Read a judge. Raises GenerationError if the file is not one."""
        return arrays.load_arrays(
            path, "judge of answers", lambda found: cls({name: found[name] for name in (*SHARED, *OWN)})
        )


def calibrated_probabilities(logits: Any, covered: Any, slope: Any, shift: Any) -> Any:
    """Probabilities of votes and coverage, by a logistic regression on both."""
    return 1 / (1 + np.exp(-np.clip(slope[0] * logits + slope[1] * clipped_logit(covered) + shift, -30, 30)))


def clipped_logit(covered: Any) -> Any:
    """The logit of coverage, up to 1: above what most questions about the subject reach, more of it says nothing."""
    touched = np.clip(covered, 1e-6, 1 - 1e-6)
    return np.minimum(np.log(touched / (1 - touched)), 1.0)


def network_logits(
    parameters: Mapping[str, Any],
    question: Any,
    asks: Any,
    passage: Any,
    holds: Any,
    features: Any,
    xp: Any,
    drop: Callable[[Any], Any] = lambda values: values,
) -> Any:
    """The network, for numpy, which runs it, and for torch, which trains it.

    Attention and comparison are those of Parikh et al. (2016, sections 3.1 to 3.3), with cosines for its attention scores.

    :param parameters: by the names of `OWN`; those of several networks have an axis in front.
    :param question: tokens, shape (batch, tokens, dimensions).
    :param asks: which of them are there, shape (batch, tokens).
    :param passage: tokens, shape (batch, tokens, dimensions).
    :param holds: which of them are there.
    :param features: standardised, shape (batch, features).
    :param xp: the module `numpy` or `torch`.
    :param drop: dropout, in training.
    :return: shape (batch,), or (networks,) for several networks and a batch of one.
    """

    def gelu(values: Any) -> Any:
        """In its tanh form."""
        return 0.5 * values * (1 + xp.tanh(0.7978845608 * values * (1 + 0.044715 * values * values)))

    cosines = xp.where(holds[:, None, :], question @ xp.swapaxes(passage, -1, -2), -1e4)
    closest = xp.amax(cosines, -1, keepdims=True)
    attention = xp.exp((cosines - closest) * parameters["sharpness"])
    attention = attention / attention.sum(-1, keepdims=True)
    asked, found = question @ parameters["project"], (attention @ passage) @ parameters["project"]
    nearest = xp.broadcast_to(closest, (*asked.shape[:-1], 1))
    pairs = xp.concatenate([asked, found, asked - found, asked * found, nearest], -1)
    compared = drop(gelu(pairs @ parameters["compare"] + parameters["compare_bias"]))
    there = asks[:, :, None]
    count = there.sum(-2, keepdims=True)
    mean = xp.where(there, compared, 0.0).sum(-2, keepdims=True) / count
    most = xp.amax(xp.where(there, compared, -1e4), -2, keepdims=True)
    question_mean = xp.where(there, asked, 0.0).sum(-2, keepdims=True) / count
    measured = xp.broadcast_to(drop(features)[:, None, :], (len(mean), 1, features.shape[-1]))
    joined = xp.concatenate([mean, most, measured, question_mean], -1)
    weighed = drop(gelu(joined @ parameters["hidden"] + parameters["hidden_bias"]))
    return ((weighed * parameters["weigh"]).sum(-1) + parameters["weigh_bias"]).reshape(-1)
