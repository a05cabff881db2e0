"""Answer questions in messages: mentions, direct messages, replies to an answer, messages in its thread, and new posts.

All messages in a channel for questions are such, and a message that is edited soon after it was written is answered again.
"""

import asyncio
from datetime import timedelta
from weakref import WeakValueDictionary

import discord
from cachetools import LRUCache
from discord import ui
from discord.ext import commands

from bot.cards.answer_card import AnswerContext
from bot.cards.layout import notice_card
from bot.delivery.replies import Editable, react_to_thanks, replace_reply, reply_in_thread
from bot.delivery.seen_ids import SeenIds
from bot.delivery.sender import FAILURES, reply_to_message, show_typing
from bot.errors import StorageError, explain_error
from bot.forums.post_card import POST_ACTIONS
from bot.forums.posts import find_post, is_post, join_post, starts_post, takes_part
from bot.locale.catalogue import bot_catalogue
from bot.questions.access import author_of, language_here
from bot.questions.card_history import find_reply
from bot.questions.incoming import read_incoming
from bot.questions.message_filter import Hint, IncomingMessage, Question, Thanks, classify_message, names_bot
from bot.questions.pipeline import Request, card_for, find_objection, prepare_question
from bot.questions.runtime import Runtime
from bot.reference_ids import begin_reference
from bot.storage.guild_rules import Rules, refusal_reason
from index.models import Answer
from index.text.localization import Language, language_of

BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)
EDITS_HEARD = timedelta(minutes=5)  # after a message was written
KNOWN_REPLIES = 4096


class Messages(commands.Cog):
    def __init__(self, us: discord.ClientUser, runtime: Runtime) -> None:
        self.us, self.runtime = us, runtime
        self.seen = SeenIds()
        # By id of a message that was answered: the reply. One version of a message is answered at a time.
        self.replies: LRUCache[int, Editable] = LRUCache(KNOWN_REPLIES)
        self.turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        await self.hear(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Answer a message that was edited soon after it was written, in place of the answer to its earlier version.

        Discord sends the same event for a message that is pinned or gets the preview of a link.
        """
        message = event.message
        edited = message.edited_at
        if edited and edited - message.created_at <= EDITS_HEARD and discord.utils.utcnow() - edited <= EDITS_HEARD:
            await self.hear(message)

    async def hear(self, message: discord.Message) -> None:
        """Reply to a message, or to its edited version, if it is meant for the bot."""
        if message.author.bot or message.webhook_id or message.type not in BY_PEOPLE:
            return
        async with self.turns.setdefault(message.id, asyncio.Lock()):
            await find_post(message)
            rules = await self.runtime.access.rules(message.guild.id if message.guild else None)
            incoming = await read_incoming(self.runtime, message, self.us, rules)
            decision = classify_message(incoming, self.us.id)
            if decision is None or not self.seen.is_new((message.id, message.edited_at)):
                return
            begin_reference("edit" if message.edited_at else "message")
            with self.runtime.in_progress.one():
                await self.respond(message, decision, incoming, rules)

    async def respond(
        self, message: discord.Message, decision: Question | Hint | Thanks, incoming: IncomingMessage, rules: Rules
    ) -> None:
        """Reply to a message or react to its thanks, if the guild's rules permit."""
        language = language_of(incoming.content or incoming.quoted, language_here(rules, self.runtime.settings))
        visitor = author_of(message)
        if refusal_reason(rules, visitor.channels, visitor.roles, manages=visitor.manages) == "channel":
            return
        if await self.leaves_to_people(message, incoming, language):
            return
        if isinstance(decision, Thanks):
            await react_to_thanks(message)
            return
        unasked, known = isinstance(decision, Question) and decision.unasked, None
        if isinstance(decision, Question) and unasked:
            known = await self.find_answer(message, decision.text, language)
            if not known:
                return
        if refusal := await self.runtime.access.refuse(visitor, bot_catalogue(language)):
            # Nobody waits for a refusal of what they did not ask the bot, and an answer is not replaced by one.
            if not unasked and not await self.earlier_reply(message, language):
                await self.reply(message, notice_card(refusal), language)
        elif isinstance(decision, Hint):
            await self.reply(message, notice_card(bot_catalogue(language)(decision.key)), language)
        else:
            await self.answer(message, decision, language, rules, known, first_suggestion=incoming.starts_post)

    async def leaves_to_people(self, message: discord.Message, incoming: IncomingMessage, language: Language) -> bool:
        """Check whether a message stands in a post that the bot left or never entered, and does not mention the bot."""
        post = message.channel
        if not is_post(post) or names_bot(incoming.content, self.us.id) or await takes_part(post, self.us.id):
            return False
        # It has yet to enter a new post; of an edited first message, it left the post if it answered the earlier version.
        return not starts_post(message) or await self.earlier_reply(message, language) is not None

    async def find_answer(self, message: discord.Message, question: str, language: Language) -> Answer | None:
        """Answer a question that does not address the bot; None if the report does not, in which case nobody is told."""
        limit = self.runtime.settings.bot.max_question_characters
        text = prepare_question(question, limit)
        if find_objection(text, limit, bot_catalogue(language)):
            return None
        try:
            answer = await self.runtime.ask(text, visitor=author_of(message))
        except Exception as error:  # noqa: BLE001 nobody waits for this answer, so the error is only logged
            explain_error(error, language)
            return None
        return answer if answer.verdict == "answered" else None

    async def answer(
        self,
        message: discord.Message,
        question: Question,
        language: Language,
        rules: Rules,
        known: Answer | None,
        *,
        first_suggestion: bool = False,
    ) -> None:
        """Reply with the answer, which may be known already; the first one in a guild includes the bot's introduction.

        :param first_suggestion: Whether it is marked as a first suggestion, with buttons for the post that it answers.
        """
        words = bot_catalogue(language)
        first = message.guild is not None and await self.greets(message.guild.id, language)
        hello = words("ask.hello") if first else ""
        has_threads = isinstance(message.channel, discord.TextChannel)
        own_thread = rules.own_threads and has_threads
        context = AnswerContext(
            threads=has_threads and not own_thread,
            short=rules.short,
            hello=hello,
            in_thread=own_thread,
            note=words("post.note") if first_suggestion else "",
            post_actions=POST_ACTIONS if first_suggestion else (),
        )
        request = Request(
            question.text,
            language_of(question.text, language),
            before=question.before,
            context=context,
            visitor=author_of(message),
            known=known,
        )
        card, _ = await asyncio.gather(card_for(self.runtime, request), show_typing(message, language))
        await self.reply(message, card, language, question.text if own_thread else "", addressed=not question.unasked)
        if is_post(message.channel):
            await join_post(message.channel)

    async def reply(
        self,
        message: discord.Message,
        card: ui.LayoutView,
        language: Language,
        thread_about: str = "",
        *,
        addressed: bool = True,
    ) -> None:
        """Send the reply to a message, or edit that to its earlier version.

        :param thread_about: The question for whose answer a thread is opened; empty to reply in the channel.
        :param addressed: Whether the member waits for an answer, and is told privately if none can be sent.
        """
        if earlier := await self.earlier_reply(message, language):
            self.runtime.stop_head(earlier)
            sent = await replace_reply(message, earlier, card, language, addressed=addressed)
        elif thread_about:
            sent = await reply_in_thread(message, thread_about, card, language, addressed=addressed)
        else:
            sent = await reply_to_message(message, card, language, addressed=addressed)
        if sent:
            self.replies[message.id] = discord.PartialMessage(channel=sent.channel, id=sent.id)  # which takes less memory
            self.runtime.show_head(card, sent)

    async def earlier_reply(self, message: discord.Message, language: Language) -> Editable | None:
        """Get the reply to the earlier version of an edited message, also if it was sent before a restart."""
        if not message.edited_at:
            return None
        try:
            return self.replies.get(message.id) or await find_reply(message, self.us.id)
        except FAILURES as error:
            explain_error(error, language)
            return None

    async def greets(self, guild: int, language: Language) -> bool:
        """Check whether the bot has yet to introduce itself in the guild; False if the database fails."""
        try:
            return await self.runtime.storage.greet(guild)
        except StorageError as error:
            explain_error(error, language)
            return False
