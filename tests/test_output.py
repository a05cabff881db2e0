"""What the programs do with terminals, files and disks that do not take their output, and what they load to give it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.index.tiny import OIL, build, settings_for, write_corpus

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[1]
INDEX = (sys.executable, "-m", "tests.index.program")
CONSOLE = (sys.executable, "-c", "from tests.bot.program import letters; letters()")
FULL = "standard output: No space left on device"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny corpus, its index and the configuration that names both."""
    made = tmp_path_factory.mktemp("output")
    write_corpus(made / "corpus")
    build(settings_for(made))
    (made / "config.toml").write_text('[index]\npath = "index"\n[bot]\nstorage = "sqlite+aiosqlite:///:memory:"\n', "utf-8")
    return made


def run(folder: Path, *command: str, stdin: str = "", output: int | None = None, **environment: str):
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    for name in ("PYTHONUTF8", "PYTHONIOENCODING"):
        if name not in environment:
            variables.pop(name, None)
    stdout = subprocess.PIPE if output is None else output
    return subprocess.run(
        command, cwd=folder, env=variables, input=stdin.encode(), stdout=stdout, stderr=subprocess.PIPE, check=False
    )


@pytest.mark.parametrize(
    "arguments", [["ask", OIL], ["ask", OIL, "--json"], ["sessions"], ["people", "--json"], ["info"], ["--help"], ["verify"]]
)
def test_report_index_full_disk_prints_one_line_error(folder: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(folder, *INDEX, *arguments, output=full.fileno())
    assert (done.returncode, done.stderr.decode()) == (1, f"error: {FULL}\n")


@pytest.mark.parametrize(("arguments", "stdin"), [(["console"], OIL), (["--help"], ""), (["gaps", "--format", "csv"], "")])
def test_report_bot_full_disk_prints_one_line_error(folder: Path, arguments: list[str], stdin: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(folder, *CONSOLE, *arguments, stdin=stdin, output=full.fileno())
    assert (done.returncode, done.stderr.decode().splitlines()[-1]) == (1, f"report-bot: {FULL}")
    assert "Traceback" not in done.stderr.decode()


NARROW = [{"PYTHONIOENCODING": "cp950"}, {"PYTHONIOENCODING": "latin-1"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}]


@pytest.mark.parametrize("environment", NARROW, ids=str)
@pytest.mark.parametrize(
    "command",
    [
        (*INDEX, "ask", "燈塔？ café \u2029 \U0001f600"),
        (*INDEX, "ask", "燈塔？", "--session", "x\u2192y\U0001f600"),
        (*INDEX, "sessions"),
        (*INDEX, "people", "\U0001f600"),
        (*INDEX, "--help"),
        (*CONSOLE, "console"),
    ],
    ids=lambda command: " ".join(command[3:]).encode("ascii", "replace").decode(),
)
def test_programs_limited_terminal_encoding_prints_without_traceback(
    folder: Path, command: tuple[str, ...], environment: dict[str, str]
) -> None:
    done = run(folder, *command, stdin="燈塔？ café \U0001f600\n", **environment)
    assert b"Traceback" not in done.stderr
    refused = "--session" in command
    assert done.returncode == (1 if refused else 0)
    assert bool(done.stdout) != refused


def test_report_index_limited_encoding_replaces_text_but_json_stays_utf_8(folder: Path) -> None:
    words = run(folder, *INDEX, "sessions", "燈塔", PYTHONIOENCODING="latin-1")
    assert words.stdout.isascii()
    assert b"??" in words.stdout
    told = run(folder, *INDEX, "ask", "燈塔每晚燒多少油？", "--json", PYTHONIOENCODING="latin-1")
    assert json.loads(told.stdout.decode("utf-8"))["question"] == "燈塔每晚燒多少油？"


LOADED = """
import sys
sys.argv = ["report-index", *{arguments}]
from index.cli import main
try:
    main()
finally:
    print(sorted({heavy} & set(sys.modules)), file=sys.stderr)
"""
MODEL = {"torch", "openvino", "tokenizers", "sentence_transformers", "faiss", "bm25s", "scipy", "langchain_text_splitters"}


@pytest.mark.parametrize(
    ("arguments", "others"),
    [
        (["sessions", "Autumn lecture", "--json"], {"rich"}),
        (["people"], set()),
        (["--help"], {"rich", "numpy", "opencc", "pydantic"}),
        (["sessions", "--help"], {"rich", "numpy", "opencc"}),
    ],
)
def test_lookup_commands_load_no_unneeded_library(folder: Path, arguments: list[str], others: set[str]) -> None:
    done = run(folder, sys.executable, "-c", LOADED.format(arguments=arguments, heavy=MODEL | others))
    assert (done.returncode, done.stderr.decode()) == (0, "[]\n")


def test_build_command_unwritable_home_prints_one_line_error(folder: Path) -> None:
    nowhere = {"HOME": "/proc/self", "XDG_DATA_HOME": ""}
    done = run(folder, *INDEX, "build", "--config", "/dev/null", "--corpus", "corpus", **nowhere)
    assert done.returncode == 1
    assert done.stderr.decode().startswith("error: /proc/self/.local")
    assert len(done.stderr.splitlines()) == 1
