"""What an answer must hold because a question asks for it: a sum of money, an age, a year, so many people."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from index.models import Passage
from index.text import gazetteer, normalization
from index.text.normalization import fold_text

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def lacks_expected_type(question: str, text: str) -> bool:
    """Whether a text holds nothing of a kind that the question asks for; False where it asks for no kind that is known."""
    return any(not holds.search(text) for holds in expected_patterns(question))


def lacks_count(question: str, text: str) -> bool:
    """Whether the question asks how many there are of a unit, and the text has no number of it."""
    holds = expected_count_pattern(question)
    return holds is not None and not holds.search(text)


def expected_patterns(question: str) -> Iterator[re.Pattern[str]]:
    """What an answer must hold, for each kind that the question asks for."""
    return (holds for asks, holds in load_answer_types() if asks.search(question))


def expected_count_pattern(question: str) -> re.Pattern[str] | None:
    """What the number looks like that the question asks for; None if it asks for no number of a unit."""
    units = load_answer_table()["units"]
    found = re.search(units["asks"], question)
    if not found:
        return None
    words = units["words"].get(found[1], found[1])
    return re.compile(rf"{load_answer_table()['number']}\s*(?:[餘多幾個位名]\s*)?(?:{'|'.join(map(re.escape, words))})")


@cache
def load_answer_types() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """For each kind, what asks for it and what holds it."""
    tables = [kind for name, kind in load_answer_table().items() if name not in ("number", "units")]
    return tuple(
        (re.compile(kind["asks"], re.I), re.compile(kind["holds"].replace("{number}", load_answer_table()["number"]), re.I))
        for kind in tables
    )


@cache
def load_answer_table() -> dict[str, Any]:
    return tomllib.loads((files("index.answering") / "answer_types.toml").read_text("utf-8"))


def missing_years(question: str, says: Callable[[str], bool]) -> tuple[str, ...]:
    """The years from 1900 to 2099 that a question names, and of which nobody `says` the word."""
    return tuple(year for year in YEAR.findall(fold_text(question)) if not says(year))


class MentionedCountries:
    """The countries that some passages name, in a heading or their text, by any of their names or cities."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._known: dict[str, bool] = {}

    def missing(self, question: str) -> tuple[str, ...]:
        """The countries that a question names, itself or by a city, and no passage does, by their English names."""
        asked = {
            term.value for term in gazetteer.find_countries(normalization.name_key(question)) if term.meaning == "country"
        }
        return tuple(sorted(country for country in asked if not self._names(country)))

    def _names(self, country: str) -> bool:
        if country not in self._known:
            spellings = [re.escape(fold_text(spelling)) for spelling in (country, *gazetteer.country_spellings(country))]
            # Words of letters end where the word ends; others have nothing between them.
            any_of = re.compile("|".join(rf"\b{each}\b" if each.isascii() else each for each in spellings))
            texts = (fold_text(f"{' '.join(passage.section)} {passage.text}") for passage in self._passages)
            self._known[country] = any(any_of.search(text) for text in texts)
        return self._known[country]
