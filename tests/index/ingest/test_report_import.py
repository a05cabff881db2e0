"""report-index add: from a file to a report that a build takes."""

from pathlib import Path

import pytest

from index.config import PassageOptions
from index.errors import CorpusError
from index.ingest import report_import
from index.ingest.conversion import convert_file
from index.ingest.converter_types import Converted
from index.ingest.heading_levels import find_heading_levels
from index.ingest.meetings.labels import propose_meeting
from index.ingest.preview import read_preview
from index.reports import profile
from index.reports.profile import Agenda, Labels, Titles
from index.reports.reader import read_document
from index.reports.sessions import find_sessions
from tests.index.files import Text, paragraph, pdf


def test_read_preview_paragraph_over_pages_keeps_pages(tmp_path: Path) -> None:
    text = "Ships wait at sea until the pilot has answered them, and the board keeps a list of all ships that wait there."
    lines = [line for n in range(3) for line in paragraph(text, 60, 150 + 42 * n, 300)]
    heading, more = Text("Ships at sea", 60, 120, 16, bold=True), paragraph(text, 60, 164, 300)
    path = tmp_path / "ships.pdf"
    path.write_bytes(
        pdf([[heading, *lines[:5]], [lines[5]._replace(y=150), *(line._replace(y=line.y + 28) for line in more)]], "Ships")
    )
    converted = convert_file(path)
    patterns = [level.pattern for level in find_heading_levels(converted)]
    made = report_import.make_profile(converted, "ships", "Ships", "en", patterns, "ships.pdf")
    document = read_preview(converted.text, made, PassageOptions()).document
    found = [(document.text[p.start : p.end], document.pages(p.start, p.end), p.is_heading) for p in document.paragraphs]
    assert found == [
        ("# Ships at sea", (1, 1), True),
        (text, (1, 1), False),
        (text, (1, 1), False),
        (text, (1, 2), False),
        (text, (2, 2), False),
    ]


def test_write_report_keeps_report_with_longer_name(tmp_path: Path) -> None:
    for name in ("tower.new", "tower"):
        report_import.write_report(
            tmp_path, report_import.make_profile(Converted(name, ""), name, name, "en", [], "x"), name
        )
    assert [profile.read_text(folder) for folder in profile.report_folders(tmp_path)] == ["tower", "tower.new"]


@pytest.mark.parametrize("name", ["../out", "", ".hidden", "a:b", "a/b"])
def test_write_report_invalid_folder_name_raises_corpus_error(tmp_path: Path, name: str) -> None:
    made = report_import.make_profile(Converted("x", "x"), name, "x", "en", [], "x")
    with pytest.raises(CorpusError, match="no name for a folder"):
        report_import.write_report(tmp_path, made, "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("臺灣的開放政府夥伴關係與公民參與", "zh-Hant"),
        ("台湾的开放政府伙伴关系与公民参与", "zh-Hans"),
        ("オープンガバメントの取り組みについて", "ja"),
        ("The OGP (開放政府) summit was held in the Republic of Korea.", "en"),
        ("", "en"),
    ],
)
def test_guess_language_by_characters_returns_language(text: str, language: str) -> None:
    assert report_import.guess_language(text) == language


def test_write_report_title_with_quotes_is_read_back_unchanged(tmp_path: Path) -> None:
    title = 'A "quoted" \\ title\twith 燈塔'
    made = report_import.make_profile(Converted("x\n\ny", ""), "a", title, "en", ["# (?P<title>.*)"], "x.md")
    folder = report_import.write_report(tmp_path, made, "x\n\ny")
    assert profile.load_profile(folder) == made


MINUTES = "燈塔會議\n\n壹、時間：2031年3月5日下午2時至4時\n\n貳、主席：陳大文局長　　紀錄：林雨\n\n"
MINUTES += "參、講者：李浪 王風\n\n肆、決議：換燈"


def test_write_report_translations_are_read_back_unchanged(tmp_path: Path) -> None:
    translations = {"en": {"title": 'The "Tower"', "licence": "CC0"}, "zh-TW": {"publisher": "燈塔\\局"}}
    written = profile.Profile.model_validate(
        {"name": "tower", "title": "塔", "url": "https://t.example/a", "translations": translations}
    )
    report_import.write_report(tmp_path, written, "塔")
    assert profile.load_profile(tmp_path / "tower") == written


def test_add_meeting_sections_minutes_without_headings_become_a_session(tmp_path: Path) -> None:
    converted = Converted(MINUTES, "燈塔會議")
    made = report_import.make_profile(
        converted, "m", "燈塔會議", "zh-Hant", [], "m.txt", propose_meeting(MINUTES.split("\n\n"))
    )
    made, text = report_import.add_meeting_sections(made, MINUTES)
    assert text == MINUTES
    assert made.labels == Labels(date=("時間",), moderator=("主席",), speaker=("講者",), other=("紀錄", "決議"))
    assert made.titles == Titles(roles=("局長",), honorifics=("局長",))
    document = read_document(text, made)
    assert [section.path for section in document.sections] == [("燈塔會議",)]
    (session,) = find_sessions(document, made)
    assert (session.date, session.start, session.end) == ("2031-03-05", "14:00", "16:00")
    assert [(person.name, person.honorific) for person in session.moderators] == [("陳大文", "局長")]
    assert [person.name for person in session.speakers] == ["李浪", "王風"]
    assert profile.load_profile(report_import.write_report(tmp_path, made, text)) == made


def test_add_meeting_sections_marked_minutes_get_their_title_back() -> None:
    text = "Date: 5 March 2031\n\n## Oil's price\n\nIt burns."
    made = report_import.make_profile(
        Converted(text, "Board (May)", marked=True),
        "m",
        "Board (May)",
        "en",
        ["## (?P<title>.*)"],
        "m.md",
        propose_meeting(text.split("\n\n")),
    )
    made, written = report_import.add_meeting_sections(made, text)
    assert written == f"Board (May)\n\n{text}"
    assert [section.path for section in read_document(written, made).sections] == [
        ("Board (May)",),
        ("Board (May)", "Oil's price"),
    ]


def test_add_meeting_sections_agenda_whose_lines_are_headings_is_the_timetable(tmp_path: Path) -> None:
    text = "# Agenda:\n\nStart at 3:00pm\n\n3:00 – 3:10 Welcome\n\n3:10 – 4:00 Oil\n\n# Welcome\n\nHello.\n\n# Oil\n\nBurns."
    made = report_import.make_profile(Converted(text, "", marked=True), "m", "O'Day", "en", ["# (?P<title>.*)"], "'x'")
    made, written = report_import.add_meeting_sections(made, text)
    assert (made.agenda, written) == (Agenda(heading="Agenda"), text)
    sessions = find_sessions(read_document(text, made), made)
    assert [(session.title, session.start, session.end) for session in sessions] == [
        ("Welcome", "15:00", "15:10"),
        ("Oil", "15:10", "16:00"),
    ]
    assert profile.load_profile(report_import.write_report(tmp_path, made, text)) == made


AGENDA_TABLE = (
    "# Agenda\n\nTime | Topic | Speaker\n\nTime: 3:00 PM - 3:10 PM | Topic: Welcome | Speaker: Ann Poe\n\n"
    "Time: 3:10 PM - 4:00 PM | Topic: Oil | Speaker: Ben Roe"
)


@pytest.mark.parametrize(
    "text", [f"Date: 5 May 2031\n\n{AGENDA_TABLE}", f"{AGENDA_TABLE}\n\n# Welcome\n\nHi.\n\n# Oil\n\nBurns."]
)
def test_add_meeting_sections_agenda_in_a_table_gives_sessions(text: str) -> None:
    meeting = propose_meeting(text.split("\n\n"))
    made = report_import.make_profile(Converted(text, "", marked=True), "m", "Day", "en", ["# (?P<title>.*)"], "x", meeting)
    made, written = report_import.add_meeting_sections(made, text)
    sessions = find_sessions(read_document(written, made), made)
    assert [(session.title, session.start, session.end) for session in sessions if session.start] == [
        ("Welcome", "15:00", "15:10"),
        ("Oil", "15:10", "16:00"),
    ]
    assert (made.labels.date, made.labels.speaker) == (("Date",) if text.startswith("Date") else (), ("Speaker",))
    if text.startswith("Date"):
        speakers = [[person.name for person in session.speakers] for session in sessions if session.start]
        assert speakers == [["Ann Poe"], ["Ben Roe"]]
