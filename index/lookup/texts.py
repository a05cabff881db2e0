"""One searchable property of many things, such as their names: which of them have it with these words in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from index.text.gazetteer import CJK

Scores = np.ndarray[Any, np.dtype[np.float32]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]

# How well words fit a text, 0 to 100: they are all of it; whole words of it; the beginning of some; inside one. To be at
# the text's beginning adds something, and so does to make up much of it.
ALL, WHOLE, BEGINNING, INSIDE = 100, 92, 84, 76
AT_START, COVERAGE = 4, 3
INSIDE_FROM = 3  # characters; fewer are inside too many words
LAST = "\U0010ffff"


class Texts:
    """Keys (`vocabulary.key`) of `size` things, each of which may have several or none. Immutable."""

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
            for at in beginnings(text)
        )
        self._tails = [tail for tail, *_ in rows]
        self._numbers = np.array([number for _, number, _, _ in rows], np.int64)
        self._first = np.array([first for _, _, first, _ in rows], np.float32)
        # Whether a space stands before, as it does not before most ideographs.
        self._apart = np.array([apart for *_, apart in rows], np.bool_)
        self._blob = "\n".join(("", *self.texts, ""))
        self._starts = np.cumsum([1, *(len(text) + 1 for text in self.texts)])

    def add(self, scores: Scores, words: str, share: float = 1, *, whole: bool = False, inside: int | None = None) -> None:
        """Raise scores, shape (size,), to how well a key of a few words fits each thing; `whole`: as whole words only.

        Of texts that have it inside a word, so many are found at most; where enough have a word that begins so, none.
        """
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
        if not whole and words[0] < CJK and len(words) >= INSIDE_FROM and (inside is None or end - start < inside):
            numbers = np.array(list(islice(self._inside(words), inside)), np.int64)
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


def beginnings(text: str) -> Iterator[int]:
    """Where the words of a key begin; every ideograph does."""
    for at, character in enumerate(text):
        if character != " " and (at == 0 or character >= CJK or text[at - 1] == " "):
            yield at
