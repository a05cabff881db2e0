"""Fold a long quotation around the words of it that answer; its own words stay as they are."""

from collections.abc import Sequence

from bot.cards.escaping import ELLIPSIS
from index.text.clauses import WHOLE, clause_spans

FOLDED = 100  # characters of the clauses around the answering words; one clause may have more

Span = tuple[int, int]


def fold_quotation(quote: str, spans: Sequence[Span]) -> tuple[str, Sequence[Span]]:
    """Keep the clauses with the answering words and their neighbours; an ellipsis stands for those before and after.

    :param spans: Offsets in `quote`, end exclusive, ascending and apart.
    :return: The text and the spans in it; both as given if the quotation is short, has several lines or no spans.
    """
    if len(quote) <= WHOLE or "\n" in quote or not spans:
        return quote, spans
    clauses = clause_spans(quote)
    first = max(n for n, (start, _) in enumerate(clauses) if start <= spans[0][0])
    last = min(n for n, (_, end) in enumerate(clauses) if end >= spans[-1][1])
    while last + 1 < len(clauses) and clauses[last + 1][1] - clauses[first][0] <= FOLDED:
        last += 1
    while first and clauses[last][1] - clauses[first - 1][0] <= FOLDED:
        first -= 1
    start, end = clauses[first][0], clauses[last][1]
    before, after = ELLIPSIS if start else "", ELLIPSIS if end < len(quote) else ""
    return f"{before}{quote[start:end]}{after}", [(a - start + len(before), b - start + len(before)) for a, b in spans]
