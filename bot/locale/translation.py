"""Names and descriptions of commands from the catalogues: English ones in the code, zh-TW ones for Chinese clients."""

from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from bot.locale.catalogue import bot_catalogue, language_of_locale


def localized_text(key: str) -> app_commands.locale_str:
    """The English text of `key`, marked for translation."""
    return app_commands.locale_str(bot_catalogue("en")(key), key=key)


class CatalogueTranslator(app_commands.Translator):
    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, _: app_commands.TranslationContextTypes
    ) -> str | None:
        """The text in the locale's language; None where that is English, the text's own."""
        language = language_of_locale(locale.value)
        key = string.extras.get("key")
        return None if language == "en" or key is None else bot_catalogue(language)(key)


def localized_command(command: str) -> Callable[[Any], app_commands.Command[Any, ..., None]]:
    """Make a command of a method, under the catalogues' `command.<command>`."""
    return app_commands.command(
        name=localized_text(f"command.{command}.name"), description=localized_text(f"command.{command}.description")
    )
