"""report-bot with the fake engine, for a process of its own."""

import index.engine
from bot.cli import main as report_bot
from tests.bot.fakes import FakeEngine


def main() -> None:
    index.engine.Engine = FakeEngine
    report_bot()
