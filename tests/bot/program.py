"""report-bot with the fake engine, or with the letter encoder over an index, for a process of its own."""

import bot.delivery.sender
import index.encoding.encoder
import index.engine
from bot.cli import main as report_bot
from tests.bot.fakes import FakeEngine
from tests.index.encoders import LetterEncoder

# On a busy machine a response would be made a second time, which a test takes for a fault.
bot.delivery.sender.RESPONSE_SECONDS = 60.0


def main() -> None:
    index.engine.Engine = FakeEngine
    report_bot()


def letters() -> None:
    index.encoding.encoder.SentenceTransformerEncoder = lambda _: LetterEncoder()
    report_bot()
