"""Whatever is wrong with a question, a report, a disk or a configuration: one line or a sensible answer."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from index.answering.rendering import load_phrases
from index.config import Settings
from index.engine import Engine
from index.generations import store
from index.generations.store import Store
from tests.index.command_line import report_index
from tests.index.corpora import write
from tests.index.tiny import BOATS_QUOTE, HARBOUR_TEXT, HARBOUR_TOML, OIL, OIL_PRINTED, OIL_QUOTE, build, settings_for

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.usefixtures("letter_encoder")


EMPTY = "請輸入想問的問題。"


@pytest.mark.parametrize(
    "question", ["", "   ", "🙂", "🎉🎉🎉", "👩\u200d🚀", "\x00\x01\x1b", "\udcff\ud800", "\u202e\u200f", "？"]
)
def test_ask_question_without_text_returns_prompt(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert (answer.text, answer.verdict, answer.citations, answer.hits) == (EMPTY, "not_covered", (), ())


@pytest.mark.parametrize(
    "question",
    [
        f"{OIL}\x00",
        f"\ufeff{OIL}",
        f"\u202e{OIL}\u202c",
        OIL.replace(" ", "\x1b"),
        OIL.replace(" ", " \n\t"),
        f"\udc80{OIL}\ud83d",
        f"**{OIL}**",
        f"> `{OIL}` ||@everyone||",
        OIL.upper(),
        OIL.replace("o", "ｏ"),
    ],
)
def test_ask_question_with_markup_or_control_characters_gives_same_answer(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert (answer.question, answer.verdict) == (question, "answered")
    assert answer.citations[0].quote == OIL_QUOTE


@pytest.mark.parametrize(
    "question", ["<@1300000000000000001>", "@everyone", "@here", "שלום עולם", "مرحبا", "1", "[x](http://a.example)", "/ask"]
)
def test_ask_unusual_question_gives_verified_quotations(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    passages = {hit.passage.id: hit.passage.text for hit in answer.hits}
    assert len(passages) == 9
    assert all(citation.quote in passages[citation.passage_id] for citation in answer.citations)
    assert bool(answer.citations) == (answer.verdict != "not_covered")
    phrases = {load_phrases(language)(f"passages.{answer.verdict}") for language in ("zh-TW", "en")}
    assert answer.text.splitlines()[0] in phrases


@pytest.mark.parametrize("question", ["問" * 10_000, "word " * 2_000, OIL * 204, "\n" * 10_000, "a" * 10_000])
def test_ask_very_long_question_returns_answer(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert answer.question == question
    assert len(answer.hits) in {0, 9}
    assert answer.text


def test_ask_command_lone_surrogate_is_escaped_in_json(built: Settings) -> None:
    code, out, err = report_index("ask", f"{OIL}\udc80", "--json", "--index", str(built.index.path))
    assert (code, err) == (0, "")
    assert f'"question": "{OIL}\\udc80"' in out
    assert report_index("ask", f"{OIL}\udc80", "--index", str(built.index.path)) == (0, OIL_PRINTED + "\n", "")


MARKUP = "**Bold** @everyone <@1> [click](http://a.example) `code` ||spoiler|| [red]rich[/red] cranes."


def test_ask_command_markup_in_report_is_quoted_verbatim(tmp_path: Path) -> None:
    text = HARBOUR_TEXT.replace("- Paint the cranes green.", MARKUP).replace(
        "## Autumn lecture", "## Autumn [/b] :cat: lecture"
    )
    write(tmp_path / "corpus", "harbour", text, HARBOUR_TOML)
    build(settings_for(tmp_path))
    code, out, _ = report_index("ask", "Bold spoiler rich cranes code click", "--index", "index")
    assert code == 0
    assert f"“{MARKUP}” (Outlook, p. 2)" in out
    code, out, _ = report_index("sessions", "--index", "index")
    assert (code, "Autumn [/b] :cat: lecture" in out) == (0, True)


def damaged(path: Path, change: Callable[[Path], object]) -> tuple[int, str, str]:
    write(path / "corpus", "harbour", HARBOUR_TEXT, HARBOUR_TOML)
    change(path / "corpus" / "harbour")
    return report_index("build", "--corpus", "corpus", "--out", "index")


REPORTS: list[tuple[Callable[[Path], object], str]] = [
    (lambda f: (f / "report.txt").write_text(""), "report.txt: is empty; put the report's text there"),
    (lambda f: (f / "report.txt").write_text(" \n\f\n"), "report.txt: is empty; put the report's text there"),
    (
        lambda f: (f / "report.txt").unlink(),
        "report.txt: cannot be read (No such file or directory); put the report's text there",
    ),
    (
        lambda f: (f / "report.txt").write_bytes("# 摘要\n\n報告".encode("big5")),
        "report.txt: not UTF-8 at byte 2; convert it, for example with iconv",
    ),
    (
        lambda f: (f / "report.toml").write_text('title = "x"\nlangage = "en"\n'),
        "report.toml: langage: unknown key; README.md explains each key",
    ),
    (lambda f: (f / "report.toml").write_text(""), "report.toml: title: field required; README.md explains each key"),
    (
        lambda f: (f / "report.toml").write_text('title = "x"\n[[headings]]\npattern = "("\n'),
        "report.toml: headings.0.pattern: value error, not a regular expression: missing ), unterminated subpattern at "
        "position 0; README.md explains each key",
    ),
]


@pytest.mark.parametrize(("change", "problem"), REPORTS)
def test_build_command_invalid_report_file_is_named(tmp_path: Path, change: Callable[[Path], object], problem: str) -> None:
    code, out, err = damaged(tmp_path, change)
    assert (code, out, err) == (1, "", f"error: corpus/harbour/{problem}\n")
    assert not (tmp_path / "index" / "live.json").exists()
    assert list((tmp_path / "index" / "generations").iterdir()) == []


def test_build_command_profile_not_toml_is_named(tmp_path: Path) -> None:
    code, _, err = damaged(tmp_path, lambda folder: (folder / "report.toml").write_text("title = \n"))
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("error: corpus/harbour/report.toml: cannot be read as TOML (")


def test_build_command_report_without_headings_is_one_unnamed_section(tmp_path: Path) -> None:
    write(tmp_path / "corpus", "plain", f"{OIL_QUOTE}\n\n{BOATS_QUOTE}\n", 'title = "Plain"')
    assert report_index("build", "--corpus", "corpus", "--out", "index")[0] == 0
    code, out, err = report_index("ask", OIL, "--index", "index")
    assert (code, err) == (0, "")
    assert "\nNearest" not in out
    assert report_index("sessions", "--json", "--index", "index") == (0, "[]\n", "")


def test_build_command_one_word_report_can_be_asked(tmp_path: Path) -> None:
    write(tmp_path / "corpus", "word", "Rain", 'title = "Word"')
    assert report_index("build", "--corpus", "corpus", "--out", "index")[0] == 0
    assert report_index("ask", "Rain", "--index", "index")[0] == 0


FAULTS = [
    (errno.ENOSPC, "No space left on device; free some space, then run the command again"),
    (errno.EROFS, "Read-only file system; make the folder writable, or set index.path in config.toml to one that is"),
]


@pytest.mark.parametrize(("number", "problem"), FAULTS)
@pytest.mark.parametrize("call", ["_write", "_sync", "_move"])
def test_build_command_disk_error_in_store_keeps_live_generation(
    own: Settings, monkeypatch: pytest.MonkeyPatch, call: str, number: int, problem: str
) -> None:
    live = Store(own.index.path, 3).live().manifest

    def refuse(path: Path, *_: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(store, call, refuse)
        code, out, err = report_index("build", "--corpus", "corpus", "--out", "index")
    assert (code, out) == (1, "")
    last = err.splitlines()[-1]
    assert last.startswith("error: index/generations/.building-")
    assert last.endswith(f": {problem}")
    assert Store(own.index.path, 3).load(lambda generation: generation.manifest) == live
    assert [path.name for path in (own.index.path / "generations").iterdir()] == [live.id]


@pytest.mark.parametrize(("number", "problem"), FAULTS)
def test_build_command_disk_error_in_index_files_keeps_live_generation(
    own: Settings, monkeypatch: pytest.MonkeyPatch, number: int, problem: str
) -> None:
    live = Store(own.index.path, 3).live().manifest

    def refuse(_: object, folder: Path) -> None:
        raise OSError(number, os.strerror(number), str(folder))

    with monkeypatch.context() as patch:
        patch.setattr("index.retrieval.token_index.TokenIndex.save", refuse)
        code, out, err = report_index("build", "--corpus", "corpus", "--out", "index")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].endswith(f"/tokens: {problem}")
    assert Store(own.index.path, 3).load(lambda generation: generation.manifest) == live
    assert [path.name for path in (own.index.path / "generations").iterdir()] == [live.id]


@pytest.mark.usefixtures("own")
def test_build_command_index_folder_is_file_prints_error() -> None:
    Path("file").write_text("")
    code, out, err = report_index("build", "--corpus", "corpus", "--out", "file")
    assert (code, out, err) == (
        1,
        "",
        "error: file: File exists; check the folder and its disk, then run the command again\n",
    )


HOLDER = """
import sys
from pathlib import Path
from index.generations.store import Store
with Store(Path("index"), 3).building():
    print("building", flush=True)
    sys.stdin.read()
"""


@pytest.mark.process
def test_build_command_concurrent_build_is_refused(own: Settings) -> None:
    live = Store(own.index.path, 3).live().manifest
    with Popen(
        [sys.executable, "-c", HOLDER], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=PIPE, stdout=PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"building\n"
        busy = "error: index: another build or rollback is running; try again when it has ended\n"
        assert report_index("build", "--corpus", "corpus", "--out", "index") == (1, "", busy)
        assert report_index("rollback", "--index", "index") == (1, "", busy)
        assert report_index("ask", OIL, "--index", "index") == (0, OIL_PRINTED + "\n", "")
        other.communicate()
    assert other.returncode == 0
    assert [path.name for path in (own.index.path / "generations").iterdir()] == [live.id]
    assert report_index("build", "--corpus", "corpus", "--out", "index")[0] == 0


TOKEN = ".".join(("MTMwMDAwMDAwMDAwMDAwMDAwMQ", "GabcDE", "x" * 38))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (f'[bot]\ntoken = "{TOKEN}"\n', "bot.token: a token belongs in the environment variable DISCORD_TOKEN"),
        (f'DISCORD_TOKEN = "{TOKEN}"\n', "DISCORD_TOKEN: a token belongs in the environment variable DISCORD_TOKEN"),
        (f"# {TOKEN}\n", "holds what looks like a bot token; it belongs in the environment variable DISCORD_TOKEN"),
    ],
)
def test_info_command_token_in_configuration_is_refused_and_not_printed(content: str, problem: str) -> None:
    Path("config.toml").write_text(content, "utf-8")
    assert report_index("info") == (1, "", f"error: config.toml: {problem}\n")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[passages]\nmax_characters = 5000\n", "passages.max_characters: input should be less than or equal to 400; "),
        (b"[model]\ndtype = 'int4'\n", "model.dtype: input should be 'auto', 'float32', 'bfloat16' or 'int8'; "),
        (b"[index]\nkeep = 0\n", "index.keep: input should be greater than or equal to 1; "),
        (b"not toml", "cannot be read as TOML ("),
        (b"\xff\xfe", "cannot be read as TOML ("),
    ],
)
def test_ask_command_invalid_configuration_is_named(content: bytes, problem: str) -> None:
    Path("config.toml").write_bytes(content)
    code, out, err = report_index("ask", "x")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"error: config.toml: {problem}")
    assert "config.example.toml" in err


def test_ask_command_missing_configuration_file_prints_error() -> None:
    code, out, err = report_index("ask", "x", "--config", "mine.toml")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("error: mine.toml: cannot be read as TOML ([Errno 2] No such file or directory")
