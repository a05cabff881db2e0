"""The command line program report-bot."""

from bot.cli.commands import main

__all__ = ["main"]
