"""What was asked before, read from the bot's own cards in the channel: nothing of it is stored."""

from collections import OrderedDict
from typing import Any

import discord
import structlog

from bot.cards.answer_card import question_of
from bot.delivery.sender import FAILURES
from bot.questions.card_history import texts

log = structlog.get_logger(__name__)

LOOKED_BACK = 10  # messages
KNOWN_THREADS = 1024

# Whether threads stand below an answer of ours, which never changes.
threads: OrderedDict[int, bool] = OrderedDict()


def question_in(message: discord.Message) -> str:
    """The question that a card of ours answers; nothing for any other message."""
    try:
        return question_of(texts(message))
    except ValueError:
        return ""


async def last_question(message: discord.Message, us: int) -> str:
    """The question of our last answer before a message; nothing where there is none or it cannot be read."""
    try:
        async for earlier in message.channel.history(limit=LOOKED_BACK, before=message):
            if earlier.author.id == us and (question := question_in(earlier)):
                return question
        if isinstance(message.channel, discord.Thread) and (start := await starter(message.channel)):
            return question_in(start)
    except FAILURES as error:
        log.info("no history", status=getattr(error, "status", None))
    return ""


async def stands_below_answer(channel: Any, us: int) -> bool:
    """Whether a channel is a thread that was opened from an answer of ours."""
    if not isinstance(channel, discord.Thread):
        return False
    if channel.id not in threads:
        try:
            start = await starter(channel)
        except FAILURES as error:
            log.info("no starter message", status=getattr(error, "status", None))
            start = None
        threads[channel.id] = start is not None and start.author.id == us and bool(question_in(start))
        if len(threads) > KNOWN_THREADS:
            threads.popitem(last=False)
    return threads[channel.id]


async def starter(thread: discord.Thread) -> discord.Message | None:
    """The message that a thread was opened from, which has the thread's id."""
    if thread.starter_message:
        return thread.starter_message
    parent = thread.parent
    return await parent.fetch_message(thread.id) if isinstance(parent, discord.TextChannel) else None
