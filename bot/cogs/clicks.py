"""What follows a click: another page, another card, the form that asks about a session, and its answer."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.asking import card_for
from bot.cards import error_card, question_of
from bot.delivery import FAILURES, acknowledge, finish
from bot.errors import GoneError, explain
from bot.inquiry import Inquiry, filled_in
from bot.once import Once
from bot.runtime import Runtime
from bot.screens import known
from bot.strings import language_of_locale
from bot.targets import Target
from index.language import Language
from index.scope import Scope

Interaction = discord.Interaction[Any]


class Clicks(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.clicked = Once()

    @commands.Cog.listener()
    async def on_target(self, interaction: Interaction, target: Target) -> None:
        """A button or a menu leads to `target`: turn the card to it."""
        await self.guard(interaction, target.language, self.turn(interaction, target))

    @commands.Cog.listener()
    async def on_inquiry(self, interaction: Interaction, language: Language, key: str) -> None:
        """The button "ask about this session"."""
        await self.guard(interaction, language, self.open_form(interaction, language, key))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """A form that was filled in."""
        if interaction.type is discord.InteractionType.modal_submit and (sent := filled_in(interaction.data)):
            language = language_of_locale(interaction.locale.value)
            await self.guard(interaction, language, self.answer_form(interaction, language, *sent))

    async def guard(self, interaction: Interaction, language: Language, handling: Coroutine[Any, Any, None]) -> None:
        """Handle each click once, and tell the member of any failure."""
        if not self.clicked.is_new(interaction.id):
            handling.close()
            return
        with self.runtime.in_progress.one():
            try:
                await handling
            except Exception as error:  # noqa: BLE001 whatever went wrong, the member is waiting
                await tell(interaction, error, language)

    async def turn(self, interaction: Interaction, target: Target) -> None:
        """Edit the message that was clicked into the card of the target."""
        if target.kind == "answer":
            await self.turn_answer(interaction, target)
            return
        card = await asyncio.to_thread(self.runtime.screens.show, target)
        await interaction.response.edit_message(view=card)

    async def turn_answer(self, interaction: Interaction, target: Target) -> None:
        """Show another page of an answer. Nothing of it is stored: its card says what was asked, its button the scope."""
        question, scope = question_of(texts(interaction.message)), self.runtime.screens.tokens.scope(target.key)
        if scope is None:
            raise GoneError("the scope of the answer is not in the index any more")
        await interaction.response.defer()
        card = await card_for(self.runtime, question, target.language, scope or None, target.page)
        await finish(interaction, card, target.language)

    async def open_form(self, interaction: Interaction, language: Language, key: str) -> None:
        session = known(self.runtime.screens.tokens.sessions.get(key))
        await interaction.response.send_modal(Inquiry(language, key, session.title))

    async def answer_form(self, interaction: Interaction, language: Language, key: str, question: str) -> None:
        """Answer a question about one session; who sees the card sees the answer."""
        session = known(self.runtime.screens.tokens.sessions.get(key))
        private = interaction.message is not None and interaction.message.flags.ephemeral
        if await acknowledge(interaction, language, private=private):
            card = await card_for(self.runtime, question, language, Scope(session=session.id))
            await finish(interaction, card, language)


async def tell(interaction: Interaction, error: Exception, language: Language) -> None:
    """Tell the member who clicked, and nobody else, what went wrong."""
    explanation = explain(error, language)
    card = error_card(explanation, language)
    try:
        if interaction.response.is_done():
            await interaction.followup.send(view=card, ephemeral=True)
        else:
            await interaction.response.send_message(view=card, ephemeral=True)
    except FAILURES as second:
        explain(second, language, explanation.reference)


def texts(message: discord.Message | None) -> list[str]:
    """The texts of a card, in reading order."""
    view = ui.LayoutView.from_message(message) if message else ui.LayoutView()
    return [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
