"""The program report-bot with its commands in the order of `--help`."""

import typer

from bot.cli.app import BotProgram
from bot.cli.backup import backup
from bot.cli.check import check
from bot.cli.doctor import doctor
from bot.cli.gaps import gaps
from bot.cli.run import console, run

main = typer.Typer(
    name="report-bot",
    cls=BotProgram,
    help="Answers questions about a published report with quotations from it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
main.command()(run)
main.command()(console)
main.command()(check)
main.command()(doctor)
main.command()(backup)
main.command()(gaps)
