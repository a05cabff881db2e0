"""Tell by examples what a message asks for: a fact, a summary, what somebody said, or nothing of a report at all.

A multinomial logistic regression on the embedding of the message and on its character n-grams.
`report-index train --requests` trains it; applying it needs only numpy.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from index import arrays
from index.arrays import Vectors
from index.errors import GenerationError
from index.text.normalization import phrase_key
from index.text.small_talk import Kind as Talk

log = logging.getLogger(__name__)

FILE = "requests.npz"
LONGEST = 200  # characters of a message that is classified
LONGEST_GRAM = 3
SEPARATOR = "\n"  # between the n-grams of the file; no key has one

# Probability from which a message is taken for small talk, for another request, and for one of what somebody said or where
# something stands, which must also be found.
SURE_TALK, SURE, SURE_FOUND = 0.6, 0.6, 0.5

Found = Literal["said", "which"]
Request = Literal[Talk, Found, "question", "overview", "advice", "findings", "dates", "meta", "session"]


class RequestClassifier:
    """A trained classifier. Immutable.

    :param model: fingerprint of the encoder whose embeddings it was trained on.
    :param kinds: names of the kinds, in the order of the weights.
    :param mean: mean of each dimension of the embeddings of the examples; `deviation` likewise.
    :param weights: float32, shape (kinds, dimensions + 1); the last column is the bias.
    :param grams: the rows of `gram_weights`, float32, shape (n-grams, kinds), by n-gram.
    """

    def __init__(
        self,
        model: str,
        kinds: Sequence[Request],
        mean: Vectors,
        deviation: Vectors,
        weights: Vectors,
        grams: Mapping[str, int],
        gram_weights: Vectors,
    ) -> None:
        self.model, self.kinds, self.mean, self.deviation = model, tuple(kinds), mean, deviation
        self.weights, self.grams, self.gram_weights = weights, grams, gram_weights

    def probabilities(self, message: str, vector: Vectors) -> dict[Request, float]:
        """Return how likely a message is of each kind, 0 to 1; they add up to 1.

        :param vector: embedding of the message as a question, shape (dimensions,).
        """
        scores = self.weights[:, :-1] @ ((vector - self.mean) / self.deviation) + self.weights[:, -1]
        rows = [self.grams[gram] for gram in character_grams(message) if gram in self.grams]
        if rows:
            scores = scores + self.gram_weights[rows].sum(axis=0) / np.sqrt(len(rows))
        raised = np.exp(scores - scores.max())
        return dict(zip(self.kinds, (raised / raised.sum()).tolist(), strict=True))

    def classify(self, message: str, vector: Vectors) -> Request:
        """Return the kind of a message; "question" if it is not surely another.

        :param vector: embedding of the message as a question, shape (dimensions,).
        """
        likely = self.probabilities(message, vector)
        talk = {kind: likely[kind] for kind in get_args(Talk)}
        if sum(talk.values()) >= SURE_TALK:
            return max(talk, key=lambda kind: talk[kind])
        best = max(likely, key=lambda kind: likely[kind])
        return best if likely[best] >= (SURE_FOUND if best in get_args(Found) else SURE) else "question"

    def save(self, path: Path) -> None:
        """Write the classifier, its weights in half precision."""
        values = {"mean": self.mean, "deviation": self.deviation, "weights": self.weights, "gram_weights": self.gram_weights}
        names = {"model": self.model, "kinds": SEPARATOR.join(self.kinds), "grams": SEPARATOR.join(self.grams)}
        halved = {name: value.astype(np.float16) for name, value in values.items()}
        arrays.save_arrays(path, {**halved, **{name: np.array(text) for name, text in names.items()}})

    @classmethod
    def load(cls, path: Path) -> RequestClassifier:
        """Read a classifier.

        :raises GenerationError: if the file is not one.
        """

        def make(values: arrays.Arrays) -> RequestClassifier:
            grams = {gram: row for row, gram in enumerate(str(values["grams"]).split(SEPARATOR))}
            mean, deviation, weights, gram_weights = (
                values[name].astype(np.float32) for name in ("mean", "deviation", "weights", "gram_weights")
            )
            kinds = str(values["kinds"]).split(SEPARATOR)
            return cls(str(values["model"]), kinds, mean, deviation, weights, grams, gram_weights)  # type: ignore[arg-type]  # saved

        return arrays.load_arrays(path, "classifier of requests", make)


@cache
def load_classifier() -> RequestClassifier | None:
    """Load the classifier of this package.

    :return: None if its file cannot be used, which is logged.
    """
    try:
        with resources.as_file(resources.files("index.structured_qa") / FILE) as path:
            return RequestClassifier.load(path)
    except GenerationError as error:
        log.warning("%s --requests; rules alone tell what a message asks for", error)
        return None


def character_grams(message: str) -> list[str]:
    """Return the different runs of one to three characters of a message, in its folded form with marks at both ends."""
    key = f"^{phrase_key(message[:LONGEST])}$"
    ends = range(1, LONGEST_GRAM + 1)
    return sorted({key[at : at + size] for size in ends for at in range(len(key) - size + 1)})
