"""Everything is on some page, in order, and no page is too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.escaping import clean_text, escape_markdown, unescape_markdown
from bot.cards.paging import group_pages, join_pages, split_block

BLOCKS = st.lists(st.text(st.sampled_from("ab\n\\"), max_size=80), max_size=12)


def test_join_pages_and_group_pages_join_blocks_up_to_limit():
    assert join_pages(["aaa", "bb", "cccc", "d"], 6) == ["aaa\nbb", "cccc\nd"]
    assert join_pages(["a", "b", "c"], 6, 2) == ["a\nb", "c"]
    assert join_pages([], 6) == [""]
    assert group_pages(["aaa", "bb", "c", "d"], 6, 2) == [["aaa", "bb"], ["c", "d"]]
    assert group_pages(["aaa", "bbbb"], 6, 9) == [["aaa"], ["bbbb"]]
    assert group_pages([], 6, 2) == [[]]


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
    assert split_block(block, 6) == expected


def test_split_block_looks_ahead_twelve_characters_for_line_markup():
    assert split_block("abcdef" + " " * 11 + "# h", 6)[0] == "abcde"
    assert split_block("abcdef" + " " * 12 + "# h", 6)[0] == "abcdef"


def test_split_block_two_character_page_fits_escaped_character():
    assert split_block("a\\*bc", 2) == ["a", "\\*", "bc"]


def test_split_block_negative_page_size_raises_value_error():
    with pytest.raises(ValueError, match="no page can have -7 characters"):
        split_block("abc", -7)


@given(BLOCKS, st.integers(3, 40), st.integers(1, 5))
def test_join_pages_and_group_pages_any_blocks_lose_no_text(blocks, characters, most):
    joined = "".join("".join(blocks).split("\n"))
    assert "".join("".join(join_pages(blocks, characters)).split("\n")) == joined
    assert all(len(page) <= characters for page in join_pages(blocks, characters))
    pages = group_pages(blocks, characters, most)
    assert "".join("".join(piece for page in pages for piece in page).split("\n")) == joined
    assert all(len(page) <= most and sum(map(len, page)) <= characters for page in pages)


@given(st.text(max_size=200))
def test_unescape_markdown_escaped_text_returns_clean_text(text):
    assert unescape_markdown(escape_markdown(text)) == clean_text(text)
