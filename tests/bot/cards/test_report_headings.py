"""Titles of reports above their quotations."""

from bot.cards.answer_card import drop_repeated_headings, report_headings

TITLES = {"summit": "The Summit", "tower": "The\n*Tower*", "silent": ""}


def test_report_headings_several_reports_returns_title_headings():
    assert report_headings(["tower", "summit"], TITLES) == {"tower": "### The \\*Tower\\*\n", "summit": "### The Summit\n"}
    assert report_headings(["silent", "unknown"], TITLES) == {"silent": "### –\n", "unknown": "### unknown\n"}
    assert (
        report_headings(["tower"], TITLES) == report_headings([], TITLES) == report_headings(["tower", "summit"], {}) == {}
    )


def test_drop_repeated_headings_keeps_heading_where_report_changes():
    above = ["### A\n", "### B\n"]
    page = ["the rest", "### A\n1", "### A\n2", "the rest of 2", "### A\n3", "### B\n4", "### A\n5"]
    assert drop_repeated_headings(page, above) == ["the rest", "### A\n1", "2", "the rest of 2", "3", "### B\n4", "### A\n5"]
    assert drop_repeated_headings(["### A\n1"], []) == ["### A\n1"]
