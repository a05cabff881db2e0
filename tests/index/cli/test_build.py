"""A build that fails, in whatever way, leaves a bot to start on what there is, and says so once and loudly."""

import faulthandler
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import index.encoding.encoder
from index.config import Settings
from index.errors import BusyError, ChildError, CorpusError, UnknownNameError
from index.generations.build_failure import FILE, BuildFailure, last_failure, recording_failure
from index.generations.store import Store
from index.limits.child_process import Progress, call_in_child, cause_of_death, watch_child
from tests.index.command_line import report_index
from tests.index.encoders import LetterEncoder
from tests.index.tiny import HARBOUR_TEXT

START = ("build", "--corpus", "corpus", "--out", "index", "--if-stale", "--keep-live")
FIX = "fix that, then run: report-index build"


class Hopeless(LetterEncoder):
    """A model with which no build ends well."""

    def __init__(self, end: str) -> None:
        self.end = end

    def documents(self, texts):
        if self.end == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.end == "aborts":
            faulthandler.disable()
            os.abort()
        elif self.end == "memory":
            raise MemoryError
        elif self.end == "bug":
            raise KeyError("no such\nword")
        elif self.end == "endless":
            time.sleep(600)
        return super().documents(texts)


pytestmark = pytest.mark.usefixtures("letter_encoder")


@pytest.fixture
def live(own: Settings) -> str:
    """The id of a live generation that the command line takes for current."""
    assert report_index("build", "--corpus", "corpus", "--out", "index")[0] == 0
    return Store(own.index.path, 3).live_id()


def generations(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.index.path / "generations").iterdir())


def kept(live: str, reason: str) -> str:
    return f"error: the index was not brought up to date, so answers come from generation {live}: {reason}; {FIX}\n"


def test_build_if_stale_builds_only_stale_index(own: Settings, live: str) -> None:
    assert report_index(*START) == (0, "", "")
    (own.corpus.path / "harbour" / "report.txt").write_text(HARBOUR_TEXT + "\nMore.\n", "utf-8")
    code, out, _ = report_index(*START)
    found = Store(own.index.path, 3).live_id()
    assert found != live
    assert (code, out.split(":")[0]) == (0, f"generation {found}")


DAMAGE = {
    "key": ("report.toml", b"title = 'x'\ntitel = 'y'", "titel: unknown key; README.md explains each key"),
    "toml": ("report.toml", b"title = ", "cannot be read as TOML (Invalid value (at end of document))"),
    "expression": (
        "report.toml",
        b"title = 'x'\n[[headings]]\npattern = '('",
        "headings.0.pattern: value error, not a regular expression: missing ), unterminated subpattern at position 0; "
        "README.md explains each key",
    ),
    "bytes": ("report.txt", b"\xff", "not UTF-8 at byte 0; convert it, for example with iconv"),
    "empty": ("report.txt", b" \n", "is empty; put the report's text there"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_build_keep_live_invalid_report_names_file_and_keeps_generation(own: Settings, live: str, damage: str) -> None:
    name, content, problem = DAMAGE[damage]
    (own.corpus.path / "harbour" / name).write_bytes(content)
    before = generations(own)
    reason = f"corpus/harbour/{name}: {problem}"
    assert report_index(*START) == (0, "", kept(live, reason))
    assert report_index(*START[:-2]) == (1, "", f"error: {reason}\n")
    assert (Store(own.index.path, 3).live_id(), generations(own)) == (live, before)
    assert re.fullmatch(rf"the build of [\d:TZ-]+ failed: {re.escape(reason)}", last_failure(own.index.path))
    info = report_index("info", "--index", "index")
    assert (info[0], info[1].splitlines()[2]) == (0, f"not up to date: {last_failure(own.index.path)}")
    code, out, err = report_index("info", "--index", "index", "--json")
    assert (code, json.loads(out)["id"], err) == (0, live, f"not up to date: {last_failure(own.index.path)}\n")


@pytest.mark.parametrize("flags", [(), ("--if-stale",), ("--if-stale", "--keep-live")])
def test_build_first_time_invalid_report_publishes_nothing(own: Settings, flags: tuple[str, ...]) -> None:
    (own.corpus.path / "harbour" / "report.toml").write_text("", "utf-8")
    code, out, err = report_index("build", "--corpus", "corpus", "--out", "new", *flags)
    problem = "error: corpus/harbour/report.toml: title: field required; README.md explains each key"
    nothing = "; nor is there a generation to go on with: no index at new; run: report-index build"
    assert (code, out, err) == (1, "", problem + (nothing if "--keep-live" in flags else "") + "\n")
    assert list(Path("new").glob("generations/*")) == []


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("killed", "the build was ended by SIGKILL, probably for want of memory"),
        ("aborts", "the build was ended by SIGABRT, probably for want of memory"),
        ("memory", "not enough memory"),
        ("bug", "KeyError: 'no such\\nword'"),
    ],
)
def test_build_keep_live_crashed_child_keeps_generation_and_records_failure(
    own: Settings, live: str, monkeypatch: pytest.MonkeyPatch, end: str, reason: str
) -> None:
    (own.corpus.path / "harbour" / "report.txt").write_text(HARBOUR_TEXT + "\nMore.\n", "utf-8")
    monkeypatch.setattr(index.encoding.encoder, "SentenceTransformerEncoder", lambda _: Hopeless(end))
    code, out, err = report_index(*START)
    assert (code, out, err) == (0, "", kept(live, reason))
    assert BuildFailure.read(own.index.path / FILE).reason == reason
    assert Store(own.index.path, 3).live_id() == live
    monkeypatch.setattr(index.encoding.encoder, "SentenceTransformerEncoder", lambda _: LetterEncoder())
    assert report_index(*START)[0] == 0
    assert last_failure(own.index.path) == ""
    assert [name for name in generations(own) if name.startswith(".")] == []


STUCK = (
    "import time\nimport index.cli.build\nimport index.encoding.encoder\nfrom index.cli import main\n"
    "from tests.index.encoders import LetterEncoder\n"
    "class Stuck(LetterEncoder):\n    def documents(self, texts):\n"
    "        print('encoding', flush=True)\n        time.sleep(60)\n"
    "index.encoding.encoder.SentenceTransformerEncoder = lambda _: Stuck()\n"
)


@contextmanager
def stuck_build(program: str) -> Iterator[subprocess.Popen[str]]:
    """A build that never ends, in a process of its own: no library of these tests lives on in what it forks."""
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program, *START],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "encoding\n"
        yield process


@pytest.mark.process
def test_build_keep_live_over_time_limit_is_stopped(own: Settings, live: str) -> None:
    (own.corpus.path / "harbour" / "report.txt").write_text(HARBOUR_TEXT + "\nMore.\n", "utf-8")
    with stuck_build(f"{STUCK}index.cli.build.KEEP_LIVE_SECONDS = 5.0\nmain()\n") as process:
        out, errors = process.communicate()
    assert (process.returncode, out) == (0, "")
    assert errors.endswith(kept(live, "the build took longer than 5 s, so it was stopped"))
    assert [name for name in generations(own) if name.startswith(".")] == []


def test_build_keep_live_without_generation_has_no_time_limit(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.cli.build.KEEP_LIVE_SECONDS", 0.0)
    assert report_index("build", "--corpus", "corpus", "--out", "new", "--keep-live")[0] == 0
    assert Store(own.index.path.with_name("new"), 3).live_id()


def test_build_keep_live_damaged_generation_falls_back_to_earlier_one(own: Settings, live: str) -> None:
    first = Store(own.index.path, 3).earlier()[0]
    file = own.index.path / "generations" / live / "sentences.json"
    file.unlink()
    problem = f"index/generations/{live}/sentences.json: missing; run: report-index rollback, or: report-index build"
    (own.corpus.path / "harbour" / "report.toml").write_text("", "utf-8")
    code, _, err = report_index(*START)
    reason = "corpus/harbour/report.toml: title: field required; README.md explains each key"
    assert (code, err) == (0, kept(first, reason))
    assert report_index("verify", "--index", "index") == (1, "", f"error: {problem}\n")
    code, out, _ = report_index("info", "--index", "index")
    assert (code, out.splitlines()[1].split(":")[:2]) == (0, ["used", f" generation {first}"])


def test_build_keep_live_index_locked_records_no_failure(own: Settings, live: str) -> None:
    (own.corpus.path / "harbour" / "report.txt").write_text(HARBOUR_TEXT + "\nMore.\n", "utf-8")
    with Store(own.index.path, 3).building():
        code, _, err = report_index(*START)
    busy = "index: another build or rollback is running; try again when it has ended"
    assert (code, err, last_failure(own.index.path)) == (0, kept(live, busy), "")


def test_recording_failure_writes_reason_and_success_removes_it(tmp_path: Path) -> None:
    with pytest.raises(CorpusError), recording_failure(tmp_path):
        raise CorpusError("a\nb")
    assert BuildFailure.read(tmp_path / FILE).reason == "a b"
    with pytest.raises(BusyError), recording_failure(tmp_path):
        raise BusyError("busy")
    assert BuildFailure.read(tmp_path / FILE).reason == "a b"
    (tmp_path / FILE).write_text("{", "utf-8")
    assert last_failure(tmp_path).startswith(f"{tmp_path}/{FILE}: ")
    with recording_failure(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(CorpusError), recording_failure(tmp_path / "missing"):
        raise CorpusError("a")
    assert not (tmp_path / "missing").exists()


def test_call_in_child_returns_result_and_raises_error() -> None:
    assert call_in_child(lambda: {"a": "b" * 200_000}, 60) == {"a": "b" * 200_000}

    def refuse() -> None:
        raise CorpusError("no report")

    with pytest.raises(CorpusError, match=r"^no report$"):
        call_in_child(refuse, 60)

    def unknown() -> None:
        raise UnknownNameError("day", "x", ["y"])

    with pytest.raises(ChildError, match=r"^UnknownNameError: no single day is meant by 'x'; nearest: y$"):
        call_in_child(unknown, 60)


def test_watch_child_reports_progress_in_order_before_the_result() -> None:
    told: list[tuple[int, int]] = []

    def count(report: Progress) -> str:
        for done in range(1, 4):
            report(done, 3)
        return f"{len(told)} in the child"

    assert watch_child(count, lambda *progress: told.append(progress), 60) == "0 in the child"
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_call_in_child_ignoring_interrupt_is_killed_after_timeout() -> None:
    def deaf() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        time.sleep(600)

    with pytest.raises(ChildError, match=r"^took longer than 0\.5 s, so it was stopped$"):
        call_in_child(deaf, 0.5, grace=0.1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_cause_of_death_names_exit_code_or_signal() -> None:
    assert cause_of_death(3) == "ended unexpectedly with exit code 3"
    assert cause_of_death(-signal.SIGSEGV) == "was ended by SIGSEGV"


@pytest.mark.process
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_build_keep_live_interrupted_exits_130_and_keeps_generation(
    own: Settings, live: str, number: signal.Signals
) -> None:
    (own.corpus.path / "harbour" / "report.txt").write_text(HARBOUR_TEXT + "\nMore.\n", "utf-8")
    with stuck_build(f"{STUCK}main()\n") as process:
        # A terminal interrupts all of a group, a supervisor the process that it knows.
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        out, errors = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert errors.splitlines()[-1] == "interrupted; nothing was left half-written"
    assert Store(own.index.path, 3).live_id() == live
    assert [name for name in generations(own) if name.startswith(".")] == []
    assert last_failure(own.index.path) == ""
