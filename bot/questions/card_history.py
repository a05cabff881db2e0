"""Answers asked for anew: nothing of them is stored, so the card that was clicked says what was asked."""

from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.cards.answer_card import question_of
from bot.cards.answer_rows import Frame
from bot.cards.custom_ids import Target
from bot.errors import GoneError
from bot.lookup.passage_cards import more_card, other_card
from bot.questions.access import visitor_of
from bot.questions.pipeline import Request, answered
from bot.questions.runtime import Runtime
from index.models import Answer
from index.text.localization import Language

Interaction = discord.Interaction[Any]


def asked_again(runtime: Runtime, interaction: Interaction, scope: str, language: Language) -> Request:
    """The question of the card that was clicked. Raises GoneError if the index does not know its scope any more."""
    known = runtime.screens.tokens.scope(scope)
    if known is None:
        raise GoneError("the scope of the answer is not in the index any more")
    try:
        question = question_of(texts(interaction.message))
    except ValueError as error:
        raise GoneError("the card shows no question") from error
    frame = Frame(is_private(interaction), has_threads(interaction))
    return Request(question, language, known or None, frame=frame, visitor=visitor_of(interaction))


async def more_of(runtime: Runtime, request: Request) -> ui.LayoutView:
    """The best passages of a question."""

    async def show(answer: Answer, _: str) -> ui.LayoutView:
        return more_card(answer, runtime.engine, Target("more", "", request.language, request.page))

    return await answered(runtime, request, show)


async def others_of(runtime: Runtime, request: Request) -> ui.LayoutView:
    """What else a question may have meant."""

    async def show(answer: Answer, _: str) -> ui.LayoutView:
        return other_card(answer, runtime.engine, request.language)

    return await answered(runtime, replace(request, scope=None), show)


def is_private(interaction: Interaction) -> bool:
    """Whether the message that was clicked is seen by one member alone."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def has_threads(interaction: Interaction) -> bool:
    """Whether a thread can be opened where the interaction happens: in a text channel of a server that the bot is in."""
    return isinstance(interaction.channel, discord.TextChannel) and interaction.is_guild_integration()


def texts(message: discord.Message | None) -> list[str]:
    """The texts of a card, in reading order."""
    view = ui.LayoutView.from_message(message) if message else ui.LayoutView()
    return [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
