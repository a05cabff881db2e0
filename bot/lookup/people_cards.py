"""Build the card of a person, with the sentences of the report that name them, and lists of people."""

from collections.abc import Iterable
from typing import Any

from discord import ui

from bot.cards.answer_card import quotation_text
from bot.cards.buttons import MenuChoice, menu_rows
from bot.cards.custom_ids import Target, person_token, session_token
from bot.cards.escaping import caption_text, inline_text
from bot.cards.layout import paged_card, source_line
from bot.engine import Engine
from bot.locale.catalogue import bot_catalogue
from index.models import Person, PersonEntry
from index.text.localization import Catalogue

NAME, POST, TITLE = 200, 400, 200
PEOPLE = 10  # of a page


def person_line(person: Person, words: Catalogue) -> str:
    """Format a person as `**Ann Poe** (Ms.): Director, OECD`, with a note if only running text names them."""
    honorific = words("person.honorific", honorific=inline_text(person.honorific, NAME)) if person.honorific else ""
    post = words("person.post", post=inline_text(posts_text(person, words), POST)) if person.role or person.org else ""
    prose = " " + words("person.from_prose") if person.from_prose else ""
    return f"**{caption_text(person.name, NAME)}**{honorific}{post}{prose}"


def posts_text(person: Person, words: Catalogue) -> str:
    return words("person.between").join(filter(None, (person.role, person.org)))


def appearance_lines(entry: PersonEntry, engine: Engine, words: Catalogue) -> list[str]:
    """Format one line for each session in which a person appears, with their capacity."""
    appearances = ((engine.directory.session(appearance.session), appearance.capacity) for appearance in entry[1])
    return [
        words("person.appearance", capacity=words(f"capacity.{capacity}"), session=caption_text(session.title, TITLE))
        for session, capacity in appearances
        if session
    ]


def person_card(target: Target, entry: PersonEntry, engine: Engine) -> ui.LayoutView:
    """Build the card of a person: name, post, sessions, and the sentences of the report that name them."""
    words = bot_catalogue(target.language)
    lines = [f"- {line}" for line in appearance_lines(entry, engine, words)]
    quotations = [quotation_text(citation, words) for citation in engine.mentions(entry)]
    speech = [quotation_text(citation, words) for citation in engine.speech(entry)]
    session_ids = dict.fromkeys(appearance.session for appearance in entry[1])
    sessions = filter(None, map(engine.directory.session, session_ids))
    choices = [MenuChoice(session.title, "session", session_token(session)) for session in sessions]
    return paged_card(
        target,
        person_line(entry[0], words),
        [
            *lines,
            *([f"**{words('person.speech')}**", *speech] if speech else []),
            *([f"**{words('card.answered')}**", *quotations] if quotations else []),
        ],
        source_line(engine.titles),
        menu_rows(choices, words("menu.session"), target.language),
    )


def people_card(target: Target, head: str, entries: Iterable[PersonEntry], engine: Engine) -> ui.LayoutView:
    """Build a paged list of all `entries`; menus open the first 75 of them."""
    words = bot_catalogue(target.language)
    people = list(entries)
    blocks = [
        "\n".join(["- " + person_line(entry[0], words), *(f"-# {line}" for line in appearance_lines(entry, engine, words))])
        for entry in people
    ]
    return paged_card(target, head, blocks, source_line(engine.titles), people_menus(people, words), PEOPLE)


def people_menus(entries: Iterable[PersonEntry], words: Catalogue) -> list[ui.ActionRow[Any]]:
    choices = [
        MenuChoice(person.name, "person", person_token(person.name), posts_text(person, words)) for person, _ in entries
    ]
    return menu_rows(choices, words("menu.person"), words.language)
