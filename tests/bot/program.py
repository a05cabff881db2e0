"""report-bot with the fake engine, or with the letter encoder over an index, for a process of its own."""

import index.embedding
import index.engine
from bot.cli import main as report_bot
from tests.bot.fakes import FakeEngine
from tests.index.encoders import LetterEncoder


def main() -> None:
    index.engine.Engine = FakeEngine
    report_bot()


def letters() -> None:
    index.embedding.SentenceTransformerEncoder = lambda _: LetterEncoder()
    report_bot()
