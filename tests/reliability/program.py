"""report-bot for the soaks: it looks for a newer index and due digests each second, and soon asks a failing model again."""

from functools import partial

import bot.app.client
import bot.app.weekly_digest
import bot.storage.store
import bot.writing.breaker
from bot.app.index_reload import reload_when_newer
from bot.cli import main as report_bot


def main() -> None:
    bot.app.client.reload_when_newer = partial(reload_when_newer, every=1.0)
    bot.app.weekly_digest.EVERY_SECONDS = 1.0
    bot.storage.store.CLAIM_SECONDS = 10.0
    bot.writing.breaker.PAUSE_SECONDS = 0.5
    report_bot()
