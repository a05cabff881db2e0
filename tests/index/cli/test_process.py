"""report-index run as a process: closed pipes, interrupts, exit codes, and once with the real model."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from index.config import Settings
from index.encoding.encoding_cache import FILE
from index.generations.store import Store
from tests.index.tiny import OIL, OIL_QUOTE, settings_for, write_corpus

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[3]
PROGRAM = (sys.executable, "-m", "tests.index.program")
# Announces that it encodes, then waits to be interrupted.
STUCK = """
import time
import index.encoding.encoder
from index.cli import main
from tests.index.encoders import LetterEncoder

class Stuck(LetterEncoder):
    def documents(self, texts):
        print("encoding", flush=True)
        time.sleep(3600)

index.encoding.encoder.SentenceTransformerEncoder = lambda _: Stuck()
main()
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def start(folder: Path, *command: str, stdout: int = PIPE) -> Popen[str]:
    return Popen(command, cwd=folder, env=environment(), stdout=stdout, stderr=PIPE, encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", ["ask x --json", "ask x", "sessions", "sessions --json", "info", "build --corpus corpus"]
)
def test_report_index_closed_stdout_exits_silently(own: Settings, arguments: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start(own.index.path.parent, *PROGRAM, *arguments.split(), "--index", "index", stdout=writer)
    os.close(writer)
    errors = process.communicate()[1]
    assert process.returncode == 0
    assert "verifying by searching" in errors if "build" in arguments else errors == ""
    assert "Traceback" not in errors


def test_ask_command_batch_closed_pipe_exits_0_silently(own: Settings) -> None:
    folder = own.index.path.parent
    # More answers than a pipe holds.
    (folder / "q.jsonl").write_text("".join(f'{{"id": "{n}", "question": "boats"}}\n' for n in range(100)), "utf-8")
    process = start(folder, *PROGRAM, "ask", "--batch", "q.jsonl", "--json", "--index", "index")
    assert process.stdout
    assert process.stderr
    assert json.loads(process.stdout.readline())["id"] == "0"
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() == 0
    process.stderr.close()


def test_ask_command_batch_writes_each_answer_before_reading_next_question(own: Settings) -> None:
    command = (*PROGRAM, "ask", "--batch", "-", "--json", "--index", "index")
    with Popen(
        command, cwd=own.index.path.parent, env=environment(), stdin=PIPE, stdout=PIPE, encoding="utf-8", bufsize=1
    ) as process:
        assert process.stdin
        assert process.stdout
        for name in ("first", "second"):
            process.stdin.write(json.dumps({"id": name, "question": OIL}) + "\n")
            assert json.loads(process.stdout.readline())["id"] == name
        assert process.communicate()[0] == ""
    assert process.returncode == 0


def test_build_command_interrupted_keeps_live_generation(own: Settings) -> None:
    live = Store(own.index.path, 3).live().manifest.id
    (own.index.path / FILE).unlink()  # so that there is something to encode
    with start(
        own.index.path.parent, sys.executable, "-c", STUCK, "build", "--corpus", "corpus", "--out", "index"
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "encoding\n"
        assert len(list((own.index.path / "generations").glob(".building-*"))) == 1
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate()
    told = "reading the reports: 1 of 1\nloading the model: 1 of 1\ninterrupted; nothing was left half-written\n"
    assert (process.returncode, out, errors) == (130, "", told)
    assert [path.name for path in (own.index.path / "generations").iterdir()] == [live]
    assert Store(own.index.path, 3).load(lambda generation: generation.manifest.id) == live


def test_ask_command_error_prints_one_line_and_exits_1(tmp_path: Path) -> None:
    process = start(tmp_path, *PROGRAM, "ask", "x", "--index", "nowhere")
    assert process.communicate() == ("", "error: no index at nowhere; run: report-index build\n")
    assert process.returncode == 1


@pytest.fixture(scope="module")
def with_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny corpus and its index, built by the installed program with the real model."""
    folder = tmp_path_factory.mktemp("model")
    write_corpus(folder / "corpus")
    done = run(folder, "build", "--corpus", "corpus", "--out", "index", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["model"] == "embedded:multilingual-e5-small"
    return folder


def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("report-index"))
    return subprocess.run(
        (program, *arguments), cwd=folder, env=environment(), input=stdin, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.model
def test_ask_command_embedded_model_answers_across_languages(with_model: Path) -> None:
    questions = {"en": OIL, "zh": "灯塔每晚烧多少油？"}
    stdin = "".join(json.dumps({"id": key, "question": question}) + "\n" for key, question in questions.items())
    done = run(with_model, "ask", "--batch", "-", "--json", "--index", "index", stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in found] == ["en", "zh"]
    assert [OIL_QUOTE in answer["passages"][0]["text"] for answer in found] == [True, True]
    assert found[0]["citations"][0]["quote"] == OIL_QUOTE


@pytest.mark.model
def test_ask_command_other_prompts_than_index_are_refused(with_model: Path) -> None:
    (with_model / "other.toml").write_text('[model]\nquery_prompt = "question: "\n', "utf-8")
    done = run(with_model, "ask", OIL, "--index", "index", "--config", "other.toml")
    live = Store(settings_for(with_model).index.path, 3).live()
    problem = "built with other weights or prompts of embedded:multilingual-e5-small than config names"
    where = f"index/generations/{live.manifest.id}"
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {where}: {problem}; run: report-index build\n"
