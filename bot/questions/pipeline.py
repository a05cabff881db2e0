"""The one way from a question to a card, whoever asks and wherever: this never raises."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import structlog
from discord import ui

from bot.cards.answer_card import answer_card, error_card, notice_card
from bot.cards.answer_rows import Frame
from bot.errors import explain
from bot.locale.catalogue import catalogue
from bot.questions.access import Visitor
from bot.questions.questions import cleaned, objection
from bot.questions.runtime import Runtime
from bot.references import reference
from index.models import Answer, Scope, titles_of
from index.text.localization import Language

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A question, and an earlier one, `before`, that it may follow; what the bot says of its own is in `language`.

    `visitor` is whoever asks, whose questions wait for one another, and where, whose reports are asked.
    """

    text: str
    language: Language
    scope: Scope | None = None
    before: str = ""
    frame: Frame = field(default_factory=Frame)
    page: int = 0
    visitor: Visitor | None = None


async def card_for(runtime: Runtime, request: Request) -> ui.LayoutView:
    """A page of the answer to a question."""
    engine = runtime.engine

    async def show(answer: Answer, reference: str) -> ui.LayoutView:
        within = engine.describe(answer.scope) if answer.scope else ""
        frame = replace(request.frame, site=runtime.settings.bot.public_url, titles=titles_of(engine.reports))
        return answer_card(answer, engine.titles, reference, request.language, within, request.page, frame)

    return await answered(runtime, request, show)


async def answered(
    runtime: Runtime, request: Request, show: Callable[[Answer, str], Awaitable[ui.LayoutView]]
) -> ui.LayoutView:
    """What `show` makes of the answer and its reference, or a card that says why there is none."""
    await runtime.acknowledgements.give_way()
    question = cleaned(request.text)
    if told := objection(question, runtime.settings.bot.max_question_characters, catalogue(request.language)):
        return notice_card(told)
    told, began = reference(), time.perf_counter()
    with structlog.contextvars.bound_contextvars(question=question, reference=told):
        try:
            before = cleaned(request.before)
            answer = await runtime.ask(question, request.scope, before, request.visitor)
            card = await show(answer, told)
        except Exception as error:  # noqa: BLE001 whatever went wrong, the member is waiting
            runtime.figures.error(type(error).__name__)
            return error_card(explain(error, request.language), request.language)
        runtime.figures.answer(answer.verdict, time.perf_counter() - began)
        log.info(
            "answered",
            reference=told,
            verdict=answer.verdict,
            confidence=answer.confidence,
            elapsed_ms=answer.elapsed_ms,
        )
    return card
