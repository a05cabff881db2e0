"""Score passages by their expansions (readings, gists and questions), by late interaction and separately for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from index.arrays import Ids, Vectors, concatenate_ranges
from index.models import Expansion, ExpansionKind, readings_by_sentence
from index.retrieval.token_index import TokenIndex, token_weights

Seen = Mapping[ExpansionKind, "ExpansionScores"]


@dataclass(frozen=True, slots=True)
class ExpansionScores:
    """The passages and sentences that have expansions of one kind, ascending, with the best expansion score of each."""

    passages: Ids
    passage_scores: Vectors
    sentences: Ids
    sentence_scores: Vectors


class ExpansionScorer:
    """Scores with the expansions of one generation; expansion n is row n of `tokens`."""

    def __init__(self, expansions: Sequence[Expansion], tokens: TokenIndex, owners: Ids) -> None:
        self.expansions, self.tokens = expansions, tokens
        self._pairs: dict[ExpansionKind, SentencePairs] = {}
        for kind in dict.fromkeys(expansion.kind for expansion in expansions):
            if pairs := [(row, n) for n, text in enumerate(expansions) if text.kind == kind for row in text.sentences]:
                sentences, texts = np.array(sorted(pairs), np.int64).T
                self._pairs[kind] = SentencePairs(sentences, texts, owners[sentences])
        # The passages that have an expansion of any kind.
        self._passages = union_sorted(pairs.passages for pairs in self._pairs.values())

    def readings(self, language: str) -> dict[int, str]:
        """Return the readings in a language, by sentence number."""
        return readings_by_sentence(self.expansions, language)

    def score(self, question: Vectors, candidates: Ids, without: str | None = None) -> Seen:
        """Score the candidate passages that have expansions.

        :param question: centred unit token vectors, shape (tokens, dimensions).
        :param candidates: passage numbers, ascending.
        :param without: text of an expansion to leave out, such as the question itself.
        :return: scores by kind; kinds without expansions of the candidates are missing.
        """
        # In a small corpus every passage is a candidate for any question, so the choice is cached.
        everything = without is None and contains_sorted(candidates, self._passages)
        chosen = self._everything if everything else self._chosen(candidates, without)
        if not chosen.orders:
            return {}
        matches = self.tokens.max_sim(question, chosen.texts)
        return {kind: order.view(matches.take(order.at, axis=1)) for kind, order in chosen.orders.items()}

    @cached_property
    def _everything(self) -> ChosenExpansions:
        return ChosenExpansions.of(self._pairs)

    def _chosen(self, candidates: Ids, without: str | None) -> ChosenExpansions:
        left_out = (
            [n for n, expansion in enumerate(self.expansions) if expansion.text == without] if without is not None else []
        )
        chosen = {kind: pairs.some(candidates, left_out) for kind, pairs in self._pairs.items()}
        return ChosenExpansions.of({kind: pairs for kind, pairs in chosen.items() if pairs.texts.size})


@dataclass(frozen=True, slots=True)
class SentencePairs:
    """Pairs of a sentence and an expansion of it, sorted by sentence; `passages` has the passage number of each pair."""

    sentences: Ids
    texts: Ids
    passages: Ids

    def some(self, passages: Ids, left_out: Sequence[int]) -> SentencePairs:
        """Return the pairs of passages, without those of expansions that are left out."""
        at = concatenate_ranges(np.searchsorted(self.passages, passages), np.searchsorted(self.passages, passages, "right"))
        if left_out:
            at = at[~np.isin(self.texts[at], left_out)]
        return SentencePairs(self.sentences[at], self.texts[at], self.passages[at])


@dataclass(frozen=True, slots=True)
class ChosenExpansions:
    """The expansions to compare a question with, unique and ascending, and how each kind maps their matches to passages."""

    texts: Ids
    orders: Mapping[ExpansionKind, ExpansionOrder]

    @classmethod
    def of(cls, pairs: Mapping[ExpansionKind, SentencePairs]) -> ChosenExpansions:
        texts = union_sorted(of_kind.texts for of_kind in pairs.values())
        return cls(texts, {kind: ExpansionOrder.of(of_kind, texts) for kind, of_kind in pairs.items()})


@dataclass(frozen=True, slots=True)
class ExpansionOrder:
    """Maps the matches of expansions to the passages and sentences of one kind.

    `at` is the position of each pair's expansion among those compared. `passages` and `sentences` are unique and ascending,
    and `of_passages` and `of_sentences` are the positions of their first pairs.
    """

    at: Ids
    passages: Ids
    of_passages: Ids
    sentences: Ids
    of_sentences: Ids

    @classmethod
    def of(cls, pairs: SentencePairs, texts: Ids) -> ExpansionOrder:
        passages, of_passages = np.unique(pairs.passages, return_index=True)
        sentences, of_sentences = np.unique(pairs.sentences, return_index=True)
        return cls(np.searchsorted(texts, pairs.texts), passages, of_passages, sentences, of_sentences)

    def view(self, matches: Vectors) -> ExpansionScores:
        """Score passages and sentences.

        :param matches: the best cosine of each question token in each pair's expansion, shape (tokens, pairs).
        """
        weights = token_weights(np.maximum.reduceat(matches, self.of_passages, axis=1))
        scores: Vectors = (matches * weights).sum(axis=0)
        return ExpansionScores(
            self.passages,
            np.maximum.reduceat(scores, self.of_passages),
            self.sentences,
            np.maximum.reduceat(scores, self.of_sentences),
        )


def union_sorted(numbers: Iterable[Ids]) -> Ids:
    """Return the union of arrays, ascending."""
    union: Ids = np.unique(np.concatenate([np.zeros(0, np.int64), *numbers]))
    return union


def contains_sorted(numbers: Ids, some: Ids) -> bool:
    """Return whether `numbers` contains all of `some`; both are ascending."""
    return len(some) <= len(numbers) and bool((numbers.take(np.searchsorted(numbers, some), mode="clip") == some).all())
