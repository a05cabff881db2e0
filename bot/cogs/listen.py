"""Asking the report by message: a mention, a direct message, a reply to an answer, a thread opened from one."""

import asyncio

import discord
from discord.ext import commands

from bot.answer_rows import Frame
from bot.asking import Request, card_for
from bot.cards import notice_card
from bot.delivery import reply, show_typing
from bot.history import last_question, question_in, stands_below_answer
from bot.intake import Heard, Hint, decide
from bot.once import Once
from bot.runtime import Runtime
from bot.strings import catalogue
from index.language import language_of

BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)


class Listen(commands.Cog):
    def __init__(self, us: discord.ClientUser, runtime: Runtime) -> None:
        self.us, self.runtime = us, runtime
        self.heard = Once()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id or message.type not in BY_PEOPLE:
            return
        heard = await self.read(message)
        decision = decide(heard, self.us.id)
        if decision is None or not self.heard.is_new(message.id):
            return
        language = language_of(heard.content, self.runtime.settings.bot.default_language)
        with self.runtime.in_progress.one():
            if isinstance(decision, Hint):
                card = notice_card(catalogue(language)(decision.key))
            else:
                frame = Frame(threads=isinstance(message.channel, discord.TextChannel))
                request = Request(decision.text, language_of(decision.text, language), before=decision.before, frame=frame)
                card, _ = await asyncio.gather(card_for(self.runtime, request), show_typing(message, language))
            await reply(message, card, language)

    async def read(self, message: discord.Message) -> Heard:
        """`message` as plain values, with the question that it may follow."""
        original = message.reference.resolved if message.reference else None
        answered = original if isinstance(original, discord.Message) else None
        to_us = answered is not None and answered.author.id == self.us.id
        follows = await stands_below_answer(message.channel, self.us.id)
        before = question_in(answered) if answered and to_us else ""
        if not before and message.content and not answered and (follows or message.guild is None):
            before = await last_question(message, self.us.id)
        return Heard(
            content=message.content,
            direct=message.guild is None,
            mentions_us=self.us in message.mentions,
            replies_to_us=to_us and message.type is discord.MessageType.reply,
            quoted=answered.content if answered and not to_us else "",
            before=before,
            follows=follows,
        )
