"""Build the card of a session, the card of its text in the report, and lists of sessions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from discord import ui

from bot.cards.answer_card import quotation_text
from bot.cards.buttons import AskSessionButton, MenuChoice, NavigationButton, button_row, menu_rows
from bot.cards.custom_ids import Target, session_token
from bot.cards.escaping import caption_text, escape_markdown, inline_text
from bot.cards.layout import paged_card, source_line
from bot.cards.locations import join_places, pages_text, section_text
from bot.engine import Engine
from bot.locale.catalogue import bot_catalogue
from bot.lookup.people_cards import person_line
from index.models import Person, ReportInfo, Scope, Session
from index.text.localization import Catalogue

TITLE, SECTION = 300, 200
SESSIONS = 10  # of a page


def session_card(target: Target, session: Session, engine: Engine) -> ui.LayoutView:
    """Build the card of a session: time, people, offices and parts, and a summary in quotations."""
    words = bot_catalogue(target.language)
    parts = engine.directory.parts(session)
    summary = [quotation_text(citation, words) for citation in engine.summary(session)]
    blocks = [
        *when_text(session, engine.source(session), words),
        *labelled_line(words("session.moderators"), people_lines(session.moderators, words)),
        *labelled_line(words("session.speakers"), people_lines(session.speakers, words)),
        *labelled_line(words("session.offices"), office_lines(session, words)),
        *labelled_line(
            words("session.parts"), [session_line(replace(part, parent=None), words, venue_time(part)) for part in parts]
        ),
        *labelled_line(words("session.summary"), summary),
    ]
    about = [inline_text(section_text(session.section), SECTION), pages_text(session.pages, words)]
    rows = [*navigation_rows(target, session, engine, words), *session_menus(parts, words("menu.part"), words)]
    return paged_card(target, session_head(session, words), blocks, source_line(engine.titles, *about), rows)


def session_head(session: Session, words: Catalogue) -> str:
    agenda = [words("session.agenda_title", title=inline_text(session.agenda_title, TITLE))] if session.agenda_title else []
    return "\n".join([f"-# {kind_text(session, words)}", f"## {caption_text(session.title, TITLE)}", *agenda])


def kind_text(session: Session, words: Catalogue) -> str:
    """Translate the kind of a session; without a translation, return the name from the report's profile."""
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


def day_lines(sessions: Sequence[Session], words: Catalogue) -> list[str]:
    """Format sessions for a paged list; of several days, each stands above its first session and again on the next page."""
    lines, several = [], len({session.date for session in sessions}) > 1
    for n, session in enumerate(sessions):
        is_new = several and (n % SESSIONS == 0 or session.date != sessions[n - 1].date)
        day = [f"### {session.date or words('agenda.undated')}"] if is_new else []
        lines.append("\n".join([*day, session_line(session, words, span_text(session))]))
    return lines


def session_line(session: Session, words: Catalogue, when: str) -> str:
    """Format title, kind and time of a session for a list; parts of a session are indented."""
    details = " · ".join(filter(None, (kind_text(session, words), when)))
    indent = "  " if session.parent else ""
    return f"{indent}- **{caption_text(session.title, TITLE)}**\n{indent}  -# {details}"


def navigation_rows(target: Target, session: Session, engine: Engine, words: Catalogue) -> list[ui.ActionRow[Any]]:
    """Build the buttons to the previous, parent and next session, to the question form and to the text of the session."""
    siblings = [sibling for sibling in engine.directory.sessions if sibling.parent == session.parent]
    position = siblings.index(session)
    parent = engine.directory.session(session.parent) if session.parent else None
    neighbours = [
        (siblings[position - 1] if position else None, "session.previous"),
        (parent, "session.whole"),
        (siblings[position + 1] if position + 1 < len(siblings) else None, "session.next"),
    ]
    buttons = [
        NavigationButton(Target("session", session_token(neighbour), target.language), words(label))
        for neighbour, label in neighbours
        if neighbour
    ]
    text = Target("text", session_token(session), target.language)
    ask = AskSessionButton(target.language, session_token(session), words("session.inquire"))
    return [*([button_row(*buttons)] if buttons else []), button_row(ask, NavigationButton(text, words("session.text")))]


def session_menus(sessions: Iterable[Session], placeholder: str, words: Catalogue) -> list[ui.ActionRow[Any]]:
    choices = [MenuChoice(session.title, "session", session_token(session), venue_time(session)) for session in sessions]
    return menu_rows(choices, placeholder, words.language)


def sessions_card(target: Target, title: str, sessions: Iterable[Session], engine: Engine) -> ui.LayoutView:
    """Build a paged list of all `sessions`; menus open the first 75 of them."""
    words = bot_catalogue(target.language)
    sessions = list(sessions)
    zones = dict.fromkeys(source.time_zone for source in map(engine.source, sessions) if source.time_zone)
    notes = [words("agenda.zone", zone=inline_text(" / ".join(zones), SECTION))] if zones else []
    rows = session_menus(sessions, words("menu.session"), words)
    lines = day_lines(sessions, words)
    return paged_card(target, title, lines, source_line(engine.titles, *notes), rows, SESSIONS)


def text_card(target: Target, session: Session, engine: Engine) -> ui.LayoutView:
    """Build the card of the full text of a session, passage by passage."""
    words = bot_catalogue(target.language)
    blocks = [
        "\n".join(
            [
                *(f"> {line}" for line in escape_markdown(passage.text).split("\n")),
                "-# " + join_places(inline_text(section_text(passage.section), SECTION), pages_text(passage.pages, words)),
            ]
        )
        for passage in engine.passages(Scope(session=session.id))
    ]
    back = NavigationButton(Target("session", session_token(session), target.language), words("session.back"))
    return paged_card(target, session_head(session, words), blocks, source_line(engine.titles), [button_row(back)])


def session_instants(session: Session, zone: str) -> tuple[datetime, datetime | None] | None:
    """Compute start and end of a session; an end before the start is on the next day.

    :param zone: An IANA time zone.
    :return: Aware datetimes; None if the report gives no date or start, or if the date is out of range.
    """
    if not (session.date and session.start):
        return None
    try:
        start, end = (instant_at(session.date, time, zone) if time else None for time in (session.start, session.end))
        if start is None:
            return None
        return start, end + timedelta(days=1) if end and end < start else end
    except OverflowError:  # the end falls after the last day of the calendar
        return None


def instant_at(date: str, time: str, zone: str) -> datetime:
    """Combine date and time in a time zone; 24:00 is the start of the next day."""
    hours, minutes = map(int, time.split(":"))
    return (datetime.fromisoformat(date) + timedelta(hours=hours, minutes=minutes)).replace(tzinfo=ZoneInfo(zone))


def venue_time(session: Session) -> str:
    """Format date and time as `2021-12-15 18:00–19:30`, as far as the report gives them."""
    return " ".join(filter(None, (session.date, span_text(session))))


def span_text(session: Session) -> str:
    """Format start and end of a session as `18:00–19:30`, as far as the report gives them."""
    return "–".join(filter(None, (session.start, session.end)))


def when_text(session: Session, source: ReportInfo, words: Catalogue) -> list[str]:
    """Format when a session takes place, in the member's time if the time zone is known, and at the venue.

    :return: One text a line; empty without a date.
    """
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
