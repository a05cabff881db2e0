"""What a right-click on a message offers: ask the report about it, or check what it says against the report."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.cards.answer_card import Frame
from bot.cards.check_card import check_cards
from bot.cards.layout import error_card, notice_card
from bot.delivery.sender import FAILURES, client_language
from bot.errors import explain
from bot.locale.catalogue import catalogue
from bot.locale.translation import localised
from bot.questions.access import Visitor, shown_to_all, visitor_of
from bot.questions.card_history import has_threads, question_in
from bot.questions.pipeline import Request, answer_interaction, card_for, cleaned
from bot.questions.runtime import Runtime
from bot.reference_ids import reference
from index.text.localization import Language

Interaction = discord.Interaction[Any]


class Menus(commands.Cog):
    def __init__(self, runtime: Runtime, tree: app_commands.CommandTree[Any]) -> None:
        self.runtime, self.tree = runtime, tree
        self.menus = [self.menu("ask_about", self.ask_about), self.menu("check", self.check)]

    def menu(
        self, key: str, callback: Callable[[Interaction, discord.Message, Language], Awaitable[None]]
    ) -> app_commands.ContextMenu:
        async def chosen(interaction: Interaction, message: discord.Message) -> None:
            language = client_language(interaction)
            with self.runtime.in_progress.one():
                await callback(interaction, message, language)

        return app_commands.ContextMenu(name=localised(f"command.{key}.name"), callback=chosen)

    async def cog_load(self) -> None:
        for menu in self.menus:
            self.tree.add_command(menu)

    async def ask_about(self, interaction: Interaction, message: discord.Message, language: Language) -> None:
        """Answer the message as a question."""
        rules = await self.runtime.door.rules_at(interaction)
        public = shown_to_all(rules, self.runtime.settings)
        frame = Frame(not public, has_threads(interaction), rules.short)
        text = message.content or question_in(message)
        request = Request(text, language, frame=frame, visitor=visitor_of(interaction))
        make_card = partial(card_for, self.runtime, request)
        await answer_interaction(self.runtime, interaction, language, make_card, private=not public)

    async def check(self, interaction: Interaction, message: discord.Message, language: Language) -> None:
        """Check each statement of the message, for the member alone."""
        others: list[ui.LayoutView] = []

        async def make_card() -> ui.LayoutView:
            first, *more = await self.checked(cleaned(message.content), language, visitor_of(interaction))
            others.extend(more)
            return first

        await answer_interaction(self.runtime, interaction, language, make_card, private=True)
        for card in others:
            try:
                await interaction.followup.send(view=card, ephemeral=True)
            except FAILURES as error:
                explain(error, language)
                return

    async def checked(self, text: str, language: Language, visitor: Visitor) -> Sequence[ui.LayoutView]:
        """The cards of the statements of a text; at least one."""
        try:
            found = await self.runtime.check(text, visitor)
        except Exception as error:  # noqa: BLE001 whatever went wrong, the member is waiting
            return [error_card(explain(error, language), language)]
        if not found:
            return [notice_card(catalogue(language)("check.nothing"))]
        return check_cards(found, self.runtime.engine, reference(), language)
