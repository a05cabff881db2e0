"""The smallest file for each known fault of conversion, from its bytes to what a build reads."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from index.config import PassageOptions
from index.errors import CorpusError
from index.ingest import report_import
from index.ingest.conversion import convert_file
from index.ingest.heading_levels import find_heading_levels
from index.ingest.meetings.labels import propose_meeting
from index.ingest.preview import Preview, read_preview
from index.reports.passages import split_sentences
from tests.index.files import Box, Text, paragraph, pdf, text_width, word, word_paragraph, word_style, word_table

SHIPS = "Ships wait at sea until the pilot has answered them, and the board keeps a list of all ships that wait there."
FEES = "Fees are due on the day on which the ship leaves again, and nobody may pay them later than a week after it."
WIDE = (
    "港の管理事務所は、船が入る前に水先人へ知らせることを求めており、知らせがない船は沖で待つことになります。"
    "待つ時間は一時間を超えません。"
)


class Read(NamedTuple):
    """What a build reads of a file: its paragraphs, headings with `#` for each level, and what was left out."""

    title: str
    paragraphs: list[str]
    dropped: dict[str, int]
    preview: Preview


def read(folder: Path, name: str, data: bytes | str) -> Read:
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    converted = convert_file(file)
    patterns = [level.pattern for level in find_heading_levels(converted)]
    meeting = propose_meeting(converted.text.split("\n\n"))
    profile = report_import.make_profile(converted, "t", converted.title, "en", patterns, name, meeting)
    profile, text = report_import.add_meeting_sections(profile, converted.text)
    preview = read_preview(text, profile, PassageOptions())
    document = preview.document
    levels = {section.start: section.level for section in document.sections}
    paragraphs = [
        f"{'#' * levels.get(each.start, 0)}{' ' * each.is_heading}{document.text[each.start : each.end].lstrip('# ')}"
        for each in document.paragraphs
    ]
    return Read(converted.title, paragraphs, dict(converted.dropped), preview)


def table(rows: Sequence[Sequence[str]], xs: Sequence[float], y: float) -> list[Text]:
    """Rows of cells, the figures in each column with a common right edge."""
    return [
        Text(cell, x if not cell[:1].isdecimal() or x == xs[0] else x + 50 - text_width(cell), y + 18 * at)
        for at, row in enumerate(rows)
        for cell, x in zip(row, xs, strict=True)
    ]


def test_two_columns_with_notes_as_wide_as_the_page(tmp_path: Path) -> None:
    notes = [
        Text("１ 港の管理事務所が毎年春に出している船の一覧、全部で三巻、港の図書室でだれでも読むことができる", 60, 700, 7),
        Text("ものです。", 60, 709, 7),
    ]
    left, right = paragraph(WIDE * 2, 60, 100, 220), paragraph(WIDE * 2, 310, 100, 220)
    found = read(tmp_path, "a.pdf", pdf([[*left, *right, *notes]]))
    assert found.paragraphs == [WIDE * 2, WIDE * 2, "".join(note.text for note in notes)]


def test_encryption_without_a_password_and_heads_that_alternate(tmp_path: Path) -> None:
    pages = [
        [
            Text("Chapter 1" if n % 2 else "Harbour Report", 60, 40, 8),
            Text(str(n), 500, 40, 8),
            *paragraph(SHIPS, 60, 150, 300),
            *paragraph(FEES, 60, 230, 300),
        ]
        for n in range(1, 9)
    ]
    found = read(tmp_path, "a.pdf", pdf(pages, password=""))
    assert found.paragraphs == [SHIPS, FEES] * 8
    assert found.dropped == {"page numbers": 8, "running heads and feet": 8}


def test_words_broken_at_the_end_of_a_line(tmp_path: Path) -> None:
    lines = ["The harbour board keeps a register of every ship that has en-", "tered since nineteen hundred."]
    found = read(tmp_path, "a.pdf", pdf([[Text(line, 60, 100 + 14 * n) for n, line in enumerate(lines)]]))
    assert found.paragraphs == ["The harbour board keeps a register of every ship that has entered since nineteen hundred."]
    assert found.dropped == {"hyphens at the end of a line": 1}


def test_headings_by_size(tmp_path: Path) -> None:
    titles = ("Safety at Sea", "Money and Fees", "Fog and Light")
    page = [
        line
        for n, title in enumerate(titles)
        for line in (Text(title, 60, 100 + 120 * n, 16), *paragraph(SHIPS + " " + FEES, 60, 130 + 120 * n, 300))
    ]
    found = read(tmp_path, "a.pdf", pdf([page]))
    assert found.paragraphs == [line for title in titles for line in (f"# {title}", f"{SHIPS} {FEES}")]


def test_contents_with_leaders_are_no_headings(tmp_path: Path) -> None:
    contents = "港務報告\n\n目　次\n1、安全與航行.................. 2\n2、費用與收入.................. 5\n"
    body = "壹、安全與航行\n船舶進港前應先通知引水人。\n貳、費用與收入\n收入為二千萬元。\n"
    found = read(tmp_path, "a.txt", contents + body)
    assert found.paragraphs == [
        "港務報告",
        "# 壹、安全與航行",
        "船舶進港前應先通知引水人。",
        "# 貳、費用與收入",
        "收入為二千萬元。",
    ]
    assert found.dropped == {"line of the table of contents": 3}


def test_glyphs_without_characters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        CorpusError, match=r"its text is garbled: 27 of 27 characters have no meaning; run OCR on its pages: "
    ):
        read(tmp_path, "a.pdf", pdf([["船舶進港前應先通知引水人，並在外海等候指示，不得擅入。"]], unicode=False))


def test_wrong_characters_are_refused(tmp_path: Path) -> None:
    shifted = "".join(c if c == " " else chr(ord(c) - 29) for c in SHIPS)
    with pytest.raises(CorpusError, match=r"its text is garbled: .*; run OCR on its pages: ocrmypdf --force-ocr "):
        read(tmp_path, "a.pdf", pdf([[shifted]]))


def test_garbled_pages_among_others_are_refused_by_their_numbers(tmp_path: Path) -> None:
    # The font numbers its glyphs as they come, and the file takes these numbers for characters.
    text = f"{SHIPS} {FEES}"
    letters = list(dict.fromkeys(text.replace(" ", "")))
    coded = "".join(each if each == " " else chr(0x21 + letters.index(each)) for each in text)
    pages = [paragraph(coded if n in (7, 8) else f"{text} {text}", 60, 100, 400) for n in range(40)]
    assert len(coded) >= 200
    with pytest.raises(CorpusError) as refused:
        read(tmp_path, "a.pdf", pdf(pages))
    count = len(coded.replace(" ", ""))
    problem = f"its text is garbled on pages 8, 9: {count} of {count} characters have no meaning"
    assert str(refused.value).startswith(f"{tmp_path / 'a.pdf'}: {problem}; run OCR on its pages: ocrmypdf --force-ocr ")


def test_indented_lines_are_joined(tmp_path: Path) -> None:
    first = "        本報告說明港務管理之現況，並就船舶進港、引水及等候之程序\n    提出檢討，作為"
    rest = "明年度編列預算及調整人力之參考，請各單位依其\n    權責辦理，並於期限內回報。"
    found = read(tmp_path, "a.txt", f"壹、概述\n\n{first}{rest}\n\n貳、結論\n\n{first}參考。\n")
    joined = ["".join(text.split()) for text in (first + rest, first + "參考。")]
    assert found.paragraphs == ["# 壹、概述", joined[0], "# 貳、結論", joined[1]]


def test_marks_of_hackmd_are_taken_for_what_they_are(tmp_path: Path) -> None:
    text = (
        "---\ntitle: 港務討論\ntags: 港務\n---\n\n# 港務討論\n\n[TOC]\n\n:::info\n地點：港務大樓\n:::\n\n## 討論\n\n"
        "> 船舶應先通知引水人[^a]\n"
        "> [name=陳小港]\n\n- [x] ==決議==：六月公布\n\n[^a]: 引水法第三條\n"
    )
    found = read(tmp_path, "a.md", text)
    assert (found.title, found.paragraphs) == (
        "港務討論",
        ["地點：港務大樓", "# 討論", "船舶應先通知引水人（陳小港）", "☑ 決議：六月公布", "[a] 引水法第三條"],
    )


ROWS = (("科目", "本年度", "上年度"), ("港務收入", "2,454", "12,345"), ("罰款收入", "300", "280"))
READ_ROWS = ["科目 | 本年度 | 上年度", *(f"科目：{name} | 本年度：{one} | 上年度：{two}" for name, one, two in ROWS[1:])]

HTML_TABLE = "".join(["<table>", *("<tr><td>" + "</td><td>".join(row) + "</td></tr>" for row in ROWS), "</table>"])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", pdf([table(ROWS, (60, 200, 300), 100)])),
        (
            "b.pdf",
            pdf(
                [
                    [
                        part
                        for at, row in enumerate(ROWS)
                        for n, cell in enumerate(row)
                        for part in (Box(60 + 80 * n, 100 + 20 * at, 80, 20), Text(cell, 65 + 80 * n, 114 + 20 * at))
                    ]
                ]
            ),
        ),
        ("a.docx", word(word_table(ROWS))),
        ("a.html", HTML_TABLE),
        ("a.md", "| 科目 | 本年度 | 上年度 |\n|---|---|---|\n| 港務收入 | 2,454 | 12,345 |\n| 罰款收入 | 300 | 280 |"),
    ],
)
def test_tables_keep_rows_cells_and_heads(tmp_path: Path, name: str, data: bytes | str) -> None:
    assert read(tmp_path, name, data).paragraphs == READ_ROWS


def test_numbered_sentence_is_no_heading(tmp_path: Path) -> None:
    text = (
        "第１章 港の安全\n船は水先人に知らせてから入ります。\n第２章 港の費用\n費用は出港の日に払います。\n"
        "第１章で見てきたように、船は沖で待ち\nますが、その時間は一時間を超えません。\n"
    )
    assert read(tmp_path, "a.txt", text).paragraphs == [
        "# 第１章 港の安全",
        "船は水先人に知らせてから入ります。",
        "# 第２章 港の費用",
        "費用は出港の日に払います。",
        "第１章で見てきたように、船は沖で待ちますが、その時間は一時間を超えません。",
    ]


def test_title_and_heading_styles_of_word(tmp_path: Path) -> None:
    styles = word_style("T", "Title") + word_style("H1", "heading 1") + word_style("H2", "heading 2")
    body = word_paragraph("Harbour Report 2031", "T") + word_paragraph("Safety", "H1") + word_paragraph("Ships wait at sea.")
    body += word_paragraph("Money", "H2") + word_paragraph("Fees are due on the day of leaving.")
    found = read(tmp_path, "a.docx", word(body, styles))
    assert (found.title, found.paragraphs) == (
        "Harbour Report 2031",
        ["Harbour Report 2031", "# Safety", "Ships wait at sea.", "## Money", "Fees are due on the day of leaving."],
    )


def test_rows_of_figures_under_a_title_are_kept(tmp_path: Path) -> None:
    names = ("births", "deaths", "ships")
    pages = [
        [
            Text(f"Table of {name}", 72, 60),
            *(Text(f"{2000 + 20 * n + row} {row}.5 {100 + row}", 72, 80 + 18 * row) for row in range(20)),
        ]
        for n, name in enumerate(names)
    ]
    found = read(tmp_path, "a.pdf", pdf(pages))
    assert found.paragraphs == [
        line
        for n, name in enumerate(names)
        for line in (f"Table of {name}", *(f"{2000 + 20 * n + row} {row}.5 {100 + row}" for row in range(20)))
    ]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gbk", "灯塔每晚燃油四十公升，管理员请求在三二年以前换成电灯，以节省开支并保护海鸟。"),
        ("shift_jis", "灯台は毎晩四十リットルの油を燃やすので、灯台守は電灯に替えることを求めています。"),
    ],
)
def test_encodings_of_text_files(tmp_path: Path, encoding: str, text: str) -> None:
    assert read(tmp_path, "a.txt", text.encode(encoding)).paragraphs == [text]


def test_ruby_is_read_once_and_list_numbers_are_kept(tmp_path: Path) -> None:
    html = (
        "<h1>港の報告</h1><h2>安全</h2><p><ruby>水先人<rp>（</rp><rt>みずさきにん</rt><rp>）</rp></ruby>が船を導きます<sup>1</sup>。</p>"
        '<ol start="3"><li>船は待つ</li><li>船は入る</li></ol>'
    )
    found = read(tmp_path, "a.html", html)
    assert found.paragraphs == ["# 安全", "水先人が船を導きます。", "3. 船は待つ", "4. 船は入る"]
    assert found.dropped == {"reading beside a word": 1, "mark of a footnote": 1}


def test_abbreviations_end_no_sentence(tmp_path: Path) -> None:
    sentences = [
        "The board works with offices of the U.S. Coast Guard and with the No. 3 district of the U.S. Customs Service.",
        "It has done so for a hundred years.",
    ]
    preview = read(tmp_path, "a.txt", " ".join(sentences)).preview
    assert [each.text for each in split_sentences(preview.document, preview.passages)] == sentences


def test_numbered_labels_of_minutes_make_a_session(tmp_path: Path) -> None:
    labels = (
        "壹、時間：2023年3月5日（星期三）下午2時30分至4時",
        "貳、主席：王大港",
        "參、出席人員：如簽到表",
        "肆、決議：關港。",
    )
    text = "\n\n".join(("港務會議紀錄", *labels))
    (session,) = read(tmp_path, "a.txt", text).preview.sessions
    assert (session.title, session.date, session.start, session.end, [person.name for person in session.moderators]) == (
        "港務會議紀錄",
        "2023-03-05",
        "14:30",
        "16:00",
        ["王大港"],
    )


def test_times_of_an_agenda_with_and_without_halves_of_the_day(tmp_path: Path) -> None:
    text = "Harbour Day\n\nDate: 5 March 2031\n\nAgenda\n\n1:00 PM - 1:10 PM Welcome\n\n1:10 - 2:15 Ships and Fog\n"
    sessions = read(tmp_path, "a.txt", text).preview.sessions
    assert [(session.title, session.start, session.end) for session in sessions] == [
        ("Harbour Day", None, None),
        ("Welcome", "13:00", "13:10"),
        ("Ships and Fog", "13:10", "14:15"),
    ]


def test_question_mark_in_a_cell_does_not_split_its_row(tmp_path: Path) -> None:
    preview = read(tmp_path, "a.md", "| 指標 | 權重 |\n|---|---|\n| 是否通知引水人？ | 15% |").preview
    sentences = split_sentences(preview.document, preview.passages)
    assert [(each.text, each.quotable) for each in sentences] == [
        ("指標 | 權重", False),
        ("指標：是否通知引水人？ | 權重：15%", True),
    ]
