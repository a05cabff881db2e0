"""Translate names and descriptions of commands: English by default, zh-TW and ja for Chinese and Japanese clients."""

from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from bot.locale.catalogue import bot_catalogue, language_of_locale


def localized_text(key: str) -> app_commands.locale_str:
    """Return the English text of a catalogue key, marked for translation."""
    return app_commands.locale_str(bot_catalogue("en")(key), key=key)


class CatalogueTranslator(app_commands.Translator):
    """Translate texts that `localized_text` marked."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, _: app_commands.TranslationContextTypes
    ) -> str | None:
        """Look up the text in the language of the locale; None for English, which the text already is."""
        language = language_of_locale(locale.value)
        key = string.extras.get("key")
        return None if language == "en" or key is None else bot_catalogue(language)(key)


def localized_command(command: str) -> Callable[[Any], app_commands.Command[Any, ..., None]]:
    """Make a method a command, with name and description from the keys `command.<command>` of the catalogues."""
    return app_commands.command(
        name=localized_text(f"command.{command}.name"), description=localized_text(f"command.{command}.description")
    )


def command_names() -> frozenset[str]:
    """Return the English names under which commands and context menus are registered: the keys `command.COMMAND.name`."""
    keys = ((key.split("."), text) for key, text in bot_catalogue("en").texts.items())
    return frozenset(
        text for (table, *key), text in keys if table == "command" and key[1:] == ["name"] and key[0] != "option"
    )
