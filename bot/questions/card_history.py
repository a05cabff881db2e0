"""Read earlier questions from the bot's own cards on Discord, since the bot stores none."""

from dataclasses import replace
from functools import partial
from typing import Any

import discord
import structlog
from cachetools import LRUCache
from discord import ui

from bot.cards.answer_card import AnswerContext, question_on_card
from bot.cards.custom_ids import Target
from bot.delivery.sender import FAILURES, retry_when_cut
from bot.errors import GoneError
from bot.forums.post_card import read_actions, read_note
from bot.lookup.passage_cards import more_card, other_card
from bot.questions.access import requester_of
from bot.questions.pipeline import Request, answer_request
from bot.questions.runtime import Runtime
from index.models import Answer
from index.text.localization import Language

Interaction = discord.Interaction[Any]
log = structlog.get_logger(__name__)
LOOKED_BACK = 10  # messages
LOOKED_AHEAD = 50  # messages that may have come between a message and its edit
EXPORTED = 1000  # messages of a thread, at most; a hundred a request
KNOWN_THREADS = 1024
# By id of a thread that a member opened: whether it was opened from an answer of the bot. This never changes.
threads: LRUCache[int, bool] = LRUCache(KNOWN_THREADS)


def request_from_card(runtime: Runtime, interaction: Interaction, scope: str, language: Language) -> Request:
    """Rebuild the request of the card that was clicked.

    :param scope: The scope of the answer, encoded by `scope_key`.
    :raises GoneError: If the index no longer has the scope, or the card shows no question.
    """
    decoded = runtime.lookup_cards.tokens.scope(scope)
    if decoded is None:
        raise GoneError("the scope of the answer is not in the index any more")
    try:
        question = question_on_card(card_texts(interaction.message))
    except ValueError as error:
        raise GoneError("the card shows no question") from error
    in_thread = isinstance(interaction.channel, discord.Thread)
    context = AnswerContext(
        is_private(interaction),
        has_threads(interaction),
        in_thread=in_thread,
        note=read_note(interaction.message),
        post_actions=read_actions(interaction.message),
    )
    return Request(question, language, decoded or None, context=context, visitor=requester_of(interaction), repeated=True)


async def more_passages(runtime: Runtime, request: Request) -> ui.LayoutView:
    """Build the card of the best passages for a question."""

    async def show(answer: Answer, _: str) -> ui.LayoutView:
        return more_card(answer, runtime.engine, Target("more", "", request.language, request.page))

    return await answer_request(runtime, request, show)


async def other_meanings(runtime: Runtime, request: Request) -> ui.LayoutView:
    """Build the card of other sections that a question may be about."""

    async def show(answer: Answer, _: str) -> ui.LayoutView:
        return other_card(answer, runtime.engine, request.language)

    return await answer_request(runtime, replace(request, scope=None), show)


def is_private(interaction: Interaction) -> bool:
    """Check whether the message that was clicked is ephemeral."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def has_threads(interaction: Interaction) -> bool:
    """Check whether a thread can be opened here: in a text channel of a guild that the bot was added to."""
    return isinstance(interaction.channel, discord.TextChannel) and interaction.is_guild_integration()


def card_texts(message: discord.Message | None) -> list[str]:
    """List the texts of a card, in reading order."""
    view = ui.LayoutView.from_message(message) if message else ui.LayoutView()
    return [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]


def question_in(message: discord.Message) -> str:
    """Read the question from an answer card of the bot; empty for any other message."""
    try:
        return question_on_card(card_texts(message))
    except ValueError:
        return ""


async def answers_in_thread(thread: discord.Thread, us: int) -> list[list[str]]:
    """List the texts of the bot's answer cards in a thread, the answer that it was opened from first.

    :param us: The user id of the bot.
    :raises discord.HTTPException: If Discord does not return the messages.
    """
    try:
        start = await starter_message(thread)
    except discord.NotFound:
        start = None
    messages = [start] if start else []
    messages += [message async for message in thread.history(limit=EXPORTED, oldest_first=True)]
    answers = dict.fromkeys(message for message in messages if message.author.id == us and question_in(message))
    return [card_texts(message) for message in answers]


async def last_question(message: discord.Message, us: int) -> str:
    """Find the question of the bot's last answer before a message; empty if there is none or Discord does not return it.

    :param us: The user id of the bot.
    """
    try:
        async for earlier in message.channel.history(limit=LOOKED_BACK, before=message):
            if earlier.author.id == us and (question := question_in(earlier)):
                return question
        if isinstance(message.channel, discord.Thread) and (start := await starter_message(message.channel)):
            return question_in(start)
    except FAILURES as error:
        log.info("no history", status=getattr(error, "status", None))
    return ""


async def stands_below_answer(channel: Any, us: int) -> bool:
    """Check whether a channel is a thread that was opened for an answer: by the bot, whose user id is `us`, or from a card.

    If Discord does not return the card, the next message in the thread asks for it again.
    """
    if not isinstance(channel, discord.Thread):
        return False
    if channel.owner_id == us:  # the bot opens threads for answers alone
        return True
    if channel.id not in threads:
        try:
            start = await retry_when_cut(partial(starter_message, channel))
        except FAILURES as error:
            log.info("no starter message", status=getattr(error, "status", None))
            return False
        if start is None:
            return False
        threads[channel.id] = start.author.id == us and bool(question_in(start))
    return threads[channel.id]


async def starter_message(thread: discord.Thread) -> discord.Message | None:
    """Get the message that a thread was opened from; its id equals the thread's id."""
    if thread.starter_message:
        return thread.starter_message
    parent = thread.parent
    return await parent.fetch_message(thread.id) if isinstance(parent, discord.TextChannel) else None


async def find_reply(message: discord.Message, us: int) -> discord.Message | None:
    """Find the bot's reply to a message: after it in the channel, or in the thread that was opened from it.

    :param us: The user id of the bot.
    :raises discord.HTTPException: If Discord does not return the messages.
    """
    async for later in message.channel.history(limit=LOOKED_AHEAD, after=message):
        if later.author.id == us and later.reference and later.reference.message_id == message.id:
            return later
    thread = message.guild.get_thread(message.id) if message.guild else None
    if thread and thread.owner_id == us:
        async for first in thread.history(limit=LOOKED_BACK, oldest_first=True):
            if first.author.id == us and question_in(first):
                return first
    return None
