"""Titles of reports above their quotations."""

from bot.cards.answer_card import drop_repeated_headings, headings

TITLES = {"summit": "The Summit", "tower": "The\n*Tower*", "silent": ""}


def test_titles_stand_above_quotations_of_more_than_one_report():
    assert headings(["tower", "summit"], TITLES) == {"tower": "### The \\*Tower\\*\n", "summit": "### The Summit\n"}
    assert headings(["silent", "unknown"], TITLES) == {"silent": "### –\n", "unknown": "### unknown\n"}
    assert headings(["tower"], TITLES) == headings([], TITLES) == headings(["tower", "summit"], {}) == {}


def test_a_page_shows_each_title_once_above_what_it_is_of():
    above = ["### A\n", "### B\n"]
    page = ["the rest", "### A\n1", "### A\n2", "the rest of 2", "### A\n3", "### B\n4", "### A\n5"]
    assert drop_repeated_headings(page, above) == ["the rest", "### A\n1", "2", "the rest of 2", "3", "### B\n4", "### A\n5"]
    assert drop_repeated_headings(["### A\n1"], []) == ["### A\n1"]
