"""Check whether texts contain what a question requires of its answer.

Requirements are the form of the answer, such as a sum of money, an age or a year, and the years and countries that the
question names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from index.models import Passage
from index.text import gazetteer, normalization
from index.text.dates import WESTERN_YEAR
from index.text.normalization import fold_text


def lacks_expected_type(question: str, text: str) -> bool:
    """Return whether a text lacks a form that the question asks for; False if it asks for no known form."""
    return any(asks.search(question) and not holds.search(text) for asks, holds in load_answer_types().values())


@cache
def load_answer_types() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Load `answer_types.toml`.

    :return: patterns of the questions that ask for a form, and of the texts that hold one, by its name.
    """
    tables = tomllib.loads((files("index.answering") / "answer_types.toml").read_text("utf-8"))
    number = tables.pop("number")
    return {
        name: (re.compile(form["asks"], re.I), re.compile(form["holds"].replace("{number}", number), re.I))
        for name, form in tables.items()
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
