"""Build the cards from which a member copies citations."""

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.cards.layout import TEXT_LIMIT, make_card
from bot.cards.paging import group_pages
from bot.exports.citation_formats import cite_apa, cite_plain
from index.models import Citation, ReportInfo
from index.text.localization import Catalogue

FENCE = "```"  # Discord copies a block of code with one click, and formats nothing in it
TEXTS = 30  # of a card, below Discord's limit on components


def citation_cards(
    citations: Sequence[Citation],
    reports: Sequence[ReportInfo],
    links: Mapping[int, str],
    words: Catalogue,
) -> list[ui.LayoutView]:
    """Build as many cards as the citations need, at least one; each citation in APA style and in one plain line.

    :param links: The address of each quotation by its number; empty for none.
    """
    sources = {source.report: source for source in reports}
    blocks = []
    for citation in citations:
        source, url = sources[citation.report], links[citation.n]
        for key, text in (
            ("citation.apa_head", cite_apa(citation, source, url, words)),
            ("citation.plain_head", cite_plain(citation, source, url, words)),
        ):
            blocks.append(f"{words(key, n=citation.n)}\n{FENCE}\n{text.replace(FENCE, chr(39) * 3)}\n{FENCE}")
    head = words("citation.head")
    pages = group_pages(blocks, TEXT_LIMIT - len(head), TEXTS)
    return [make_card([head, *page], None, discord.Colour.blurple()) for page in pages]
