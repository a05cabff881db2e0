"""Split a sentence into clauses, and measure the room that it takes."""

import re
import unicodedata

WHOLE = 240  # columns of a sentence of which no clauses need to be picked out
# Group 1 ends a clause, but not within parentheses.
CLAUSE_END = re.compile(r"[（(][^()（）]*[)）]|([，；。！？]|[,;.!?](?=\s))")


def clause_spans(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the clauses of a text, which cover all of it: start, and end exclusive."""
    ends = [*(match.end() for match in CLAUSE_END.finditer(text) if match[1] and match.end() < len(text)), len(text)]
    return list(zip([0, *ends[:-1]], ends, strict=True))


def count_columns(text: str) -> int:
    """Return the columns that a text takes in a monospaced font: two for ideographs and the like, else one."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
