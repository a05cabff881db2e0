"""Quotations by the reports that they are from."""

from collections.abc import Iterable

from index.models import Citation


def by_report(citations: Iterable[Citation]) -> dict[str, tuple[Citation, ...]]:
    """The citations of each report by its name, in their order; the report of the first, which is the best, comes first."""
    groups: dict[str, tuple[Citation, ...]] = {}
    for citation in citations:
        groups[citation.report] = (*groups.get(citation.report, ()), citation)
    return groups
