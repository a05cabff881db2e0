"""Index items by name for fuzzy look-up: words in any order, misspelt or among other words, countries and kinds.

Queries and texts are keys of `name_key`. Scores are 0 to 100.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from index.text.gazetteer import Term, find_terms, split_phrases
from index.text.normalization import FIRST_UNSPACED, join_tokens, key_tokens

Reason = Literal["title", "agenda title", "name", "organisation", "role", "part of", "date", "kind", "country", "nearest"]
LONGEST = 200  # characters of a query; the rest is ignored
PIECE = 40  # tokens of the longest text that may match inside a query
MEANT = 88  # score of a kind, country or city in another spelling
# Score factors: words matched separately; a whole text contained in the query; some of the words matched.
SEPARATE, CONTAINED, PARTLY = 0.9, 0.75, 0.6
MIN_SHARE = 0.5  # smallest share of a query's terms that must match, weighted by characters
NEAREST = 3  # items without a match to return at most
SPELLINGS = 2  # texts that an item may have of its most significant property
Scores = np.ndarray[Any, np.dtype[np.float32]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
# Scores of words in a text: equal to the text; whole words; the beginning of a word; inside a word. A match at the start of
# the text adds AT_START, one that covers the text adds up to COVERAGE.
ALL, WHOLE, BEGINNING, INSIDE = 100, 92, 84, 76
AT_START, COVERAGE = 4, 3
INSIDE_FROM = 3  # characters; fewer occur inside too many words
LAST = "\U0010ffff"  # sorts behind every other character
NEAR = 12  # corrections of a misspelt word at most
FIRST_LETTER = 5  # characters; the first letter of a shorter word must be right


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A matching item.

    :param number: number of the item.
    :param score: 0 to 100.
    :param reason: the property that matches best.
    """

    number: int
    score: float
    reason: Reason


class NameIndex:
    """A fuzzy index of numbered items. Immutable; threads may share one."""

    def __init__(
        self, size: int, texts: Mapping[Reason, Sequence[tuple[str, int]]], meanings: Sequence[frozenset[Term]]
    ) -> None:
        """Build the index.

        :param size: number of items.
        :param texts: pairs of text and item number by property, most significant property first.
        :param meanings: terms of each item.
        """
        self.size = size
        self.fields: dict[Reason, FieldIndex] = {reason: FieldIndex(pairs, size) for reason, pairs in texts.items()}
        self._reasons: tuple[Reason, ...] = (*self.fields, "kind", "country")
        # A less significant property counts a little less.
        self._weights = np.array([1 - 0.015 * n for n in range(len(self._reasons))], np.float32)[:, None]
        self._meanings: dict[Term, list[int]] = {}
        for number, terms in enumerate(meanings):
            for term in terms:
                self._meanings.setdefault(term, []).append(number)
        self._kinds = [term.value for term in self._meanings if term.meaning == "kind"]
        self._spelling = Spelling(word for field in self.fields.values() for text in field.texts for word in text.split())

    def find(self, query: str, limit: int | None = None) -> list[NameMatch]:
        """Return the items that a query matches, best first, then in order.

        The readings of the query are tried in turn; the first that matches anything counts.
        """
        query, terms = self._parse_query(query)
        return self._first_match(self._score_readings(query, terms), terms, limit)

    def find_partial(self, query: str, limit: int | None = None) -> list[NameMatch]:
        """Return the items that a query names among other words, or that part of it matches."""
        query, terms = self._parse_query(query)
        return self._first_match(self._score_partial_readings(query, terms), terms, limit)

    def is_empty(self, query: str) -> bool:
        """Return whether a query has no word that means anything."""
        return not self._parse_query(query)[1]

    def _parse_query(self, query: str) -> tuple[str, list[Term]]:
        query = query[:LONGEST].strip()
        return query, [term for term in find_terms(query, self._kinds) if term.meaning != "filler"]

    def _first_match(self, readings: Iterable[Scores], terms: Sequence[Term], limit: int | None) -> list[NameMatch]:
        for scores in readings:
            best = (scores * self._weights).max(axis=0)
            if best.any():
                return [
                    NameMatch(n, float(best[n]), self._best_reason(scores[:, n], terms))
                    for n in top_matches(best, limit).tolist()
                ]
        return []

    def nearest(self, query: str) -> list[NameMatch]:
        """Return the items whose most significant texts are most similar, however low the similarity is."""
        if not self.size:
            return []
        field = next(iter(self.fields.values()))
        similarities: dict[int, float] = {}
        for _, similarity, number in process.extract(
            query[:LONGEST], field.texts, scorer=fuzz.WRatio, limit=SPELLINGS * NEAREST
        ):
            owners = np.zeros(self.size, np.float32)
            field.spread(owners, np.array([number]), np.ones(1, np.float32))
            similarities |= {item: similarity for item in np.flatnonzero(owners).tolist() if item not in similarities}
        return [NameMatch(item, similarity, "nearest") for item, similarity in list(similarities.items())[:NEAREST]]

    def _score_readings(self, query: str, terms: Sequence[Term]) -> Iterator[Scores]:
        """Yield the scores of one reading of a query after the other.

        :return: shape (properties, size).
        """
        whole = self._score_words(query)
        if len(terms) == 1 and terms[0].meaning != "word":
            whole = np.maximum(whole, self._score_meaning(terms[0]))
        yield whole
        if not terms:
            return
        phrases, terms = terms, split_phrases(terms)
        if len(phrases) < len(terms) and phrases[0].value != query:
            yield SEPARATE * blend_scores([self._score_term(phrase) for phrase in phrases], phrases, all_of=True)
        term_scores = [self._score_term(term) for term in terms]
        yield SEPARATE * blend_scores(term_scores, terms, all_of=True)
        # First correct only the words that match nothing; if that does not help, correct the others too.
        known = [bool(fits.any()) for fits in term_scores]
        for correct_known in (False, True):
            if correct_known in known:
                for number in (number for number, is_known in enumerate(known) if is_known == correct_known):
                    term_scores[number] = self._add_corrections(terms[number], term_scores[number])
                yield SEPARATE * blend_scores(term_scores, terms, all_of=True)

    def _score_partial_readings(self, query: str, terms: Sequence[Term]) -> Iterator[Scores]:
        """Yield scores like `_score_readings`, of a query with other words, or with words that match nothing."""
        yield self._score_contained(query)
        if terms := split_phrases(terms):
            term_scores = [self._add_corrections(term, self._score_term(term)) for term in terms]
            yield PARTLY * blend_scores(term_scores, terms, all_of=False)

    def _zero_scores(self) -> Scores:
        return np.zeros((len(self._reasons), self.size), np.float32)

    def _score_words(self, words: str) -> Scores:
        scores = self._zero_scores()
        for row, field in enumerate(self.fields.values()):
            if words:
                field.add(scores[row], words)
        return scores

    def _score_meaning(self, term: Term) -> Scores:
        scores = self._zero_scores()
        scores[-2 if term.meaning == "kind" else -1, self._meanings.get(term, [])] = MEANT
        return scores

    def _score_term(self, term: Term) -> Scores:
        return self._score_words(term.value) if term.meaning == "word" else self._score_meaning(term)

    def _add_corrections(self, term: Term, scores: Scores) -> Scores:
        """Return the scores of a term, raised by those of similarly spelt words."""
        scores = scores.copy()
        for word, similarity in self._spelling.near(term.value) if term.meaning == "word" else ():
            for row, field in enumerate(self.fields.values()):
                field.add(scores[row], word, similarity, whole=True)
        return scores

    def _score_contained(self, query: str) -> Scores:
        """Return the scores of the items with a whole text contained in the query."""
        scores = self._zero_scores()
        tokens = key_tokens(query)
        for start, end in combinations(range(len(tokens) + 1), 2):
            if end - start > PIECE:
                continue
            text = join_tokens(tokens[start:end])
            fit = np.full(1, 100 * CONTAINED * (1 + len(text) / len(query)) / 2, np.float32)
            for row, field in enumerate(self.fields.values()):
                if len(text) > 1 and text in field.number:
                    field.spread(scores[row], np.array([field.number[text]]), fit)
        return scores

    def _best_reason(self, scores: Scores, terms: Sequence[Term]) -> Reason:
        reason = self._reasons[int(np.argmax(scores[:, None] * self._weights))]
        by_country = len(terms) == 1 and terms[0].meaning in ("country", "city")
        return "country" if by_country and reason in ("organisation", "role") else reason


def blend_scores(term_scores: Sequence[Scores], terms: Sequence[Term], *, all_of: bool) -> Scores:
    """Return the mean scores of the items that match all terms, or else at least `MIN_SHARE` of their characters.

    Terms may match by different properties. The property with the highest sum gets the mean over the terms of each term's
    best score; the others get proportionally less.

    :param term_scores: scores by term, each of shape (properties, size).
    :return: shape (properties, size).
    """
    sizes = np.array([len(term.value) for term in terms])
    matched = np.stack([fits.any(axis=0) for fits in term_scores])
    numbers = np.flatnonzero(matched.all(axis=0) if all_of else sizes @ matched >= MIN_SHARE * sizes.sum())
    item_scores = np.stack([fits[:, numbers] for fits in term_scores])
    by_property = item_scores.sum(axis=0)
    scores = np.zeros_like(term_scores[0])
    if len(numbers):
        scores[:, numbers] = by_property * item_scores.max(axis=1).mean(axis=0) / by_property.max(axis=0)
    return scores


def top_matches(best: Scores, limit: int | None) -> Numbers:
    """Return the numbers of the items with a score, best first, then ascending.

    :param best: shape (size,).
    :param limit: largest number of items; None for all.
    """
    numbers = np.flatnonzero(best)
    # All keys differ, so an unstable sort is enough.
    keys = np.round(best[numbers] * -1000).astype(np.int64) * len(best) + numbers
    if limit is not None and limit < len(numbers):
        keys = np.partition(keys, limit)[:limit]
    return np.sort(keys) % len(best)


class FieldIndex:
    """The texts of one property, searchable by word beginnings and substrings. Immutable."""

    def __init__(self, pairs: Iterable[tuple[str, int]], size: int) -> None:
        """Index the texts.

        :param pairs: pairs of text and item number; an item may have several texts or none.
        :param size: number of items.
        """
        owners: dict[str, list[int]] = {}
        for text, owner in pairs:
            if text:
                owners.setdefault(text, []).append(owner)
        self.size, self.texts = size, tuple(owners)
        self.number = {text: number for number, text in enumerate(self.texts)}
        self._lengths = np.array([len(text) for text in self.texts], np.float32)
        self._owners = np.array([owner for text_owners in owners.values() for owner in text_owners], np.int64)
        self._bounds = np.cumsum([0, *map(len, owners.values())])
        rows = sorted(
            (text[at:], number, at == 0, at == 0 or text[at - 1] == " ")
            for number, text in enumerate(self.texts)
            for at in word_starts(text)
        )
        self._tails = [tail for tail, *_ in rows]
        self._numbers = np.array([number for _, number, _, _ in rows], np.int64)
        self._at_start = np.array([first for _, _, first, _ in rows], np.float32)
        # Whether the tail starts a spaced word; most ideographs have no space before them.
        self._spaced = np.array([spaced for *_, spaced in rows], np.bool_)
        self._blob = "\n".join(("", *self.texts, ""))
        self._starts = np.cumsum([1, *(len(text) + 1 for text in self.texts)])

    def add(self, scores: Scores, words: str, share: float = 1, *, whole: bool = False) -> None:
        """Raise scores to how well each item matches some words.

        :param scores: shape (size,), changed in place.
        :param words: a key.
        :param share: factor of the score, 0 to 1.
        :param whole: whether to match whole words only.
        """
        start, end = bisect_left(self._tails, words), bisect_right(self._tails, words + LAST)
        if not whole:
            self._raise_scores(scores, np.arange(start, end), BEGINNING, words, share)
        if start < end:
            # Tails that equal the words, and those that continue with another word.
            self._raise_scores(scores, np.arange(start, bisect_right(self._tails, words, start, end)), WHOLE, words, share)
            next_word = bisect_left(self._tails, f"{words} ", start, end)
            self._raise_scores(
                scores,
                np.arange(next_word, bisect_right(self._tails, f"{words} {LAST}", next_word, end)),
                WHOLE,
                words,
                share,
            )
        if not whole and words[0] < FIRST_UNSPACED and len(words) >= INSIDE_FROM:
            numbers = np.array(list(self._find_substring(words)), np.int64)
            self.spread(scores, numbers, share * np.full(len(numbers), INSIDE, np.float32))
        if words in self.number:
            self.spread(scores, np.array([self.number[words]]), np.full(1, share * ALL, np.float32))

    def spread(self, scores: Scores, numbers: Numbers, fit: Scores) -> None:
        """Raise the scores of the items that have some texts to the scores of those texts.

        :param scores: shape (size,), changed in place.
        :param numbers: numbers of texts.
        :param fit: scores of these texts, of the same shape.
        """
        counts = self._bounds[numbers + 1] - self._bounds[numbers]
        before = np.cumsum(counts) - counts
        owners = self._owners[np.repeat(self._bounds[numbers] - before, counts) + np.arange(counts.sum())]
        np.maximum.at(scores, owners, np.repeat(fit, counts))

    def _raise_scores(self, scores: Scores, tails: Numbers, base: float, words: str, share: float) -> None:
        numbers = self._numbers[tails]
        covered = np.minimum(len(words) / self._lengths[numbers], 1)
        fit = np.where(self._spaced[tails], base, BEGINNING)
        self.spread(
            scores, numbers, share * (fit + AT_START * self._at_start[tails] + COVERAGE * covered).astype(np.float32)
        )

    def _find_substring(self, words: str) -> Iterator[int]:
        """Yield the numbers of the texts that contain some words, each once."""
        at = self._blob.find(words)
        while at >= 0:
            number = int(np.searchsorted(self._starts, at, "right")) - 1
            yield number
            at = self._blob.find(words, int(self._starts[number + 1]))


def word_starts(text: str) -> Iterator[int]:
    """Yield the offsets at which the words of a key start; every ideograph is one."""
    for at, character in enumerate(text):
        if character != " " and (at == 0 or character >= FIRST_UNSPACED or text[at - 1] == " "):
            yield at


class Spelling:
    """The vocabulary for spelling correction: Latin words, and runs of ideographs, which match in part. Immutable."""

    def __init__(self, words: Iterable[str]) -> None:
        vocabulary = sorted(set(words))
        self._runs = [word for word in vocabulary if word[0] >= FIRST_UNSPACED]
        self._words = [word for word in vocabulary if word[0] < FIRST_UNSPACED]

    def near(self, word: str) -> list[tuple[str, float]]:
        """Return the vocabulary words within the allowed edits of a word, best first.

        Latin words compare by optimal string alignment distance, runs of ideographs by partial similarity.

        :param word: a word of a key.
        :return: pairs of word and similarity, 0 to 1.
        """
        edits = allowed_slips(word)
        if not edits:
            return []
        if word[0] >= FIRST_UNSPACED:
            runs = [run for run in self._runs if len(run) >= len(word) - edits]
            cut = 100 * (1 - edits / len(word)) - 1e-6
            matches = process.extract(word, runs, scorer=fuzz.partial_ratio, score_cutoff=cut, limit=NEAR)
            return [(run, similarity / 100) for run, similarity, _ in matches]
        similar_length = [candidate for candidate in self._words if abs(len(candidate) - len(word)) <= edits]
        if len(word) < FIRST_LETTER:
            similar_length = [candidate for candidate in similar_length if candidate[0] == word[0]]
        # The query may be the beginning of a word, but then fewer edits are allowed.
        longer = [candidate for candidate in self._words if len(candidate) > len(word)] if edits > 1 else []
        similarities: dict[str, float] = {}
        for words, texts, cut in (
            (similar_length, similar_length, edits),
            (longer, [candidate[: len(word)] for candidate in longer], edits - 1),
        ):
            for _, distance, n in process.extract(word, texts, scorer=OSA.distance, score_cutoff=cut, limit=NEAR):
                similarities[words[n]] = max(similarities.get(words[n], 0), 1 - distance / len(word))
        return sorted(similarities.items(), key=lambda pair: -pair[1])[:NEAR]


def allowed_slips(word: str) -> int:
    """Return how many edits a word allows, 0 to 3.

    A very short word allows none, since one edit makes it another word.
    """
    limits = (3, 6, 10) if word[0] >= FIRST_UNSPACED else (3, 7, 12)
    return sum(len(word) >= limit for limit in limits)
