"""Views of passages: each kind of text that was written about them scores them anew, by late interaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from index.embedding import Vectors
from index.expansion import Expansion, Kind, readings
from index.late import TokenIndex, token_weights

Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The passages and the sentences that a view has texts about, ascending, each with the score of its best text."""

    passages: Numbers
    passage_scores: Vectors
    sentences: Numbers
    sentence_scores: Vectors


class Views:
    """The texts about the passages of one generation; text n is row n of `tokens`."""

    def __init__(self, expansions: Sequence[Expansion], tokens: TokenIndex, owners: Numbers) -> None:
        self.expansions, self.tokens = expansions, tokens
        self._views: dict[Kind, View] = {}
        for kind in dict.fromkeys(each.kind for each in expansions):
            about = [(row, n) for n, each in enumerate(expansions) if each.kind == kind for row in each.sentences]
            sentences, texts = np.array(sorted(about), np.int64).reshape(-1, 2).T
            self._views[kind] = View(sentences, texts, owners[sentences])

    def readings(self, language: str) -> dict[int, str]:
        """The readings of sentences in a language, by the number of the sentence."""
        return readings(self.expansions, language)

    def seen(self, kind: Kind, question: Vectors, candidates: Numbers, without: str | None = None) -> Seen:
        """How well the texts of a kind match a question's tokens, for those of the passages `candidates` that have some.

        A text that is `without` is left out.
        """
        view = self._views.get(kind)
        inside = np.isin(view.passages, candidates) if view else np.zeros(0, bool)
        if view is not None and without is not None:
            inside &= ~np.isin(view.texts, [n for n, each in enumerate(self.expansions) if each.text == without])
        if view is None or not inside.any():
            none, zero = np.zeros(0, np.int64), np.zeros(0, np.float32)
            return Seen(none, zero, none, zero)
        # In a small corpus every passage is a candidate, whatever is asked.
        order = view.order if inside.all() else View(*(pairs[inside] for pairs in view.pairs)).order
        matches = self.tokens.best_matches(question, order.texts)[:, order.at]
        weights = token_weights(np.maximum.reduceat(matches, order.of_passages, axis=1))
        scores: Vectors = (matches * weights).sum(axis=0)
        return Seen(
            order.passages,
            np.maximum.reduceat(scores, order.of_passages),
            order.sentences,
            np.maximum.reduceat(scores, order.of_sentences),
        )


@dataclass(frozen=True)
class View:
    """Pairs of a sentence and a text about it, by sentence; `passages` are those that the sentences are of."""

    sentences: Numbers
    texts: Numbers
    passages: Numbers

    @property
    def pairs(self) -> tuple[Numbers, Numbers, Numbers]:
        return self.sentences, self.texts, self.passages

    @cached_property
    def order(self) -> Order:
        """Which texts to compare with, and where what is found belongs."""
        texts, at = np.unique(self.texts, return_inverse=True)
        passages, of_passages = np.unique(self.passages, return_index=True)
        sentences, of_sentences = np.unique(self.sentences, return_index=True)
        return Order(texts.tolist(), at, passages, of_passages, sentences, of_sentences)


@dataclass(frozen=True, slots=True)
class Order:
    """Each text of a view once, with the number of each pair's; its passages and sentences, and the first pair of each."""

    texts: list[int]
    at: Numbers
    passages: Numbers
    of_passages: Numbers
    sentences: Numbers
    of_sentences: Numbers
