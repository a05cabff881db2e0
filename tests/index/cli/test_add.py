"""report-index add through its entry point: what it asks, shows, refuses and writes."""

import os
import shutil
import signal
import subprocess
import sys
from collections import namedtuple
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.cli import main
from index.cli.app import INTERRUPTED
from index.config import CorpusOptions, PassageOptions, Settings
from index.ingest.heading_levels import NUMBERINGS
from index.reports import profile
from index.reports.corpus import read_corpus
from tests.index.files import pdf

REPORT = pdf(
    [
        ["壹、燈塔", "燈塔每晚燃油四十公升，管理員請求在二〇三二年以前換成電燈，", "以節省開支並保護海鳥。", "1"],
        ["貳、港口", "港口在春天疏浚，並為起重機重新上漆，工程由港務局負責，", "預計於夏天完工啟用。", "2"],
        ["一、經費", "疏浚的經費由中央與地方各負擔一半，經議會同意後執行，", "並公開所有契約內容。", "3"],
        ["二、監督", "監督由審計機關與民間團體共同進行，每季公布結果於網站，", "任何人都可以下載。", "4"],
    ],
    "燈塔年報",
)
CHAPTERS = "Ships wait.\n\nQ1. Oil\n\nOil burns at night.\n\nQ2. Salt\n\nSalt is dear.\n\nOutlook\n\nNothing else.\n"
Usage = namedtuple("Usage", "total used free")


def run(*arguments: object, typed: str | None = None) -> tuple[int, list[str]]:
    done = CliRunner().invoke(main, ["add", *map(str, arguments)], input=typed)
    return done.exit_code, done.output.splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Lighthouse Report_2030.pdf"
    path.write_bytes(REPORT)
    return path


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "ships.txt"
    path.write_text(CHAPTERS, "utf-8")
    return path


def patterns(folder: Path) -> list[str]:
    return [heading.pattern for heading in profile.load_profile(folder).headings]


def test_add_pdf_writes_report_with_pages_and_sections(tmp_path: Path, file: Path) -> None:
    code, output = run(file, "--yes", "--corpus", tmp_path / "corpus")
    folder = tmp_path / "corpus/lighthouse-report-2030"
    assert (code, output[-1]) == (0, f"wrote {folder}; look through its report.toml, then run: report-index build")
    about = profile.load_profile(folder)
    assert (about.title, about.language, about.source) == ("燈塔年報", "zh-Hant", file.name)
    assert (about.layout.lines, about.layout.page_break) == ("blank-line", "form-feed")
    assert patterns(folder) == [NUMBERINGS[6].pattern, NUMBERINGS[7].pattern]
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


def test_add_dialogue_shows_outline_after_each_choice_until_it_is_accepted(tmp_path: Path, file: Path) -> None:
    typed = "燈塔\nchinese\nzh-Hant\n3\n2 1\n\ny\n"
    code, output = run(file, "--corpus", tmp_path, "--name", "tower", typed=typed)
    assert code == 0
    start = output.index("Language [zh-Hant]: chinese")
    first, second = (n for n, line in enumerate(output) if line.startswith("Headings: ") and line != "Headings: ")
    assert output[0] == "Title [燈塔年報]: 燈塔"
    assert output[start + 1] == "chinese: no code of a language; give one such as zh-Hant, en, ja or pt-BR"
    assert output[start + 4 : first] == [
        "1: 2 headings, such as “壹、燈塔” (line 1)",
        "  2: 2 headings, such as “一、經費” (line 9)",
        "  壹、燈塔  (page 1)",
        "  貳、港口  (page 2)",
        "    一、經費  (page 3)",
        "    二、監督  (page 4)",
    ]
    assert output[first + 1] == (
        "“燈塔每晚燃油四十公升，管理員請求在二〇三二年以前換成電燈，以節省開支並保護海鳥。”: "
        "the lines like it are sentences; a heading has at most 60 characters"
    )
    assert output[second : second + 7] == [
        "Headings: 2 1",
        "2: 2 headings, such as “一、經費” (line 9)",
        "  1: 2 headings, such as “壹、燈塔” (line 1)",
        "  壹、燈塔  (page 1)",
        "  貳、港口  (page 2)",
        "  一、經費  (page 3)",
        "  二、監督  (page 4)",
    ]
    assert "4 pages, 4 sections, 1 passages" in output
    assert patterns(tmp_path / "tower") == [NUMBERINGS[7].pattern, NUMBERINGS[6].pattern]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], []),
        (["--heading-example", "Q1. …"], [r"Q\d{1,4}\."]),
        (["--heading-example", "Outlook", "--heading-example", "Q2. Salt"], ["(?P<title>Outlook)$", r"Q\d{1,4}\."]),
        (["--heading-example", "Outlook", "--heading-example", "Q2. Salt", "--headings", "2"], [r"Q\d{1,4}\."]),
        (["--heading-example", "Q2. Salt", "--headings", "0"], []),
    ],
)
def test_add_headings_options_choose_levels(tmp_path: Path, text: Path, options: list[str], expected: list[str]) -> None:
    code, _ = run(text, "--yes", "--corpus", tmp_path / "corpus", *options)
    assert (code, patterns(tmp_path / "corpus" / "ships")) == (0, expected)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--headings", "1"], "1: no levels are known; give their numbers, outermost first, or 0 for none"),
        (["--heading-example", "Money"], "“Money”: no line of the text is like it; copy a heading from the text"),
        (["--language", "english"], "english: no code of a language; give one such as zh-Hant, en, ja or pt-BR"),
        (["--title", " "], "the title is blank; give one"),
        (["--name", "a/b"], "a/b: no name for a folder of a report; take letters, digits and hyphens"),
        (["--name", "a", "--replace", "b"], "--name: a new edition keeps the name of the report; give --replace alone"),
    ],
)
def test_add_wrong_option_is_refused(tmp_path: Path, text: Path, options: list[str], told: str) -> None:
    code, output = run(text, "--yes", "--corpus", tmp_path / "corpus", *options)
    assert (code, output[-1]) == (1, f"error: {told}")
    assert not (tmp_path / "corpus").exists()


def test_add_existing_name_is_refused_before_anything_is_read(tmp_path: Path, text: Path) -> None:
    run(text, "--yes", "--corpus", tmp_path, "--name", "tower")
    code, output = run(tmp_path / "none.pdf", "--corpus", tmp_path, "--name", "tower")
    told = f"error: {tmp_path / 'tower'}: there is a report of this name; "
    told += "give another with --name, or its new edition with --replace"
    assert (code, output) == (1, [told])


def test_add_full_disk_is_refused_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 99_000_000, 99_000_000))
    code, output = run(tmp_path / "none.pdf", "--corpus", tmp_path / "corpus")
    assert (code, output) == (1, [f"error: {tmp_path}: its disk has 99 MB left; free at least 100 MB"])


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.pdf", None, "is a folder; give one file"),
        ("a.pdf", b"", "is empty"),
        (
            "a.pdf",
            pdf([["Ships wait at sea."]], password="x"),
            "is locked with a password; save a copy without one and add that",
        ),
    ],
)
def test_add_file_without_a_text_is_refused(tmp_path: Path, name: str, data: bytes | None, told: str) -> None:
    path = tmp_path / name
    path.mkdir() if data is None else path.write_bytes(data)
    code, output = run(path, "--corpus", tmp_path / "corpus")
    assert (code, output) == (1, [f"error: {path}: {told}"])
    assert not (tmp_path / "corpus").exists()


def test_add_declined_writes_nothing(tmp_path: Path, file: Path) -> None:
    code, output = run(file, "--corpus", tmp_path / "corpus", typed="\n\n0\n\nn\n")
    assert (code, output[-1]) == (1, "nothing was written")
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize("typed", ["", "\n", "\n\n", "\n\n2 1\n\n"])
def test_add_input_ended_at_a_prompt_leaves_nothing(tmp_path: Path, file: Path, typed: str) -> None:
    code, output = run(file, "--corpus", tmp_path / "corpus", typed=typed)
    assert code == INTERRUPTED
    assert "interrupted; nothing was left half-written" in output
    assert sorted(tmp_path.iterdir()) == [file]


COMMAND = (sys.executable, "-c", "from index.cli import main; main()", "add")


@pytest.mark.process
def test_add_interrupted_at_a_prompt_leaves_nothing(tmp_path: Path, file: Path) -> None:
    command = [*COMMAND, str(file), "--corpus", str(tmp_path / "corpus")]
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert process.stderr.read(6) == b"Title "
        process.send_signal(signal.SIGINT)
        shown = process.stderr.read()
    assert process.returncode == INTERRUPTED
    assert shown.splitlines()[-1] == b"interrupted; nothing was left half-written"
    assert sorted(tmp_path.iterdir()) == [file]


@pytest.mark.process
def test_add_on_terminal_shows_pages_that_are_converted(tmp_path: Path, file: Path) -> None:
    terminal, end = os.openpty()
    with subprocess.Popen([*COMMAND, str(file), "--yes", "--corpus", "corpus"], cwd=tmp_path, stderr=end) as process:
        os.close(end)
        shown = b""
        with suppress(OSError):  # the terminal is closed with the process
            while data := os.read(terminal, 4096):
                shown += data
    os.close(terminal)
    assert process.returncode == 0
    assert b"converting pages" in shown
    assert b"4/4" in shown


def test_add_without_terminal_shows_no_progress(tmp_path: Path, file: Path) -> None:
    _, output = run(file, "--yes", "--corpus", tmp_path / "corpus")
    assert output[0] == "1: 2 headings, such as “壹、燈塔” (line 1)"
