"""The words of look-ups that mean a country, a city, a kind of session or nothing, in English and in Chinese."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from index.text.normalization import join_tokens, key_tokens, name_key

LONGEST = 9  # tokens of a term


@dataclass(frozen=True, slots=True)
class Term:
    """What words mean: a kind of session, a country or a city by its English name, nothing (filler), or themselves."""

    meaning: Literal["kind", "country", "city", "filler", "word"]
    value: str


def find_terms(text: str, kinds: Iterable[str] = ()) -> list[Term]:
    """The terms of a key, of several possible ones the longest; words that mean nothing else stay together.

    `kinds` are such as may have no words but their own.
    """
    own = {tuple(key_tokens(name_key(kind))): Term("kind", kind) for kind in kinds}
    return list(_terms(key_tokens(text), {**own, **known_terms()} if own else known_terms()))


def _terms(found: Sequence[str], table: Mapping[tuple[str, ...], Term]) -> Iterator[Term]:
    place, unknown = 0, 0
    while place < len(found):
        sizes = range(min(LONGEST, len(found) - place), 0, -1)
        size = next((size for size in sizes if tuple(found[place : place + size]) in table), 0)
        if size:
            yield from _phrase(found[unknown:place])
            yield table[tuple(found[place : place + size])]
            unknown = place + size
        place += size or 1
    yield from _phrase(found[unknown:])


def _phrase(found: Sequence[str]) -> Iterator[Term]:
    if found:
        yield Term("word", join_tokens(found))


def split_phrases(phrases: Iterable[Term]) -> list[Term]:
    """Terms with the words of each phrase apart."""
    found: list[Term] = []
    for term in phrases:
        found += [Term("word", word) for word in term.value.split()] if term.meaning == "word" else [term]
    return found


@lru_cache(65536)
def find_countries(text: str) -> frozenset[Term]:
    """The countries and cities that a key names, and the countries of those cities."""
    named = {term for term in find_terms(text) if term.meaning in ("country", "city")}
    return frozenset(named | {Term("country", _cities()[term.value][0]) for term in named if term.meaning == "city"})


def country_spellings(country: str) -> tuple[str, ...]:
    """The other names of a country, and its cities; none for what is no country."""
    cities = (city for words in _cities().items() if words[1][0] == country for city in (words[0], *words[1][1:]))
    return (*_read("countries.toml")["countries"].get(country, ()), *cities)


@cache
def known_terms() -> Mapping[tuple[str, ...], Term]:
    """Every term that means something, by its tokens."""
    found: dict[tuple[str, ...], Term] = {}
    for name, words in _read("countries.toml")["countries"].items():
        found |= {tuple(key_tokens(name_key(word))): Term("country", name) for word in (name, *words)}
    for name, words in _cities().items():
        found |= {tuple(key_tokens(name_key(word))): Term("city", name) for word in (name, *words[1:])}
    found |= {tuple(key_tokens(name_key(word))): Term("filler", word) for word in _read("lookup_terms.toml")["fillers"]}
    for name, words in _read("lookup_terms.toml")["kinds"].items():
        found |= {tuple(key_tokens(name_key(word))): Term("kind", name) for word in (name, *words)}
    return found


def _cities() -> dict[str, list[str]]:
    cities: dict[str, list[str]] = _read("countries.toml")["cities"]
    return cities


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))
