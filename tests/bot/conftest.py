"""What the programs set up for a whole process is undone after each test."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.delivery import sender
from bot.monitoring.refusal_log import refusal_log
from tests import postgresql
from tests.bot.fakes import FakeEngine


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, configuration = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configuration)


@pytest.fixture(autouse=True)
def responses_take_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a response would be made a second time, which a test that does not ask for it takes for a fault."""
    monkeypatch.setattr(sender, "RESPONSE_SECONDS", 60.0)


@pytest.fixture(autouse=True)
def nothing_refused_before() -> Iterator[None]:
    yield
    refusal_log.clear()
    sender.told.clear()


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    """One whose slow questions are let go at the end."""
    fake = FakeEngine()
    yield fake
    fake.go.set()


@pytest.fixture(scope="session")
def database_server() -> Iterator[postgresql.Server]:
    if not postgresql.is_installed():
        pytest.skip("the programs of a PostgreSQL server are not installed")
    with postgresql.running() as server:
        yield server


@pytest.fixture
def database(database_server: postgresql.Server) -> str:
    """The address of an empty PostgreSQL database."""
    return database_server.database()
