"""The command `check`: test the set-up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import typer

from bot.cli.app import BotProgram, Config
from index.errors import ReportIndexError


def check(config: Config = None) -> None:
    """Check token, configuration, index and intents without connecting to Discord or loading the model."""
    sound = True
    for finding in check_setup(config):
        if isinstance(finding, str):
            typer.echo(finding)
        else:
            sound = False
            BotProgram.complain(str(finding))
    raise typer.Exit(0 if sound else 1)


def check_setup(config: Path | None) -> Iterator[str | Exception]:
    """Yield a line for each part of the set-up that is sound, and the error for each that is not."""
    from bot.config import BotSettings, read_token
    from bot.errors import ReportBotError
    from index import config as configuration
    from index import engine as index_engine

    known_errors = (ReportBotError, ReportIndexError)
    try:
        read_token(os.environ)
        yield "token: set, and of a token's shape"
    except known_errors as error:
        yield error
    try:
        settings = configuration.load_config(BotSettings, config)
        yield "config: every key is known"
    except known_errors as error:
        yield error
        return
    try:
        yield f"index: {index_engine.describe_live(settings)}"
    except known_errors as error:
        yield error
    intents = "needed; switch on Message Content Intent in the developer portal" if settings.bot.message_content else "none"
    yield f"privileged intents: {intents}"
