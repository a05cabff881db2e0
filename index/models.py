"""Define the value types that the packages exchange. All are frozen and do no input or output.

Offsets are character offsets into `Document.text`, end exclusive. Pages are counted from 1, both ends inclusive; (0, 0) are
the pages of a report that has none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

SMALL_TALK = "small talk"  # the road of a reply to a message that asks nothing of a report
SEVERAL = "several questions"  # the road of the answers to a message that asks more than one question
Verdict = Literal["answered", "related", "not_covered"]
Capacity = Literal["moderator", "speaker", "takes office"]
SectionPath = tuple[str, ...]
Pages = tuple[int, int]
ExpansionKind = Literal["reading", "gist", "question"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, subsections included."""

    title: str
    level: int
    path: SectionPath
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One unwrapped paragraph, heading, list item or table row."""

    start: int
    end: int
    path: SectionPath
    is_heading: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A report as running text: paragraphs joined by line feeds, and lines of a paragraph joined as its script requires."""

    report: str
    title: str
    language: str
    text: str
    page_starts: tuple[int, ...]
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]

    def pages(self, start: int, end: int) -> Pages:
        """Return the first and last page of the span `[start, end)`; (0, 0) without `page_starts`."""
        last = max(start, end - 1)
        return bisect_right(self.page_starts, start), bisect_right(self.page_starts, last)

    def line(self, offset: int, raw: str) -> int:
        """Return the line number, from 1, of an offset in the report's file.

        This works because reading a report changes only white space.

        :param raw: content of the file.
        """
        characters = (place for place, character in enumerate(raw) if not character.isspace())
        printed = len("".join(self.text[:offset].split()))
        return raw.count("\n", 0, next(islice(characters, printed, None), len(raw))) + 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk of a report, of limited length: `text == document.text[start:end]`."""

    id: str
    report: str
    text: str
    section: SectionPath
    pages: Pages
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search returned. `score` is comparable only within one search and is not a probability."""

    passage: Passage
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation verified to be in its passage. `n` is its number in the answer.

    `reading` is an unofficial translation into the language of the answer, if that differs and there is one. `spans` are the
    words of `quote` that answer: offsets into it, end exclusive.
    """

    n: int
    quote: str
    passage_id: str
    section: SectionPath
    pages: Pages
    speaker: str | None = None
    reading: str | None = None
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def report(self) -> str:
        """The name of its report, with which the passage id begins."""
        return self.passage_id.rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question. `hits` are the best passages whatever the verdict; without citations it is a refusal.

    `road` is "passages", "small talk", "several questions", or "structure: " and the name of the rule that answered; `why`
    is the reason for that choice.
    `understood` is the complete question that a follow-up was rewritten to; empty for other questions. `lead` is the
    shortest piece of the first quotation that answers, as printed, or None; of several questions, that of each.
    `absent` are the years and countries that the question names and the reports do not.
    """

    question: str
    verdict: Verdict
    confidence: float
    text: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    index: str
    elapsed_ms: float
    road: str = "passages"
    why: str = ""
    scope: Scope | None = None
    understood: str = ""
    lead: str | None = None
    absent: tuple[str, ...] = ()

    @property
    def found(self) -> str:
        """The structured answer in one line, such as a number or a date, or the reply to small talk; else empty."""
        if self.road == SMALL_TALK:
            return self.text
        if not self.road.startswith("structure"):
            return ""
        text = self.text.partition("\n")[2] if self.scope else self.text  # the first line of a scoped answer is its scope
        return text.partition("\n[1] ")[0]

    @property
    def nearest_sections(self) -> tuple[SectionPath, ...]:
        """The sections of the best two hits in different sections, as suggestions for further reading."""
        paths = dict.fromkeys(hit.passage.section for hit in self.hits if hit.passage.section)
        return tuple(paths)[:2]


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the report, as printed; None for what the report does not state.

    `honorific` is the form of address beside the name, such as Ms. or 部長. `from_prose` is true if no list names them.
    """

    name: str
    role: str | None = None
    org: str | None = None
    honorific: str | None = None
    from_prose: bool = False


@dataclass(frozen=True, slots=True)
class Office:
    """An office that a person takes over, according to the report's prose; `since` is as printed, such as `2022 年`."""

    person: Person
    title: str
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A session or a part of one. `date` is ISO 8601, times are HH:MM at the venue; None for what the report does not state.

    `moderators` and `speakers` are those of labelled lists, then those of prose. `agenda_title` is the title in the
    timetable if it differs from the heading.
    """

    id: str
    title: str
    parent: str | None
    kind: str
    date: str | None
    start: str | None
    end: str | None
    section: SectionPath
    pages: Pages
    moderators: tuple[Person, ...] = ()
    speakers: tuple[Person, ...] = ()
    agenda_title: str | None = None
    offices: tuple[Office, ...] = ()


@dataclass(frozen=True, slots=True)
class Appearance:
    """The id of a session that a person takes part in, and their capacity."""

    session: str
    capacity: Capacity


PersonEntry = tuple[Person, tuple[Appearance, ...]]


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """A report as it was read. `sha256` is the digest of its text, and `time_zone` the one of its sessions' times.

    `language` is `und` for a language that is neither stated nor recognised. `aliases` are other names of people and
    organisations, each with the printed one. `author` is empty if the publisher wrote it; `published` is a year, a month or
    a day in ISO 8601, such as 2022-03. `url` is the address of the original. `translations` are fields in other languages:
    language, name of the field, and text.
    """

    report: str
    title: str
    sha256: str
    time_zone: str | None = None
    time_zone_stated: bool = False
    publisher: str = ""
    source: str = ""
    licence: str = ""
    language: str = ""
    aliases: tuple[tuple[str, str], ...] = ()
    author: str = ""
    published: str = ""
    url: str = ""
    translations: tuple[tuple[str, str, str], ...] = ()

    def in_language(self, language: str) -> ReportInfo:
        """Return the report with the fields that have a translation into a language translated."""
        texts: dict[str, Any] = {field: text for of, field, text in self.translations if of == language}
        return replace(self, **texts)


def titles_by_report(sources: Iterable[ReportInfo]) -> dict[str, str]:
    """Return the titles of reports, by report name."""
    return {source.report: source.title for source in sources}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A verbatim part of passage number `passage`, with its own section and pages.

    A sentence that is not `quotable`, such as a heading or a lead-in, is searched but never quoted. `parents` are the items
    of a list below which it stands, outermost first.
    """

    passage: int
    text: str
    section: SectionPath
    pages: Pages
    quotable: bool
    parents: tuple[str, ...] = ()

    @property
    def place(self) -> SectionPath:
        """The section path, followed by the items of a list below which the sentence stands."""
        return (*self.section, *(parent.rstrip("：: ") for parent in self.parents))

    def shifted_by(self, passages: int) -> Sentence:
        """Return the sentence with its passage number increased by `passages`."""
        return replace(self, passage=passages + self.passage)


@dataclass(frozen=True, slots=True)
class Scope:
    """Restricts a question to a part of the reports; an empty scope restricts nothing. A Directory resolves it."""

    session: str | None = None  # session id
    speaker: str | None = None  # exact name
    day: str | None = None  # ISO date
    section: SectionPath | None = None
    reports: tuple[str, ...] = ()  # any of these, by their names, as passage ids begin with them

    def __bool__(self) -> bool:
        return any((self.session, self.speaker, self.day, self.section, self.reports))

    @property
    def stands_for_sessions(self) -> bool:
        """Whether a question that names no session means the sessions of the scope.

        It does not with a speaker, whose passages lie in other sessions too, nor with several reports.
        """
        return not self.speaker and (len(self.reports) == 1 or any((self.session, self.day, self.section)))


def is_part(session: Session, whole: Session) -> bool:
    """Return whether a session is `whole` or a part of it."""
    return whole.id in (session.id, session.parent)


def report_of_session(session: Session) -> str:
    """Return the name of a session's report, with which its id begins; empty if there is only one report."""
    return session.id.rpartition(":")[0]


def is_of_report(session: Session, report: str) -> bool:
    """Return whether a session is in a report."""
    return report_of_session(session) in ("", report)


def starts_with(path: SectionPath, prefix: SectionPath) -> bool:
    return path[: len(prefix)] == prefix


@dataclass(frozen=True, slots=True)
class Expansion:
    """A text about sentences, to improve search.

    `language` is that of the text, such as `zh-Hant`. `sentences` are sentence numbers, ascending.
    """

    kind: ExpansionKind
    language: str
    text: str
    sentences: tuple[int, ...]


def readings_by_sentence(expansions: Sequence[Expansion], language: str) -> dict[int, str]:
    """Return the reading of each sentence in a language, by sentence number.

    A reading of a short text, such as a date, may apply to many sentences; a more specific reading takes precedence.
    """
    readings = [expansion for expansion in expansions if expansion.kind == "reading" and expansion.language == language]
    # Later entries of the result override earlier ones.
    readings.sort(key=lambda reading: (-len(reading.sentences), len(reading.text)))
    return {row: reading.text for reading in readings for row in reading.sentences}


def citations_by_report(citations: Iterable[Citation]) -> dict[str, tuple[Citation, ...]]:
    """Group citations by report name, in their order; the report of the first and best citation comes first."""
    groups: dict[str, tuple[Citation, ...]] = {}
    for citation in citations:
        groups[citation.report] = (*groups.get(citation.report, ()), citation)
    return groups
