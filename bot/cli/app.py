"""What the commands share: the option for the configuration, and failures as one line and an exit code."""

from pathlib import Path
from typing import Annotated

import typer

from index.cli.app import Program

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Configuration; by default config.toml of this folder, if there."),
]


class BotProgram(Program):
    """The same for the bot, whose interrupt leaves nothing to be said."""

    label = "report-bot"
    on_interrupt = ""

    def problem(self, error: Exception) -> str | None:
        from bot.errors import ReportBotError

        return str(error) if isinstance(error, ReportBotError) else super().problem(error)
