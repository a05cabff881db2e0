"""Answer questions in messages: mentions, direct messages, replies to an answer and messages in its thread."""

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
        self.seen = SeenIds()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id or message.type not in BY_PEOPLE:
            return
        rules = await self.runtime.access.rules(message.guild.id if message.guild else None)
        incoming = await self.read(message, rules)
        decision = classify_message(incoming, self.us.id)
        if decision is None or not self.seen.is_new(message.id):
            return
        begin_reference("message")
        language = language_of(incoming.content, language_here(rules, self.runtime.settings))
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
            if refusal := await self.runtime.access.refuse(visitor, bot_catalogue(language)):
                await reply_to_message(message, notice_card(refusal), language)
            elif isinstance(decision, Hint):
                await reply_to_message(message, notice_card(bot_catalogue(language)(decision.key)), language)
            else:
                await self.answer(message, decision, language, rules)

    async def knows(self, message: discord.Message, question: str, language: Language) -> bool:
        """Check whether the report answers a question that does not address the bot; otherwise the bot does not reply."""
        text = clean_question(question)
        if find_objection(text, self.runtime.settings.bot.max_question_characters, bot_catalogue(language)):
            return False
        try:
            return (await self.runtime.ask(text, visitor=author_of(message))).verdict == "answered"
        except Exception as error:  # noqa: BLE001 nobody waits for this answer, so the error is only logged
            explain_error(error, language)
            return False

    async def answer(self, message: discord.Message, question: Question, language: Language, rules: Rules) -> None:
        """Reply with the answer; the first one in a guild includes the bot's introduction."""
        first = message.guild is not None and await self.greets(message.guild.id, language)
        hello = bot_catalogue(language)("ask.hello") if first else ""
        context = AnswerContext(False, isinstance(message.channel, discord.TextChannel), rules.short, hello=hello)
        request = Request(
            question.text,
            language_of(question.text, language),
            before=question.before,
            context=context,
            visitor=author_of(message),
        )
        card, _ = await asyncio.gather(card_for(self.runtime, request), show_typing(message, language))
        await reply_to_message(message, card, language, addressed=not question.unasked)

    async def greets(self, guild: int, language: Language) -> bool:
        """Check whether the bot has yet to introduce itself in the guild; False if the database fails."""
        try:
            return await self.runtime.storage.greet(guild)
        except StorageError as error:
            explain_error(error, language)
            return False

    async def read(self, message: discord.Message, rules: Rules) -> IncomingMessage:
        """Convert `message` to plain values, with the earlier question that it may refer to."""
        original = message.reference.resolved if message.reference else None
        replied_to = original if isinstance(original, discord.Message) else None
        to_us = replied_to is not None and replied_to.author.id == self.us.id
        follows = rules.threads and await stands_below_answer(message.channel, self.us.id)
        before = question_in(replied_to) if replied_to and to_us else ""
        may_follow = not before and not replied_to and (follows or message.guild is None)
        if may_follow and message.content and self.runtime.engine.is_follow_up(message.content):
            before = await last_question(message, self.us.id)
        return IncomingMessage(
            content=message.content,
            direct=message.guild is None,
            mentions_us=rules.mentions and self.us in message.mentions,
            replies_to_us=to_us and message.type is discord.MessageType.reply,
            quoted=replied_to.content if replied_to and not to_us else "",
            before=before,
            follows=follows,
            unasked=not rules.unasked_channels.isdisjoint(channel_and_parent(message.channel, message.channel.id)),
        )
