"""Document -> sessions and people: a session is a section with a date field, its parts are the sections right below it.

What a report does not say stays None; names, roles and organisations stay as printed.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from rapidfuzz import fuzz, process

from index.dates import Day, cut_day, find_day, find_times
from index.fields import Fields, read_fields, without_number
from index.models import Document, Person, Section, SectionPath, Session
from index.profile import Profile

T = TypeVar("T")
Capacity = Literal["moderator", "speaker"]

# Similarities of 0 to 100: a timetable may shorten or reword a title; a query may be misspelt or part of a name,
# but with so few characters any misspelling is another word.
SAME_TITLE, MATCHES, EXACT_BELOW = 60, 80, 5


@dataclass(frozen=True, slots=True)
class Appearance:
    """The id of a session that someone takes part in, and as what."""

    session: str
    capacity: Capacity


@dataclass(frozen=True, slots=True)
class Slot:
    """A line of the timetable."""

    day: Day | None
    times: tuple[str, str]
    title: str


PersonEntry = tuple[Person, tuple[Appearance, ...]]


def sessions(document: Document, profile: Profile, prefix: str = "") -> tuple[Session, ...]:
    """Every session followed by its parts, in report order, as `s04`, `s04.1`. `prefix` keeps ids of reports apart."""
    fields, slots = read_fields(document, profile), timetable(document, profile)
    dated: list[tuple[Section, Session]] = []
    found: list[Session] = []
    for section in document.sections:
        own = fields.get(section, Fields())
        _, title = without_number(section.title, profile)
        kind = next((kind for word, kind in profile.kinds.items() if word.casefold() in title.casefold()), None)
        parent = next((session for outer, session in reversed(dated) if section.start < outer.end), None)
        date, times = date_and_times(own.date, title, slots)
        if own.date is not None:
            name = f"{prefix}s{len(dated) + 1:02}"
        elif parent and section.path[:-1] == parent.section and (own.moderators or own.speakers or kind):
            name, date = f"{parent.id}.{sum(other.parent == parent.id for other in found) + 1}", parent.date
        else:
            continue
        session = Session(
            id=name,
            title=title,
            parent=parent.id if parent else None,
            kind=kind or "session",
            date=date,
            start=times and times[0],
            end=times and times[1],
            section=section.path,
            pages=document.pages(section.start, section.end),
            moderators=own.moderators,
            speakers=own.speakers,
        )
        found.append(session)
        if own.date is not None:
            dated.append((section, session))
    return tuple(found)


def date_and_times(field: str | None, title: str, slots: list[Slot]) -> tuple[str | None, tuple[str, str] | None]:
    """ISO date and times of a date field; the times are the timetable's where the field has none."""
    if field is None:
        return None, None
    day = find_day(field)
    date = day.iso() if day else None
    titles = {n: slot.title for n, slot in enumerate(slots) if slot.day is None or slot.day.fits(date)}
    best = process.extractOne(title, titles, scorer=fuzz.ratio, processor=fold, score_cutoff=SAME_TITLE)
    return date, find_times(field) or (slots[best[2]].times if best else None)


def timetable(document: Document, profile: Profile) -> list[Slot]:
    """The lines with a time under the agenda's heading; a line with a date but no time dates the lines after it."""
    slots: list[Slot] = []
    day: Day | None = None
    for paragraph in document.paragraphs:
        within = profile.agenda and any(profile.agenda.heading in title for title in paragraph.path)
        if not within or paragraph.is_heading:
            continue
        line = document.text[paragraph.start : paragraph.end]
        named, title = cut_day(line)
        day = named or day
        if times := find_times(line):
            slots.append(Slot(day, times, title))
    return slots


def people(found: Iterable[Session]) -> tuple[PersonEntry, ...]:
    """Everyone whom sessions name, in order of first appearance, told apart by name; the fullest entry is kept."""
    entries: dict[str, PersonEntry] = {}
    for session in found:
        named = [(person, Appearance(session.id, "moderator")) for person in session.moderators]
        named += [(person, Appearance(session.id, "speaker")) for person in session.speakers]
        for person, appearance in named:
            known, appearances = entries.get(fold(person.name), (person, ()))
            fullest = max(known, person, key=lambda p: (p.role is not None) + (p.org is not None))
            entries[fold(person.name)] = fullest, (*appearances, appearance)
    return tuple(entries.values())


def sole_speaker(found: Iterable[Session], path: SectionPath) -> str | None:
    """Whose words a section reports: the only speaker of the innermost part that it lies in, if nobody moderates."""
    within = [session for session in found if path[: len(session.section)] == session.section]
    innermost = max(within, key=lambda session: len(session.section), default=None)
    if innermost is None or innermost.moderators or len(innermost.speakers) != 1:
        return None
    return innermost.speakers[0].name


def search(found: Iterable[Session], query: str) -> tuple[Session, ...]:
    """The sessions that match, best first: by title, people and organisations, on the day that the query may name."""
    day, words = cut_day(query)

    def texts(session: Session) -> list[str | None]:
        crowd = (*session.moderators, *session.speakers)
        return [session.title, *(text for person in crowd for text in (person.name, person.org, person.role))]

    return rank((session for session in found if day is None or day.fits(session.date)), words, texts)


def search_people(entries: Iterable[PersonEntry], query: str) -> tuple[PersonEntry, ...]:
    """The people that match, best first: by name, organisation and role."""
    return rank(entries, query, lambda entry: [entry[0].name, entry[0].org, entry[0].role])


def rank(items: Iterable[T], query: str, texts: Callable[[T], list[str | None]]) -> tuple[T, ...]:
    """The items with a text that holds the query, or that the query holds, best first; all of them for no query."""
    wanted = fold(query)
    if not wanted:
        return tuple(items)
    scored = [(max(similarity(wanted, fold(text or "")) for text in texts(item)), item) for item in items]
    scored.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(item for score, item in scored if score[0])


def similarity(wanted: str, text: str) -> tuple[float, float]:
    """How well the shorter is part of the longer, 0 below the cut; and how alike they are, which orders equal parts."""
    cut = 100 if min(len(wanted), len(text)) < EXACT_BELOW else MATCHES
    return fuzz.partial_ratio(wanted, text, score_cutoff=cut), fuzz.ratio(wanted, text)


def fold(text: str) -> str:
    """The form in which texts are compared: NFKC, case folded, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
