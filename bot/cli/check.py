"""The command `check`: test the set-up."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.app import BotProgram, Config
from index.errors import ReportIndexError

if TYPE_CHECKING:
    from index.config import WriterOptions


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
    if settings.writer.enabled:
        try:
            yield f"writer: {try_service(settings.writer)}"
        except known_errors as error:
            yield error
    intents = "needed; switch on Message Content Intent in the developer portal" if settings.bot.message_content else "none"
    yield f"privileged intents: {intents}"


def try_service(options: WriterOptions) -> str:
    """Let the language model that writes above answers say a word, and return a line about it.

    :raises ServiceError: If it cannot be used.
    """
    from index.chat.chat_service import open_chat_service

    service = open_chat_service(options)

    async def first_line() -> str:
        async for line in service.stream([{"role": "user", "content": "Answer with the one word NONE."}]).lines():
            if line.strip():
                return line
        return ""

    if not asyncio.run(first_line()):
        raise service.malformed("writes nothing")
    return f"{options.model} at {options.host} answers"
