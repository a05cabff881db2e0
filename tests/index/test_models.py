"""Quotations by their reports."""

from hypothesis import given
from hypothesis import strategies as st

from index.models import Citation, citations_by_report

REPORTS = st.sampled_from(["a", "b", "c:d"])
CITATION = st.builds(lambda n, report: Citation(n, "q", f"{report}:0001", (), (1, 1)), st.integers(1, 9), REPORTS)


@given(st.lists(CITATION))
def test_citations_by_report_keeps_every_citation_in_order(citations: list[Citation]) -> None:
    groups = citations_by_report(citations)
    assert list(groups) == list(dict.fromkeys(citation.report for citation in citations))
    for report, group in groups.items():
        assert list(group) == [citation for citation in citations if citation.report == report]
