"""Turn every question into a card, whether it comes from a command, a click or a message.

Errors become error cards.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import discord
import structlog
from discord import ui

from bot.cards.answer_card import AnswerContext, answer_card
from bot.cards.escaping import clean_text
from bot.cards.layout import error_card, notice_card
from bot.delivery.sender import acknowledge_interaction, deliver_card, send_response
from bot.errors import BusyError, explain_error
from bot.forums.posts import is_post, join_post
from bot.locale.catalogue import bot_catalogue
from bot.questions.access import Requester, requester_of
from bot.questions.runtime import Runtime
from bot.reference_ids import current_reference
from bot.storage.usage import Outcome
from bot.writing.live_heads import Draft
from index.models import Answer, Scope, titles_by_report
from index.text.localization import Catalogue, Language, language_of
from index.text.message_questions import shorten_to_questions
from index.writing.written_head import WrittenHead

log = structlog.get_logger(__name__)
CUSTOM_EMOJI = re.compile(r"<a?:\w{2,32}:\d{15,20}>")
Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A question and everything that its answer depends on.

    :param language: The language of notices and errors, and of answers to a question that shows none.
    :param before: An earlier question that it may refer to; empty for none.
    :param page: The page of the answer, from 0.
    :param visitor: The requester, for the queue and for the reports that their guild searches.
    :param repeated: Whether the question was asked before, as its card is only shown differently. It is not counted again.
    :param known: The answer, if it is known already.
    """

    text: str
    language: Language
    scope: Scope | None = None
    before: str = ""
    context: AnswerContext = field(default_factory=AnswerContext)
    page: int = 0
    visitor: Requester | None = None
    repeated: bool = False
    known: Answer | None = None


async def card_for(runtime: Runtime, request: Request) -> ui.LayoutView:
    """Answer a question and build the requested page of its card; of a first page, a card that may get a head."""
    engine = runtime.engine

    async def show(answer: Answer, reference: str) -> ui.LayoutView:
        within = engine.describe(answer.scope) if answer.scope else ""
        suggestions = await asyncio.to_thread(
            engine.suggest_questions, answer, language_of(answer.question, request.language)
        )
        heads = await runtime.heads_for(request.visitor)
        context = replace(
            request.context,
            site=runtime.settings.bot.public_url,
            titles=titles_by_report(engine.reports),
            suggestions=suggestions,
            plain=request.context.plain and heads is not None,
        )

        def build(head: WrittenHead | None) -> ui.LayoutView:
            shown = replace(context, head=head)
            return answer_card(answer, engine.titles, reference, request.language, within, request.page, shown)

        if heads is None or context.plain or request.page or answer.verdict != "answered":
            return build(None)
        return heads.card(Draft(answer, engine, build))

    return await answer_request(runtime, request, show)


async def answer_request(
    runtime: Runtime, request: Request, show: Callable[[Answer, str], Awaitable[ui.LayoutView]], *, again: bool = False
) -> ui.LayoutView:
    """Answer a question and build the card with `show`, or a notice or error card.

    :param show: Builds the card from the answer and its log reference.
    :param again: Whether a recent answer of the same generation is as good as a new one.
    """
    await runtime.acknowledgements.give_way()
    limit = runtime.settings.bot.max_question_characters
    question, before = prepare_question(request.text, limit), prepare_question(request.before, limit)[:limit]
    if objection := find_objection(question, limit, bot_catalogue(request.language)):
        return notice_card(objection)
    reference, started = current_reference(), time.perf_counter()
    with structlog.contextvars.bound_contextvars(question=question, reference=reference):
        try:
            answer = request.known or await runtime.ask(question, request.scope, before, request.visitor, again=again)
            card = await show(answer, reference)
        except Exception as error:  # noqa: BLE001 whatever went wrong, the member is waiting
            runtime.metrics.error(type(error).__name__)
            count_question(runtime, request, "failed")
            return error_card(explain_error(error, request.language), request.language)
        count_question(runtime, request, answer.verdict)
        runtime.metrics.answer(answer.verdict, time.perf_counter() - started)
        log.info(
            "answered",
            reference=reference,
            verdict=answer.verdict,
            confidence=answer.confidence,
            elapsed_ms=answer.elapsed_ms,
        )
    return card


def count_question(runtime: Runtime, request: Request, outcome: Outcome) -> None:
    """Count a question for the usage figures, unless it is repeated or nobody asked it."""
    if request.visitor and not request.repeated:
        runtime.storage.count_question(request.visitor.guild, request.visitor.kind, outcome)


def clean_question(text: str) -> str:
    """Remove invisible characters, custom emoji and surrounding white space."""
    return CUSTOM_EMOJI.sub(" ", clean_text(text)).strip()


def prepare_question(text: str, limit: int) -> str:
    """Clean a text to be asked; of one that is longer than `limit` characters, keep its questions, if it has any."""
    return shorten_to_questions(clean_question(text), limit)


def find_objection(question: str, limit: int, words: Catalogue) -> str | None:
    """Explain why a question is not searched: it has no word, or more than `limit` characters; None if it is."""
    if not any(character.isalnum() for character in question):
        return words("ask.empty")
    if len(question) > limit:
        return words("ask.too_long", length=len(question), limit=limit)
    return None


async def answer_interaction(
    runtime: Runtime,
    interaction: Interaction,
    language: Language,
    make_card: Callable[[], Awaitable[ui.LayoutView]],
    *,
    private: bool,
) -> None:
    """Check the guild's rules, acknowledge the interaction, and deliver the card that `make_card` builds.

    If the queue is full, the error card is the first response, without an acknowledgement before it. Of a post with a public
    answer the bot becomes a member, so that replies to the answer are answered.

    :param private: Whether only the member sees the answer.
    """
    if not await runtime.access.admits(interaction, language):
        return
    try:
        with runtime.workers.place(requester_of(interaction).member):
            if not await acknowledge_interaction(interaction, language, private=private):
                return
            card = await make_card()
    except BusyError as error:
        runtime.metrics.error(type(error).__name__)
        notice = error_card(explain_error(error, language), language)
        await send_response(partial(interaction.response.send_message, view=notice, ephemeral=True))
        return
    runtime.show_head(card, await deliver_card(interaction, card, language), interaction.expires_at)
    if not private and is_post(interaction.channel):
        await join_post(interaction.channel)
