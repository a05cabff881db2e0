"""Which levels of headings are found in a text, and which an example means."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CorpusError
from index.ingest.converter_types import Converted, OutlineEntry
from index.ingest.heading_choice import change_choice, first_choice
from index.ingest.heading_levels import find_heading_levels, level_from_example, level_from_line
from index.ingest.report_import import make_profile
from index.reports.reader import read_document


def levels(text: str, **options: object) -> list[tuple[str, int]]:
    return [(level.example, level.count) for level in find_heading_levels(Converted(text, "", **options))]


LIST = "\n\n".join(f"{n}. 項目" for n in range(1, 6))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("壹、安全\n\n文。\n\n貳、費用\n\n文。", [("壹、安全", 2)]),
        ("壹、安全\n\n文。", []),
        ("壹、時間：2031年3月5日\n\n貳、主席：陳大文\n\n參、決議：換燈", []),
        ("1. 燈塔每晚燃油。\n\n2. 換燈\n\n3. 漆是灰色的。\n\n4. 鹽；油\n\n5. 油在燒。\n\n6. 油\n\n7. 好。\n\n8. 是。", []),
        (f"壹、安全\n\n\f貳、費用\n\n{LIST}\n\n\f參、附則\n\n6. 項目", [("壹、安全", 3)]),
        (f"壹、安全\n\n貳、費用\n\n{LIST}", [("壹、安全", 2), ("1. 項目", 5)]),
        (f"壹、安全\n\n{'文字。' * 600}\n\n貳、費用\n\n{LIST}\n\n{'文字。' * 600}\n\n參、附", [("壹、安全", 3)]),
    ],
)
def test_find_heading_levels_sentences_labels_and_lists_on_one_page_are_none(
    text: str, expected: list[tuple[str, int]]
) -> None:
    assert levels(text) == expected


def test_find_heading_levels_lines_in_capitals_are_headings_where_nothing_has_a_number() -> None:
    text = "Minutes\n\nCALL TO ORDER\n\nAt noon.\n\nNEW BUSINESS (2031):\n\nOil.\n\nNATO"
    assert levels(text) == [("CALL TO ORDER", 3)]
    assert levels(f"1. Oil\n\n2. Salt\n\n{text}") == [("1. Oil", 2)]


def test_find_heading_levels_marked_text_without_marks_uses_numberings() -> None:
    assert levels("一、安全\n\n二、費用", marked=True) == [("一、安全", 2)]
    assert levels("# 安全\n\n一、費用\n\n二、附則", marked=True) == [("# 安全", 1)]


def test_find_heading_levels_text_without_numbers_uses_lines_of_its_contents() -> None:
    text = "Lights\n\nSafety (first)\n\nOil burns.\n\nMoney\n\nMoney is short."
    outline = tuple(OutlineEntry(title, 2) for title in ("Safety (first)", "Money", "Salt"))
    found = find_heading_levels(Converted(text, "", outline=outline))
    assert [(level.example, level.count) for level in found] == [("Safety (first)", 2)]
    profile_ = make_profile(Converted(text, ""), "t", "t", "en", [found[0].pattern], "x")
    assert [section.title for section in read_document(text, profile_).sections] == ["Safety (first)", "Money"]


BOOK = (
    "Appendix A: Terms\n\nAppendix B: Costs\n\n■ Oil\n\n■ Salt\n\n【附錄】\n\n【後記】\n\n1 Lights\n\n2 Harbours\n\n"
    "Q1. Why\n\nQ2. How\n\n第3條之一\n\n附錄一 港口\n\n附錄二 燈塔\n\nDiscussion\n\nA light, by night.\n\n第一條  燈塔\n\n"
    "NEW BUSINESS"
)


@pytest.mark.parametrize(
    ("example", "pattern", "count"),
    [
        ("Appendix A: Terms", "Appendix [A-Z]:", 2),
        ("■ Salt", "■", 2),
        ("【後記】", r"【[^\n]{1,60}】", 2),
        ("1 Lights", r"\d{1,2} (?=[^\W\d_])", 2),
        ("Q1. …", r"Q\d{1,4}\.", 2),
        ("附錄一 港口", r"附錄[零〇一二三四五六七八九十百]{1,5}\b", 2),
        ("第三條", "第[零〇一二三四五六七八九十百]{1,5}條", 1),
        ("discussion", None, 0),
        ("Discussion", "(?P<title>Discussion)$", 1),
        ("第一條 燈塔", "第[零〇一二三四五六七八九十百]{1,5}條", 1),
        ("NEW BUSINESS", r"[A-Z](?:[A-Z0-9&,'’/()\-–]{0,20}\s){0,8}[A-Z0-9&'’/()\-–]{3,20}:?$", 1),
    ],
)
def test_level_from_example_pattern_is_of_its_number_its_look_or_its_text(
    example: str, pattern: str | None, count: int
) -> None:
    if pattern is None:
        with pytest.raises(CorpusError, match=f"“{example}”: no line of the text is like it; copy a heading from the text"):
            level_from_example(example, Converted(BOOK, ""))
        return
    level = level_from_example(example, Converted(BOOK, ""))
    assert (level.pattern, level.count) == (pattern, count)
    titles = [
        each.title for each in read_document(BOOK, make_profile(Converted(BOOK, ""), "b", "B", "en", [pattern], "")).sections
    ]
    assert (len(titles), titles[0].replace(" ", "")) == (count, level.example.replace(" ", ""))


def test_level_from_example_of_marked_text_is_its_mark() -> None:
    level = level_from_example("Money", Converted("# Ships\n\n## Money\n\n## Oil", "", marked=True))
    assert (level.pattern, level.example, level.count, level.line) == ("## (?P<title>.*)", "## Money", 2, 3)


def test_level_from_example_crowding_one_page_or_sentences_are_refused() -> None:
    items = "\n\n".join(f"{n}. 項目" for n in range(1, 6))
    with pytest.raises(CorpusError) as raised:
        level_from_example("1. 項目", Converted(f"壹\n\n\f{items}\n\n\f6. 項目", "", paged=True))
    assert str(raised.value) == "“1. 項目”: most of the 6 lines like it are on page 2, so they are a list"
    with pytest.raises(CorpusError, match="the lines like it are sentences"):
        level_from_example("1. 燈塔每晚燃油。", Converted("1. 燈塔每晚燃油。", ""))


def test_level_from_line_names_lines_as_an_editor_does() -> None:
    converted = Converted("Ships\n\n\fQ1: Oil\n\nQ2: Salt", "", paged=True)
    level = level_from_line(3, converted)
    assert (level.example, level.count, level.line) == ("Q1: Oil", 2, 3)
    for number, told in ((2, "line 2: is empty; give the number of a heading's line"), (6, "line 6: the text has 5 lines")):
        with pytest.raises(CorpusError, match=re.escape(told)):
            level_from_line(number, converted)


@given(st.text("A1一章第IQx.、 -■【】()…:|\\[]#\"'", min_size=1, max_size=20))
def test_level_from_example_any_line_is_a_heading_of_its_level_or_refused(line: str) -> None:
    converted = Converted(line, "")
    try:
        level = level_from_example(line, converted)
    except CorpusError as error:
        assert "\n" not in str(error)
        return
    made = make_profile(converted, "a", "A", "en", [level.pattern], "")
    assert level.count >= 1
    assert read_document(line, made).sections


@given(st.text("12 0,-行line第一章 x", max_size=12))
def test_change_choice_any_input_changes_the_choice_or_raises(typed: str) -> None:
    converted = Converted("第一章 x\n\n第二章 y\n\n1. a\n\n2. b", "")
    try:
        choice = change_choice(first_choice(converted), typed.strip(), converted)
    except CorpusError as error:
        assert "\n" not in str(error)
        return
    assert sorted(set(choice.chosen)) == sorted(choice.chosen)
    assert set(choice.chosen) <= set(range(len(choice.levels)))
