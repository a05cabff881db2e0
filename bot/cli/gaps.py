"""The command `gaps`: list the questions that members reported, for the authors and readers of the report."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.app import Config

if TYPE_CHECKING:
    from bot.config import BotSettings
    from bot.questions.reported_questions import Gap


def gaps(
    form: Annotated[Literal["csv", "markdown"], typer.Option("--format", help="Output format.")] = "markdown",
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Output file; by default standard output.")] = None,
    config: Config = None,
) -> None:
    """List the questions that members reported as answered badly, similar ones together."""
    from bot.config import BotSettings
    from bot.errors import StorageError
    from bot.questions.reported_questions import gaps_csv, gaps_markdown
    from index.config import load_config

    reported_gaps = asyncio.run(read_gaps(load_config(BotSettings, config)))
    if not reported_gaps:
        typer.echo("nobody has sent a question yet", err=True)
    text = gaps_csv(reported_gaps) if form == "csv" else gaps_markdown(reported_gaps)
    if to is None:
        typer.echo(text, nl=False)
        return
    try:
        to.write_text(text, "utf-8")
    except OSError as error:
        raise StorageError(f"{to}: cannot be written ({error.strerror}); name another file") from error


async def read_gaps(settings: BotSettings) -> list[Gap]:
    """Read the gaps of all servers.

    :raises StorageError: If the database cannot be used.
    """
    from bot.questions.reported_questions import group_questions
    from bot.storage.store import Storage

    storage = await Storage.open(settings.bot.storage_url)
    try:
        return group_questions(await storage.gaps())
    finally:
        await storage.close()
