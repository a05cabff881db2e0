"""report-bot for the soaks: it looks for a newer index each second, and leaves a failing language model for half of one."""

from functools import partial

import bot.app.client
import bot.writing.breaker
from bot.app.index_reload import reload_when_newer
from bot.cli import main as report_bot


def main() -> None:
    bot.app.client.keep_current = partial(reload_when_newer, every=1.0)
    bot.writing.breaker.PAUSE_SECONDS = 0.5
    report_bot()
