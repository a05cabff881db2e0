"""report-bot for the soak, which looks for a newer index each second rather than each quarter of a minute."""

from functools import partial

import bot.app.client
from bot.app.index_reload import keep_current
from bot.cli import main as report_bot


def main() -> None:
    bot.app.client.keep_current = partial(keep_current, every=1.0)
    report_bot()
