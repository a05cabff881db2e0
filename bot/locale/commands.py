"""Commands with names and descriptions from the catalogues."""

from collections.abc import Callable
from typing import Any

from discord import app_commands

from bot.locale.translation import localised


def named(command: str) -> Callable[[Any], app_commands.Command[Any, ..., None]]:
    """Make a command of a method, under the catalogues' `command.<command>`."""
    return app_commands.command(
        name=localised(f"command.{command}.name"), description=localised(f"command.{command}.description")
    )
