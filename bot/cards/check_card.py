"""Build the cards of checked statements: mark, differing words and the sentence of the report behind the verdict."""

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.cards.answer_card import answer_footer, quotation_text
from bot.cards.escaping import inline_text
from bot.cards.layout import COMPONENT_LIMIT, TEXT_LIMIT, make_card
from bot.cards.paging import group_pages
from bot.engine import Engine
from bot.locale.catalogue import bot_catalogue
from index.answering.claim_check import CheckedStatement
from index.models import titles_by_report
from index.text.localization import Catalogue, Language

STATEMENT, PIECE = 300, 60
RESERVED_COMPONENTS = 6  # container, head, separator and footer, and two in reserve


def check_cards(
    checked: Sequence[CheckedStatement], engine: Engine, reference: str, language: Language
) -> list[ui.LayoutView]:
    """Build as many cards as the statements need, in order."""
    words = bot_catalogue(language)
    counts = {
        mark: sum(1 for statement in checked if statement.mark == mark)
        for mark in ("supported", "contradicted", "not_covered")
    }
    head = words("check.head", **counts)
    footer = answer_footer(engine.titles, reference, words)
    room = TEXT_LIMIT - len(head) - len(footer) - len("-# ")
    titles = titles_by_report(engine.reports) if len(engine.reports) > 1 else {}
    pages = group_pages(
        [statement_text(statement, words, titles) for statement in checked], room, COMPONENT_LIMIT - RESERVED_COMPONENTS
    )
    return [make_card([head, *page], f"-# {footer}", discord.Colour.blurple()) for page in pages]


def statement_text(checked: CheckedStatement, words: Catalogue, named: Mapping[str, str]) -> str:
    """Format a statement with its mark and the sentence of the report under it.

    :param named: Titles by report name; a quotation names its report if its title is here.
    """
    lines = [words(f"check.{checked.mark}", statement=inline_text(checked.statement, STATEMENT))]
    if checked.differs:
        lines.append(
            "-# "
            + words("check.differs", pieces=words("check.and").join(inline_text(piece, PIECE) for piece in checked.differs))
        )
    if checked.citation:
        lines.append(quotation_text(checked.citation, words, report=named.get(checked.citation.report, "")))
    return "\n".join(lines)
