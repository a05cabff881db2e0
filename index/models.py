"""The values that travel between the layers. All are frozen; none knows a library, a file or a socket.

Offsets are character offsets into `Document.text`, end exclusive. Pages are counted from 1, both ends inclusive.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

Verdict = Literal["answered", "related", "not_covered"]
Capacity = Literal["moderator", "speaker", "takes office"]
SectionPath = tuple[str, ...]
Pages = tuple[int, int]
ExpansionKind = Literal["reading", "gist", "question"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, its sub-sections included."""

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
    """A report as running text: paragraphs joined by line feeds, lines of one paragraph joined as its script asks."""

    report: str
    title: str
    language: str
    text: str
    page_starts: tuple[int, ...]
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]

    def pages(self, start: int, end: int) -> Pages:
        """First and last page of the span `[start, end)`."""
        last = max(start, end - 1)
        return bisect_right(self.page_starts, start), bisect_right(self.page_starts, last)

    def line(self, offset: int, raw: str) -> int:
        """The line, from 1, of the report's file `raw` that an offset lies on: reading changes nothing but white space."""
        characters = (place for place, character in enumerate(raw) if not character.isspace())
        printed = len("".join(self.text[:offset].split()))
        return raw.count("\n", 0, next(islice(characters, printed, None), len(raw))) + 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of at most `passages.max_characters` characters: `text == document.text[start:end]`."""

    id: str
    report: str
    text: str
    section: SectionPath
    pages: Pages
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search found. `score` orders hits of one question; it is no probability."""

    passage: Passage
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation proven to stand in its passage. `n` is the number it bears in the answer.

    `reading` is an unofficial one in the answer's language, where that is not the report's and somebody wrote one.
    """

    n: int
    quote: str
    passage_id: str
    section: SectionPath
    pages: Pages
    speaker: str | None = None
    reading: str | None = None

    @property
    def report(self) -> str:
        """The name of the report that it is from, with which the passage's id begins."""
        return self.passage_id.rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member is told. `hits` are the best passages whatever the verdict; without citations it is a refusal.

    `road` is "passages", or "structure: " and the name of the rule that answered; `why` says what decided that.
    `understood` is the complete question that one which follows another was taken for; empty for any other.
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

    @property
    def found(self) -> str:
        """What the structure says in one line, such as a number or a date; nothing where the quotations say it all."""
        if not self.road.startswith("structure"):
            return ""
        told = self.text.partition("\n")[2] if self.scope else self.text  # the first line of a scoped answer says its scope
        return told.partition("\n[1] ")[0]

    @property
    def nearest_sections(self) -> tuple[SectionPath, ...]:
        """The sections of the two best hits that lie in different sections: where a reader may look on."""
        paths = dict.fromkeys(hit.passage.section for hit in self.hits if hit.passage.section)
        return tuple(paths)[:2]


@dataclass(frozen=True, slots=True)
class Person:
    """Someone the report names, as printed; None where it is silent.

    `honorific` is the form of address beside the name, such as Ms. or 部長; `from_prose`, whether no list names them.
    """

    name: str
    role: str | None = None
    org: str | None = None
    honorific: str | None = None
    from_prose: bool = False


@dataclass(frozen=True, slots=True)
class Office:
    """An office that someone takes over, as the report's prose says; `since` as printed, such as `2022 年`."""

    person: Person
    title: str
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A session or one of its parts. `date` is ISO 8601, times are HH:MM at the venue; None where the report is silent.

    `moderators` and `speakers` are those of labelled lists, then those of prose. `agenda_title` is the timetable's wording
    where that differs from the heading's.
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
    """The id of a session that someone takes part in, and as what."""

    session: str
    capacity: Capacity


PersonEntry = tuple[Person, tuple[Appearance, ...]]


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """A report as it was when it was read. `sha256` is that of its text, `time_zone` that of its sessions' times."""

    report: str
    title: str
    sha256: str
    time_zone: str | None = None
    time_zone_stated: bool = False
    publisher: str = ""
    source: str = ""
    licence: str = ""


def titles_by_report(sources: Iterable[ReportInfo]) -> dict[str, str]:
    """The titles of reports by their names."""
    return {source.report: source.title for source in sources}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A verbatim piece of passage number `passage`, with the headings and pages that are its own.

    One that is not `quotable`, a heading or a lead-in, helps to find but answers nothing.
    """

    passage: int
    text: str
    section: SectionPath
    pages: Pages
    quotable: bool

    def shifted_by(self, passages: int) -> Sentence:
        """The same behind so many other passages."""
        return Sentence(passages + self.passage, self.text, self.section, self.pages, self.quotable)


@dataclass(frozen=True, slots=True)
class Scope:
    """Restricts a question to a part of the reports; an empty scope restricts nothing. Resolved against a Directory."""

    session: str | None = None  # session id
    speaker: str | None = None  # exact name
    day: str | None = None  # ISO date
    section: SectionPath | None = None
    reports: tuple[str, ...] = ()  # any of these, by their names, as passage ids begin with them

    def __bool__(self) -> bool:
        return any((self.session, self.speaker, self.day, self.section, self.reports))

    @property
    def stands_for_sessions(self) -> bool:
        """Whether a question that names no session means those within: not where a speaker's passages lie beside them, nor
        in several reports, which are no nearer to one session than all are."""
        return not self.speaker and (len(self.reports) == 1 or any((self.session, self.day, self.section)))


def is_part(session: Session, whole: Session) -> bool:
    """Whether a session is `whole` or a part of it."""
    return whole.id in (session.id, session.parent)


def report_of_session(session: Session) -> str:
    """The name of the report that a session is of, with which its id begins; empty where there is only one."""
    return session.id.rpartition(":")[0]


def is_of_report(session: Session, report: str) -> bool:
    """Whether a session is of a report."""
    return report_of_session(session) in ("", report)


def starts_with(path: SectionPath, prefix: SectionPath) -> bool:
    return path[: len(prefix)] == prefix


@dataclass(frozen=True, slots=True)
class Expansion:
    """A text about some sentences, by their numbers, ascending; `language` is that of the text, such as `zh-Hant`."""

    kind: ExpansionKind
    language: str
    text: str
    sentences: tuple[int, ...]


def readings_by_sentence(told: Sequence[Expansion], language: str) -> dict[int, str]:
    """The reading of each sentence in a language, by the sentence's number.

    A text as short as a date lies in many sentences that have a reading of their own, which is the one that counts.
    """
    own = [each for each in told if each.kind == "reading" and each.language == language]
    own.sort(key=lambda each: (-len(each.sentences), len(each.text)))
    return {row: each.text for each in own for row in each.sentences}


def citations_by_report(citations: Iterable[Citation]) -> dict[str, tuple[Citation, ...]]:
    """The citations of each report by its name, in their order; the report of the first, which is the best, comes first."""
    groups: dict[str, tuple[Citation, ...]] = {}
    for citation in citations:
        groups[citation.report] = (*groups.get(citation.report, ()), citation)
    return groups
