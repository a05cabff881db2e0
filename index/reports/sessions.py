"""Document -> sessions and people: a session is a section with a date field, its parts are the sections right below it.

A section whose title the timetable holds is a session too. What a report does not say stays None; names, roles and
organisations stay as printed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from index.models import Appearance, Capacity, Document, Office, Person, PersonEntry, Section, SectionPath, Session
from index.reports.labelled_fields import Fields, read_fields, without_number
from index.reports.person_names import Mention, find_mentions
from index.reports.profile import Profile
from index.reports.timetable import Heading, Slot, assign_slots, in_agenda, read_timetable
from index.text.dates import find_day, find_times
from index.text.normalization import drop_surrogates, fold_text, name_key

UNKNOWN = "session"  # the kind of a session whose heading says none

# Told the offset in the document and what could not be made sense of there.
Warn = Callable[[int, str], None]


def ignore_problem(_offset: int, _problem: str) -> None:
    """Warn nobody."""


def find_sessions(
    document: Document, profile: Profile, prefix: str = "", warn: Warn = ignore_problem
) -> tuple[Session, ...]:
    """Every session followed by its parts, in report order, as `s04`, `s04.1`. `prefix` keeps ids of reports apart."""
    fields, slots = read_fields(document, profile), read_timetable(document, profile)
    headings = [
        Heading(section, without_number(section.title, profile)[1], find_day(fields.get(section, Fields()).date or ""))
        for section in document.sections
        if not in_agenda(section.path, profile)
    ]
    timed = assign_slots(slots, headings)
    for slot in slots:
        if slot not in timed.values():
            warn(slot.start, f"no heading fits “{slot.title}” of the agenda, so its times are left out")
    found: list[tuple[Section, Session]] = []
    for heading in headings:
        own, line = fields.get(heading.section, Fields()), timed.get(heading.section)
        whole = enclosing_section(heading.section.start, ((s, each) for s, each in found if is_whole(each)))
        session = describe_session(heading, own, line, document, profile)
        if own.date is not None or (line and not whole):
            number = sum(is_whole(each) for _, each in found) + 1
            session = replace(session, id=f"{prefix}s{number:02}", parent=whole.id if whole else None)
            if session.date is None:
                warn(heading.section.start, f"the session “{session.title}” has no date that can be read")
        elif whole and heading.section.path[:-1] == whole.section and (own.crowd or line or session.kind != UNKNOWN):
            number = sum(each.id.startswith(f"{whole.id}.") for _, each in found) + 1
            session = replace(session, id=f"{whole.id}.{number}", parent=whole.id, date=whole.date)
        else:
            continue
        found.append((heading.section, session))
    return tuple(add_prose_people(document, profile, found))


def is_whole(session: Session) -> bool:
    """Whether it is no part."""
    return "." not in session.id.rpartition(":")[2]


def enclosing_section(offset: int, found: Iterable[tuple[Section, Session]]) -> Session | None:
    """The innermost of the sessions that an offset in the document lies in."""
    return next((session for section, session in reversed([*found]) if section.start <= offset < section.end), None)


def describe_session(heading: Heading, own: Fields, slot: Slot | None, document: Document, profile: Profile) -> Session:
    """What heading, fields and timetable say of a session that has no id yet."""
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


def add_prose_people(document: Document, profile: Profile, found: list[tuple[Section, Session]]) -> Iterator[Session]:
    """The sessions with the people whom only their running text names, beside those whom their lists do."""
    said: dict[str, list[Mention]] = {}
    for paragraph in document.paragraphs:
        session = None if paragraph.is_heading else enclosing_section(paragraph.start, found)
        if session:
            said.setdefault(session.id, []).extend(find_mentions(document.text[paragraph.start : paragraph.end], profile))
    for _, session in found:
        names = {person_key(person.name) for person in (*session.moderators, *session.speakers)}
        new: dict[Capacity, dict[str, Mention]] = {"moderator": {}, "speaker": {}, "takes office": {}}
        for mention in said.get(session.id, ()):
            name = person_key(mention.person.name)
            if mention.capacity == "takes office" or name not in names:
                new[mention.capacity].setdefault(name, mention)
        yield replace(
            session,
            moderators=(*session.moderators, *(mention.person for mention in new["moderator"].values())),
            speakers=(*session.speakers, *(mention.person for mention in new["speaker"].values())),
            offices=tuple(Office(m.person, m.office or "", m.since) for m in new["takes office"].values()),
        )


def collect_people(found: Iterable[Session]) -> tuple[PersonEntry, ...]:
    """Everyone whom sessions name, in order of first appearance, told apart by name; the fullest entry is kept.

    Prose of a session about someone whom a part of it lists is no appearance of its own.
    """
    every = tuple(found)
    listed = {(session.parent, person_key(p.name)) for session in every for p in session.speakers if not p.from_prose}
    entries: dict[str, tuple[list[Person], list[Appearance]]] = {}
    for session in every:
        for person, capacity in participants(session):
            name = person_key(person.name)
            known, appearances = entries.setdefault(name, ([], []))
            known.append(person)
            if not (person.from_prose and capacity == "speaker" and (session.id, name) in listed):
                appearances.append(Appearance(session.id, capacity))
    return tuple((merge_people(known), tuple(appearances)) for known, appearances in entries.values())


def person_key(name: str) -> str:
    """What tells people apart: the name without case, accents and punctuation, where it has anything else."""
    return name_key(name) or drop_surrogates(name)


def participants(session: Session) -> Iterator[tuple[Person, Capacity]]:
    """Everyone whom a session names, and as what."""
    yield from ((person, "moderator") for person in session.moderators)
    yield from ((person, "speaker") for person in session.speakers)
    yield from ((office.person, "takes office") for office in session.offices)


def merge_people(known: Sequence[Person]) -> Person:
    """The entry that says most of one person, from a list rather than from prose, with an honorific that any has."""
    fullest = max(known, key=lambda person: ((person.role is not None) + (person.org is not None), not person.from_prose))
    honorific = fullest.honorific or next((person.honorific for person in known if person.honorific), None)
    return replace(fullest, honorific=honorific, from_prose=all(person.from_prose for person in known))


def sole_speaker(found: Iterable[Session], path: SectionPath) -> str | None:
    """Whose words a section reports: the only speaker of the innermost part that it lies in, if nobody moderates."""
    within = [session for session in found if path[: len(session.section)] == session.section]
    innermost = max(within, key=lambda session: len(session.section), default=None)
    if innermost is None or innermost.moderators or len(innermost.speakers) != 1 or innermost.speakers[0].from_prose:
        return None
    return innermost.speakers[0].name
