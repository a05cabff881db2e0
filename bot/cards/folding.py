"""Fold a long quotation around the words of it that answer, or to its opening; its own words stay as they are."""

from collections.abc import Sequence

from bot.cards.escaping import ELLIPSIS
from index.text.clauses import WHOLE, clause_spans, count_columns

FOLDED = 160  # columns of the clauses that are kept; one clause may have more
OPENING = 80  # columns that an opening has at least, since a first clause such as "In 2021," says nothing

Span = tuple[int, int]


def fold_quotation(quote: str, spans: Sequence[Span]) -> tuple[str, Sequence[Span]]:
    """Keep the clauses with the answering words and their neighbours, or the first ones; an ellipsis stands for the rest.

    :param spans: Offsets in `quote`, end exclusive, ascending and apart; empty if no words of it answer more than others.
    :return: The text and the spans in it; both as given if the quotation is short or has several lines.
    """
    if count_columns(quote) <= WHOLE or "\n" in quote:
        return quote, spans
    clauses = clause_spans(quote)
    if spans:
        first = max(n for n, (start, _) in enumerate(clauses) if start <= spans[0][0])
        last = min(n for n, (_, end) in enumerate(clauses) if end >= spans[-1][1])
    else:
        first, last = 0, next(n for n, (_, end) in enumerate(clauses) if count_columns(quote[:end]) >= OPENING)

    def columns(since: int, until: int) -> int:
        return count_columns(quote[clauses[since][0] : clauses[until][1]])

    while last + 1 < len(clauses) and columns(first, last + 1) <= FOLDED:
        last += 1
    while first and columns(first - 1, last) <= FOLDED:
        first -= 1
    start, end = clauses[first][0], clauses[last][1]
    before, after = ELLIPSIS if start else "", ELLIPSIS if end < len(quote) else ""
    return f"{before}{quote[start:end]}{after}", [(a - start + len(before), b - start + len(before)) for a, b in spans]
