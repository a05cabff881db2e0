"""Files that are too large or never end are refused by name, and so is a model for which there is too little memory."""

import os
import re
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from index.cli.app import Program
from index.config import Settings
from index.errors import CorpusError, ModelError
from index.ingest.conversion import Converted, Limits, convert_bounded, convert_file
from index.limits import memory
from index.limits.memory import FOR_QUESTIONS, memory_free, require_memory
from tests.index.files import docx, pdf


def refusal(file: Path, limits: Limits) -> str:
    with pytest.raises(CorpusError) as caught:
        convert_file(file, limits)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "data", "limits", "problem"),
    [
        ("a.txt", b"boats " * 2, Limits(size=11), "has 12 bytes, more than 11"),
        (
            "a.pdf",
            pdf([[f"Boat {n} sails."] * 2 for n in "abc"]),
            Limits(pages=2),
            "has 3 pages, more than 2",
        ),
        ("a.md", "年報".encode() * 3, Limits(characters=5), "has 6 characters, more than 5"),
    ],
)
def test_convert_file_over_limit_is_refused_and_at_limit_is_accepted(
    tmp_path: Path, name: str, data: bytes, limits: Limits, problem: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    assert refusal(file, limits) == f"{file}: {problem}; split it into several reports"
    wider = {field: getattr(limits, field) + 1 for field in Limits.__slots__}
    assert convert_file(file, Limits(**wider)).text


def test_convert_file_zip_bomb_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.docx"
    file.write_bytes(docx([(0, "Boats.")]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros", b"\0" * 2_000_000)
    size = sum(each.file_size for each in zipfile.ZipFile(file).infolist())
    assert file.stat().st_size < 10_000
    problem = f"has {size:,} bytes when unpacked, more than 1,000,000; split it into several reports"
    assert refusal(file, Limits(unpacked=1_000_000)) == f"{file}: {problem}"


def test_convert_file_pipe_or_folder_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    assert refusal(pipe, Limits()) == f"{pipe}: is no file"
    (tmp_path / "folder.txt").mkdir()
    assert refusal(tmp_path / "folder.txt", Limits()) == f"{tmp_path}/folder.txt: is a folder; give one file"


def test_convert_bounded_over_time_limit_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Boats.", "utf-8")
    assert convert_bounded(file) == Converted("Boats.", "Boats.")

    monkeypatch.setattr("index.ingest.conversion.convert_file", lambda *_, **__: time.sleep(600))
    with pytest.raises(CorpusError) as caught:
        convert_bounded(file, seconds=0.3)
    assert str(caught.value) == (
        f"{file}: converting it took longer than 0.3 s, so it was stopped; split it, or save it as plain text"
    )


def test_convert_bounded_over_memory_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Boats.", "utf-8")

    def greedy(_: bytes, __: Limits) -> Converted:
        return Converted("x" * 500_000_000, "")

    monkeypatch.setitem(convert_file.__globals__["CONVERTERS"], ".txt", greedy)
    with pytest.raises(CorpusError) as caught:
        convert_bounded(file, memory=100_000_000)
    assert str(caught.value) == f"{file}: takes too much memory to convert; split it into several reports"


@pytest.mark.parametrize(
    ("left", "free", "problem"),
    [
        (1199, None, "1,200 MB of address space, and 1,199 MB are left; raise the limit that `ulimit -v` shows"),
        (None, 599, "600 MB of memory, and 599 MB are free; end other programs or add swap"),
        (1200, 600, None),
        (None, None, None),
    ],
)
def test_require_memory_too_little_memory_raises_model_error(
    monkeypatch: pytest.MonkeyPatch, left: int | None, free: int | None, problem: str | None
) -> None:
    monkeypatch.setattr(memory, "address_space_left", lambda: left)
    monkeypatch.setattr(memory, "memory_free", lambda: free)
    if problem is None:
        require_memory(FOR_QUESTIONS)
        return
    with pytest.raises(ModelError) as caught:
        require_memory(FOR_QUESTIONS)
    assert str(caught.value) == f"the model needs about {problem}"


def test_memory_free_adds_available_memory_and_swap(tmp_path: Path) -> None:
    file = tmp_path / "meminfo"
    file.write_text("MemTotal: 9 kB\nMemAvailable:    2048 kB\nSwapFree:   1024 kB\n", "ascii")
    assert memory_free(file) == 3
    file.write_text("MemTotal: 9 kB\n", "ascii")
    assert memory_free(file) is None
    assert memory_free(tmp_path / "missing") is None


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("Exception from src/inference: std::bad_alloc"),
        ImportError("libx.so: failed to map segment from shared object"),
    ],
)
def test_program_problem_memory_error_returns_one_line(error: Exception) -> None:
    told = "not enough memory; free some, or raise the limit that `ulimit -v` shows"
    assert Program(name="x").problem(error) == told
    assert Program(name="x").problem(ValueError("a fault of ours")) is None


@pytest.mark.process
@pytest.mark.parametrize("megabytes", [400, 1000])
@pytest.mark.parametrize("program", ["report-index ask boats", "report-bot console", "report-index build --corpus corpus"])
def test_commands_too_little_address_space_prints_one_line(own: Settings, program: str, megabytes: int) -> None:
    folder = own.index.path.parent
    (folder / "config.toml").write_text('[index]\npath = "index"\n', "utf-8")
    name, *arguments = program.split()
    code = f"import sys; sys.argv = {[name, *arguments]}; from {name[7:]}.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, resource.RLIM_INFINITY)),
        capture_output=True,
        text=True,
        check=False,
    )
    told = r"(error|report-bot): the model needs about 1,200 MB of address space, and \d+ MB are left; "
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(told + "raise the limit that `ulimit -v` shows\n", done.stderr), done.stderr
