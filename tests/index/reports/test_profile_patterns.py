"""Regular expressions of a profile that never end are interrupted, and named."""

import re
import signal
import threading
from pathlib import Path

import pytest

from index.config import Settings
from index.errors import CorpusError
from index.limits.processor_time import OutOfTimeError, processor_time_limit
from index.reports.corpus import read_report
from index.reports.profile import ProfilePattern
from tests.index.corpora import write

ENDLESS = "a" * 60 + "!"
HEADINGS = """
title = "Endless"
[[headings]]
pattern = '# '
[[headings]]
pattern = '(a+)+$'
"""
PROSE = """
title = "Endless"
[labels]
date = ["Date"]
[[headings]]
pattern = '# '
[[prose]]
as = "speaker"
pattern = '(?P<people>(?:a+)+)$'
"""
TEXT = f"# Opening\n\nDate: 12 May 2031\n\n{ENDLESS}\n"


@pytest.mark.parametrize(("toml", "key"), [(HEADINGS, "headings.1.pattern"), (PROSE, "prose.0.pattern")])
def test_read_report_endless_pattern_error_names_file_and_key(tmp_path: Path, toml: str, key: str) -> None:
    folder = write(tmp_path, "endless", TEXT, toml)
    with pytest.raises(CorpusError) as caught:
        read_report(folder, Settings(), prefixed=False, seconds=0.2)
    assert str(caught.value) == (
        f"{folder}/report.toml: {key}: searching report.txt for this expression takes more than 0.2 s of processor time; "
        "simplify it, repetitions inside repetitions above all"
    )


def test_read_report_slow_text_error_names_text_file(tmp_path: Path) -> None:
    folder = write(tmp_path, "long", "# Opening\n\n" + "boats sail. " * 200_000, HEADINGS.replace("(a+)+$", "## "))
    with pytest.raises(CorpusError) as caught:
        read_report(folder, Settings(), prefixed=False, seconds=0.01)
    assert str(caught.value) == (
        f"{folder}/report.txt: reading it takes more than 0.01 s of processor time; split the report"
    )


def test_processor_time_limit_finished_in_time_restores_timer_and_handler() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with processor_time_limit(60):
        assert [match[0] for match in ProfilePattern("k", re.compile("a.")).finditer("abac")] == ["ab", "ac"]
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) is before


@pytest.mark.parametrize("method", ["match", "finditer"])
def test_profile_pattern_time_limit_exceeded_error_names_key(method: str) -> None:
    expression = ProfilePattern("headings.7.pattern", re.compile("(a+)+$"))
    with pytest.raises(OutOfTimeError) as caught, processor_time_limit(0.1):
        list(getattr(expression, method)(ENDLESS) or ())
    assert caught.value.key == "headings.7.pattern"


def test_processor_time_limit_other_thread_sets_no_timer() -> None:
    ran: list[tuple[float, float]] = []

    def bounded() -> None:
        with processor_time_limit(0.1):
            ran.append(signal.getitimer(signal.ITIMER_VIRTUAL))

    thread = threading.Thread(target=bounded)
    thread.start()
    thread.join()
    assert ran == [(0.0, 0.0)]
