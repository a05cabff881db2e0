"""Context menus of a message: answer it as a question, or check its statements against the report."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.cards.answer_card import AnswerContext
from bot.cards.check_card import check_cards
from bot.cards.layout import error_card, notice_card
from bot.delivery.sender import client_language, send_followups
from bot.errors import explain_error
from bot.locale.catalogue import bot_catalogue
from bot.locale.translation import localized_text
from bot.questions.access import Requester, requester_of, shown_to_all
from bot.questions.card_history import has_threads, question_in
from bot.questions.message_text import read_text
from bot.questions.pipeline import Request, answer_interaction, card_for, clean_question
from bot.questions.runtime import Runtime
from bot.reference_ids import current_reference
from index.text.localization import Language

Interaction = discord.Interaction[Any]


class ContextMenus(commands.Cog):
    def __init__(self, runtime: Runtime, tree: app_commands.CommandTree[Any]) -> None:
        self.runtime, self.tree = runtime, tree
        self.menus = [self.menu("ask_about", self.ask_about), self.menu("check", self.check)]

    def menu(
        self, key: str, callback: Callable[[Interaction, discord.Message, Language], Awaitable[None]]
    ) -> app_commands.ContextMenu:
        async def run_callback(interaction: Interaction, message: discord.Message) -> None:
            language = client_language(interaction)
            with self.runtime.in_progress.one():
                await callback(interaction, message, language)

        return app_commands.ContextMenu(name=localized_text(f"command.{key}.name"), callback=run_callback)

    async def cog_load(self) -> None:
        for menu in self.menus:
            self.tree.add_command(menu)

    async def ask_about(self, interaction: Interaction, message: discord.Message, language: Language) -> None:
        """Answer the text of the message as a question; for an answer card, its question."""
        rules = await self.runtime.access.rules_at(interaction)
        public = shown_to_all(rules, self.runtime.settings)
        context = AnswerContext(not public, has_threads(interaction), rules.short)

        async def make_card() -> ui.LayoutView:
            text = await read_text(message) or question_in(message)
            request = Request(text, language, context=context, visitor=requester_of(interaction))
            return await card_for(self.runtime, request)

        await answer_interaction(self.runtime, interaction, language, make_card, private=not public)

    async def check(self, interaction: Interaction, message: discord.Message, language: Language) -> None:
        """Check each statement of the message, in ephemeral messages."""
        further_cards: list[ui.LayoutView] = []

        async def make_card() -> ui.LayoutView:
            text = clean_question(await read_text(message))
            first, *rest = await self.checked(text, language, requester_of(interaction))
            further_cards.extend(rest)
            return first

        await answer_interaction(self.runtime, interaction, language, make_card, private=True)
        await send_followups(interaction, further_cards, language)

    async def checked(self, text: str, language: Language, visitor: Requester) -> Sequence[ui.LayoutView]:
        """Check the statements of a text and build their cards; at least one."""
        try:
            statements = await self.runtime.check(text, visitor)
        except Exception as error:  # noqa: BLE001 whatever went wrong, the member is waiting
            return [error_card(explain_error(error, language), language)]
        if not statements:
            return [notice_card(bot_catalogue(language)("check.nothing"))]
        return check_cards(statements, self.runtime.engine, current_reference(), language)
