"""Clauses of a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.clauses import clause_spans


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("甲公司（含子公司，如乙）同意，丙反對。", ["甲公司（含子公司，如乙）同意，", "丙反對。"]),
        ("It rose to 4,500, then fell.", ["It rose to 4,500,", " then fell."]),
        ("一句", ["一句"]),
        ("", [""]),
    ],
)
def test_clause_spans_ends_at_marks_outside_parentheses(text: str, clauses: list[str]) -> None:
    assert [text[start:end] for start, end in clause_spans(text)] == clauses


@given(st.text("ab ,;.，；。（）()"))
def test_clause_spans_cover_the_text(text: str) -> None:
    spans = clause_spans(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
