"""The course of a question that came by an interaction: admitted, acknowledged, answered, delivered."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.cards.answer_card import error_card
from bot.delivery.sender import acknowledge, finish, respond
from bot.errors import BusyError, explain
from bot.questions.access import visitor_of
from bot.questions.runtime import Runtime
from index.text.localization import Language

Interaction = discord.Interaction[Any]


async def answer_interaction(
    runtime: Runtime,
    interaction: Interaction,
    language: Language,
    make_card: Callable[[], Awaitable[ui.LayoutView]],
    *,
    private: bool,
) -> None:
    """Deliver the card that `make_card` makes, if the server's rules admit the member and there is room.

    Whoever finds no room is told at once: their question needs no acknowledgement and takes no place.
    """
    if not await runtime.door.admits(interaction, language):
        return
    try:
        with runtime.workers.place(visitor_of(interaction).member):
            if not await acknowledge(interaction, language, private=private):
                return
            card = await make_card()
    except BusyError as error:
        runtime.figures.error(type(error).__name__)
        notice = error_card(explain(error, language), language)
        await respond(partial(interaction.response.send_message, view=notice, ephemeral=True))
        return
    await finish(interaction, card, language)
