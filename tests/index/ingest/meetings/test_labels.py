"""Labels, agendas and people of meetings, as they are proposed from a text."""

import re

import pytest

from index.ingest.meetings.labels import (
    TIMED,
    LabelledLine,
    Meeting,
    find_agenda_title,
    label_field,
    propose_meeting,
    read_labels,
    timed_line,
)
from index.reports.profile import Labels, Titles


@pytest.mark.parametrize(
    ("label", "field"),
    [
        *(
            (word, "date")
            for word in ("時間", "時 間", "會議時間", "日期", "日時", "開催日時", "Date", "Time", "Date and time")
        ),
        *(
            (word, "moderator")
            for word in ("主席", "主　席", "主持人", "會議主席", "召集人", "司会", "Moderator", "Panel Moderator", "Chair")
        ),
        *((word, "moderator") for word in ("Hosts and Moderators", "Chairperson", "Co-chairs")),
        *((word, "speaker") for word in ("與談人", "講者", "報告人", "登壇者", "Speakers", "Presenter", "Keynote speaker")),
        *(
            (word, "other")
            for word in ("出席", "出席人員", "列席單位", "地點", "紀錄", "決議", "Venue", "Attendees", "場所")
        ),
        *(
            (word, None)
            for word in ("說法", "Objective", "總則", "Impact on participants", "Note to the speaker of the house of")
        ),
    ],
)
def test_label_field_words_of_minutes_return_their_field(label: str, field: str | None) -> None:
    assert label_field(label) == field


@pytest.mark.parametrize(
    ("paragraph", "lines"),
    [
        ("壹、時間：112年3月5日", [LabelledLine("時間", "112年3月5日", "date")]),
        ("## 1. Speakers:", [LabelledLine("Speakers", "", "speaker")]),
        ("## Speakers", [LabelledLine("Speakers", "", "speaker")]),
        ("Speakers", []),
        ("## Decisions", []),
        (
            "貳、主席：王大港　　紀錄：李小港",
            [LabelledLine("主席", "王大港", "moderator"), LabelledLine("紀錄", "李小港", "other")],
        ),
        ("1. 主持人：統合督導整體計畫之執行。", []),
        ("時間：另行通知", []),
        ("• 主席：王大港", [LabelledLine("主席", "王大港", "moderator")]),
        ("◦ 一、主席：王大港", [LabelledLine("主席", "王大港", "moderator")]),
        ("▪ Moderator: Ann Poe", [LabelledLine("Moderator", "Ann Poe", "moderator")]),
        ("◦ ☑ 決議：六月公布", [LabelledLine("決議", "六月公布", "other")]),
        ("Objective: to speak", []),
        ("", []),
    ],
)
def test_read_labels_paragraph_returns_labels_and_values(paragraph: str, lines: list[LabelledLine]) -> None:
    assert list(read_labels(paragraph)) == lines


def test_propose_meeting_minutes_return_labels_titles_and_place() -> None:
    paragraphs = [
        "燈塔會議紀錄",
        "一、時間：2031年3月5日",
        "二、地點：燈塔二樓",
        "三、主席：陳大文局長",
        "四、出席：李浪、王風",
        "決議：換燈",
    ]
    assert propose_meeting(paragraphs) == Meeting(
        Labels(date=("時間",), moderator=("主席",), other=("地點", "出席", "決議")),
        Titles(roles=("局長",), honorifics=("局長",)),
        "燈塔二樓",
        "2031年3月5日",
    )


def test_propose_meeting_other_report_returns_nothing() -> None:
    assert propose_meeting(["燈塔年報", "說明：燈塔每晚燃油。", "地點：港口"]) == Meeting()


@pytest.mark.parametrize(
    ("paragraphs", "title"),
    [
        (["Agenda", "9:00-9:10 Welcome", "9:10-9:30 Oil"], "Agenda"),
        (["## 會議議程：", "如下", "上午9時至10時 開幕", "10:00-11:00 燈塔"], "會議議程："),
        (["• Agenda:", "◦ 9:00-9:10 Welcome", "◦ 9:10-9:30 Oil"], "• Agenda:"),
        (["Agenda", "9:00-9:10 Welcome"], None),
        (["## Agenda", "Oil", "## Minutes", "9:00-9:10 Welcome", "9:10-9:30 Oil"], None),
        (["The agenda was long", "9:00-9:10 Welcome", "9:10-9:30 Oil"], None),
    ],
)
def test_find_agenda_title_needs_lines_with_times(paragraphs: list[str], title: str | None) -> None:
    assert find_agenda_title(paragraphs) == title


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("1:00 PM - 1:10 PM Welcome", "Welcome"),
        ("下午2時30分至4時　討論", "討論"),
        ("9:00 – 9:30 | 開幕 | 陳大文", "開幕 "),
        ("9:00 Welcome", None),
        ("2021-2022 報告", None),
        ("2021-12-16 報告", None),
    ],
)
def test_timed_line_of_an_agenda_gives_its_title(line: str, title: str | None) -> None:
    match = TIMED.match(line)
    assert (match["title"] if match else None) == title


@pytest.mark.parametrize(
    ("paragraphs", "line", "title"),
    [
        (["9:00-9:10 Welcome"], "9:10-9:30 Oil", "Oil"),
        (["9:00-9:10 Welcome"], "• 9:10-9:30 Oil", None),
        (["• 9:00-9:10 Welcome", "- 9:10-9:30 Oil"], "• 9:10-9:30 Oil", "Oil"),
        (["• 9:00-9:10 Welcome", "- 9:10-9:30 Oil"], "- 9:10-9:30 Oil", "Oil"),
        (["• 9:00-9:10 Welcome"], "9:10-9:30 Oil", "Oil"),
    ],
)
def test_timed_line_has_the_bullets_of_the_agenda(paragraphs: list[str], line: str, title: str | None) -> None:
    match = re.match(timed_line(paragraphs), line)
    assert (match["title"] if match else None) == title
