"""Words that exclude each other, such as increase and decrease, read from `opposites.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.text.normalization import fold_text

STRONG = "strong"  # the table of words that a sentence must say too


@dataclass(frozen=True, slots=True)
class Opposites:
    """Sides that exclude each other.

    :param kind: what they differ in, such as "degree".
    :param sides: words in folded form by side; words of one side mean the same.
    :param written: the same words as the file has them.
    """

    kind: str
    sides: tuple[tuple[str, ...], ...]
    written: tuple[tuple[str, ...], ...]


@cache
def load_opposites() -> tuple[Opposites, ...]:
    """Load `opposites.toml`."""
    tables = tomllib.loads((files("index.claims") / "opposites.toml").read_text("utf-8"))
    return tuple(
        Opposites(kind, tuple(tuple(map(fold_text, side)) for side in row), tuple(map(tuple, row)))
        for kind, rows in tables.items()
        if kind != STRONG
        for row in rows
    )


@cache
def load_strong_words() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return the patterns of strong words in folded claims, each with that of the words of which a sentence needs one."""
    table = tomllib.loads((files("index.claims") / "opposites.toml").read_text("utf-8"))[STRONG]
    return tuple(
        (word_pattern(tuple(map(fold_text, triggers))), word_pattern(tuple(map(fold_text, words))))
        for triggers, words in zip(table["triggers"], table["words"], strict=True)
    )


@cache
def side_patterns(opposites: Opposites) -> tuple[re.Pattern[str] | None, ...]:
    """Return the pattern of each side's words in folded text, longest first; None for an empty side."""
    return tuple(word_pattern(side) if side else None for side in opposites.sides)


def word_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of words in folded text; only scripts with spaces have word boundaries."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(
        "|".join(
            rf"\b{re.escape(word)}\b" if word.isascii() and word[0].isalpha() else re.escape(word) for word in longest_first
        )
    )


def find_sides(opposites: Opposites, folded: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the sides that a folded text names, with the first match of each that no longer word of another side covers."""
    matches = [
        (number, match)
        for number, pattern in enumerate(side_patterns(opposites))
        if pattern
        for match in pattern.finditer(folded)
    ]
    seen: set[int] = set()
    for number, match in matches:
        is_covered = any(
            other.start() <= match.start() and match.end() <= other.end() and len(other[0]) > len(match[0])
            for _, other in matches
        )
        if number not in seen and not is_covered:
            seen.add(number)
            yield number, match
