"""Build the cards of checked statements: what the report says, then whether the statement agrees with it."""

from collections import Counter
from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.cards.answer_card import answer_footer, quotation_text
from bot.cards.escaping import inline_text
from bot.cards.layout import COMPONENT_LIMIT, TEXT_LIMIT, make_card
from bot.cards.paging import group_pages
from bot.engine import Engine
from bot.locale.catalogue import bot_catalogue
from index.claims.claim_check import CheckedStatement, Judgement
from index.claims.statements import STATEMENTS
from index.models import titles_by_report
from index.text.localization import Catalogue, Language

STATEMENT, PIECE = 300, 60
RESERVED_COMPONENTS = 6  # container, head, separator and footer, and two in reserve


def check_cards(
    checked: Sequence[CheckedStatement], engine: Engine, reference: str, language: Language
) -> list[ui.LayoutView]:
    """Build as many cards as the statements need, in order."""
    words = bot_catalogue(language)
    counts = Counter(statement.mark for statement in checked)
    judged = {mark: counts[mark] for mark in ("supported", "contradicted")}
    head = words("check.head", **judged, open=len(checked) - sum(judged.values()))
    footer = answer_footer(engine.titles, reference, words)
    room = TEXT_LIMIT - len(head) - len(footer) - len("-# ")
    titles = titles_by_report(engine.reports) if len(engine.reports) > 1 else {}
    pages = group_pages(
        [statement_text(statement, words, titles) for statement in checked], room, COMPONENT_LIMIT - RESERVED_COMPONENTS
    )
    return [make_card([head, *page], f"-# {footer}", card_colour(counts)) for page in pages]


def card_colour(counts: Counter[Judgement]) -> discord.Colour:
    """Return red if a statement differs, green if all agree, grey otherwise."""
    if counts["contradicted"]:
        return discord.Colour.red()
    return discord.Colour.green() if counts.keys() == {"supported"} else discord.Colour.light_grey()


def statement_text(checked: CheckedStatement, words: Catalogue, named: Mapping[str, str]) -> str:
    """Format a statement, the sentences of the report about it, and the mark as a word under them.

    :param named: Titles by report name; a quotation names its report if its title is here.
    """
    lines = [f"**{inline_text(checked.statement, STATEMENT)}**"]
    if checked.citations:
        lines.append("-# " + words("check.nearest" if checked.mark == "related" else "check.says"))
    lines += [quotation_text(citation, words, report=named.get(citation.report, "")) for citation in checked.citations]
    if difference := checked.difference:
        said, report = inline_text(difference.said, PIECE), inline_text(difference.report, PIECE)
        lines.append(words("check.differs", said=said, report=report))
    else:
        lines.append(words(f"check.{checked.mark}", limit=STATEMENTS))
    return "\n".join(lines)
