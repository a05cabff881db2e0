"""Extract sessions and people from a document.

A session is a section with a date field or a line in the timetable; the sections directly below it are its parts. A section
whose heading begins with its times, or that lists people and is in no session, is one too. Values that the report does not
state are None. Names, roles and organisations stay as printed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from index.models import (
    Appearance,
    Capacity,
    Document,
    Office,
    Person,
    PersonEntry,
    Section,
    SectionPath,
    Session,
    starts_with,
)
from index.reports.labelled_fields import Fields, read_fields, without_number
from index.reports.person_mentions import Mention, find_listed_speakers, find_mentions
from index.reports.profile import Profile
from index.reports.timetable import Heading, Slot, assign_slots, in_agenda, read_timed_headings, read_timetable
from index.text.dates import find_day
from index.text.normalization import drop_surrogates, fold_text, name_key
from index.text.times import find_times

UNKNOWN = "session"  # the kind of a session whose heading contains no word of a kind

# Called with an offset in the document and the problem there.
Warn = Callable[[int, str], None]


def ignore_problem(_offset: int, _problem: str) -> None:
    """Ignore a problem."""


def find_sessions(
    document: Document, profile: Profile, prefix: str = "", warn: Warn = ignore_problem
) -> tuple[Session, ...]:
    """Return every session followed by its parts, in document order, with ids such as `s04` and `s04.1`.

    :param prefix: Prefix of the ids, to tell reports apart.
    :param warn: Called for each line of the timetable without a heading and each session without a readable date.
    """
    fields, slots = read_fields(document, profile), read_timetable(document, profile)
    headings = [
        Heading(section, without_number(section.title, profile)[1], find_day(fields.get(section, Fields()).date or ""))
        for section in document.sections
        if not in_agenda(section.path, profile)
    ]
    slots_by_section = assign_slots(slots, headings)
    for slot in slots:
        if slot not in slots_by_section.values():
            warn(slot.start, f"no heading fits “{slot.title}” of the agenda, so its times are left out")
    timed = read_timed_headings(document, headings)
    sessions: list[tuple[Section, Session]] = []
    for heading in headings:
        section_fields, slot_of_section = fields.get(heading.section, Fields()), slots_by_section.get(heading.section)
        slot_of_section = slot_of_section or timed[heading.section]
        whole = enclosing_section(heading.section.start, ((s, earlier) for s, earlier in sessions if is_whole(earlier)))
        session = describe_session(heading, section_fields, slot_of_section, document, profile)
        if section_fields.date is not None or ((slot_of_section or section_fields.crowd) and not whole):
            number = sum(is_whole(earlier) for _, earlier in sessions) + 1
            session = replace(session, id=f"{prefix}s{number:02}", parent=whole.id if whole else None)
            if session.date is None:
                warn(heading.section.start, f"the session “{session.title}” has no date that can be read")
        elif (
            whole
            and (heading.section.path[:-1] == whole.section or timed[heading.section])
            and (section_fields.crowd or slot_of_section or session.kind != UNKNOWN)
        ):
            number = sum(earlier.id.startswith(f"{whole.id}.") for _, earlier in sessions) + 1
            session = replace(session, id=f"{whole.id}.{number}", parent=whole.id, date=whole.date)
        else:
            continue
        sessions.append((heading.section, session))
    return tuple(add_prose_people(document, profile, sessions))


def is_whole(session: Session) -> bool:
    """Return whether a session is not a part of another one."""
    return "." not in session.id.rpartition(":")[2]


def enclosing_section(offset: int, sessions: Iterable[tuple[Section, Session]]) -> Session | None:
    """Return the innermost session whose section contains an offset in the document."""
    return next((session for section, session in reversed([*sessions]) if section.start <= offset < section.end), None)


def describe_session(heading: Heading, own: Fields, slot: Slot | None, document: Document, profile: Profile) -> Session:
    """Build a session without an id from its heading, labelled fields and line in the timetable."""
    section, title = heading.section, heading.title
    kind = next((kind for word, kind in profile.kinds.items() if word.casefold() in title.casefold()), UNKNOWN)
    day = heading.day or (slot.day if slot else None)
    start, end = find_times(own.date or "") or (slot.times if slot else (None, None))
    return Session(
        id="",
        title=title,
        parent=None,
        kind=kind,
        date=day.iso() if day else None,
        start=start,
        end=end,
        section=section.path,
        pages=document.pages(section.start, section.end),
        moderators=own.moderators,
        speakers=own.speakers,
        agenda_title=slot.title if slot and fold_text(slot.title) != fold_text(title) else None,
    )


def add_prose_people(document: Document, profile: Profile, sessions: list[tuple[Section, Session]]) -> Iterator[Session]:
    """Yield the sessions with the people added whom only their running text or lists of what was said name."""
    mentions: dict[str, list[Mention]] = {}
    listed = find_listed_speakers(document, profile.titles)
    for number, paragraph in enumerate(document.paragraphs):
        session = None if paragraph.is_heading else enclosing_section(paragraph.start, sessions)
        if session:
            found = find_mentions(document.text[paragraph.start : paragraph.end], profile)
            mentions.setdefault(session.id, []).extend((*found, *filter(None, [listed.get(number)])))
    for _, session in sessions:
        names = {person_key(person.name) for person in (*session.moderators, *session.speakers)}
        added: dict[Capacity, dict[str, Mention]] = {"moderator": {}, "speaker": {}, "takes office": {}}
        for mention in mentions.get(session.id, ()):
            name = person_key(mention.person.name)
            if mention.capacity == "takes office" or name not in names:
                added[mention.capacity].setdefault(name, mention)
        yield replace(
            session,
            moderators=(*session.moderators, *(mention.person for mention in added["moderator"].values())),
            speakers=(*session.speakers, *(mention.person for mention in added["speaker"].values())),
            offices=tuple(Office(m.person, m.office or "", m.since) for m in added["takes office"].values()),
        )


def collect_people(sessions: Iterable[Session]) -> tuple[PersonEntry, ...]:
    """Return everyone named in sessions, in order of first appearance, with their appearances.

    Entries with the same name key are one person; the most complete entry is kept. A mention in the prose of a session does
    not count as an appearance if one of its parts lists the person as a speaker.
    """
    all_sessions = tuple(sessions)
    listed = {(session.parent, person_key(p.name)) for session in all_sessions for p in session.speakers if not p.from_prose}
    entries: dict[str, tuple[list[Person], list[Appearance]]] = {}
    for session in all_sessions:
        for person, capacity in participants(session):
            name = person_key(person.name)
            people, appearances = entries.setdefault(name, ([], []))
            people.append(person)
            if not (person.from_prose and capacity == "speaker" and (session.id, name) in listed):
                appearances.append(Appearance(session.id, capacity))
    return tuple((merge_people(people), tuple(appearances)) for people, appearances in entries.values())


def person_key(name: str) -> str:
    """Return the key that identifies a person: the name without case, accents and punctuation."""
    return name_key(name) or drop_surrogates(name)


def participants(session: Session) -> Iterator[tuple[Person, Capacity]]:
    """Yield everyone named in a session, with their capacity."""
    yield from ((person, "moderator") for person in session.moderators)
    yield from ((person, "speaker") for person in session.speakers)
    yield from ((office.person, "takes office") for office in session.offices)


def merge_people(known: Sequence[Person]) -> Person:
    """Merge the entries of one person.

    Takes the entry with most fields, preferably from a list, and an honorific from any.
    """
    fullest = max(known, key=lambda person: ((person.role is not None) + (person.org is not None), not person.from_prose))
    honorific = fullest.honorific or next((person.honorific for person in known if person.honorific), None)
    return replace(fullest, honorific=honorific, from_prose=all(person.from_prose for person in known))


def innermost_session(sessions: Iterable[Session], path: SectionPath) -> Session | None:
    """Return the session with the longest section path that contains a section, or None."""
    enclosing = [session for session in sessions if starts_with(path, session.section)]
    return max(enclosing, key=lambda session: len(session.section), default=None)


def sole_speaker(sessions: Iterable[Session], path: SectionPath) -> str | None:
    """Return the speaker whose words a section reports, or None.

    This is the only speaker of the innermost session that contains the section, if it has no moderator.
    """
    innermost = innermost_session(sessions, path)
    if innermost is None or innermost.moderators or len(innermost.speakers) != 1 or innermost.speakers[0].from_prose:
        return None
    return innermost.speakers[0].name
