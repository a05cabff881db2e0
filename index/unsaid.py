"""What a question is about and the reports never name: a year, a country. Of those they say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property

from index import vocabulary
from index.lexical import fold

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def missing_years(question: str, says: Callable[[str], bool]) -> tuple[str, ...]:
    """The years from 1900 to 2099 that a question names, and of which nobody `says` the word."""
    return tuple(year for year in YEAR.findall(fold(question)) if not says(year))


class Named:
    """The countries that some texts name, by any of their names or cities."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)

    @cached_property
    def _text(self) -> str:
        return fold("\n".join(self._texts))

    def missing(self, question: str) -> tuple[str, ...]:
        """The countries that a question names, itself or by a city, and no text does, by their English names."""
        asked = {term.value for term in vocabulary.countries(vocabulary.key(question)) if term.meaning == "country"}
        return tuple(sorted(country for country in asked if not self._names(country)))

    def _names(self, country: str) -> bool:
        spellings = (fold(spelling) for spelling in (country, *vocabulary.spellings(country)))
        return any(
            re.search(rf"\b{re.escape(each)}\b", self._text) if each.isascii() else each in self._text for each in spellings
        )
