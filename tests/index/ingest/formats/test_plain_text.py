"""Text files: paragraphs by the width of their lines, and what on their pages is no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CorpusError
from index.ingest.conversion import convert_file
from index.ingest.converter_types import Converted, OutlineEntry
from index.ingest.formats.plain_text import reflow_text
from index.reports.table_rows import find_heads, plain_row
from tests.index.corpora import squeeze

WRAPPED = """\
壹、 概述

        本報告說明燈塔管理之現況，並就燃油、油漆及值更之程序提出
    檢討，作為明年度編列預算及調整人力之參考，請各單位依其權責
    辦理，並於期限內回報。
        管理員請求在二〇三二年以前換成電燈，以節省開支並保護海鳥
    。
 (一) 燃油由港務局供應，每月一次，由管理員簽收後存入油庫，並登
  記於簿冊。
 (二) 油漆
"""
ENGLISH = """\
The keeper of the lighthouse asks for electric lamps before the
year 2032, which would save oil and the birds that fly into the
light at night.
   The board agreed. It will meet again when the offers of three
builders have come in.

Those present:
Jane Roe, Head of the River Trust, and of its northern branch
Ann Poe, Fellow, Lake School of Engineering
John Doe, Senior Advisor for the Water, and Captain of Ships
Kim Foe, Mayor of the Town of Dale

- Oil is to be bought in spring
- Paint is to be bought as soon as the offers of three builders
  have come in
1. The first thing that the board decided in the meeting of the
   ninth of May
2. The second
"""


def paragraphs(text: str) -> list[str]:
    return reflow_text(text).text.split("\n\n")


def test_reflow_text_indented_lines_are_joined_into_paragraphs() -> None:
    assert paragraphs(WRAPPED) == [
        "壹、 概述",
        "本報告說明燈塔管理之現況，並就燃油、油漆及值更之程序提出檢討，作為明年度編列預算及調整人力之參考，請各單位依其權責"
        "辦理，並於期限內回報。",
        "管理員請求在二〇三二年以前換成電燈，以節省開支並保護海鳥。",
        "(一) 燃油由港務局供應，每月一次，由管理員簽收後存入油庫，並登記於簿冊。",
        "(二) 油漆",
    ]


def test_reflow_text_latin_lines_are_joined_and_lists_are_kept() -> None:
    assert paragraphs(ENGLISH) == [
        "The keeper of the lighthouse asks for electric lamps before the year 2032, which would save oil and the birds that"
        " fly into the light at night.",
        "The board agreed. It will meet again when the offers of three builders have come in.",
        "Those present:",
        "Jane Roe, Head of the River Trust, and of its northern branch",
        "Ann Poe, Fellow, Lake School of Engineering",
        "John Doe, Senior Advisor for the Water, and Captain of Ships",
        "Kim Foe, Mayor of the Town of Dale",
        "- Oil is to be bought in spring",
        "- Paint is to be bought as soon as the offers of three builders have come in",
        "1. The first thing that the board decided in the meeting of the ninth of May",
        "2. The second",
    ]


def test_reflow_text_numbered_sentence_after_wrapped_lines_is_one_paragraph() -> None:
    text = "第１章 灯台の安全\n灯台守は毎晩四十の油を燃やします。\n第２章 灯台の費用\n費用は年の終わりに払います。\n"
    text += "第１章で見てきたように、灯台守は沖を見\nますが、その時間は一時間を超えません。\n"
    assert paragraphs(text) == [
        "第１章 灯台の安全",
        "灯台守は毎晩四十の油を燃やします。",
        "第２章 灯台の費用",
        "費用は年の終わりに払います。",
        "第１章で見てきたように、灯台守は沖を見ますが、その時間は一時間を超えません。",
    ]


def test_reflow_text_items_that_hang_and_lines_after_a_comma_are_joined() -> None:
    text = (
        "一、出席：李浪、王風、\n    林雨\n二、報告：\n  (一)燈塔每晚燃油四十公升，管理員請求換成電\n      燈。\n  (二)漆\n"
    )
    assert paragraphs(text) == [
        "一、出席：李浪、王風、林雨",
        "二、報告：",
        "(一)燈塔每晚燃油四十公升，管理員請求換成電燈。",
        "(二)漆",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "主席：陳大文\n出席：李浪、王風\n紀錄：林雨\n燈塔每晚燃油。\n",
        "Oil\nPaint\nSalt and a long line that ends it\n",
        "A line of its own, and as long as any.\nAnother line that is not as long.\nA third.\n",
    ],
)
def test_reflow_text_lines_that_were_not_wrapped_stay_paragraphs(text: str) -> None:
    assert paragraphs(text) == text.splitlines()


def test_reflow_text_pages_lose_numbers_and_running_heads_and_keep_paragraphs_whole() -> None:
    line = "管理員請求在二〇三二年以前換成電燈，以節省開支並保護海鳥，"
    words = ("油", "漆", "鹽")
    pages = [f"燈塔年報\n\n    {w}{line}\n    {line}\n    {line}{w}\n\n{n:>30}" for n, w in enumerate(words, 7)]
    whole = "\f".join(f"{w}{line * 3}{w}" for w in words)
    assert reflow_text("\f".join(pages)) == Converted(
        whole,
        f"油{line}",
        paged=True,
        joined=True,
        dropped=(("at the edge of pages: 燈塔年報", 3), ("at the edge of pages: 0", 3)),
    )


def test_reflow_text_rows_that_differ_in_figures_are_kept() -> None:
    pages = [f"表\n燈油  {oil} 桶\n第{n}季共 {total} 元" for n, oil, total in ((1, 40, 900), (2, 50, 700), (3, 40, 800))]
    assert reflow_text("\f".join(pages)).text.count("桶") == 3
    assert reflow_text("\f".join(pages)).text.count("元") == 3


CONTENTS = "港務報告\n\n目　次\n1、安全與航行........ 2\n2、費用與收入........ 5\n\n壹、安全與航行\n船舶進港前應先通知。\n"


def test_reflow_text_contents_lines_become_the_outline() -> None:
    assert reflow_text(CONTENTS) == Converted(
        "港務報告\n\n壹、安全與航行\n\n船舶進港前應先通知。",
        "港務報告",
        outline=(OutlineEntry("1、安全與航行", 2), OutlineEntry("2、費用與收入", 5)),
        dropped=(("line of the table of contents", 3),),
    )


@pytest.mark.parametrize("heading", ["Contents", "TABLE OF CONTENTS:", "目錄", "もくじ"])
def test_reflow_text_contents_without_leaders_below_their_heading_become_the_outline(heading: str) -> None:
    converted = reflow_text(f"Report\n\n{heading}\n\nSafety      2\nMoney\t15\n\nSafety\n\nShips wait 9\n")
    assert converted.outline == (OutlineEntry("Safety", 2), OutlineEntry("Money", 15))
    assert converted.text == "Report\n\nSafety\n\nShips wait 9"


def test_reflow_text_price_list_with_leaders_is_kept() -> None:
    text = "Oil ........ 40\n\nPaint ........ 9\n\nSalt ........ 12\n\nTar ........ 3"
    assert (reflow_text(text).text, reflow_text(text).outline) == (text, ())


def test_reflow_text_rows_of_tables_get_bars_and_the_heads_of_their_columns() -> None:
    assert paragraphs("Item     Cost\nOil      40\nPaint\t9\n") == [
        "Item | Cost",
        "Item: Oil | Cost: 40",
        "Item: Paint | Cost: 9",
    ]
    # A cell belongs to the head that it stands below, though another one before it is missing.
    budget = "科目          本年度      上年度\n港務收入       2,454      12,345\n備用                       7\n"
    assert paragraphs(budget) == [
        "科目 | 本年度 | 上年度",
        "科目：港務收入 | 本年度：2,454 | 上年度：12,345",
        "科目：備用 | 上年度：7",
    ]
    assert paragraphs("Ships wait     at sea\nuntil the     pilot comes\n") == [
        "Ships wait | at sea",
        "until the | pilot comes",
    ]


def test_reflow_text_two_rows_of_heads_are_joined() -> None:
    rows = [
        "              2030年              2031年",
        "科目       收入     支出      收入      支出",
        "港務         1        2         3         4",
    ]
    assert paragraphs("\n".join([*rows, "燈塔         5        6         7         8"])) == [
        "2030年 | 2031年",
        "科目 | 2030年 收入 | 2030年 支出 | 2031年 收入 | 2031年 支出",
        "科目：港務 | 2030年 收入：1 | 2030年 支出：2 | 2031年 收入：3 | 2031年 支出：4",
        "科目：燈塔 | 2030年 收入：5 | 2030年 支出：6 | 2031年 收入：7 | 2031年 支出：8",
    ]


def test_reflow_text_title_on_a_cover_is_joined() -> None:
    cover = "       Plan of the Harbour Board for Lights and\n       for the Keepers of Lights\n\n          2031\n"
    assert reflow_text(f"{cover}\n{ENGLISH}").title == "Plan of the Harbour Board for Lights and for the Keepers of Lights"


def test_reflow_text_words_broken_at_line_ends_are_joined() -> None:
    lines = (
        "The keeper of the lighthouse keeps a well-known list of the ships that en-",
        "tered the harbour by night, and of those that left it again, which is well-",
        "known to all of the pilots who plan the short- and long-term work, the day-",
        "and night-time work, of the old and of the new harbour in the whole Asia-",
        "Pacific. It is kept in the library of the board.",
    )
    converted = reflow_text("\n".join(lines))
    joined = (
        " ".join(lines).replace("en- tered", "entered").replace("well- known", "well-known").replace("Asia- P", "Asia-P")
    )
    assert converted.text == joined
    assert converted.dropped == (("hyphen at the end of a line", 1),)


TEXTS = st.text(st.sampled_from([*"。，：、（）.,:()-• \n\n\n\f\t\u3000一壹1２第章甲乙丙abcXYZ"]), max_size=400)


@given(TEXTS)
def test_reflow_text_any_text_keeps_every_character_in_order(text: str) -> None:
    converted = reflow_text(text)
    if not converted.dropped:
        lines = converted.text.split("\n\n")
        # Each row of a table repeats the heads.
        printed = "".join(plain_row(line, heads) for line, heads in zip(lines, find_heads(lines), strict=True))
        assert squeeze(printed.replace(" | ", "")) == squeeze(text)


@given(st.lists(st.text(st.sampled_from("燈塔每晚燃油，。"), min_size=1, max_size=60), max_size=30), st.integers(10, 80))
def test_reflow_text_any_paragraphs_wrapped_with_blank_lines_are_found_again(texts: list[str], width: int) -> None:
    wrapped = "\n\n".join("\n".join(text[at : at + width] for at in range(0, len(text), width)) for text in texts)
    assert squeeze(reflow_text(wrapped).text) == squeeze("".join(texts))


def test_convert_file_garbled_text_is_refused(tmp_path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("燈塔\ufffd每晚\ufffd燃油\ufffd四十公升，管理員\ufffd請求換燈。", "utf-8")
    with pytest.raises(CorpusError) as raised:
        convert_file(path)
    assert str(raised.value) == (
        f"{path}: its text is garbled: 4 of 23 characters have no meaning; open it where it reads well and save it as UTF-8"
    )
