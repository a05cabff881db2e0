"""Show how a new report will be read, so that its maintainer can judge the conversion before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.config import PassageOptions
from index.ingest.converter_types import Converted
from index.ingest.lines.list_marks import may_start_paragraph, starts_paragraph
from index.ingest.meetings.attendees import find_attendees
from index.ingest.meetings.labels import TITLES
from index.models import Document, Passage, Person, Session
from index.reports.labelled_fields import without_number
from index.reports.passages import character_limit, split_passages
from index.reports.profile import Profile
from index.reports.reader import PARAGRAPH_ENDS, display_width, read_document
from index.reports.sessions import collect_people, find_sessions, participants
from index.reports.table_rows import is_row

SHOWN = 40  # headings
SESSIONS, PEOPLE, WARNINGS, NAMES = 20, 30, 10, 8
PLACES = (0.25, 0.5, 0.75)  # of the text, whose pages are shown as they will be read
PAGE = 1500  # characters that count as a page where there are no pages
MOST_OF_PAGE = 3000  # characters
SHORT = 24  # columns; a shorter line is a caption or a name and no fragment
MANY_FRAGMENTS = 0.2
FEW_CHARACTERS = 200
TERMINAL = PARAGRAPH_ENDS + "…”’\"'」』）)]】》〉"


@dataclass(frozen=True, slots=True)
class Preview:
    """A report as a build would read it. Problems are offsets in the document with what is wrong there."""

    document: Document
    passages: tuple[Passage, ...]
    sessions: tuple[Session, ...]
    problems: tuple[tuple[int, str], ...]


def read_preview(text: str, profile: Profile, options: PassageOptions) -> Preview:
    """Read a report as a build would."""
    document = read_document(text, profile)
    problems: list[tuple[int, str]] = []
    sessions = find_sessions(document, profile, warn=lambda offset, problem: problems.append((offset, problem)))
    passages = tuple(split_passages(document, character_limit(document.text, options)))
    return Preview(document, passages, sessions, tuple(problems))


def preview_lines(preview: Preview, converted: Converted, profile: Profile) -> Iterator[str]:
    """Yield the lines of a preview: size, outline, pages of the text, what was left out, sessions, people and warnings."""
    document = preview.document
    pages = f"{len(document.page_starts)} pages" if converted.paged else "no pages"
    yield f"{pages}, {len(document.sections)} sections, {len(preview.passages)} passages"
    yield from outline_lines(document, is_paged=converted.paged)
    yield from page_lines(document, is_paged=converted.paged)
    for name, count in converted.dropped:
        yield f"left out: {name} ({count})"
    yield f"fragments: {fragment_share(document):.0%} of the text is in paragraphs that end within a sentence"
    yield from label_lines(profile)
    yield from session_lines(preview.sessions)
    yield from people_lines("attendees", find_attendees(converted.text.split("\n\n"), TITLES))
    for warning in warnings(preview, converted, profile):
        yield f"warning: {warning}"


def outline_lines(document: Document, *, is_paged: bool) -> Iterator[str]:
    """Yield the headings, indented by their levels, with their pages if there are any."""
    for section in document.sections[:SHOWN]:
        page = f"  (page {document.pages(section.start, section.start)[0]})" if is_paged else ""
        yield f"{'  ' * len(section.path)}{section.title}{page}"
    if len(document.sections) > SHOWN:
        yield f"  and {len(document.sections) - SHOWN} more"


def page_lines(document: Document, *, is_paged: bool) -> Iterator[str]:
    """Yield three pages from the middle of the text as they will be read, a paragraph a line."""
    size = len(document.text)
    starts = list(document.page_starts) if is_paged else list(range(0, max(1, size), PAGE))
    for position in sorted({int(place * len(starts)) for place in PLACES}):
        start, end = starts[position], starts[position + 1] if position + 1 < len(starts) else size
        shown = [each for each in document.paragraphs if each.start < end and each.end > start]
        if shown:
            yield f"page {position + 1}:" if is_paged else f"at {start / size:.0%} of the text:"
        room = MOST_OF_PAGE
        for paragraph in shown:
            text = document.text[paragraph.start : paragraph.end]
            if room > 0:
                cut = text if len(text) <= room else f"{text[:room]}…"
                yield f"  {'heading: ' if paragraph.is_heading else ''}{cut}"
            room -= len(text)


def fragment_share(document: Document) -> float:
    """Return the share of characters outside headings that are in paragraphs which end within a sentence.

    Rows of tables, items of lists and short lines need no sentence, nor does a reference that ends with an address.
    """
    total = fragments = 0
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.end]
        if paragraph.is_heading or is_row(text):
            continue
        total += len(text)
        is_item = starts_paragraph(text) or may_start_paragraph(text)
        is_whole = is_item or "://" in text.rsplit(maxsplit=1)[-1]
        ends_within = text[-1] not in TERMINAL and not is_whole and display_width(text) >= SHORT
        fragments += len(text) * (ends_within or (text[0].islower() and not is_item))
    return fragments / total if total else 0.0


def label_lines(profile: Profile) -> Iterator[str]:
    """Yield what is proposed for a report of a meeting."""
    for key, words in profile.labels:
        if words:
            yield f"labels of {key}: {', '.join(words)}"
    if profile.titles.honorifics:
        yield f"forms of address: {', '.join(profile.titles.honorifics)}"
    if profile.agenda:
        yield f"agenda: below “{profile.agenda.heading}”"
    if profile.place:
        yield f"place: {profile.place}"


def session_lines(sessions: Sequence[Session]) -> Iterator[str]:
    """Yield the sessions with their people, and everyone who was found."""
    if not sessions:
        return
    yield f"{len(sessions)} sessions"
    for session in sessions[:SESSIONS]:
        times = f"{session.start}–{session.end}" if session.start else ""
        about = " ".join(filter(None, (session.date, times, session.title)))
        names = list(dict.fromkeys(person.name for person, _ in participants(session)))
        people = f": {'; '.join(names[:NAMES])}{' …' if len(names) > NAMES else ''}" if names else ""
        yield f"  {about}{people}"
    if len(sessions) > SESSIONS:
        yield f"  and {len(sessions) - SESSIONS} more"
    yield from people_lines("people", [person for person, _ in collect_people(sessions)])


def people_lines(what: str, people: Sequence[Person]) -> Iterator[str]:
    """Yield the number of people and a line for each of the first.

    :param what: Who they are, in the plural.
    """
    if people:
        yield f"{len(people)} {what}"
    for person in people[:PEOPLE]:
        yield f"  {person_line(person)}"
    if len(people) > PEOPLE:
        yield f"  and {len(people) - PEOPLE} more"


def title_key(title: str) -> str:
    """Return a heading without its number and white space: a table of contents may number in another way."""
    return "".join(without_number(title, Profile(title="-"))[1].split())


def person_line(person: Person) -> str:
    """Return a person with role and organisation."""
    return ", ".join(filter(None, (person.name, person.role, person.org)))


def warnings(preview: Preview, converted: Converted, profile: Profile) -> Iterator[str]:
    """Yield what a maintainer should look at before writing the report."""
    document = preview.document
    share = fragment_share(document)
    if share > MANY_FRAGMENTS:
        yield f"{share:.0%} of the text is in broken paragraphs; look at the pages above, and correct report.txt"
    if not document.sections:
        yield "no headings were found, so answers cite no sections"
    listed = {title_key(entry.title) for entry in converted.outline}
    if listed:
        titles = {title_key(section.title) for section in document.sections}
        missing = sum(not any(entry in title or title in entry for title in titles) for entry in listed)
        if missing:
            yield f"{missing} of {len(listed)} lines of the table of contents are no headings"
    if len(document.text) < FEW_CHARACTERS:
        yield f"there are only {len(document.text)} characters of text"
    if profile.labels.date and not preview.sessions:
        yield "there are labels of a meeting, but no session was found"
    for offset, problem in preview.problems[:WARNINGS]:
        page = f"page {document.pages(offset, offset)[0]}: " if converted.paged else ""
        yield f"{page}{problem}"
    if len(preview.problems) > WARNINGS:
        yield f"and {len(preview.problems) - WARNINGS} more"
