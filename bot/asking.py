"""The one way from a question to a card, whoever asks and wherever: this never raises."""

import structlog
from discord import ui

from bot.cards import answer_card, error_card, notice_card
from bot.errors import explain, new_reference
from bot.questions import cleaned, objection
from bot.runtime import Runtime
from bot.strings import catalogue
from index.language import Language
from index.scope import Scope

log = structlog.get_logger(__name__)


async def card_for(
    runtime: Runtime, text: str, language: Language, scope: Scope | None = None, page: int = 0
) -> ui.LayoutView:
    """A page of the answer to `text` within a scope; what the bot says of its own accord is in `language`."""
    question = cleaned(text)
    if told := objection(question, runtime.settings.bot.max_question_characters, catalogue(language)):
        return notice_card(told)
    reference = new_reference()
    with structlog.contextvars.bound_contextvars(question=question):
        try:
            answer = await runtime.ask(question, scope)
            within = runtime.engine.describe(scope) if scope else ""
            card = answer_card(answer, runtime.engine.titles, reference, language, within, page)
        except Exception as error:  # noqa: BLE001 whatever went wrong, the member is waiting
            return error_card(explain(error, language, reference), language)
        log.info(
            "answered",
            reference=reference,
            verdict=answer.verdict,
            confidence=answer.confidence,
            elapsed_ms=answer.elapsed_ms,
        )
    return card
