"""Asking the report: /ask, a mention, a direct message, a reply to an answer."""

import asyncio
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.asking import card_for
from bot.cards import notice_card
from bot.delivery import acknowledge, finish, reply, show_typing
from bot.intake import Heard, Hint, decide
from bot.once import Once
from bot.runtime import Runtime
from bot.strings import catalogue, language_of_locale
from bot.translation import localised
from index.language import language_of

Interaction = discord.Interaction[Any]
BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)
QUESTION_CHARACTERS = 1000


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
    )
    @app_commands.describe(
        question=localised("command.ask.question_description"),
        visibility=localised("command.ask.visibility_description"),
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
    ) -> None:
        language = language_of_locale(interaction.locale.value)
        public = visibility == "public" if visibility else self.runtime.settings.bot.answers_public_by_default
        with self.runtime.in_progress.one():
            if await acknowledge(interaction, language, private=not public):
                await finish(interaction, await card_for(self.runtime, question, language), language)

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
