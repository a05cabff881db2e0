"""Estimate whether the best passage answers a question, from its tokens and the scores of the search.

Each token of the question attends to the passage's tokens and is compared with the result, after the decomposable
attention of Parikh et al. (2016). The comparisons are pooled, joined with the features of the search, and classified by
a hidden layer. An ensemble of a few small networks votes. `report-index train` trains it; inference needs only numpy.
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

# The arrays of a classifier file: those of the whole ensemble, and the parameters, whose first axis is the network.
ENSEMBLE_ARRAYS = ("model", "reports", "mean", "deviation", "slope", "shift", "cut")
PARAMETERS = ("project", "sharpness", "compare", "compare_bias", "hidden", "hidden_bias", "weigh", "weigh_bias")


@dataclass(frozen=True, slots=True)
class AnswerabilityFeatures:
    """The input of the classifier.

    :param question: centred unit vectors of the question's tokens, shape (tokens, dimensions).
    :param passage: centred unit vectors of the best passage's tokens, shape (tokens, dimensions).
    :param measures: scores of the search, shape (features,), in the order of `FEATURES`.
    """

    question: Vectors
    passage: Vectors
    measures: Vectors


FEATURES = (
    "closest",  # highest late interaction score of any passage
    "closeness",  # late interaction score of the best passage
    "overlap",  # highest keyword score of any passage
    "keywords",  # keyword score of the best passage
    "gist",  # score of the best passage's gist expansion
    "reading",  # score of its reading expansion
    "asked",  # highest score of a reviewed question about any passage
    "least",  # lowest match of a question token in the best passage
    "missed",  # weighted sum of how much better other passages match each token
    "lead",  # score margin of the best passage over the second
    "years",  # number of years in the question that no report names
    "ideographs",  # 1 if the question contains ideographs or kana, else 0
    "length",  # of the question, in tokens
    "lacking",  # 1 if the question asks for a year, sum, age or the like that the best passage lacks
    "uncounted",  # 1 if the question asks for a count that the best passage lacks
)


class AnswerabilityClassifier:
    """A trained ensemble. Immutable; threads may share one."""

    def __init__(self, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
        self.arrays = arrays

    @property
    def model(self) -> str:
        """The fingerprint of the encoder whose token vectors it was trained on."""
        return str(self.arrays["model"])

    @property
    def reports(self) -> frozenset[str]:
        """The names of the reports that it was trained on; it is not valid for others."""
        return frozenset(self.arrays["reports"].tolist())

    def probability(self, signals: AnswerabilityFeatures, covered: float) -> float:
        """Return the probability that the passage answers the question, 0 to 1.

        :param covered: probability that the reports cover the question at all, 0 to 1, from `CoverageModel`.
        """
        return float(calibrated_probabilities(self.logit(signals), covered, self.arrays["slope"], self.arrays["shift"]))

    def logit(self, signals: AnswerabilityFeatures) -> float:
        """Return the mean logit of the ensemble, before calibration."""
        question_mask, passage_mask = np.ones((1, len(signals.question)), bool), np.ones((1, len(signals.passage)), bool)
        measures = (signals.measures - self.arrays["mean"]) / self.arrays["deviation"]
        question, passage = signals.question[None], signals.passage[None]
        return float(
            network_logits(self._parameters, question, question_mask, passage, passage_mask, measures[None], np).mean()
        )

    @cached_property
    def _parameters(self) -> dict[str, np.ndarray[Any, Any]]:
        """The parameters of all networks, network axis first, with axes added so that they broadcast over a batch of one."""
        parameters = {name: self.arrays[name] for name in PARAMETERS}
        axes = {"sharpness": 3, "weigh_bias": 2} | dict.fromkeys(("compare_bias", "hidden_bias", "weigh"), 3)
        return {
            name: value.reshape(len(value), *[1] * (axes.get(name, value.ndim) - value.ndim), *value.shape[1:])
            for name, value in parameters.items()
        }

    @property
    def cut(self) -> float:
        """The lowest probability, 0 to 1, at which a question counts as answered."""
        return float(self.arrays["cut"])

    def save(self, path: Path) -> None:
        """Write the arrays to an .npz file."""
        arrays.save_arrays(path, self.arrays)

    @classmethod
    def load(cls, path: Path) -> AnswerabilityClassifier:
        """Read a classifier from an .npz file.

        :raises GenerationError: if the file is not one.
        """
        return arrays.load_arrays(
            path, "judge of answers", lambda loaded: cls({name: loaded[name] for name in (*ENSEMBLE_ARRAYS, *PARAMETERS)})
        )


def calibrated_probabilities(logits: Any, covered: Any, slope: Any, shift: Any) -> Any:
    """Return the probabilities of logits and coverage, by a logistic regression on both.

    :param logits: mean logits of the ensemble.
    :param covered: coverage, 0 to 1, of the same shape.
    :param slope: the weights of the logits and of the clipped logit of the coverage, shape (2,).
    :param shift: the intercept.
    """
    return 1 / (1 + np.exp(-np.clip(slope[0] * logits + slope[1] * clipped_logit(covered) + shift, -30, 30)))


def clipped_logit(covered: Any) -> Any:
    """Return the logit of a coverage, at most 1.

    Most questions about the subject stay below that value; above it, coverage does not separate answered questions.
    """
    probability = np.clip(covered, 1e-6, 1 - 1e-6)
    return np.minimum(np.log(probability / (1 - probability)), 1.0)


def network_logits(
    parameters: Mapping[str, Any],
    question: Any,
    question_mask: Any,
    passage: Any,
    passage_mask: Any,
    features: Any,
    xp: Any,
    drop: Callable[[Any], Any] = lambda values: values,
) -> Any:
    """Run the network with numpy, for inference, or with torch, for training.

    Attention and comparison are those of Parikh et al. (2016, sections 3.1 to 3.3), with cosines as attention scores.

    :param parameters: arrays by the names of `PARAMETERS`; those of several networks have an axis in front.
    :param question: tokens, shape (batch, tokens, dimensions).
    :param question_mask: which tokens are not padding, shape (batch, tokens).
    :param passage: tokens, shape (batch, tokens, dimensions).
    :param passage_mask: which tokens are not padding, shape (batch, tokens).
    :param features: standardised, shape (batch, features).
    :param xp: the module `numpy` or `torch`.
    :param drop: dropout, in training.
    :return: shape (batch,), or (networks,) for several networks and a batch of one.
    """

    def gelu(values: Any) -> Any:
        """Return the tanh approximation of GELU."""
        return 0.5 * values * (1 + xp.tanh(0.7978845608 * values * (1 + 0.044715 * values * values)))

    cosines = xp.where(passage_mask[:, None, :], question @ xp.swapaxes(passage, -1, -2), -1e4)
    closest = xp.amax(cosines, -1, keepdims=True)
    attention = xp.exp((cosines - closest) * parameters["sharpness"])
    attention = attention / attention.sum(-1, keepdims=True)
    projected, attended = question @ parameters["project"], (attention @ passage) @ parameters["project"]
    best_cosine = xp.broadcast_to(closest, (*projected.shape[:-1], 1))
    pairs = xp.concatenate([projected, attended, projected - attended, projected * attended, best_cosine], -1)
    compared = drop(gelu(pairs @ parameters["compare"] + parameters["compare_bias"]))
    mask = question_mask[:, :, None]
    count = mask.sum(-2, keepdims=True)
    mean = xp.where(mask, compared, 0.0).sum(-2, keepdims=True) / count
    maximum = xp.amax(xp.where(mask, compared, -1e4), -2, keepdims=True)
    question_mean = xp.where(mask, projected, 0.0).sum(-2, keepdims=True) / count
    search_features = xp.broadcast_to(drop(features)[:, None, :], (len(mean), 1, features.shape[-1]))
    pooled = xp.concatenate([mean, maximum, search_features, question_mean], -1)
    hidden = drop(gelu(pooled @ parameters["hidden"] + parameters["hidden_bias"]))
    return ((hidden * parameters["weigh"]).sum(-1) + parameters["weigh_bias"]).reshape(-1)
