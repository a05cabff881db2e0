"""What every card is made of: texts, rows of buttons and a foot, within Discord's limits on a message."""

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

PAGE_NUMBER = 40  # room for the words "page 1 of 2" and the marks of small text
# Ours, before escaping.
TITLES, GENERATION, SCOPE, NEAREST = 200, 60, 200, 1000
# Discord's: characters over all text displays of a message, and components with nested ones counted.
TEXT_LIMIT, COMPONENT_LIMIT = 4000, 40


def paged_card(
    target: Target, head: str, blocks: Iterable[str], foot: str, rows: Sequence[ui.ActionRow[Any]] = ()
) -> ui.LayoutView:
    """The page that `target` asks for, or the last one; `head` and `foot` stand on each, shorter than 3,000 together."""
    words = bot_catalogue(target.language)
    pages = join_pages(blocks, TEXT_LIMIT - len(head) - len(foot) - PAGE_NUMBER)
    target = target.at(min(target.page, len(pages) - 1))
    if len(pages) > 1:
        foot = f"{words('page.of', page=target.page + 1, pages=len(pages))} · {foot}"
    container: ui.Container[ui.LayoutView] = ui.Container(ui.TextDisplay(head), accent_colour=discord.Colour.blurple())
    if pages[target.page].strip():
        container.add_item(ui.TextDisplay(pages[target.page]))
    for each in (*page_turner(target, len(pages), words), *rows):
        container.add_item(each)
    container.add_item(ui.Separator()).add_item(ui.TextDisplay(f"-# {foot}"))
    return ui.LayoutView(timeout=None).add_item(container)


def source_line(titles: Sequence[str], generation: str, *more: str) -> str:
    """What the words of a card rest on."""
    return " · ".join([*more, inline_text(" / ".join(titles), TITLES), inline_text(generation, GENERATION)])


def notice_card(sentence: str) -> ui.LayoutView:
    """The card of a sentence of the bot's own."""
    return make_card([sentence], None, discord.Colour.blurple())


def unknown_name_text(error: UnknownNameError, language: Language) -> str:
    """What a word could mean that names no session, person, day or section, or more than one."""
    words = bot_catalogue(language)
    nearest = inline_text(words("scope.between").join(error.nearest), NEAREST)
    told = words(f"scope.unknown_{error.kind}", typed=inline_text(error.typed, SCOPE))
    return f"{told}\n{words('scope.nearest', names=nearest)}" if nearest else told


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
    # Without a timeout: what can be clicked says in its custom_id what it does, so nothing waits for a click.
    return ui.LayoutView(timeout=None).add_item(container)
