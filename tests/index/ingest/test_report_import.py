"""report-index add: from a file to a report that a build takes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.cli import main
from index.config import CorpusOptions, PassageOptions, Settings
from index.errors import CorpusError
from index.ingest import report_import
from index.ingest.conversion import Converted, convert_file
from index.reports import profile
from index.reports.corpus import read_corpus
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


def test_split_report_paragraph_over_pages_keeps_pages(tmp_path: Path) -> None:
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
    document, _ = report_import.split_report(converted.text, made, PassageOptions())
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
