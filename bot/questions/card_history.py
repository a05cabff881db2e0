"""What was asked before, read from the bot's own cards: nothing of it is stored."""

from dataclasses import replace
from typing import Any

import discord
import structlog
from cachetools import LRUCache
from discord import ui

from bot.cards.answer_card import AnswerContext, question_on_card
from bot.cards.custom_ids import Target
from bot.delivery.sender import FAILURES
from bot.errors import GoneError
from bot.lookup.passage_cards import more_card, other_card
from bot.questions.access import requester_of
from bot.questions.pipeline import Request, answer_request
from bot.questions.runtime import Runtime
from index.models import Answer
from index.text.localization import Language

Interaction = discord.Interaction[Any]
log = structlog.get_logger(__name__)
LOOKED_BACK = 10  # messages
KNOWN_THREADS = 1024
# Whether threads stand below an answer of ours, which never changes.
threads: LRUCache[int, bool] = LRUCache(KNOWN_THREADS)


def request_from_card(runtime: Runtime, interaction: Interaction, scope: str, language: Language) -> Request:
    """The question of the card that was clicked. Raises GoneError if the index does not know its scope any more."""
    known = runtime.screens.tokens.scope(scope)
    if known is None:
        raise GoneError("the scope of the answer is not in the index any more")
    try:
        question = question_on_card(card_texts(interaction.message))
    except ValueError as error:
        raise GoneError("the card shows no question") from error
    frame = AnswerContext(is_private(interaction), has_threads(interaction))
    return Request(question, language, known or None, frame=frame, visitor=requester_of(interaction))


async def more_passages(runtime: Runtime, request: Request) -> ui.LayoutView:
    """The best passages of a question."""

    async def show(answer: Answer, _: str) -> ui.LayoutView:
        return more_card(answer, runtime.engine, Target("more", "", request.language, request.page))

    return await answer_request(runtime, request, show)


async def other_meanings(runtime: Runtime, request: Request) -> ui.LayoutView:
    """What else a question may have meant."""

    async def show(answer: Answer, _: str) -> ui.LayoutView:
        return other_card(answer, runtime.engine, request.language)

    return await answer_request(runtime, replace(request, scope=None), show)


def is_private(interaction: Interaction) -> bool:
    """Whether the message that was clicked is seen by one member alone."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def has_threads(interaction: Interaction) -> bool:
    """Whether a thread can be opened where the interaction happens: in a text channel of a server that the bot is in."""
    return isinstance(interaction.channel, discord.TextChannel) and interaction.is_guild_integration()


def card_texts(message: discord.Message | None) -> list[str]:
    """The texts of a card, in reading order."""
    view = ui.LayoutView.from_message(message) if message else ui.LayoutView()
    return [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]


def question_in(message: discord.Message) -> str:
    """The question that a card of ours answers; nothing for any other message."""
    try:
        return question_on_card(card_texts(message))
    except ValueError:
        return ""


async def last_question(message: discord.Message, us: int) -> str:
    """The question of our last answer before a message; nothing where there is none or it cannot be read."""
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
    """Whether a channel is a thread that was opened from an answer of ours."""
    if not isinstance(channel, discord.Thread):
        return False
    if channel.id not in threads:
        try:
            start = await starter_message(channel)
        except FAILURES as error:
            log.info("no starter message", status=getattr(error, "status", None))
            start = None
        threads[channel.id] = start is not None and start.author.id == us and bool(question_in(start))
    return threads[channel.id]


async def starter_message(thread: discord.Thread) -> discord.Message | None:
    """The message that a thread was opened from, which has the thread's id."""
    if thread.starter_message:
        return thread.starter_message
    parent = thread.parent
    return await parent.fetch_message(thread.id) if isinstance(parent, discord.TextChannel) else None
