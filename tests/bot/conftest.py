"""What the programs set up for a whole process is undone after each test."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.bot.fakes import FakeEngine


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, configuration = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configuration)


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    """One whose slow questions are let go at the end."""
    fake = FakeEngine()
    yield fake
    fake.go.set()
