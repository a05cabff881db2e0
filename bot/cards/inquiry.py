"""The form of "Ask about this session". Its custom_id says which, so a form outlives a restart of the bot."""

from typing import Any

import discord
from discord import ui

from bot.cards.escaping import NOTHING, one_line
from bot.cards.forms import sent
from bot.locale.catalogue import catalogue
from index.text.localization import Language

QUESTION_CHARACTERS = 1000
TITLE = 45  # Discord's, for the title of a form
PREFIX, FIELD = "about", "question"


class Inquiry(ui.Modal):
    """Nothing but the layout: what it is filled in with arrives as an interaction that `answers` reads."""

    def __init__(self, language: Language, key: str, title: str) -> None:
        words = catalogue(language)
        super().__init__(title=one_line(title, TITLE) or NOTHING, custom_id=f"{PREFIX}:{language}:{key}", timeout=1)
        field: ui.TextInput[Any] = ui.TextInput(
            custom_id=FIELD, style=discord.TextStyle.paragraph, max_length=QUESTION_CHARACTERS
        )
        self.add_item(ui.Label(text=words("inquiry.label"), component=field))


def filled_in(data: Any) -> tuple[str, str] | None:
    """The key and the question of a form that was sent; None for any other form."""
    form = sent(data, PREFIX)
    return (form[0], form[1][FIELD]) if form else None
