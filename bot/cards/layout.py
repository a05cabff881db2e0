"""The form of a card that is looked up: a head, a body in pages, rows of buttons, a foot."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.cards.answer_card import GENERATION, TEXT_LIMIT, TITLES, inline
from bot.cards.buttons import page_turner
from bot.cards.custom_ids import Target
from bot.cards.paging import paged
from bot.locale.catalogue import catalogue

PAGE_NUMBER = 40  # room for the words "page 1 of 2" and the marks of small text


def sheet(
    target: Target, head: str, blocks: Iterable[str], foot: str, rows: Sequence[ui.ActionRow[Any]] = ()
) -> ui.LayoutView:
    """The page that `target` asks for, or the last one; `head` and `foot` stand on each, shorter than 3,000 together."""
    words = catalogue(target.language)
    pages = paged(blocks, TEXT_LIMIT - len(head) - len(foot) - PAGE_NUMBER)
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


def foot(titles: Sequence[str], generation: str, *more: str) -> str:
    """What the words of a card rest on."""
    return " · ".join([*more, inline(" / ".join(titles), TITLES), inline(generation, GENERATION)])
