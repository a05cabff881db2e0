"""What a question is about and the reports never name: a year, a country. Of those they say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.models import Passage
from index.text import gazetteer
from index.text.normalization import fold

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def missing_years(question: str, says: Callable[[str], bool]) -> tuple[str, ...]:
    """The years from 1900 to 2099 that a question names, and of which nobody `says` the word."""
    return tuple(year for year in YEAR.findall(fold(question)) if not says(year))


class MentionedCountries:
    """The countries that some passages name, in a heading or their text, by any of their names or cities."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._known: dict[str, bool] = {}

    def missing(self, question: str) -> tuple[str, ...]:
        """The countries that a question names, itself or by a city, and no passage does, by their English names."""
        asked = {term.value for term in gazetteer.countries(gazetteer.key(question)) if term.meaning == "country"}
        return tuple(sorted(country for country in asked if not self._names(country)))

    def _names(self, country: str) -> bool:
        if country not in self._known:
            spellings = [re.escape(fold(spelling)) for spelling in (country, *gazetteer.spellings(country))]
            # Words of letters end where the word ends; others have nothing between them.
            any_of = re.compile("|".join(rf"\b{each}\b" if each.isascii() else each for each in spellings))
            texts = (fold(f"{' '.join(passage.section)} {passage.text}") for passage in self._passages)
            self._known[country] = any(any_of.search(text) for text in texts)
        return self._known[country]
