"""Lines of a language model, as models write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.writing.line_parser import ParsedLine, parse_line


@pytest.mark.parametrize(
    ("raw", "claim", "citations"),
    [
        ("The board met twice. [2][5]", "The board met twice.", (2, 5)),
        ("The board met twice [2, 5].", "The board met twice.", (2, 5)),
        ("協會成立於 2011 年［1］【3】。", "協會成立於 2011 年。", (1, 3)),
        ("協會[3]成立於[1] 2011 年[3]", "協會 成立於 2011 年", (3, 1)),
        ("  No\tmark \n", "No mark", ()),
        ("[12]", "", (12,)),
        ("See [a link] and [2031]", "See [a link] and [2031]", ()),
    ],
)
def test_parse_line_parts_claim_and_citations(raw: str, claim: str, citations: tuple[int, ...]) -> None:
    assert parse_line(raw) == ParsedLine(claim, citations)


@pytest.mark.parametrize("raw", ["", "  \n", "NONE", "None.", " none "])
def test_parse_line_that_says_nothing_is_none(raw: str) -> None:
    assert parse_line(raw) is None


@given(st.text(max_size=80))
def test_parse_line_any_text_leaves_no_mark_in_the_claim(raw: str) -> None:
    parsed = parse_line(raw)
    again = parse_line(parsed.claim) if parsed else None
    assert again is None or again.citations == () or parsed is None or parsed.citations


@pytest.mark.parametrize("mark", ["1. ", "(2) ", "（三）", "2、"])
def test_parse_line_number_of_a_list_is_no_part_of_the_claim(mark: str) -> None:
    assert parse_line(f"{mark}委員會提出 19 項承諾。[2]") == ParsedLine("委員會提出 19 項承諾。", (2,))
