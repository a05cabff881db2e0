"""Asking the report: /ask, a mention, a direct message, a reply to an answer."""

import asyncio
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot import suggestions
from bot.asking import card_for
from bot.cards import notice_card, unknown_name
from bot.delivery import acknowledge, finish, reply, show_typing
from bot.inquiry import QUESTION_CHARACTERS
from bot.intake import Heard, Hint, decide
from bot.once import Once
from bot.runtime import Runtime
from bot.strings import catalogue, language_of_locale
from bot.translation import localised
from index.errors import UnknownNameError
from index.language import Language, language_of
from index.resolving import resolve

Interaction = discord.Interaction[Any]
BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)
Choices = list[app_commands.Choice[str]]
Narrowing = app_commands.Range[str, 1, 1000] | None


class Ask(commands.Cog):
    def __init__(self, us: discord.ClientUser, runtime: Runtime) -> None:
        self.us, self.runtime = us, runtime
        self.heard = Once()

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
    )
    @app_commands.describe(
        question=localised("command.ask.question_description"),
        visibility=localised("command.ask.visibility_description"),
        session=localised("command.ask.session_description"),
        speaker=localised("command.ask.speaker_description"),
        day=localised("command.ask.day_description"),
        section=localised("command.ask.section_description"),
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
    ) -> None:
        language = language_of_locale(interaction.locale.value)
        public = visibility == "public" if visibility else self.runtime.settings.bot.answers_public_by_default
        with self.runtime.in_progress.one():
            if await acknowledge(interaction, language, private=not public):
                narrowed = {"session": session, "speaker": speaker, "day": day, "section": section}
                card = await self.card_within(question, language, {k: v for k, v in narrowed.items() if v})
                await finish(interaction, card, language)

    async def card_within(self, question: str, language: Language, narrowed: dict[str, str]) -> ui.LayoutView:
        """The answer within the scope that was typed, or what that could mean instead."""
        if not narrowed:
            return await card_for(self.runtime, question, language)
        engine = self.runtime.engine
        try:
            scope = await asyncio.to_thread(partial(resolve, engine.directory, engine.sections, **narrowed))
        except UnknownNameError as error:
            return notice_card(unknown_name(error, language))
        return await card_for(self.runtime, question, language, scope)

    @ask.autocomplete("session")
    async def suggest_sessions(self, _: Interaction, typed: str) -> Choices:
        return suggestions.sessions(self.runtime.engine, typed)

    @ask.autocomplete("speaker")
    async def suggest_people(self, _: Interaction, typed: str) -> Choices:
        return suggestions.people(self.runtime.engine, typed)

    @ask.autocomplete("day")
    async def suggest_days(self, _: Interaction, typed: str) -> Choices:
        return suggestions.days(self.runtime.engine, typed)

    @ask.autocomplete("section")
    async def suggest_sections(self, _: Interaction, typed: str) -> Choices:
        return suggestions.sections(self.runtime.engine, typed)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id or message.type not in BY_PEOPLE:
            return
        heard = self.read(message)
        decision = decide(heard, self.us.id)
        if decision is None or not self.heard.is_new(message.id):
            return
        language = language_of(heard.content, self.runtime.settings.bot.default_language)
        with self.runtime.in_progress.one():
            if isinstance(decision, Hint):
                card = notice_card(catalogue(language)(decision.key))
            else:
                asking = card_for(self.runtime, decision.text, language_of(decision.text, language))
                card, _ = await asyncio.gather(asking, show_typing(message, language))
            await reply(message, card, language)

    def read(self, message: discord.Message) -> Heard:
        """`message` as plain values."""
        original = message.reference.resolved if message.reference else None
        answered = original if isinstance(original, discord.Message) else None
        to_us = answered is not None and answered.author.id == self.us.id
        return Heard(
            content=message.content,
            direct=message.guild is None,
            mentions_us=self.us in message.mentions,
            replies_to_us=to_us and message.type is discord.MessageType.reply,
            quoted=answered.content if answered and not to_us else "",
        )
