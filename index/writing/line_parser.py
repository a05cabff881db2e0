"""Read a line of a language model: a claim, and the numbers of the sentences that it cites."""

from __future__ import annotations

import re
from dataclasses import dataclass

# One or more numbers in brackets, full-width ones and lists in them included: [2][5], ［2］, 【2, 5】.
CITATION = re.compile(r"[\[［【](\d{1,3}(?:\s?[,，、]\s?\d{1,3})*+)[\]］】]")
NUMBER = re.compile(r"\d+")
LIST_NUMBER = re.compile(r"^[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）.、．](?!\d) ?")
NOTHING = frozenset({"", "none", "none."})


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """A claim without its marks, and the numbers that it cites, each once, in order."""

    claim: str
    citations: tuple[int, ...]


def parse_line(raw: str) -> ParsedLine | None:
    """Return the claim of a line, which may cite nothing; None if the line says nothing, as NONE and blank lines do."""
    text = " ".join(raw.split())
    if text.casefold() in NOTHING:
        return None
    numbers = (int(number) for marks in CITATION.findall(text) for number in NUMBER.findall(marks))
    # A number of a list is no claim, and nothing proves it.
    claim = LIST_NUMBER.sub("", " ".join(CITATION.sub(" ", text).split()))
    return ParsedLine(tighten(claim), tuple(dict.fromkeys(numbers)))


def tighten(claim: str) -> str:
    """Remove the spaces that a mark within a sentence leaves before punctuation."""
    return re.sub(r" (?=[.,;:!?。，、；：！？])", "", claim)
