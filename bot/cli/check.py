"""The command `check`: test the set-up."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import typer

from bot.cli.app import BotProgram, Config
from index.errors import ReportIndexError


def check(config: Config = None) -> None:
    """Check token, configuration, index and intents without connecting to Discord or loading the model."""
    raise typer.Exit(0 if print_findings(check_setup(config)) else 1)


def print_findings(findings: Iterable[str | Exception]) -> bool:
    """Print a line for each finding, and return whether all are sound."""
    sound = True
    for finding in findings:
        if isinstance(finding, str):
            typer.echo(finding)
        else:
            sound = False
            BotProgram.complain(str(finding))
    return sound


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
