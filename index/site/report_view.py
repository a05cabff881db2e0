"""Gather what the pages of one report in one language show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.models import Capacity, Passage, Person, ReportInfo, SectionPath, Session, is_of_report, readings_by_sentence
from index.reports.corpus import Corpus
from index.reports.sessions import collect_people, participants, person_key
from index.site.digest import Digest
from index.site.passage_blocks import Block, group_blocks, heading_levels, passage_readings
from index.site.urls import mark_query, passage_anchor, passage_page, passage_token
from index.text.localization import Language

CONTENTS = 3  # levels of headings in the table of contents
STEPS = 2  # levels of headings that link to the previous and the next one


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents. `target` is its URL fragment; `anchors` are those of the passages from it on."""

    title: str
    level: int
    target: str
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence with the address of its place, its section and pages, and an English reading or an empty text."""

    text: str
    reading: str
    href: str
    section: SectionPath
    pages: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who takes part in a session. `number` is their place on the page of people."""

    person: Person
    number: int
    capacity: Capacity


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """A session with the URL fragment of its text, or an empty one."""

    session: Session
    target: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """The sessions of a day; `date` is ISO 8601, or empty for those without one."""

    date: str
    entries: tuple[AgendaEntry, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody with their sessions, each with their capacity, and what they said."""

    person: Person
    number: int
    appearances: tuple[tuple[Session, Capacity], ...]
    statements: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage with its neighbours: the passages, and the first ones of the sections, before and after it."""

    block: Block
    before: Block | None
    after: Block | None
    previous_section: Block | None
    next_section: Block | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """What the pages of a report show. `printed_title` is the title as printed; `source` is in the reader's language."""

    source: ReportInfo
    printed_title: str
    language: str
    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    steps: dict[str, tuple[Heading | None, Heading | None]]
    leading: tuple[str, ...]
    summary: tuple[Quote, ...]
    days: tuple[AgendaDay, ...]
    people: tuple[PersonView, ...]

    @property
    def last_page(self) -> int:
        """The number of pages, or 0."""
        return max((block.pages[1] for block in self.blocks), default=0)

    def passages(self) -> Iterator[PassageView]:
        """Yield each passage with its neighbours."""
        blocks = self.blocks
        starts = [0, *(n for n in range(1, len(blocks)) if blocks[n].section != blocks[n - 1].section)]
        section = -1
        for n, block in enumerate(blocks):
            section += section + 1 < len(starts) and starts[section + 1] == n
            yield PassageView(
                block,
                blocks[n - 1] if n else None,
                blocks[n + 1] if n + 1 < len(blocks) else None,
                blocks[starts[section - 1]] if section else None,
                blocks[starts[section + 1]] if section + 1 < len(starts) else None,
            )


def view_report(corpus: Corpus, source: ReportInfo, digest: Digest, language: Language) -> ReportView:
    """Gather what the pages of a report in a language show."""
    passages = [passage for passage in corpus.passages if passage.report == source.report]
    chinese = is_chinese(passages)
    is_read = language == "en" and chinese
    blocks = tuple(
        group_blocks(passages, heading_levels(source.report, corpus), passage_readings(corpus) if is_read else {})
    )
    headings = contents(blocks)
    first = headings[0].anchors[0] if headings else ""
    sessions = [session for session in corpus.sessions if is_of_report(session, source.report)]
    people = collect_people(tuple(sessions))
    numbers = {person_key(person.name): number for number, (person, _) in enumerate(people, 1)}
    targets = section_targets(source.report, corpus)
    by_id = {session.id: session for session in sessions}
    readings = readings_by_sentence(corpus.expansions, "en") if is_read else {}

    def quotes(rows: Iterable[int]) -> tuple[Quote, ...]:
        return tuple(quote_sentence(row, corpus, readings.get(row, "")) for row in rows)

    return ReportView(
        source=source.in_language(language),
        printed_title=source.title,
        language="zh-Hant" if chinese else "en",
        blocks=blocks,
        headings=headings,
        steps=heading_steps(headings),
        leading=tuple(block.anchor for block in blocks[: next((n for n, b in enumerate(blocks) if b.anchor == first), 0)]),
        summary=quotes(digest.summaries.get(source.report, ())),
        days=tuple(agenda_days(sessions, targets, numbers)),
        people=tuple(
            PersonView(
                person,
                numbers[person_key(person.name)],
                tuple((by_id[appearance.session], appearance.capacity) for appearance in appearances),
                quotes(digest.statements.get((source.report, person.name), ())),
            )
            for person, appearances in people
        ),
    )


def is_chinese(passages: Sequence[Passage]) -> bool:
    """Return whether more than half of the characters in the first passages are ideographs."""
    text = "".join(passage.text for passage in passages[:20])
    return sum("\u3400" <= character <= "\u9fff" for character in text) * 2 > len(text)


def contents(blocks: Sequence[Block]) -> tuple[Heading, ...]:
    """Return the table of contents: the headings of the upper levels, each with the passages until the next one."""
    found: list[tuple[str, int, str, list[str]]] = []
    for block in blocks:
        lines = [line for line in block.headings if line.level <= CONTENTS]
        if found and not (lines and lines[0].target == block.anchor):
            found[-1][3].append(block.anchor)
        for line in lines:
            anchors = [block.anchor] if line.target == block.anchor or not found else []
            found.append((line.text.rstrip("：:"), line.level, line.target, anchors))
    return tuple(Heading(title, level, target, tuple(anchors)) for title, level, target, anchors in found)


def heading_steps(headings: Sequence[Heading]) -> dict[str, tuple[Heading | None, Heading | None]]:
    """Return the headings of the upper levels before and after each of them, by its URL fragment."""
    upper = [heading for heading in headings if heading.level <= STEPS]
    return {
        heading.target: (upper[n - 1] if n else None, upper[n + 1] if n + 1 < len(upper) else None)
        for n, heading in enumerate(upper)
    }


def section_targets(report: str, corpus: Corpus) -> dict[SectionPath, str]:
    """Return the URL fragment of the passage in which each section starts, outer ones included."""
    targets = dict[SectionPath, str]()
    for sentence in corpus.sentences:
        passage = corpus.passages[sentence.passage]
        if passage.report == report:
            for depth in range(len(sentence.section), 0, -1):
                targets.setdefault(sentence.section[:depth], passage_anchor(passage.id))
    return targets


def quote_sentence(row: int, corpus: Corpus, reading: str) -> Quote:
    """Return a sentence of the corpus as a quotation with the address of its place."""
    sentence = corpus.sentences[row]
    passage = corpus.passages[sentence.passage]
    start = passage.text.find(sentence.text)
    span = (start, start + len(sentence.text)) if start >= 0 else None
    href = f"{passage_page(passage_token(passage.id))}{mark_query(span)}"
    return Quote(sentence.text, reading, href, sentence.section, sentence.pages)


def agenda_days(
    sessions: Sequence[Session], targets: dict[SectionPath, str], numbers: dict[str, int]
) -> Iterator[AgendaDay]:
    """Yield the sessions by day, those of a day in the order of the report.

    :param numbers: Those of people on their page, by key.
    """
    dated = sorted(sessions, key=lambda session: session.date or "9")
    for day, group in groupby(dated, key=lambda session: session.date or ""):
        entries = (
            AgendaEntry(
                session,
                targets.get(session.section, ""),
                tuple(Member(each, numbers[person_key(each.name)], capacity) for each, capacity in participants(session)),
            )
            for session in group
        )
        yield AgendaDay(day, tuple(entries))
