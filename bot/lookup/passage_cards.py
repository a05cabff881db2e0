"""Build the cards of passages: one passage with its quotation in bold, and the best passages of a question."""

from typing import Any

from discord import ui

from bot.cards.answer_card import ASKED
from bot.cards.buttons import NavigationButton, button_row
from bot.cards.custom_ids import SEPARATOR, Target, passage_key, scope_key
from bot.cards.escaping import embolden, escape_markdown, inline_text
from bot.cards.layout import paged_card, source_line
from bot.cards.locations import join_places, pages_text, section_text
from bot.engine import Engine
from bot.locale.catalogue import bot_catalogue
from index.models import Answer, Passage, Scope
from index.text.localization import Catalogue, Language

SECTION, QUESTION = 200, 1000
READINGS = 2


def passage_card(target: Target, passage: Passage, engine: Engine) -> ui.LayoutView:
    """Build the card of a passage, with the span of the key in bold and buttons to the neighbouring passages."""
    words = bot_catalogue(target.language)
    _, _, span = target.key.partition(SEPARATOR)
    head = f"### {inline_text(section_text(passage.section), SECTION) or words('passage.untitled')}"
    neighbours = neighbour_buttons(passage, engine)
    labels = ("passage.before", "passage.after")
    steps = [
        NavigationButton(Target("passage", passage_key(neighbour), target.language), words(label))
        for neighbour, label in zip(neighbours, labels, strict=True)
        if neighbour
    ]
    rows: list[ui.ActionRow[Any]] = [button_row(*steps)] if steps else []
    foot = source_line(engine.titles, pages_text(passage.pages, words))
    return paged_card(target, head, mark_quotation(passage.text, span).split("\n"), foot, rows)


def mark_quotation(text: str, span: str) -> str:
    """Escape a text and set a span in bold, line by line.

    :param span: `start-end` in characters, end exclusive; empty for none.
    """
    start, _, end = span.partition("-")
    return embolden(text, [(int(start), int(end))] if span else [])


def neighbour_buttons(passage: Passage, engine: Engine) -> tuple[Passage | None, Passage | None]:
    """Find the previous and the next passage in the same report; None at its ends."""
    passages = [candidate for candidate in engine.passages(Scope()) if candidate.report == passage.report]
    position = next(i for i, candidate in enumerate(passages) if candidate.id == passage.id)
    previous = passages[position - 1] if position else None
    return previous, passages[position + 1] if position + 1 < len(passages) else None


def more_card(answer: Answer, engine: Engine, target: Target) -> ui.LayoutView:
    """Show the best passages of a question in full, passages without a quotation first."""
    words = bot_catalogue(target.language)
    quoted = {citation.passage_id for citation in answer.citations} if answer.verdict != "not_covered" else set()
    hits = sorted(answer.hits, key=lambda hit: (hit.passage.id in quoted, hit.rank))
    head = f"{ASKED}{words('card.asked', question=inline_text(answer.question, QUESTION))}\n**{words('passage.more')}**"
    blocks = [hit_text(hit.passage, words) for hit in hits]
    target = Target("more", scope_key(answer.scope), target.language, target.page)
    return paged_card(target, head, blocks, source_line(engine.titles))


def other_card(answer: Answer, engine: Engine, language: Language) -> ui.LayoutView:
    """Offer the two nearest sections without a quotation, each as a button that asks the question there."""
    words = bot_catalogue(language)
    quoted = {citation.section for citation in answer.citations} if answer.verdict != "not_covered" else set()
    paths = dict.fromkeys(hit.passage.section for hit in answer.hits if hit.passage.section not in quoted)
    nearest = [path for path in paths if path][:READINGS]
    head = ASKED + words("card.asked", question=inline_text(answer.question, QUESTION))
    lines = [f"- {inline_text(section_text(path), SECTION)}" for path in nearest]
    target = Target("answer", scope_key(None), language)
    buttons = [NavigationButton(Target("answer", scope_key(Scope(section=path)), language), path[-1]) for path in nearest]
    texts = [words("other.title"), *lines] if nearest else [words("other.none")]
    return paged_card(target, head, texts, source_line(engine.titles), [button_row(*buttons)] if buttons else [])


def hit_text(passage: Passage, words: Catalogue) -> str:
    """Format a passage as a block quote with section and pages."""
    lines = "\n".join(f"> {line}" for line in escape_markdown(passage.text).split("\n"))
    place = join_places(inline_text(section_text(passage.section), SECTION), pages_text(passage.pages, words))
    return f"{lines}\n-# {place}"
