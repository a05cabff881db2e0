"""Finds things by what they are called: by words in any order, misspelt or among others, by country or kind."""

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

Reason = Literal["title", "agenda title", "name", "organisation", "role", "date", "kind", "country", "nearest"]
LONGEST, PIECE = 200, 40  # characters of a query that are looked at, and of a text that may stand in one
MEANT = 88  # the score of a kind, country or city that is meant but written otherwise
SEPARATE, CONTAINED, PARTLY = 0.9, 0.75, 0.6  # of full marks: words apart; all of a text in the query; some of the words
HALF = 0.5  # the share of a query's words that must be found at least
NEAREST = 3
SPELLINGS = 2  # how many texts a thing may have by its most telling property
Scores = np.ndarray[Any, np.dtype[np.float32]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
# How well words fit a text, 0 to 100: they are all of it; whole words of it; the beginning of some; inside one. To be at
# the text's beginning adds something, and so does to make up much of it.
ALL, WHOLE, BEGINNING, INSIDE = 100, 92, 84, 76
AT_START, COVERAGE = 4, 3
INSIDE_FROM = 3  # characters; fewer are inside too many words
LAST = "\U0010ffff"
NEAR = 12  # words at most, the nearest
FIRST_LETTER = 5  # in shorter words the first letter must be right


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The number of a thing, how well it fits from 0 to 100, and by which property."""

    number: int
    score: float
    reason: Reason


class NameIndex:
    """`size` things with texts by property, most telling first, and what each one's words mean. Immutable."""

    def __init__(
        self, size: int, texts: Mapping[Reason, Sequence[tuple[str, int]]], meanings: Sequence[frozenset[Term]]
    ) -> None:
        self.size = size
        self.fields: dict[Reason, FieldIndex] = {reason: FieldIndex(pairs, size) for reason, pairs in texts.items()}
        self._reasons: tuple[Reason, ...] = (*self.fields, "kind", "country")
        # A property further down counts a little less.
        self._weights = np.array([1 - 0.015 * n for n in range(len(self._reasons))], np.float32)[:, None]
        self._meaning: dict[Term, list[int]] = {}
        for number, meant in enumerate(meanings):
            for term in meant:
                self._meaning.setdefault(term, []).append(number)
        self._kinds = [term.value for term in self._meaning if term.meaning == "kind"]
        self._spelling = Spelling(word for field in self.fields.values() for text in field.texts for word in text.split())

    def find(self, query: str, limit: int | None = None) -> list[NameMatch]:
        """What a key names, best first, then in order; of several ways to read it the first that finds something counts."""
        query, wanted = self._read(query)
        return self._first(self._readings(query, wanted), wanted, limit)

    def find_partial(self, query: str, limit: int | None = None) -> list[NameMatch]:
        """What a key names among other words, or in part."""
        query, wanted = self._read(query)
        return self._first(self._partial_readings(query, wanted), wanted, limit)

    def _read(self, query: str) -> tuple[str, list[Term]]:
        query = query[:LONGEST].strip()
        return query, [term for term in find_terms(query, self._kinds) if term.meaning != "filler"]

    def _first(self, readings: Iterable[Scores], wanted: Sequence[Term], limit: int | None) -> list[NameMatch]:
        for scores in readings:
            best = (scores * self._weights).max(axis=0)
            if best.any():
                return [
                    NameMatch(n, float(best[n]), self._reason(scores[:, n], wanted))
                    for n in top_matches(best, limit).tolist()
                ]
        return []

    def nearest(self, query: str) -> list[NameMatch]:
        """The things whose most telling texts are the most alike, however little that is."""
        if not self.size:
            return []
        field = next(iter(self.fields.values()))
        found: dict[int, float] = {}
        for _, alike, number in process.extract(query[:LONGEST], field.texts, scorer=fuzz.WRatio, limit=SPELLINGS * NEAREST):
            owners = np.zeros(self.size, np.float32)
            field.spread(owners, np.array([number]), np.ones(1, np.float32))
            found |= {owner: alike for owner in np.flatnonzero(owners).tolist() if owner not in found}
        return [NameMatch(owner, alike, "nearest") for owner, alike in list(found.items())[:NEAREST]]

    def _readings(self, query: str, wanted: Sequence[Term]) -> Iterator[Scores]:
        """Scores by property, shape (properties, size), for one way to read a query after the other."""
        whole = self._fitting(query)
        if len(wanted) == 1 and wanted[0].meaning != "word":
            whole = np.maximum(whole, self._meant(wanted[0]))
        yield whole
        if not wanted:
            return
        phrases, wanted = wanted, split_phrases(wanted)
        if len(phrases) < len(wanted) and phrases[0].value != query:
            yield SEPARATE * blend_scores([self._term(phrase) for phrase in phrases], phrases, all_of=True)
        each = [self._term(term) for term in wanted]
        yield SEPARATE * blend_scores(each, wanted, all_of=True)
        # First the words that nothing has are taken for misspelt; only if that does not help, the others are too.
        known = [bool(fits.any()) for fits in each]
        for right in (False, True):
            if right in known:
                for number in (number for number, had in enumerate(known) if had == right):
                    each[number] = self._near(wanted[number], each[number])
                yield SEPARATE * blend_scores(each, wanted, all_of=True)

    def _partial_readings(self, query: str, wanted: Sequence[Term]) -> Iterator[Scores]:
        """As `_readings`, of a query that names something among other words, or in part."""
        yield self._contained(query)
        if wanted := split_phrases(wanted):
            each = [self._near(term, self._term(term)) for term in wanted]
            yield PARTLY * blend_scores(each, wanted, all_of=False)

    def _none(self) -> Scores:
        return np.zeros((len(self._reasons), self.size), np.float32)

    def _fitting(self, words: str) -> Scores:
        scores = self._none()
        for row, field in enumerate(self.fields.values()):
            if words:
                field.add(scores[row], words)
        return scores

    def _meant(self, term: Term) -> Scores:
        scores = self._none()
        scores[-2 if term.meaning == "kind" else -1, self._meaning.get(term, [])] = MEANT
        return scores

    def _term(self, term: Term) -> Scores:
        return self._fitting(term.value) if term.meaning == "word" else self._meant(term)

    def _near(self, term: Term, scores: Scores) -> Scores:
        """The scores of a term, and of what is spelt almost like it."""
        scores = scores.copy()
        for word, alike in self._spelling.near(term.value) if term.meaning == "word" else ():
            for row, field in enumerate(self.fields.values()):
                field.add(scores[row], word, alike, whole=True)
        return scores

    def _contained(self, query: str) -> Scores:
        """Scores of the things of which a whole text stands in the query."""
        scores = self._none()
        found = key_tokens(query)
        for start, end in combinations(range(len(found) + 1), 2):
            if end - start > PIECE:
                continue
            text = join_tokens(found[start:end])
            fit = np.full(1, 100 * CONTAINED * (1 + len(text) / len(query)) / 2, np.float32)
            for row, field in enumerate(self.fields.values()):
                if len(text) > 1 and text in field.number:
                    field.spread(scores[row], np.array([field.number[text]]), fit)
        return scores

    def _reason(self, scores: Scores, wanted: Sequence[Term]) -> Reason:
        reason = self._reasons[int(np.argmax(scores[:, None] * self._weights))]
        by_country = len(wanted) == 1 and wanted[0].meaning in ("country", "city")
        return "country" if by_country and reason in ("organisation", "role") else reason


def blend_scores(each: Sequence[Scores], wanted: Sequence[Term], *, all_of: bool) -> Scores:
    """The mean scores of the things that all terms fit, or else terms of `HALF` the characters or more.

    Terms may fit by different properties; the one that fits most of them gets the mean of each term's best.
    """
    sizes = np.array([len(term.value) for term in wanted])
    fitting = np.stack([fits.any(axis=0) for fits in each])
    numbers = np.flatnonzero(fitting.all(axis=0) if all_of else sizes @ fitting >= HALF * sizes.sum())
    chosen = np.stack([fits[:, numbers] for fits in each])
    by_property = chosen.sum(axis=0)
    scores = np.zeros_like(each[0])
    if len(numbers):
        scores[:, numbers] = by_property * chosen.max(axis=1).mean(axis=0) / by_property.max(axis=0)
    return scores


def top_matches(best: Scores, limit: int | None) -> Numbers:
    """The numbers of what scores at all, best first, then in order; at most `limit`."""
    found = np.flatnonzero(best)
    # No two keys are the same, so that no sort need be a stable one.
    keys = np.round(best[found] * -1000).astype(np.int64) * len(best) + found
    if limit is not None and limit < len(found):
        keys = np.partition(keys, limit)[:limit]
    return np.sort(keys) % len(best)


class FieldIndex:
    """Keys (`name_key`) of `size` things, each of which may have several or none. Immutable."""

    def __init__(self, pairs: Iterable[tuple[str, int]], size: int) -> None:
        owners: dict[str, list[int]] = {}
        for text, owner in pairs:
            if text:
                owners.setdefault(text, []).append(owner)
        self.size, self.texts = size, tuple(owners)
        self.number = {text: number for number, text in enumerate(self.texts)}
        self._lengths = np.array([len(text) for text in self.texts], np.float32)
        self._owners = np.array([owner for each in owners.values() for owner in each], np.int64)
        self._bounds = np.cumsum([0, *map(len, owners.values())])
        rows = sorted(
            (text[at:], number, at == 0, at == 0 or text[at - 1] == " ")
            for number, text in enumerate(self.texts)
            for at in word_starts(text)
        )
        self._tails = [tail for tail, *_ in rows]
        self._numbers = np.array([number for _, number, _, _ in rows], np.int64)
        self._first = np.array([first for _, _, first, _ in rows], np.float32)
        # Whether a space stands before, as it does not before most ideographs.
        self._apart = np.array([apart for *_, apart in rows], np.bool_)
        self._blob = "\n".join(("", *self.texts, ""))
        self._starts = np.cumsum([1, *(len(text) + 1 for text in self.texts)])

    def add(self, scores: Scores, words: str, share: float = 1, *, whole: bool = False) -> None:
        """Raise scores, shape (size,), to how well a key of a few words fits each thing; `whole`: as whole words only."""
        start, end = bisect_left(self._tails, words), bisect_right(self._tails, words + LAST)
        if not whole:
            self._raise(scores, np.arange(start, end), BEGINNING, words, share)
        if start < end:
            # Tails that are these words and nothing else, and those that go on with another word.
            self._raise(scores, np.arange(start, bisect_right(self._tails, words, start, end)), WHOLE, words, share)
            more = bisect_left(self._tails, f"{words} ", start, end)
            self._raise(
                scores, np.arange(more, bisect_right(self._tails, f"{words} {LAST}", more, end)), WHOLE, words, share
            )
        if not whole and words[0] < FIRST_UNSPACED and len(words) >= INSIDE_FROM:
            numbers = np.array(list(self._inside(words)), np.int64)
            self.spread(scores, numbers, share * np.full(len(numbers), INSIDE, np.float32))
        if words in self.number:
            self.spread(scores, np.array([self.number[words]]), np.full(1, share * ALL, np.float32))

    def spread(self, scores: Scores, numbers: Numbers, fit: Scores) -> None:
        """Raise the scores of the things that have some texts to how well those fit."""
        counts = self._bounds[numbers + 1] - self._bounds[numbers]
        before = np.cumsum(counts) - counts
        owners = self._owners[np.repeat(self._bounds[numbers] - before, counts) + np.arange(counts.sum())]
        np.maximum.at(scores, owners, np.repeat(fit, counts))

    def _raise(self, scores: Scores, tails: Numbers, base: float, words: str, share: float) -> None:
        numbers = self._numbers[tails]
        covered = np.minimum(len(words) / self._lengths[numbers], 1)
        fit = np.where(self._apart[tails], base, BEGINNING)
        self.spread(scores, numbers, share * (fit + AT_START * self._first[tails] + COVERAGE * covered).astype(np.float32))

    def _inside(self, words: str) -> Iterator[int]:
        at = self._blob.find(words)
        while at >= 0:
            number = int(np.searchsorted(self._starts, at, "right")) - 1
            yield number
            at = self._blob.find(words, int(self._starts[number + 1]))


def word_starts(text: str) -> Iterator[int]:
    """Where the words of a key begin; every ideograph does."""
    for at, character in enumerate(text):
        if character != " " and (at == 0 or character >= FIRST_UNSPACED or text[at - 1] == " "):
            yield at


class Spelling:
    """Distinct words: Latin ones, and runs of ideographs, in which any part may be meant. Immutable."""

    def __init__(self, words: Iterable[str]) -> None:
        everything = sorted(set(words))
        self._runs = [word for word in everything if word[0] >= FIRST_UNSPACED]
        self._words = [word for word in everything if word[0] < FIRST_UNSPACED]

    def near(self, word: str) -> list[tuple[str, float]]:
        """The words within a few slips of a key's word, with their likeness from 0 to 1, best first."""
        slips = allowed_slips(word)
        if not slips:
            return []
        if word[0] >= FIRST_UNSPACED:
            runs = [run for run in self._runs if len(run) >= len(word) - slips]
            cut = 100 * (1 - slips / len(word)) - 1e-6
            found = process.extract(word, runs, scorer=fuzz.partial_ratio, score_cutoff=cut, limit=NEAR)
            return [(run, alike / 100) for run, alike, _ in found]
        whole = [each for each in self._words if abs(len(each) - len(word)) <= slips]
        if len(word) < FIRST_LETTER:
            whole = [each for each in whole if each[0] == word[0]]
        # What is typed may be only the beginning of the word, but then it must be closer.
        begun = [each for each in self._words if len(each) > len(word)] if slips > 1 else []
        likeness: dict[str, float] = {}
        for words, texts, cut in ((whole, whole, slips), (begun, [each[: len(word)] for each in begun], slips - 1)):
            for _, distance, n in process.extract(word, texts, scorer=OSA.distance, score_cutoff=cut, limit=NEAR):
                likeness[words[n]] = max(likeness.get(words[n], 0), 1 - distance / len(word))
        return sorted(likeness.items(), key=lambda pair: -pair[1])[:NEAR]


def allowed_slips(word: str) -> int:
    """How many slips still leave a word the same; in a very short one any makes it another."""
    limits = (3, 6, 10) if word[0] >= FIRST_UNSPACED else (3, 7, 12)
    return sum(len(word) >= limit for limit in limits)
