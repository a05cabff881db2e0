"""Asking the report by command: /ask, and by right-click on a message."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.cards.answer_card import Frame
from bot.cards.forms import QUESTION_CHARACTERS
from bot.cards.layout import notice_card, unknown_name
from bot.delivery.sender import client_language
from bot.locale.translation import localised
from bot.lookup import autocomplete
from bot.questions.access import asked, shown_to_all, visitor_of
from bot.questions.card_history import has_threads
from bot.questions.pipeline import Request, answer_interaction, card_for
from bot.questions.runtime import Runtime
from index.errors import UnknownNameError
from index.lookup.scopes import resolve
from index.models import titles_of

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
Narrowing = app_commands.Range[str, 1, 1000] | None


class Ask(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    @app_commands.command(
        name=localised("command.ask.name"),
        description=localised("command.ask.description"),
    )
    @app_commands.rename(
        question=localised("command.ask.question"),
        visibility=localised("command.ask.visibility"),
        session=localised("command.option.session"),
        speaker=localised("command.option.speaker"),
        day=localised("command.option.day"),
        section=localised("command.option.section"),
        report=localised("command.option.report"),
    )
    @app_commands.describe(
        question=localised("command.ask.question_description"),
        visibility=localised("command.ask.visibility_description"),
        session=localised("command.ask.session_description"),
        speaker=localised("command.ask.speaker_description"),
        day=localised("command.ask.day_description"),
        section=localised("command.ask.section_description"),
        report=localised("command.ask.report_description"),
    )
    @app_commands.choices(
        visibility=[
            app_commands.Choice(name=localised("command.ask.public"), value="public"),
            app_commands.Choice(name=localised("command.ask.private"), value="private"),
        ]
    )
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, QUESTION_CHARACTERS],
        visibility: str | None = None,
        session: Narrowing = None,
        speaker: Narrowing = None,
        day: Narrowing = None,
        section: Narrowing = None,
        report: Narrowing = None,
    ) -> None:
        language = client_language(interaction)
        with self.runtime.in_progress.one():
            rules = await self.runtime.door.rules_at(interaction)
            public = visibility == "public" if visibility else shown_to_all(rules, self.runtime.settings)
            narrowed = {"session": session, "speaker": speaker, "day": day, "section": section, "report": report}
            frame = Frame(not public, has_threads(interaction), rules.short)
            request = Request(question, language, frame=frame, visitor=visitor_of(interaction))
            make_card = partial(self.card_within, request, {k: v for k, v in narrowed.items() if v})
            await answer_interaction(self.runtime, interaction, language, make_card, private=not public)

    async def card_within(self, request: Request, narrowed: dict[str, Any]) -> ui.LayoutView:
        """The answer within the scope that was typed, or what that could mean instead."""
        if not narrowed:
            return await card_for(self.runtime, request)
        engine = self.runtime.engine
        try:
            titles = titles_of(engine.reports)
            scope = await asyncio.to_thread(partial(resolve, engine.directory, engine.sections, titles=titles, **narrowed))
        except UnknownNameError as error:
            return notice_card(unknown_name(error, request.language))
        return await card_for(self.runtime, replace(request, scope=scope))

    @ask.autocomplete("session")
    async def suggest_sessions(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.sessions(self.runtime.engine, typed)

    @ask.autocomplete("speaker")
    async def suggest_people(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.people(self.runtime.engine, typed)

    @ask.autocomplete("day")
    async def suggest_days(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.days(self.runtime.engine, typed)

    @ask.autocomplete("section")
    async def suggest_sections(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.sections(self.runtime.engine, typed)

    @ask.autocomplete("report")
    async def suggest_reports(self, interaction: Interaction, typed: str) -> Choices:
        rules = await self.runtime.door.rules_at(interaction)
        return autocomplete.reports(asked(rules, self.runtime.engine.reports), typed)
