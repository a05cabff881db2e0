"""report-index add: from a file to a report that a build takes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.cli import main
from index.config import CorpusOptions, PassageOptions, Settings
from index.errors import CorpusError
from index.ingest import report_import
from index.ingest.conversion import convert_file
from index.ingest.converter_types import Converted, OutlineEntry
from index.ingest.meeting_labels import propose_meeting
from index.ingest.preview import read_preview
from index.reports import profile
from index.reports.corpus import read_corpus
from index.reports.profile import Agenda, Labels, Titles
from index.reports.reader import read_document
from index.reports.sessions import find_sessions
from tests.index.files import Text, paragraph, pdf

REPORT = pdf(
    [
        ["壹、燈塔", "燈塔每晚燃油四十公升，管理員請求在二〇三二年以前換成電燈，", "以節省開支並保護海鳥。", "1"],
        ["貳、港口", "港口在春天疏浚，並為起重機重新上漆，工程由港務局負責，", "預計於夏天完工啟用。", "2"],
        ["一、經費", "疏浚的經費由中央與地方各負擔一半，經議會同意後執行，", "並公開所有契約內容。", "3"],
        ["二、監督", "監督由審計機關與民間團體共同進行，每季公布結果於網站，", "任何人都可以下載。", "4"],
    ],
    "燈塔年報",
)


def run(*arguments: object, typed: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["add", *map(str, arguments)], input=typed)
    return done.exit_code, done.output


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Lighthouse Report_2030.pdf"
    path.write_bytes(REPORT)
    return path


def test_add_command_pdf_writes_report_with_pages_and_sections(tmp_path: Path, file: Path) -> None:
    code, output = run(file, "--yes", "--corpus", tmp_path / "corpus")
    folder = tmp_path / "corpus/lighthouse-report-2030"
    assert (code, output.splitlines()[-1]) == (
        0,
        f"wrote {folder}; look through its report.toml, then run: report-index build",
    )
    about = profile.load_profile(folder)
    assert (about.title, about.language, about.source) == ("燈塔年報", "zh-Hant", file.name)
    assert (about.layout.lines, about.layout.page_break) == ("blank-line", "form-feed")
    assert [heading.pattern for heading in about.headings] == [
        report_import.NUMBERINGS[6].pattern,
        report_import.NUMBERINGS[7].pattern,
    ]
    corpus = read_corpus(
        Settings(
            corpus=CorpusOptions(path=tmp_path / "corpus"),
            passages=PassageOptions(max_characters=60, max_latin_characters=60),
        )
    )
    assert [(passage.section, passage.pages) for passage in corpus.passages] == [
        (("壹、燈塔",), (1, 1)),
        (("貳、港口",), (2, 2)),
        (("貳、港口", "一、經費"), (3, 3)),
        (("貳、港口", "二、監督"), (4, 4)),
    ]
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]


def test_add_command_prompts_for_settings_and_prints_preview(tmp_path: Path, file: Path) -> None:
    code, output = run(file, "--corpus", tmp_path, "--name", "tower", typed="燈塔\nzh-Hant\n2 1\ny\n")
    assert code == 0
    assert "Title [燈塔年報]: " in output
    assert "headings 1: 2, such as “壹、燈塔”" in output
    assert "Levels of headings, outermost first, or 0 for none [1 2]: " in output
    assert "4 pages, 4 sections, 1 passages" in output
    about = profile.load_profile(tmp_path / "tower")
    assert about.title == "燈塔"
    assert [heading.pattern for heading in about.headings] == [
        report_import.NUMBERINGS[7].pattern,
        report_import.NUMBERINGS[6].pattern,
    ]


def test_read_preview_paragraph_over_pages_keeps_pages(tmp_path: Path) -> None:
    text = "Ships wait at sea until the pilot has answered them, and the board keeps a list of all ships that wait there."
    lines = [line for n in range(3) for line in paragraph(text, 60, 150 + 42 * n, 300)]
    heading, more = Text("Ships at sea", 60, 120, 16, bold=True), paragraph(text, 60, 164, 300)
    path = tmp_path / "ships.pdf"
    path.write_bytes(
        pdf([[heading, *lines[:5]], [lines[5]._replace(y=150), *(line._replace(y=line.y + 28) for line in more)]], "Ships")
    )
    converted = convert_file(path)
    patterns = [level.pattern for level in report_import.find_heading_levels(converted)]
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


def test_add_command_declined_writes_nothing(tmp_path: Path, file: Path) -> None:
    code, _ = run(file, "--corpus", tmp_path / "corpus", typed="\n\n0\nn\n")
    assert code == 1
    assert not (tmp_path / "corpus").exists()


def test_add_command_existing_report_is_not_overwritten(tmp_path: Path, file: Path) -> None:
    for _ in range(2):
        code, output = run(file, "--yes", "--corpus", tmp_path, "--name", "tower")
    told = f"error: {tmp_path / 'tower'}: there is a report of this name; give another with --name"
    assert (code, output.splitlines()[-1]) == (1, told)


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


def levels(text: str, **options: object) -> list[tuple[str, int]]:
    return [(level.example, level.count) for level in report_import.find_heading_levels(Converted(text, "", **options))]


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
    found = report_import.find_heading_levels(Converted(text, "", outline=outline))
    assert [(level.example, level.count) for level in found] == [("Safety (first)", 2)]
    profile_ = report_import.make_profile(Converted(text, ""), "t", "t", "en", [found[0].pattern], "x")
    assert [section.title for section in read_document(text, profile_).sections] == ["Safety (first)", "Money"]


MINUTES = "燈塔會議\n\n壹、時間：2031年3月5日下午2時至4時\n\n貳、主席：陳大文局長　　紀錄：林雨\n\n"
MINUTES += "參、講者：李浪 王風\n\n肆、決議：換燈"


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


def test_add_command_unknown_language_is_refused(tmp_path: Path, file: Path) -> None:
    code, output = run(file, "--yes", "--corpus", tmp_path, "--language", "english")
    told = "error: english: no code of a language; give one such as zh-Hant, en, ja or pt-BR"
    assert (code, output.splitlines()[-1]) == (1, told)
