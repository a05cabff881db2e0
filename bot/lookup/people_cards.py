"""People as they are shown: in a line of a list, and on a card of their own with the report's lines that name them."""

from collections.abc import Iterable
from typing import Any

from discord import ui

from bot.cards.answer_card import quotation
from bot.cards.buttons import Choice, menus
from bot.cards.custom_ids import Target, of_person, token
from bot.cards.escaping import caption, inline
from bot.cards.layout import foot, sheet
from bot.engine import Engine
from bot.locale.catalogue import catalogue
from index.models import Person, PersonEntry
from index.text.localization import Catalogue

NAME, POST, TITLE = 200, 400, 200


def person_line(person: Person, words: Catalogue) -> str:
    """`**Ann Poe** (Ms.): Director, OECD`, and whether only prose names them."""
    honorific = words("person.honorific", honorific=inline(person.honorific, NAME)) if person.honorific else ""
    post = words("person.post", post=inline(posts(person, words), POST)) if person.role or person.org else ""
    prose = " " + words("person.from_prose") if person.from_prose else ""
    return f"**{caption(person.name, NAME)}**{honorific}{post}{prose}"


def posts(person: Person, words: Catalogue) -> str:
    return words("person.between").join(filter(None, (person.role, person.org)))


def appearances(entry: PersonEntry, engine: Engine, words: Catalogue) -> list[str]:
    """A line for each session that somebody appears in, and as what."""
    found = ((engine.directory.session(seen.session), seen.capacity) for seen in entry[1])
    return [
        words("person.appearance", capacity=words(f"capacity.{capacity}"), session=caption(session.title, TITLE))
        for session, capacity in found
        if session
    ]


def person_card(target: Target, entry: PersonEntry, engine: Engine) -> ui.LayoutView:
    """Name, post, sessions, and the lines of the report that say so."""
    words = catalogue(target.language)
    lines = [f"- {line}" for line in appearances(entry, engine, words)]
    quotations = [quotation(citation, words) for citation in engine.mentions(entry)]
    sessions = dict.fromkeys(seen.session for seen in entry[1])
    choices = [Choice(s.title, "session", token(s.id)) for id_ in sessions if (s := engine.directory.session(id_))]
    return sheet(
        target,
        person_line(entry[0], words),
        [*lines, *([f"**{words('card.answered')}**", *quotations] if quotations else [])],
        foot(engine.titles, engine.generation),
        menus(choices, words("menu.session"), target.language),
    )


def people_card(target: Target, head: str, entries: Iterable[PersonEntry], engine: Engine) -> ui.LayoutView:
    """A list of people, complete over its pages; a menu opens each of the first."""
    words = catalogue(target.language)
    found = list(entries)
    blocks = [
        "\n".join(["- " + person_line(entry[0], words), *(f"-# {line}" for line in appearances(entry, engine, words))])
        for entry in found
    ]
    return sheet(target, head, blocks, foot(engine.titles, engine.generation), people_menus(found, words))


def people_menus(entries: Iterable[PersonEntry], words: Catalogue) -> list[ui.ActionRow[Any]]:
    choices = [Choice(person.name, "person", of_person(person.name), posts(person, words)) for person, _ in entries]
    return menus(choices, words("menu.person"), words.language)
