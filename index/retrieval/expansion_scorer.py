"""Views of passages: each kind of text that was written about them scores them anew, by late interaction."""

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
    """The passages and the sentences that a kind has texts about, ascending, each with the score of its best text."""

    passages: Ids
    passage_scores: Vectors
    sentences: Ids
    sentence_scores: Vectors


class ExpansionScorer:
    """The texts about the passages of one generation; text n is row n of `tokens`."""

    def __init__(self, expansions: Sequence[Expansion], tokens: TokenIndex, owners: Ids) -> None:
        self.expansions, self.tokens = expansions, tokens
        self._pairs: dict[ExpansionKind, SentencePairs] = {}
        for kind in dict.fromkeys(each.kind for each in expansions):
            if about := [(row, n) for n, each in enumerate(expansions) if each.kind == kind for row in each.sentences]:
                sentences, texts = np.array(sorted(about), np.int64).T
                self._pairs[kind] = SentencePairs(sentences, texts, owners[sentences])
        # Those that have a text at all.
        self._passages = union_sorted(each.passages for each in self._pairs.values())

    def readings(self, language: str) -> dict[int, str]:
        """The readings of sentences in a language, by the number of the sentence."""
        return readings_by_sentence(self.expansions, language)

    def seen(self, question: Vectors, candidates: Ids, without: str | None = None) -> Seen:
        """How well the texts of each kind match a question's tokens, for those of the passages `candidates` that have some.

        A text that is `without` is left out.
        """
        # In a small corpus every passage is a candidate, whatever is asked.
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
        left_out = [n for n, each in enumerate(self.expansions) if each.text == without] if without is not None else []
        found = {kind: pairs.some(candidates, left_out) for kind, pairs in self._pairs.items()}
        return ChosenExpansions.of({kind: pairs for kind, pairs in found.items() if pairs.texts.size})


@dataclass(frozen=True, slots=True)
class SentencePairs:
    """Pairs of a sentence and a text about it, by sentence; `passages` are those that the sentences are of."""

    sentences: Ids
    texts: Ids
    passages: Ids

    def some(self, passages: Ids, left_out: Sequence[int]) -> SentencePairs:
        """Those of some passages, without some texts."""
        at = concatenate_ranges(np.searchsorted(self.passages, passages), np.searchsorted(self.passages, passages, "right"))
        if left_out:
            at = at[~np.isin(self.texts[at], left_out)]
        return SentencePairs(self.sentences[at], self.texts[at], self.passages[at])


@dataclass(frozen=True, slots=True)
class ChosenExpansions:
    """The texts to compare with, each once and ascending, and for each kind where what is found belongs."""

    texts: Ids
    orders: Mapping[ExpansionKind, ExpansionOrder]

    @classmethod
    def of(cls, pairs: Mapping[ExpansionKind, SentencePairs]) -> ChosenExpansions:
        texts = union_sorted(each.texts for each in pairs.values())
        return cls(texts, {kind: ExpansionOrder.of(each, texts) for kind, each in pairs.items()})


@dataclass(frozen=True, slots=True)
class ExpansionOrder:
    """Where the text of each pair of a kind is among those compared with; its passages and sentences, and the first pair of
    each."""

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
        """What the best matches of tokens in each pair's text (tokens, pairs) say of passages and sentences."""
        weights = token_weights(np.maximum.reduceat(matches, self.of_passages, axis=1))
        scores: Vectors = (matches * weights).sum(axis=0)
        return ExpansionScores(
            self.passages,
            np.maximum.reduceat(scores, self.of_passages),
            self.sentences,
            np.maximum.reduceat(scores, self.of_sentences),
        )


def union_sorted(numbers: Iterable[Ids]) -> Ids:
    """All of them, each once and ascending."""
    found: Ids = np.unique(np.concatenate([np.zeros(0, np.int64), *numbers]))
    return found


def contains_sorted(numbers: Ids, some: Ids) -> bool:
    """Whether some numbers are all among others, both ascending."""
    return len(some) <= len(numbers) and bool((numbers.take(np.searchsorted(numbers, some), mode="clip") == some).all())
