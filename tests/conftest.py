"""Every test runs offline, in a home of its own and without the operator's secrets."""

import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.discord.guard import only_loopback

# A machine for this bot has four gigabytes, and a browser or a database may run beside the suite.
MOST_RESIDENT_MB = 3000

HOMES = ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")

# Libraries read these when they are imported, which is before any fixture runs.
_session_home = tempfile.TemporaryDirectory(prefix="tests-home-")
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
os.environ.update(dict.fromkeys(HOMES, _session_home.name))
for secret in ("DISCORD_TOKEN", "REPORT_MILVUS_TOKEN", "REPORT_WRITER_KEY", "REPORT_ENRICH_KEY"):
    os.environ.pop(secret, None)

# How long an example takes says how busy the machine is, not whether the program is right.
SLOW = (hypothesis.HealthCheck.too_slow,)
hypothesis.settings.register_profile("no wall-clock", deadline=None, suppress_health_check=SLOW)
# A mutant is noticed by the first example that fails, whichever is the simplest; and the same ones are every time.
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    suppress_health_check=SLOW,
    derandomize=True,
    database=None,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)
hypothesis.settings.load_profile("no wall-clock")

_guard = only_loopback()
_attempts = _guard.__enter__()


def pytest_unconfigure() -> None:
    _guard.__exit__(None, None, None)
    _session_home.cleanup()


def measure_peak() -> float:
    """Measure the most memory that this process had resident so far, in megabytes; the programs it started are not in it."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a session that needed more memory than a small machine has."""
    if measure_peak() > MOST_RESIDENT_MB and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(f"peak resident memory: {measure_peak():,.0f} MB, at most {MOST_RESIDENT_MB:,}")


@pytest.fixture(autouse=True)
def outside_attempts() -> Iterator[list[str]]:
    """Fail the test that reached beyond loopback, even if it swallowed the error; a test of this clears the list."""
    _attempts.clear()
    yield _attempts
    assert not _attempts, f"the test tried to reach {', '.join(_attempts)}: only loopback is allowed"


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return this test's own empty home, where data and caches go too."""
    path = tmp_path_factory.mktemp("home")
    for name in HOMES:
        monkeypatch.setenv(name, str(path))
    return path
