"""The one way from a question to a card, whoever asks and wherever: this never raises."""

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
from bot.locale.catalogue import bot_catalogue
from bot.questions.access import Requester, requester_of
from bot.questions.runtime import Runtime
from bot.reference_ids import current_reference
from index.models import Answer, Scope, titles_by_report
from index.text.localization import Catalogue, Language

log = structlog.get_logger(__name__)
CUSTOM_EMOJI = re.compile(r"<a?:\w{2,32}:\d{15,20}>")
Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A question, and an earlier one, `before`, that it may follow; what the bot says of its own is in `language`.

    `visitor` is whoever asks, whose questions wait for one another, and where, whose reports are asked.
    """

    text: str
    language: Language
    scope: Scope | None = None
    before: str = ""
    frame: AnswerContext = field(default_factory=AnswerContext)
    page: int = 0
    visitor: Requester | None = None


async def card_for(runtime: Runtime, request: Request) -> ui.LayoutView:
    """A page of the answer to a question."""
    engine = runtime.engine

    async def show(answer: Answer, reference: str) -> ui.LayoutView:
        within = engine.describe(answer.scope) if answer.scope else ""
        frame = replace(request.frame, site=runtime.settings.bot.public_url, titles=titles_by_report(engine.reports))
        return answer_card(answer, engine.titles, reference, request.language, within, request.page, frame)

    return await answer_request(runtime, request, show)


async def answer_request(
    runtime: Runtime, request: Request, show: Callable[[Answer, str], Awaitable[ui.LayoutView]]
) -> ui.LayoutView:
    """What `show` makes of the answer and its reference, or a card that says why there is none."""
    await runtime.acknowledgements.give_way()
    question = clean_question(request.text)
    if told := find_objection(question, runtime.settings.bot.max_question_characters, bot_catalogue(request.language)):
        return notice_card(told)
    told, began = current_reference(), time.perf_counter()
    with structlog.contextvars.bound_contextvars(question=question, reference=told):
        try:
            before = clean_question(request.before)
            answer = await runtime.ask(question, request.scope, before, request.visitor)
            card = await show(answer, told)
        except Exception as error:  # noqa: BLE001 whatever went wrong, the member is waiting
            runtime.figures.error(type(error).__name__)
            return error_card(explain_error(error, request.language), request.language)
        runtime.figures.answer(answer.verdict, time.perf_counter() - began)
        log.info(
            "answered",
            reference=told,
            verdict=answer.verdict,
            confidence=answer.confidence,
            elapsed_ms=answer.elapsed_ms,
        )
    return card


def clean_question(text: str) -> str:
    """`text` without invisible characters, custom emoji and white space around it."""
    return CUSTOM_EMOJI.sub(" ", clean_text(text)).strip()


def find_objection(question: str, limit: int, words: Catalogue) -> str | None:
    """Why the question is not searched for: it has no word, or more than `limit` characters."""
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
    """Deliver the card that `make_card` makes, if the server's rules admit the member and there is room.

    Whoever finds no room is told at once: their question needs no acknowledgement and takes no place.
    """
    if not await runtime.door.admits(interaction, language):
        return
    try:
        with runtime.workers.place(requester_of(interaction).member):
            if not await acknowledge_interaction(interaction, language, private=private):
                return
            card = await make_card()
    except BusyError as error:
        runtime.figures.error(type(error).__name__)
        notice = error_card(explain_error(error, language), language)
        await send_response(partial(interaction.response.send_message, view=notice, ephemeral=True))
        return
    await deliver_card(interaction, card, language)
