"""Check whether texts contain what a question requires of its answer.

Requirements are an expected type, such as a sum of money, an age or a year, a count of a unit, and the years and countries
that the question names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from index.models import Passage
from index.text import gazetteer, normalization
from index.text.dates import WESTERN_YEAR
from index.text.normalization import fold_text


def lacks_expected_type(question: str, text: str) -> bool:
    """Return whether a text lacks a type that the question expects; False if it expects no known type."""
    return any(not pattern.search(text) for pattern in expected_patterns(question))


def lacks_count(question: str, text: str) -> bool:
    """Return whether the question asks for the count of a unit, and the text has no number of that unit."""
    pattern = expected_count_pattern(question)
    return pattern is not None and not pattern.search(text)


def expected_patterns(question: str) -> Iterator[re.Pattern[str]]:
    """Yield a pattern of the answer for each type that the question expects."""
    return (answer_pattern for question_pattern, answer_pattern in load_answer_types() if question_pattern.search(question))


def expected_count_pattern(question: str) -> re.Pattern[str] | None:
    """Return a pattern of the count that the question asks for, or None."""
    units = load_answer_table()["units"]
    match = re.search(units["asks"], question)
    if not match:
        return None
    words = units["words"].get(match[1], match[1])
    return re.compile(rf"{load_answer_table()['number']}\s*(?:[餘多幾個位名]\s*)?(?:{'|'.join(map(re.escape, words))})")


@cache
def load_answer_types() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return the pattern of the question and that of the answer for each type."""
    tables = [kind for name, kind in load_answer_table().items() if name not in ("number", "units")]
    return tuple(
        (re.compile(kind["asks"], re.I), re.compile(kind["holds"].replace("{number}", load_answer_table()["number"]), re.I))
        for kind in tables
    )


@cache
def load_answer_table() -> dict[str, Any]:
    """Load `answer_types.toml`."""
    return tomllib.loads((files("index.answering") / "answer_types.toml").read_text("utf-8"))


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
        countries = {
            term.value for term in gazetteer.find_countries(normalization.name_key(question)) if term.meaning == "country"
        }
        return tuple(sorted(country for country in countries if not self._is_mentioned(country)))

    def _is_mentioned(self, country: str) -> bool:
        if country not in self._mentioned:
            spellings = [re.escape(fold_text(spelling)) for spelling in (country, *gazetteer.country_spellings(country))]
            # Only scripts with spaces have word boundaries.
            pattern = re.compile("|".join(rf"\b{spelling}\b" if spelling.isascii() else spelling for spelling in spellings))
            texts = (fold_text(f"{' '.join(passage.section)} {passage.text}") for passage in self._passages)
            self._mentioned[country] = any(pattern.search(text) for text in texts)
        return self._mentioned[country]
