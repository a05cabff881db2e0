"""Sessions as they are shown: in a line of a list, on a card of their own, and as the text that the report gives them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from discord import ui

from bot.cards.answer_card import quotation_text
from bot.cards.buttons import AskSessionButton, MenuChoice, NavigationButton, button_row, menu_rows
from bot.cards.custom_ids import Target, short_token
from bot.cards.escaping import caption_text, escape_markdown, inline_text
from bot.cards.layout import paged_card, source_line
from bot.cards.locations import pages_text, section_text
from bot.engine import Engine
from bot.locale.catalogue import bot_catalogue
from bot.lookup.people_cards import person_line
from index.models import Person, ReportInfo, Scope, Session
from index.text.localization import Catalogue

TITLE, SECTION = 300, 200


def session_card(target: Target, session: Session, engine: Engine) -> ui.LayoutView:
    """All that the report's structure says of a session, and a summary in its own words."""
    words = bot_catalogue(target.language)
    parts = engine.directory.parts(session)
    summary = [quotation_text(citation, words) for citation in engine.summary(session)]
    blocks = [
        *when_text(session, engine.source(session), words),
        *labelled_line(words("session.moderators"), people_lines(session.moderators, words)),
        *labelled_line(words("session.speakers"), people_lines(session.speakers, words)),
        *labelled_line(words("session.offices"), office_lines(session, words)),
        *labelled_line(words("session.parts"), [session_line(replace(part, parent=None), words) for part in parts]),
        *labelled_line(words("session.summary"), summary),
    ]
    about = [inline_text(section_text(session.section), SECTION), pages_text(session.pages, words)]
    rows = [*navigation_rows(target, session, engine, words), *session_menus(parts, words("menu.part"), words)]
    return paged_card(
        target, session_head(session, words), blocks, source_line(engine.titles, engine.generation, *about), rows
    )


def session_head(session: Session, words: Catalogue) -> str:
    agenda = [words("session.agenda_title", title=inline_text(session.agenda_title, TITLE))] if session.agenda_title else []
    return "\n".join([f"-# {kind_text(session, words)}", f"## {caption_text(session.title, TITLE)}", *agenda])


def kind_text(session: Session, words: Catalogue) -> str:
    """The kind in words where the catalogue has some, else as the report's profile calls it."""
    return words.texts.get(f"kind.{session.kind}") or inline_text(session.kind, TITLE)


def labelled_line(label: str, lines: Sequence[str]) -> list[str]:
    return [f"**{label}**\n{lines[0]}", *lines[1:]] if lines else []


def people_lines(people: Iterable[Person], words: Catalogue) -> list[str]:
    return [f"- {person_line(person, words)}" for person in people]


def office_lines(session: Session, words: Catalogue) -> list[str]:
    return [
        f"- {person_line(office.person, words)} → {inline_text(office.title, TITLE)}"
        + (f" ({inline_text(office.since, TITLE)})" if office.since else "")
        for office in session.offices
    ]


def session_line(session: Session, words: Catalogue) -> str:
    """Title, kind and time of a session in a list; a part is indented."""
    told = " · ".join(filter(None, (kind_text(session, words), venue_time(session))))
    indent = "  " if session.parent else ""
    return f"{indent}- **{caption_text(session.title, TITLE)}**\n{indent}  -# {told}"


def navigation_rows(target: Target, session: Session, engine: Engine, words: Catalogue) -> list[ui.ActionRow[Any]]:
    """Buttons to the sessions before, after and around, to ask about this one, and to its text."""
    siblings = [each for each in engine.directory.sessions if each.parent == session.parent]
    at = siblings.index(session)
    whole = engine.directory.session(session.parent) if session.parent else None
    around = [
        (siblings[at - 1] if at else None, "session.previous"),
        (whole, "session.whole"),
        (siblings[at + 1] if at + 1 < len(siblings) else None, "session.next"),
    ]
    go = [
        NavigationButton(Target("session", short_token(to.id), target.language), words(label)) for to, label in around if to
    ]
    text = Target("text", short_token(session.id), target.language)
    ask = AskSessionButton(target.language, short_token(session.id), words("session.inquire"))
    return [*([button_row(*go)] if go else []), button_row(ask, NavigationButton(text, words("session.text")))]


def session_menus(sessions: Iterable[Session], placeholder: str, words: Catalogue) -> list[ui.ActionRow[Any]]:
    choices = [MenuChoice(each.title, "session", short_token(each.id), venue_time(each)) for each in sessions]
    return menu_rows(choices, placeholder, words.language)


def sessions_card(target: Target, title: str, sessions: Iterable[Session], engine: Engine) -> ui.LayoutView:
    """A list of sessions, complete over its pages; a menu opens each of the first."""
    words = bot_catalogue(target.language)
    found = list(sessions)
    lines = [session_line(session, words) for session in found]
    zones = dict.fromkeys(source.time_zone for source in map(engine.source, found) if source.time_zone)
    notes = [words("agenda.zone", zone=inline_text(" / ".join(zones), SECTION))] if zones else []
    rows = session_menus(found, words("menu.session"), words)
    return paged_card(target, title, lines, source_line(engine.titles, engine.generation, *notes), rows)


def text_card(target: Target, session: Session, engine: Engine) -> ui.LayoutView:
    """The report's text of a session, whole, passage after passage."""
    words = bot_catalogue(target.language)
    blocks = [
        "\n".join(
            [
                *(f"> {line}" for line in escape_markdown(passage.text).split("\n")),
                f"-# {inline_text(section_text(passage.section), SECTION)} · {pages_text(passage.pages, words)}",
            ]
        )
        for passage in engine.passages(Scope(session=session.id))
    ]
    back = NavigationButton(Target("session", short_token(session.id), target.language), words("session.back"))
    return paged_card(
        target, session_head(session, words), blocks, source_line(engine.titles, engine.generation), [button_row(back)]
    )


def session_instants(session: Session, zone: str) -> tuple[datetime, datetime | None] | None:
    """Start and end, aware of the zone; None where the report is silent. What ends before it starts ends the day after."""
    if not (session.date and session.start):
        return None
    try:
        start, end = (instant_at(session.date, time, zone) if time else None for time in (session.start, session.end))
        if start is None:
            return None
        return start, end + timedelta(days=1) if end and end < start else end
    except OverflowError:  # the night after the last day of the calendar
        return None


def instant_at(date: str, time: str, zone: str) -> datetime:
    """The time of a day, of which 24:00 is the next one's beginning."""
    hours, minutes = map(int, time.split(":"))
    return (datetime.fromisoformat(date) + timedelta(hours=hours, minutes=minutes)).replace(tzinfo=ZoneInfo(zone))


def venue_time(session: Session) -> str:
    """`2021-12-15 18:00–19:30`, as much of it as the report says."""
    times = "–".join(filter(None, (session.start, session.end)))
    return " ".join(filter(None, (session.date, times)))


def when_text(session: Session, source: ReportInfo, words: Catalogue) -> list[str]:
    """Lines on when a session is: the member's own time where a zone is known, and the venue's; none without a date."""
    if not session.date:
        return []
    zone, span = source.time_zone, session_instants(session, source.time_zone) if source.time_zone else None
    if zone is None or span is None:
        return [words("session.when", time=venue_time(session))]
    start, end = span
    local = f"<t:{int(start.timestamp())}:f>" + (f" – <t:{int(end.timestamp())}:t>" if end else "")
    venue = words("session.venue_time", time=venue_time(session), zone=zone)
    note = [] if source.time_zone_stated else ["-# " + words("session.zone_not_stated")]
    return [words("session.your_time", time=local), venue, *note]
