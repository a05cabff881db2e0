"""Lay out cards from texts, action rows and a footer, within Discord's limits on a message."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.cards.buttons import page_turner
from bot.cards.custom_ids import Target
from bot.cards.escaping import inline_text
from bot.cards.paging import join_pages
from bot.errors import Explanation
from bot.locale.catalogue import bot_catalogue
from index.errors import UnknownNameError
from index.text.localization import Language

PAGE_NUMBER = 40  # characters reserved for "page 1 of 2" and the small-text prefix
# Our limits in characters, before escaping.
TITLES, SCOPE, NEAREST = 200, 200, 1000
# Discord's limits: characters over all text displays of a message, and components including nested ones.
TEXT_LIMIT, COMPONENT_LIMIT = 4000, 40


def paged_card(
    target: Target,
    head: str,
    blocks: Iterable[str],
    foot: str,
    rows: Sequence[ui.ActionRow[Any]] = (),
    most: int | None = None,
) -> ui.LayoutView:
    """Build the page of `target`, or the last page if there are fewer.

    :param head: First text of every page; together with `foot` shorter than 3,000 characters.
    :param blocks: Texts that are distributed over the pages.
    :param most: Blocks of a page, at most.
    """
    words = bot_catalogue(target.language)
    pages = join_pages(blocks, TEXT_LIMIT - len(head) - len(foot) - PAGE_NUMBER, most)
    target = target.at(min(target.page, len(pages) - 1))
    if len(pages) > 1:
        foot = f"{words('page.of', page=target.page + 1, pages=len(pages))} · {foot}"
    container: ui.Container[ui.LayoutView] = ui.Container(ui.TextDisplay(head), accent_colour=discord.Colour.blurple())
    if pages[target.page].strip():
        container.add_item(ui.TextDisplay(pages[target.page]))
    for row in (*page_turner(target, len(pages), words), *rows):
        container.add_item(row)
    container.add_item(ui.Separator()).add_item(ui.TextDisplay(f"-# {foot}"))
    return ui.LayoutView(timeout=None).add_item(container)


def source_line(titles: Sequence[str], *more: str) -> str:
    """Format the footer of a look-up card: `more` and the titles of the reports."""
    return " · ".join(filter(None, [*more, inline_text(" / ".join(titles), TITLES)]))


def notice_card(sentence: str) -> ui.LayoutView:
    """Build a card with one sentence of the bot."""
    return make_card([sentence], None, discord.Colour.blurple())


def unknown_name_text(error: UnknownNameError, language: Language) -> str:
    """Explain that a name is unknown or ambiguous, and list the nearest names."""
    words = bot_catalogue(language)
    nearest = inline_text(words("scope.between").join(error.nearest), NEAREST)
    problem = words(f"scope.unknown_{error.kind}", typed=inline_text(error.typed, SCOPE))
    return f"{problem}\n{words('scope.nearest', names=nearest)}" if nearest else problem


def error_card(explanation: Explanation, language: Language) -> ui.LayoutView:
    footer = "-# " + bot_catalogue(language)("card.reference", reference=explanation.reference)
    return make_card([explanation.sentence], footer, discord.Colour.red())


def make_card(
    texts: Iterable[str], footer: str | None, colour: discord.Colour, rows: Iterable[ui.ActionRow[Any]] = ()
) -> ui.LayoutView:
    container: ui.Container[ui.LayoutView] = ui.Container(*map(ui.TextDisplay, texts), accent_colour=colour)
    for row in rows:
        container.add_item(row)
    if footer:
        container.add_item(ui.Separator()).add_item(ui.TextDisplay(footer))
    # No timeout: the custom_id of a component holds all state, so no view has to wait for a click.
    return ui.LayoutView(timeout=None).add_item(container)
