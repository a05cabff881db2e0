"""report-bot for the soak, which looks for a newer index each second rather than each quarter of a minute."""

from functools import partial

import bot.app.client
from bot.app.index_reload import reload_when_newer
from bot.cli import main as report_bot


def main() -> None:
    bot.app.client.keep_current = partial(reload_when_newer, every=1.0)
    report_bot()
