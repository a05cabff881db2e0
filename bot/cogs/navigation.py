"""Handle navigation clicks: other pages and cards, and the form for a question about a session."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord.ext import commands

from bot.cards.answer_card import AnswerContext
from bot.cards.custom_ids import Target
from bot.cards.forms import QuestionForm, read_question
from bot.delivery.sender import client_language, deliver_card, send_response
from bot.lookup.lookup_cards import require_known
from bot.questions.access import requester_of
from bot.questions.card_history import has_threads, is_private, more_passages, request_from_card
from bot.questions.click_guard import ClickGuard
from bot.questions.pipeline import Request, answer_interaction, card_for
from bot.questions.runtime import Runtime
from index.models import Scope
from index.text.localization import Language

Interaction = discord.Interaction[Any]


class Navigation(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.guard = runtime, ClickGuard(runtime)

    @commands.Cog.listener()
    async def on_target(self, interaction: Interaction, target: Target) -> None:
        """Show the target of a clicked button or menu."""
        await self.guard(interaction, target.language, self.turn(interaction, target))

    @commands.Cog.listener()
    async def on_inquiry(self, interaction: Interaction, language: Language, key: str) -> None:
        """Open the form of the button "ask about this session"."""
        await self.guard(interaction, language, self.open_form(interaction, language, key))

    @commands.Cog.listener()
    async def on_suggestion(self, interaction: Interaction, language: Language, question: str) -> None:
        """Answer the suggested question of a clicked button, with the visibility of the card."""
        await self.guard(interaction, language, self.answer(interaction, language, question))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a submitted question form."""
        if interaction.type is discord.InteractionType.modal_submit and (submission := read_question(interaction.data)):
            language = client_language(interaction)
            await self.guard(interaction, language, self.answer_form(interaction, language, *submission))

    async def turn(self, interaction: Interaction, target: Target) -> None:
        """Replace the card that was clicked by the card of the target.

        A passage of a public answer opens in an ephemeral message instead.
        """
        if target.kind in ("answer", "options", "plain", "plain_options", "more"):
            await self.turn_answer(interaction, target)
            return
        card = await asyncio.to_thread(self.runtime.lookup_cards.show, target)
        if target.kind == "passage" and not is_private(interaction):
            # Others still read the public answer, so it stays.
            await send_response(partial(interaction.response.send_message, view=card, ephemeral=True))
            return
        self.runtime.stop_head(interaction.message)
        await send_response(partial(interaction.response.edit_message, view=card))

    async def turn_answer(self, interaction: Interaction, target: Target) -> None:
        """Show another page of an answer, or its other actions.

        No answer is stored: the question comes from the card, the scope from the button.
        """
        request = request_from_card(self.runtime, interaction, target.key, target.language)
        expanded, plain = target.kind.endswith("options"), target.kind.startswith("plain")
        context = replace(request.context, expanded=expanded, plain=plain)
        request = replace(request, page=target.page, context=context)
        await send_response(interaction.response.defer)
        self.runtime.stop_head(interaction.message)
        if target.kind == "more":
            card = await more_passages(self.runtime, request)
        else:
            card = await card_for(self.runtime, request)
        self.runtime.show_head(card, await deliver_card(interaction, card, target.language), interaction.expires_at)

    async def open_form(self, interaction: Interaction, language: Language, key: str) -> None:
        session = require_known(self.runtime.lookup_cards.tokens.sessions.get(key))
        await send_response(partial(interaction.response.send_modal, QuestionForm(language, key, session.title)))

    async def answer_form(self, interaction: Interaction, language: Language, key: str, question: str) -> None:
        """Answer a question about one session, with the visibility of the card."""
        session = require_known(self.runtime.lookup_cards.tokens.sessions.get(key))
        await self.answer(interaction, language, question, Scope(session=session.id))

    async def answer(self, interaction: Interaction, language: Language, question: str, scope: Scope | None = None) -> None:
        """Answer a question in a new message, with the visibility of the card that was clicked."""
        private = is_private(interaction)
        context = AnswerContext(private, has_threads(interaction))
        request = Request(question, language, scope, context=context, visitor=requester_of(interaction))
        make_card = partial(card_for, self.runtime, request)
        await answer_interaction(self.runtime, interaction, language, make_card, private=private)
