"""Answer the commands /ask and /overview."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.cards.answer_card import AnswerContext
from bot.cards.forms import QUESTION_CHARACTERS
from bot.cards.layout import notice_card, unknown_name_text
from bot.delivery.sender import client_language
from bot.locale.catalogue import bot_catalogue
from bot.locale.translation import localized_command, localized_text
from bot.lookup import autocomplete
from bot.questions.access import asked_reports, requester_of, shown_to_all
from bot.questions.card_history import has_threads
from bot.questions.pipeline import Request, answer_interaction, card_for
from bot.questions.runtime import Runtime
from index.errors import UnknownNameError
from index.lookup.scopes import resolve_scope
from index.models import titles_by_report

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
ScopeOption = app_commands.Range[str, 1, 1000] | None


class Ask(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    @app_commands.command(
        name=localized_text("command.ask.name"),
        description=localized_text("command.ask.description"),
    )
    @app_commands.rename(
        question=localized_text("command.ask.question"),
        visibility=localized_text("command.ask.visibility"),
        session=localized_text("command.option.session"),
        speaker=localized_text("command.option.speaker"),
        day=localized_text("command.option.day"),
        section=localized_text("command.option.section"),
        report=localized_text("command.option.report"),
    )
    @app_commands.describe(
        question=localized_text("command.ask.question_description"),
        visibility=localized_text("command.ask.visibility_description"),
        session=localized_text("command.ask.session_description"),
        speaker=localized_text("command.ask.speaker_description"),
        day=localized_text("command.ask.day_description"),
        section=localized_text("command.ask.section_description"),
        report=localized_text("command.ask.report_description"),
    )
    @app_commands.choices(
        visibility=[
            app_commands.Choice(name=localized_text("command.ask.public"), value="public"),
            app_commands.Choice(name=localized_text("command.ask.private"), value="private"),
        ]
    )
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, QUESTION_CHARACTERS],
        visibility: str | None = None,
        session: ScopeOption = None,
        speaker: ScopeOption = None,
        day: ScopeOption = None,
        section: ScopeOption = None,
        report: ScopeOption = None,
    ) -> None:
        scope_options = {"session": session, "speaker": speaker, "day": day, "section": section, "report": report}
        await self.answer(interaction, question, scope_options, visibility)

    @localized_command("overview")
    @app_commands.rename(report=localized_text("command.option.report"))
    @app_commands.describe(report=localized_text("command.overview.report_description"))
    async def overview(self, interaction: Interaction, report: ScopeOption = None) -> None:
        question = bot_catalogue(client_language(interaction))("overview.question")
        await self.answer(interaction, question, {"report": report})

    async def answer(
        self, interaction: Interaction, question: str, scope_options: dict[str, str | None], visibility: str | None = None
    ) -> None:
        """Answer a question within the typed scope.

        :param visibility: "public" or "private"; None as the guild's rules say.
        """
        language = client_language(interaction)
        with self.runtime.in_progress.one():
            rules = await self.runtime.access.rules_at(interaction)
            public = visibility == "public" if visibility else shown_to_all(rules, self.runtime.settings)
            context = AnswerContext(not public, has_threads(interaction), rules.short)
            request = Request(question, language, context=context, visitor=requester_of(interaction))
            make_card = partial(self.card_within, request, {name: value for name, value in scope_options.items() if value})
            await answer_interaction(self.runtime, interaction, language, make_card, private=not public)

    async def card_within(self, request: Request, scope_options: dict[str, Any]) -> ui.LayoutView:
        """Build the answer card within the typed scope, or a notice if the scope is unknown."""
        if not scope_options:
            return await card_for(self.runtime, request)
        engine = self.runtime.engine
        try:
            titles = titles_by_report(engine.reports)
            scope = await asyncio.to_thread(
                partial(resolve_scope, engine.directory, engine.sections, titles=titles, **scope_options)
            )
        except UnknownNameError as error:
            return notice_card(unknown_name_text(error, request.language))
        return await card_for(self.runtime, replace(request, scope=scope))

    @ask.autocomplete("question")
    async def suggest_questions(self, interaction: Interaction, typed: str) -> Choices:
        return await asyncio.to_thread(
            autocomplete.suggest_questions, self.runtime.engine, typed, client_language(interaction)
        )

    @ask.autocomplete("session")
    async def suggest_sessions(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.suggest_sessions(self.runtime.engine, typed)

    @ask.autocomplete("speaker")
    async def suggest_people(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.suggest_people(self.runtime.engine, typed)

    @ask.autocomplete("day")
    async def suggest_days(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.suggest_days(self.runtime.engine, typed)

    @ask.autocomplete("section")
    async def suggest_sections(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.suggest_sections(self.runtime.engine, typed)

    @ask.autocomplete("report")
    @overview.autocomplete("report")
    async def suggest_reports(self, interaction: Interaction, typed: str) -> Choices:
        rules = await self.runtime.access.rules_at(interaction)
        return autocomplete.suggest_reports(asked_reports(rules, self.runtime.engine.reports), typed)
