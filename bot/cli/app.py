"""Shared parts of the commands: the option for the configuration, and errors as one line and an exit code."""

from pathlib import Path
from typing import Annotated

import typer

from index.cli.app import Program

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Configuration file; by default config.toml in the working folder."),
]


class BotProgram(Program):
    """A group of commands as in report-index, which also knows the bot's errors and prints nothing on an interrupt."""

    label = "report-bot"
    on_interrupt = ""

    def problem(self, error: Exception) -> str | None:
        """Return the message of a known error, or None for any other."""
        from bot.errors import ReportBotError

        return str(error) if isinstance(error, ReportBotError) else super().problem(error)
