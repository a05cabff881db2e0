"""report-bot: the bot on Discord, the same answers in a terminal, and a check of the set-up."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.app import Program
from index.errors import ReportIndexError

if TYPE_CHECKING:
    from bot.config import BotSettings
    from index.engine import Engine


class BotProgram(Program):
    """The same for the bot, whose interrupt leaves nothing to be said."""

    label = "report-bot"
    on_interrupt = ""

    def problem(self, error: Exception) -> str | None:
        from bot.errors import ReportBotError

        return str(error) if isinstance(error, ReportBotError) else super().problem(error)


main = typer.Typer(
    name="report-bot",
    cls=BotProgram,
    help="Answers questions about a published report with quotations from it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Configuration; by default config.toml of this folder, if there."),
]


@main.command()
def run(config: Config = None) -> None:
    """Answer on Discord until SIGTERM or Ctrl-C. Needs the environment variable DISCORD_TOKEN."""
    from bot.app import process_memory
    from bot.config import BotSettings, read_token
    from bot.monitoring import log
    from index import config as configuration
    from index import engine as index_engine

    # Until the event loop takes the signals over, either of them ends the loading at once.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    process_memory.share_heaps()
    try:
        settings = configuration.load(BotSettings, config)
        token = read_token(os.environ)
        log.set_up(log_questions=settings.bot.log_questions, as_json=settings.bot.log_json)
        engines = [index_engine.Engine.load(settings)]
        process_memory.settle()
        process_memory.give_back()
        finished = asyncio.run(on_discord(settings, engines, token))
    except KeyboardInterrupt:
        return
    if not finished:
        # An answer that is still being computed would keep the process alive for as long as it takes.
        logging.shutdown()
        os._exit(0)


async def on_discord(settings: BotSettings, engines: list[Engine], token: str) -> bool:
    """Serve from the engine that is taken out of the list; whether every answer under way was given at the end.

    Nothing but the bot holds the engine then, so that it is gone from memory when a newer one takes its place.
    """
    from bot.app.client import make_bot
    from bot.app.runner import serve

    bot = make_bot(settings, engine=engines.pop())
    await serve(bot, token)
    return bot.left_in_peace


@main.command()
def console(config: Config = None) -> None:
    """Answer questions typed here, or each line of standard input."""
    from bot import console as terminal
    from bot.config import BotSettings
    from bot.monitoring import log
    from index import config as configuration
    from index import engine as index_engine

    settings = configuration.load(BotSettings, config)
    log.set_up(log_questions=settings.bot.log_questions, level=logging.WARNING)
    engine = index_engine.Engine.load(settings)
    typer.echo(terminal.banner(os.environ), err=True)
    terminal.converse(engine, settings.bot, terminal.words_for(os.environ)("console.prompt"))


@main.command()
def check(config: Config = None) -> None:
    """Check token, configuration, index and intents, without connecting and without loading the model."""
    sound = True
    for finding in findings(config):
        if isinstance(finding, str):
            typer.echo(finding)
        else:
            sound = False
            BotProgram.complain(str(finding))
    raise typer.Exit(0 if sound else 1)


def findings(config: Path | None) -> Iterator[str | Exception]:
    """What is in order, in words, and what is not, as the error it will raise."""
    from bot.config import BotSettings, read_token
    from bot.errors import ReportBotError
    from index import config as configuration
    from index import engine as index_engine

    named = (ReportBotError, ReportIndexError)
    try:
        read_token(os.environ)
        yield "token: set, and of a token's shape"
    except named as error:
        yield error
    try:
        settings = configuration.load(BotSettings, config)
        yield "config: every key is known"
    except named as error:
        yield error
        return
    try:
        yield f"index: {index_engine.inspect(settings)}"
    except named as error:
        yield error
    content = "needed; switch on Message Content Intent in the developer portal" if settings.bot.message_content else "none"
    yield f"privileged intents: {content}"


# More commands, each in a file of its own.
from bot import cli_backup, cli_gaps  # noqa: E402, F401 - need `main`
