"""The command `backup`: copy servers' rules and members' feedback."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import Config


def backup(
    file: Annotated[Path, typer.Argument(help="Output file; an existing file is replaced.")], config: Config = None
) -> None:
    """Copy the servers' rules and members' feedback into a file. The bot may be running."""
    from bot.config import BotSettings
    from bot.storage.backup import back_up_database
    from index.config import load_config

    back_up_database(load_config(BotSettings, config).bot.storage_url, file)
    typer.echo(f"wrote {file}")
