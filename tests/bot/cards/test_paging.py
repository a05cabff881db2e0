"""Everything is on some page, in order, and no page is too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.escaping import clean, escape, unescape
from bot.cards.paging import grouped, paged, pieces

BLOCKS = st.lists(st.text(st.sampled_from("ab\n\\"), max_size=80), max_size=12)


def test_blocks_are_joined_as_long_as_they_fit():
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
def test_a_block_longer_than_a_page_is_split_at_a_line_and_never_inside_an_escape(block, expected):
    assert pieces(block, 6) == expected


def test_as_far_as_a_dozen_characters_on_is_looked_for_what_a_line_may_not_begin_with():
    assert pieces("abcdef" + " " * 11 + "# h", 6)[0] == "abcde"
    assert pieces("abcdef" + " " * 12 + "# h", 6)[0] == "abcdef"


def test_a_page_of_two_characters_has_room_for_an_escaped_one():
    assert pieces("a\\*bc", 2) == ["a", "\\*", "bc"]


def test_without_room_there_are_no_pages():
    with pytest.raises(ValueError, match="no page can have -7 characters"):
        pieces("abc", -7)


@given(BLOCKS, st.integers(3, 40), st.integers(1, 5))
def test_nothing_is_lost(blocks, characters, most):
    joined = "".join("".join(blocks).split("\n"))
    assert "".join("".join(paged(blocks, characters)).split("\n")) == joined
    assert all(len(page) <= characters for page in paged(blocks, characters))
    pages = grouped(blocks, characters, most)
    assert "".join("".join(piece for page in pages for piece in page).split("\n")) == joined
    assert all(len(page) <= most and sum(map(len, page)) <= characters for page in pages)


@given(st.text(max_size=200))
def test_what_was_escaped_can_be_read_back(text):
    assert unescape(escape(text)) == clean(text)
