"""Check whether texts contain what a question requires of its answer.

Requirements are the form of the answer, such as a sum of money, an age or a year, and the years and countries that the
question names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import cache, reduce
from importlib.resources import files
from typing import Any

from index.models import Passage
from index.text import gazetteer, normalization
from index.text.dates import WESTERN_YEAR
from index.text.localization import CJK
from index.text.normalization import fold_text, fold_without_whitespace

SEMICOLON, COMMA = re.compile(r"；|;(?=\s)"), re.compile(r"，|,(?=\s)")


def lacks_expected_type(question: str, text: str) -> bool:
    """Return whether a text lacks a form that the question asks for; False if it asks for no known form."""
    if compile_question("country").search(question) and not named_countries(text) and not compile_own_country().search(text):
        return True
    return any(asks.search(question) and not holds.search(text) for asks, holds in load_answer_types().values())


def asks_one_fact(question: str) -> bool:
    """Return whether one sentence answers a question in full: one for yes or no, or for a known form."""
    if compile_question("open").search(question):
        return False
    return bool(compile_question("yes_no").search(question)) or any(
        asks.search(question) for asks, _ in load_answer_types().values()
    )


def asks_several(question: str) -> bool:
    """Return whether a question asks for several things."""
    return bool(compile_question("several").search(question))


def required_names(question: str) -> tuple[str, ...]:
    """Return the things that a question compares, or the one whose words it asks for, but for countries."""
    matches = (pattern.search(question) for pattern in compile_named())
    found = next((match.groupdict().values() for match in matches if match), ())
    return tuple(name for name in found if name and not is_country(name))


def lacks_names(names: Sequence[str], texts: Iterable[str]) -> bool:
    """Return whether a name stands in none of some texts, among those of its script; False without such texts."""
    folded = [fold_without_whitespace(text) for text in texts]
    for name in map(fold_without_whitespace, names):
        comparable = [text for text in folded if bool(CJK.search(text)) == bool(CJK.search(name))]
        if comparable and not any(name in text for text in comparable):
            return True
    return False


def asks_opinion(question: str) -> bool:
    """Return whether a question asks for the opinion of the bot, which no report gives."""
    return bool(compile_question("opinion").search(question))


@cache
def compile_question(kind: str) -> re.Pattern[str]:
    """Return the pattern of a kind of question in `answer_types.toml`."""
    return re.compile(load_tables()[kind]["asks"], re.I)


@cache
def compile_own_country() -> re.Pattern[str]:
    """Return the pattern of what a report calls its own country, and of words for states."""
    return re.compile(load_tables()["country"]["own"], re.I)


@cache
def compile_named() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of questions whose answers name what they ask about."""
    return tuple(re.compile(pattern, re.I) for pattern in load_tables()["named"]["asks"])


@cache
def load_tables() -> dict[str, Any]:
    """Load `answer_types.toml`."""
    return tomllib.loads((files("index.answering") / "answer_types.toml").read_text("utf-8"))


@cache
def load_answer_types() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Load `answer_types.toml`.

    :return: patterns of the questions that ask for a form, and of the texts that hold one, by its name.
    """
    tables = load_tables()
    return {
        name: (re.compile(form["asks"], re.I), re.compile(form["holds"].replace("{number}", tables["number"]), re.I))
        for name, form in tables.items()
        if "holds" in form
    }


def missing_years(question: str, says: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the years from 1900 to 2099 that a question names and the reports do not.

    :param says: whether the reports contain a word.
    """
    return tuple(year for year in WESTERN_YEAR.findall(fold_text(question)) if not says(year))


class MentionedCountries:
    """The countries that passages name, in a heading or their text, by any spelling or city. Results are cached."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._mentioned: dict[str, bool] = {}

    def missing(self, question: str) -> tuple[str, ...]:
        """Return the countries that a question names, itself or by a city, and no passage does.

        :return: English names, in alphabetical order.
        """
        return tuple(country for country in named_countries(question) if not self._is_mentioned(country))

    def _is_mentioned(self, country: str) -> bool:
        if country not in self._mentioned:
            pattern = country_pattern(country)
            texts = (fold_text(f"{' '.join(passage.section)} {passage.text}") for passage in self._passages)
            self._mentioned[country] = any(pattern.search(text) for text in texts)
        return self._mentioned[country]


def named_countries(text: str) -> tuple[str, ...]:
    """Return the countries that a text names, itself or by a city: English names, in alphabetical order."""
    terms = gazetteer.find_countries(normalization.name_key(text))
    return tuple(sorted({term.value for term in terms if term.meaning == "country"}))


def is_country(name: str) -> bool:
    """Return whether a name is a country's or a city's, and nothing more."""
    return any(country_pattern(country).fullmatch(fold_text(name)) for country in named_countries(name))


def find_names(question: str, countries: Iterable[str]) -> tuple[str, ...]:
    """Return the names by which a question calls countries or their cities, as far as possible as it spells them.

    :param countries: English names.
    """
    folded = fold_text(question)
    spelled = question if len(question) == len(folded) else folded
    matches = (country_pattern(country).search(folded) for country in countries)
    return tuple(spelled[slice(*match.span())] for match in matches if match)


@cache
def country_pattern(country: str) -> re.Pattern[str]:
    """Return the pattern of a country's names and cities in folded text; only scripts with spaces have word boundaries."""
    spellings = sorted(map(fold_text, (country, *gazetteer.country_spellings(country))), key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(each)}\b" if each.isascii() else re.escape(each) for each in spellings))


def parts_about(sentence: str, countries: Iterable[re.Pattern[str]]) -> list[tuple[int, int]]:
    """Return the offsets of the parts of a sentence, between semicolons, that name a country, each from the clause on.

    :param countries: patterns of names in folded text.
    :return: in order and apart; empty if the sentence has no semicolon.
    """
    starts = [0, *(match.end() for match in SEMICOLON.finditer(sentence))]
    patterns, parts = list(countries), list[tuple[int, int]]()
    for start, end in zip(starts, [*starts[1:], len(sentence)], strict=True):
        part = sentence[start:end]
        folded = fold_text(part)
        named = [match.start() for pattern in patterns if (match := pattern.search(folded))]
        if named and len(starts) > 1:
            before = min(named) if len(folded) == len(part) else 0  # a few characters fold to several
            clause = max((match.end() for match in COMMA.finditer(part, 0, before)), default=0)
            parts.append((start + clause, end))
    return parts


def questions_by_country(question: str) -> dict[str, str]:
    """Return a question about several countries as one about each, in their order; empty for fewer than two."""
    folded = fold_text(question)
    places = {
        country: match.start() for country in named_countries(question) if (match := country_pattern(country).search(folded))
    }
    countries = sorted(places, key=lambda country: places[country])
    if len(countries) < 2:
        return {}
    others = {country: [other for other in countries if other != country] for country in countries}
    return {country: " ".join(reduce(remove_country, others[country], folded).split()) for country in countries}


def remove_country(text: str, country: str) -> str:
    """Return a folded text without the names of a country."""
    return country_pattern(country).sub(" ", text)
