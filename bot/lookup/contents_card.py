"""Build the card of a report's outline, with menus into its chapters."""

from collections.abc import Iterable

from discord import ui

from bot.cards.buttons import MenuChoice, menu_rows
from bot.cards.custom_ids import Target, passage_key, section_token
from bot.cards.escaping import inline_text
from bot.cards.layout import paged_card, source_line
from bot.cards.locations import pages_text, section_text
from bot.engine import Engine
from bot.locale.catalogue import bot_catalogue
from index.models import Passage, Scope, SectionPath, starts_with

LEVELS = 2  # of the outline that a card shows
HEADING = 200  # characters, before escaping


def contents_card(target: Target, path: SectionPath, engine: Engine) -> ui.LayoutView:
    """Build the card of the sections below a path, two levels deep, with a menu of the first level.

    A choice leads to the outline of a section, or to its first passage if it has no sections below.

    :param path: Empty for the whole of the reports.
    """
    words = bot_catalogue(target.language)
    first = first_passages(engine.passages(Scope()))
    parents = {each[:-1] for each in first}
    below = [each for each in first if starts_with(each, path) and 0 < len(each) - len(path) <= LEVELS]
    head = f"### {inline_text(section_text(path), HEADING)}" if path else words("contents.title")
    lines = [outline_line(each, len(each) - len(path), pages_text(first[each].pages, words)) for each in below]
    choices = [
        MenuChoice(
            each[-1],
            "contents" if each in parents else "passage",
            section_token(each) if each in parents else passage_key(first[each]),
            pages_text(first[each].pages, words),
        )
        for each in below
        if len(each) == len(path) + 1
    ]
    rows = menu_rows(choices, words("contents.open"), target.language)
    return paged_card(target, head, lines or [words("contents.none")], source_line(engine.titles), rows)


def first_passages(passages: Iterable[Passage]) -> dict[SectionPath, Passage]:
    """Return the first passage of each section, outer ones included, in the order of the reports."""
    first: dict[SectionPath, Passage] = {}
    for passage in passages:
        for depth in range(1, len(passage.section) + 1):
            first.setdefault(passage.section[:depth], passage)
    return first


def outline_line(path: SectionPath, level: int, pages: str) -> str:
    """Format a section as a list item, indented by its level from 1."""
    return "  " * (level - 1) + " · ".join(filter(None, (f"- {inline_text(path[-1], HEADING)}", pages)))
