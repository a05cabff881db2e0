"""What the maintainer types about the levels of headings."""

import pytest

from index.errors import CorpusError
from index.ingest.converter_types import Converted
from index.ingest.heading_choice import (
    HeadingChoice,
    change_choice,
    choice_lines,
    choose_by_examples,
    choose_headings,
    first_choice,
)

TEXT = "第一章 燈塔\n\n一、燃油\n\n二、換燈\n\n第二章 港口\n\nSummary\n\nOutlook\n\n附錄A 表\n\n附錄B 圖"
CONVERTED = Converted(TEXT, "")


def shown(choice: HeadingChoice) -> list[str]:
    return [choice.levels[position].example for position in choice.chosen]


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        (["2 1"], ["一、燃油", "第一章 燈塔"]),
        (["2,2"], ["一、燃油"]),
        (["0"], []),
        (["line 9"], ["第一章 燈塔", "一、燃油", "Summary"]),
        (["9"], ["第一章 燈塔", "一、燃油", "Summary"]),
        (["附錄A …"], ["第一章 燈塔", "一、燃油", "附錄A 表"]),
        (["0", "附錄B 圖", "一、…"], ["一、燃油", "附錄A 表"]),
        (["Outlook", "Summary", "1 3"], ["第一章 燈塔", "Summary"]),
        (["Outlook", "Summary", "Outlook", "3"], ["Summary"]),
        (["第二章"], ["第一章 燈塔", "一、燃油"]),
    ],
)
def test_change_choice_numbers_lines_and_examples_choose_levels(typed: list[str], chosen: list[str]) -> None:
    choice = first_choice(CONVERTED)
    for each in typed:
        choice = change_choice(choice, each, CONVERTED)
    assert shown(choice) == chosen


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1 5", "1 5: there are levels 1 to 2; give their numbers, outermost first, or 0 for none"),
        ("99", "line 99: the text has 15 lines"),
        ("港口", "“港口”: no line of the text is like it; copy a heading from the text"),
    ],
)
def test_change_choice_wrong_input_raises_one_line(typed: str, told: str) -> None:
    with pytest.raises(CorpusError) as raised:
        change_choice(first_choice(CONVERTED), typed, CONVERTED)
    assert str(raised.value) == told


def test_add_level_lines_known_by_their_text_make_one_level() -> None:
    choice = choose_by_examples(first_choice(CONVERTED), ["Outlook", "Summary", "Outlook", "第一章 …"], CONVERTED)
    assert choice.patterns == ["(?P<title>Outlook|Summary)$", choice.levels[2].pattern]
    assert [(level.example, level.count) for level in choice.levels] == [("一、燃油", 2), ("Summary", 2), ("第一章 燈塔", 2)]


def test_first_choice_of_new_edition_keeps_patterns_that_match() -> None:
    choice = first_choice(CONVERTED, ["附錄(?P<title>.*)", "Part [IVX]+"])
    assert shown(choice) == ["附錄A 表"]
    assert list(choice_lines(choice)) == [
        "1: 2 headings, such as “附錄A 表” (line 13)",
        "not used: 2: 2 headings, such as “第一章 燈塔” (line 1)",
        "not used: 3: 2 headings, such as “一、燃油” (line 3)",
    ]
    assert shown(first_choice(CONVERTED, ["Part [IVX]+"])) == ["第一章 燈塔", "一、燃油"]


def test_choose_headings_repeats_until_nothing_is_typed() -> None:
    typed, told, shows = iter(["x", "3-5", "100-200", "1", ""]), list[str](), list[list[str]]()
    choice = choose_headings(
        first_choice(CONVERTED), CONVERTED, lambda each: shows.append(shown(each)), lambda: next(typed), told.append
    )
    assert shown(choice) == ["第一章 燈塔"]
    assert shows == [["第一章 燈塔", "一、燃油"], ["第一章 燈塔"]]
    assert told == [
        "“x”: no line of the text is like it; copy a heading from the text",
        "3: 一、燃油",
        "5: 二、換燈",
        "lines 100-200: are empty, or not in the text",
    ]
