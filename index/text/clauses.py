"""Split a sentence into clauses."""

import re

WHOLE = 140  # characters of a sentence of which no clauses need to be picked out
# Group 1 ends a clause, but not within parentheses.
CLAUSE_END = re.compile(r"[（(][^()（）]*[)）]|([，；。！？]|[,;.!?](?=\s))")


def clause_spans(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the clauses of a text, which cover all of it: start, and end exclusive."""
    ends = [*(match.end() for match in CLAUSE_END.finditer(text) if match[1] and match.end() < len(text)), len(text)]
    return list(zip([0, *ends[:-1]], ends, strict=True))
