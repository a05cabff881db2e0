"""Words that are spelt almost like a given one, out of a fixed list."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from index.text.gazetteer import CJK

Bits = np.ndarray[Any, np.dtype[np.uint64]]
NEAR = 12  # words at most, the nearest
FIRST_LETTER = 5  # in shorter words the first letter must be right


class Spelling:
    """Distinct words: Latin ones, and runs of ideographs, in which any part may be meant. Immutable."""

    def __init__(self, words: Iterable[str]) -> None:
        everything = sorted(set(words))
        self._runs = Words([word for word in everything if word[0] >= CJK])
        self._words = Words([word for word in everything if word[0] < CJK])

    def near(self, word: str) -> list[tuple[str, float]]:
        """The words within a few slips of a key's word, with their likeness from 0 to 1, best first."""
        slips = allowed(word)
        if not slips:
            return []
        if word[0] >= CJK:
            runs = self._runs.like(word, slips, shortest=len(word) - slips)
            cut = 100 * (1 - slips / len(word)) - 1e-6
            found = process.extract(word, runs, scorer=fuzz.partial_ratio, score_cutoff=cut, limit=NEAR)
            return [(run, alike / 100) for run, alike, _ in found]
        # What is typed may be only the beginning of the word, but then it must be closer.
        begun = self._words.like(word, slips - 1, shortest=len(word) + 1) if slips > 1 else []
        whole = self._words.like(word, slips, shortest=len(word) - slips, longest=len(word) + slips)
        if len(word) < FIRST_LETTER:
            whole = [each for each in whole if each[0] == word[0]]
        likeness: dict[str, float] = {}
        for words, texts, cut in ((whole, whole, slips), (begun, [each[: len(word)] for each in begun], slips - 1)):
            for _, distance, n in process.extract(word, texts, scorer=OSA.distance, score_cutoff=cut, limit=NEAR):
                likeness[words[n]] = max(likeness.get(words[n], 0), 1 - distance / len(word))
        return sorted(likeness.items(), key=lambda pair: -pair[1])[:NEAR]


class Words:
    """A list of words by their letters, so that few need be compared letter by letter."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._lengths = np.array([len(word) for word in words], np.int64)
        self._letters: Bits = np.array([bits(counted(word)) for word in words], np.uint64)
        self._pairs: Bits = np.array([bits(pairs(word)) for word in words], np.uint64)

    def like(self, word: str, slips: int, *, shortest: int, longest: int | None = None) -> list[str]:
        """The words of some length whose letters a few slips can make those of the given one, or of a part of them."""
        letters, neighbours = np.uint64(bits(counted(word))), np.uint64(bits(pairs(word)))
        fits = (np.bitwise_count(letters & ~self._letters) <= slips) & (self._lengths >= shortest)
        if longest is not None:
            fits &= (np.bitwise_count(self._letters & ~letters) <= slips) & (self._lengths <= longest)
        # A slip breaks two pairs of neighbours; one that swaps letters breaks three, but two such in a word are rare.
        fits &= np.bitwise_count(neighbours & ~self._pairs) <= 2 * slips + (slips == 1)
        return [self._words[number] for number in np.flatnonzero(fits).tolist()]


def allowed(word: str) -> int:
    """How many slips still leave a word the same; in a very short one any makes it another."""
    limits = (3, 6, 10) if word[0] >= CJK else (3, 7, 12)
    return sum(len(word) >= limit for limit in limits)


def counted(word: str) -> list[str]:
    """The letters of a word, each with how many of it stand before."""
    return [letter + chr(word.count(letter, 0, at)) for at, letter in enumerate(word)]


def pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)]


def bits(pieces: Iterable[str]) -> int:
    """Pieces of a word as a set of 64 bits, of which several pieces may share one."""
    return sum({1 << sum(ord(letter) * 37**n for n, letter in enumerate(piece)) % 64 for piece in pieces})
