"""Recognize countries, cities, kinds of session and filler words in look-up queries, in English and Chinese."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from index.text.normalization import join_tokens, key_tokens, name_key

LONGEST = 9  # tokens of the longest term


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase with its meaning: a kind of session, a country or city by its English name, a filler, or plain words."""

    meaning: Literal["kind", "country", "city", "filler", "word"]
    value: str


def find_terms(text: str, kinds: Iterable[str] = ()) -> list[Term]:
    """Split a key into terms, longest match first; consecutive words without a meaning form one term.

    :param text: a key of `name_key`.
    :param kinds: kinds of session of the reports, which may be missing from the built-in table.
    :return: terms in the order of the text.
    """
    own = {tuple(key_tokens(name_key(kind))): Term("kind", kind) for kind in kinds}
    return list(_split_terms(key_tokens(text), {**own, **known_terms()} if own else known_terms()))


def _split_terms(tokens: Sequence[str], table: Mapping[tuple[str, ...], Term]) -> Iterator[Term]:
    start, word_start = 0, 0
    while start < len(tokens):
        sizes = range(min(LONGEST, len(tokens) - start), 0, -1)
        size = next((size for size in sizes if tuple(tokens[start : start + size]) in table), 0)
        if size:
            yield from _word_term(tokens[word_start:start])
            yield table[tuple(tokens[start : start + size])]
            word_start = start + size
        start += size or 1
    yield from _word_term(tokens[word_start:])


def _word_term(tokens: Sequence[str]) -> Iterator[Term]:
    if tokens:
        yield Term("word", join_tokens(tokens))


def split_phrases(phrases: Iterable[Term]) -> list[Term]:
    """Split each term of plain words into one term a word; keep the others."""
    terms: list[Term] = []
    for term in phrases:
        terms += [Term("word", word) for word in term.value.split()] if term.meaning == "word" else [term]
    return terms


@lru_cache(65536)
def find_countries(text: str) -> frozenset[Term]:
    """Return the countries and cities that a key names, and the countries of those cities."""
    named = {term for term in find_terms(text) if term.meaning in ("country", "city")}
    return frozenset(named | {Term("country", _cities()[term.value][0]) for term in named if term.meaning == "city"})


def country_spellings(country: str) -> tuple[str, ...]:
    """Return the other names of a country and all names of its cities; empty for an unknown country."""
    cities = (city for words in _cities().items() if words[1][0] == country for city in (words[0], *words[1][1:]))
    return (*_load_table("countries.toml")["countries"].get(country, ()), *cities)


@cache
def known_terms() -> Mapping[tuple[str, ...], Term]:
    """Return every term of the built-in tables by its tokens."""
    terms: dict[tuple[str, ...], Term] = {}
    for name, words in _load_table("countries.toml")["countries"].items():
        terms |= {tuple(key_tokens(name_key(word))): Term("country", name) for word in (name, *words)}
    for name, words in _cities().items():
        terms |= {tuple(key_tokens(name_key(word))): Term("city", name) for word in (name, *words[1:])}
    terms |= {
        tuple(key_tokens(name_key(word))): Term("filler", word) for word in _load_table("lookup_terms.toml")["fillers"]
    }
    for name, words in _load_table("lookup_terms.toml")["kinds"].items():
        terms |= {tuple(key_tokens(name_key(word))): Term("kind", name) for word in (name, *words)}
    return terms


def _cities() -> dict[str, list[str]]:
    cities: dict[str, list[str]] = _load_table("countries.toml")["cities"]
    return cities


@cache
def _load_table(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))
