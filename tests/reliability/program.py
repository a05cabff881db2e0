"""report-bot for the soak, which looks for a newer index each second rather than each quarter of a minute."""

from functools import partial

import bot.client
from bot.cli import main as report_bot
from bot.reloading import keep_current


def main() -> None:
    bot.client.keep_current = partial(keep_current, every=1.0)
    report_bot()
