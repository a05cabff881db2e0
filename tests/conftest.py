"""Every test runs offline, in a home of its own and without the operator's secrets."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.discord.guard import only_loopback

HOMES = ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")

# Libraries read these when they are imported, which is before any fixture runs.
_session_home = tempfile.TemporaryDirectory(prefix="tests-home-")
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
os.environ.update(dict.fromkeys(HOMES, _session_home.name))
for secret in ("DISCORD_TOKEN", "REPORT_MILVUS_TOKEN"):
    os.environ.pop(secret, None)

# How long an example takes says how busy the machine is, not whether the program is right.
hypothesis.settings.register_profile("no wall-clock", deadline=None)
# A mutant is noticed by the first example that fails, whichever is the simplest; and the same ones are every time.
hypothesis.settings.register_profile(
    "mutants", deadline=None, derandomize=True, database=None, phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate)
)
hypothesis.settings.load_profile("no wall-clock")

_guard = only_loopback()
_attempts = _guard.__enter__()


def pytest_unconfigure() -> None:
    _guard.__exit__(None, None, None)
    _session_home.cleanup()


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
