"""The commands `run` and `console`: the bot on Discord, and the same answers in a terminal."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import TYPE_CHECKING

import typer

from bot.cli.app import Config

if TYPE_CHECKING:
    from bot.config import BotSettings
    from index.engine import Engine


def run(config: Config = None) -> None:
    """Answer on Discord until SIGTERM or Ctrl-C. Needs the environment variable DISCORD_TOKEN."""
    from bot.config import BotSettings, read_token
    from bot.monitoring import log
    from index import config as configuration
    from index import engine as index_engine

    # Until the event loop handles the signals, either of them interrupts loading at once.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        settings = configuration.load_config(BotSettings, config)
        token = read_token(os.environ)
        log.set_up_log(log_questions=settings.bot.log_questions, as_json=settings.bot.log_json)
        engines = [index_engine.Engine.load(settings)]
        finished = asyncio.run(run_on_discord(settings, engines, token))
    except KeyboardInterrupt:
        return
    if not finished:
        # The thread of an unfinished answer would keep the process alive.
        logging.shutdown()
        os._exit(0)


async def run_on_discord(settings: BotSettings, engines: list[Engine], token: str) -> bool:
    """Run the bot until it is stopped.

    :param engines: A list with one engine, which is removed, so that only the bot refers to it. Its memory is then free as
        soon as a newer engine replaces it.
    :return: Whether every answer in progress was sent at the end.
    """
    from bot.app.client import make_bot
    from bot.app.runner import run_until_stopped

    bot = make_bot(settings, engine=engines.pop())
    await run_until_stopped(bot, token)
    return bot.left_in_peace


def console(config: Config = None) -> None:
    """Answer questions typed here, or each line of standard input."""
    from bot.cli import terminal
    from bot.config import BotSettings
    from bot.monitoring import log
    from index import config as configuration
    from index import engine as index_engine
    from index.chat.chat_service import open_chat_service

    settings = configuration.load_config(BotSettings, config)
    log.set_up_log(log_questions=settings.bot.log_questions, level=logging.WARNING)
    service = open_chat_service(settings.writer) if settings.writer.enabled else None
    engine = index_engine.Engine.load(settings)
    typer.echo(terminal.start_banner(os.environ), err=True)
    prompt = terminal.terminal_words(os.environ)("console.prompt")
    terminal.answer_lines(engine, settings.bot, prompt, service)
