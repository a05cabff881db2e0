"""The command `doctor`: connect to Discord and say what to change there."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import typer

from bot.cli.app import BotProgram, Config
from bot.cli.check import check_setup, print_findings

if TYPE_CHECKING:
    from bot.config import BotSettings


def doctor(config: Config = None) -> None:
    """Connect to Discord and check clock, commands, intents and permissions, and say what to click."""
    from bot.config import BotSettings, read_token
    from index.config import load_config

    token, settings = read_token(os.environ), load_config(BotSettings, config)
    sound = print_findings(check_setup(config))
    sound = asyncio.run(print_examination(settings, token)) and sound
    raise typer.Exit(0 if sound else 1)


async def print_examination(settings: BotSettings, token: str) -> bool:
    """Print each finding, and return whether all of them are sound.

    :raises ReportBotError: If Discord or the database cannot be used.
    """
    from bot.app.doctor import Doctor
    from bot.storage.store import Storage

    sound = True
    storage = await Storage.open(settings.bot.storage_url)
    try:
        async with Doctor(settings) as client:
            async for finding in client.examine(token, storage):
                if finding.sound:
                    typer.echo(finding.text)
                else:
                    sound = False
                    BotProgram.complain(finding.text)
    finally:
        await storage.close()
    return sound
