"""Sentences of the bot's own that one member alone sees, in the language of their client."""

from functools import partial
from typing import Any

import discord

from bot.cards.answer_card import notice_card
from bot.delivery.sender import respond
from bot.locale.catalogue import Catalogue, catalogue, language_of_locale
from index.text.localization import Language

Interaction = discord.Interaction[Any]


def client_language(interaction: Interaction) -> Language:
    """The language of the member's client, as far as there is a catalogue for it."""
    return language_of_locale(interaction.locale.value)


def client_words(interaction: Interaction) -> Catalogue:
    return catalogue(client_language(interaction))


async def notify(interaction: Interaction, sentence: str, *more: str) -> None:
    """Answer an interaction with a notice, and with another one for each further page."""
    await respond(partial(interaction.response.send_message, view=notice_card(sentence), ephemeral=True))
    for page in more:
        await interaction.followup.send(view=notice_card(page), ephemeral=True)
