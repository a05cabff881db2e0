"""Everything is on some page, in order, and no page is too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.escaping import clean, escape, unescape
from bot.cards.paging import grouped, paged, pieces

BLOCKS = st.lists(st.text(st.sampled_from("ab\n\\"), max_size=80), max_size=12)


def test_join_pages_and_group_pages_join_blocks_up_to_limit():
    assert paged(["aaa", "bb", "cccc", "d"], 6) == ["aaa\nbb", "cccc\nd"]
    assert paged([], 6) == [""]
    assert grouped(["aaa", "bb", "c", "d"], 6, 2) == [["aaa", "bb"], ["c", "d"]]
    assert grouped(["aaa", "bbbb"], 6, 9) == [["aaa"], ["bbbb"]]
    assert grouped([], 6, 2) == [[]]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("abcdef", ["abcdef"]),
        ("abcdefgh", ["abcdef", "gh"]),
        ("ab\ncdefgh", ["ab", "cdefgh"]),
        ("abcde\\*g", ["abcde", "\\*g"]),
        ("abcd\\\\*g", ["abcd\\\\", "*g"]),
        ("abc\\\\\\*g", ["abc\\\\", "\\*g"]),
        ("\nabcdefgh", ["\nabcde", "fgh"]),
        ("a\nbcdefgh", ["a", "bcdefg", "h"]),
        ("##########", ["######", "####"]),
        ("abcdef# g", ["abcde", "f# g"]),
        ("abcde 1. h", ["abcd", "e 1. h"]),
    ],
)
def test_split_block_long_block_splits_at_line_and_not_inside_escape(block, expected):
    assert pieces(block, 6) == expected


def test_split_block_looks_ahead_twelve_characters_for_line_markup():
    assert pieces("abcdef" + " " * 11 + "# h", 6)[0] == "abcde"
    assert pieces("abcdef" + " " * 12 + "# h", 6)[0] == "abcdef"


def test_split_block_two_character_page_fits_escaped_character():
    assert pieces("a\\*bc", 2) == ["a", "\\*", "bc"]


def test_split_block_negative_page_size_raises_value_error():
    with pytest.raises(ValueError, match="no page can have -7 characters"):
        pieces("abc", -7)


@given(BLOCKS, st.integers(3, 40), st.integers(1, 5))
def test_join_pages_and_group_pages_any_blocks_lose_no_text(blocks, characters, most):
    joined = "".join("".join(blocks).split("\n"))
    assert "".join("".join(paged(blocks, characters)).split("\n")) == joined
    assert all(len(page) <= characters for page in paged(blocks, characters))
    pages = grouped(blocks, characters, most)
    assert "".join("".join(piece for page in pages for piece in page).split("\n")) == joined
    assert all(len(page) <= most and sum(map(len, page)) <= characters for page in pages)


@given(st.text(max_size=200))
def test_unescape_markdown_escaped_text_returns_clean_text(text):
    assert unescape(escape(text)) == clean(text)
