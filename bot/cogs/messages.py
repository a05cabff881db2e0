"""Asking the report by message: a mention, a direct message, a reply to an answer, a thread opened from one."""

import asyncio

import discord
from discord.ext import commands

from bot.cards.answer_card import AnswerContext
from bot.cards.layout import notice_card
from bot.delivery.seen_ids import SeenIds
from bot.delivery.sender import reply_to_message, show_typing
from bot.errors import StorageError, explain_error
from bot.locale.catalogue import bot_catalogue
from bot.questions.access import author_of, channel_and_parent, language_here
from bot.questions.card_history import last_question, question_in, stands_below_answer
from bot.questions.message_filter import Hint, IncomingMessage, Question, classify_message
from bot.questions.pipeline import Request, card_for, clean_question, find_objection
from bot.questions.runtime import Runtime
from bot.reference_ids import begin_reference
from bot.storage.guild_rules import Rules, refusal_reason
from index.text.localization import Language, language_of

BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)


class Messages(commands.Cog):
    def __init__(self, us: discord.ClientUser, runtime: Runtime) -> None:
        self.us, self.runtime = us, runtime
        self.heard = SeenIds()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id or message.type not in BY_PEOPLE:
            return
        rules = await self.runtime.door.rules(message.guild.id if message.guild else None)
        heard = await self.read(message, rules)
        decision = classify_message(heard, self.us.id)
        if decision is None or not self.heard.is_new(message.id):
            return
        begin_reference("message")
        language = language_of(heard.content, language_here(rules, self.runtime.settings))
        with self.runtime.in_progress.one():
            visitor = author_of(message)
            if refusal_reason(rules, visitor.channels, visitor.roles, manages=visitor.manages) == "channel":
                return
            if (
                isinstance(decision, Question)
                and decision.unasked
                and not await self.knows(message, decision.text, language)
            ):
                return
            if told := await self.runtime.door.refuse(visitor, bot_catalogue(language)):
                await reply_to_message(message, notice_card(told), language)
            elif isinstance(decision, Hint):
                await reply_to_message(message, notice_card(bot_catalogue(language)(decision.key)), language)
            else:
                await self.answer(message, decision, language, rules)

    async def knows(self, message: discord.Message, question: str, language: Language) -> bool:
        """Whether the report answers a question that nobody put to the bot; of anything else it keeps silent."""
        text = clean_question(question)
        if find_objection(text, self.runtime.settings.bot.max_question_characters, bot_catalogue(language)):
            return False
        try:
            return (await self.runtime.ask(text, visitor=author_of(message))).verdict == "answered"
        except Exception as error:  # noqa: BLE001 nobody is waiting, so the log alone is told
            explain_error(error, language)
            return False

    async def answer(self, message: discord.Message, asked: Question, language: Language, rules: Rules) -> None:
        """Reply with the answer; below the first one in a server, the bot introduces itself."""
        first = message.guild is not None and await self.greets(message.guild.id, language)
        hello = bot_catalogue(language)("ask.hello") if first else ""
        frame = AnswerContext(False, isinstance(message.channel, discord.TextChannel), rules.short, hello=hello)
        request = Request(
            asked.text,
            language_of(asked.text, language),
            before=asked.before,
            frame=frame,
            visitor=author_of(message),
        )
        card, _ = await asyncio.gather(card_for(self.runtime, request), show_typing(message, language))
        await reply_to_message(message, card, language)

    async def greets(self, guild: int, language: Language) -> bool:
        """Whether the bot has yet to introduce itself; never a reason to keep an answer back."""
        try:
            return await self.runtime.storage.greet(guild)
        except StorageError as error:
            explain_error(error, language)
            return False

    async def read(self, message: discord.Message, rules: Rules) -> IncomingMessage:
        """`message` as plain values, with the question that it may follow."""
        original = message.reference.resolved if message.reference else None
        answered = original if isinstance(original, discord.Message) else None
        to_us = answered is not None and answered.author.id == self.us.id
        follows = rules.threads and await stands_below_answer(message.channel, self.us.id)
        before = question_in(answered) if answered and to_us else ""
        alone = not before and not answered and (follows or message.guild is None)
        if alone and message.content and self.runtime.engine.is_follow_up(message.content):
            before = await last_question(message, self.us.id)
        return IncomingMessage(
            content=message.content,
            direct=message.guild is None,
            mentions_us=rules.mentions and self.us in message.mentions,
            replies_to_us=to_us and message.type is discord.MessageType.reply,
            quoted=answered.content if answered and not to_us else "",
            before=before,
            follows=follows,
            unasked=not rules.unasked_channels.isdisjoint(channel_and_parent(message.channel, message.channel.id)),
        )
