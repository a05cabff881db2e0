"""The values that travel between the layers. All are frozen; none knows a library, a file or a socket.

Offsets are character offsets into `Document.text`, end exclusive. Pages are counted from 1, both ends inclusive.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from index.scope import Scope

Verdict = Literal["answered", "related", "not_covered"]
Capacity = Literal["moderator", "speaker", "takes office"]
SectionPath = tuple[str, ...]
Pages = tuple[int, int]


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
    scope: "Scope | None" = None
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
