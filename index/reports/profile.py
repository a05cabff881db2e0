"""A report's profile: its report.toml, which tells the reader what no code may know about one report."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from index.config import UNREADABLE, Options, describe_errors
from index.errors import CorpusError
from index.limits.processor_time import OutOfTimeError
from index.models import Capacity

TEXT_FILE, PROFILE_FILE = "report.txt", "report.toml"
UNCOMPILABLE = (re.error, OverflowError, RecursionError)
PROSE_GROUPS = {"people", "name", "honorific", "title", "role", "org", "office", "since"}
Word = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
IDEOGRAPH = r"[\u2e80-\u9fff]"
LETTER = r"[^\W\d_\u2e80-\uffef]"
# An accent may be a character of its own, after its letter.
LETTERS = rf"(?:{LETTER}|[\u0300-\u036f])"
# How many parts a word or a name may have is bounded, and where it may begin: a long row of capitals or initials, which is
# no name, would be gone through from each of its places.
CAPITALISED = rf"(?![a-z])(?<!{LETTER})(?:(?:{LETTER}\.){{1,6}}|{LETTER}{LETTERS}*(?:[-'’]{LETTERS}+){{0,6}})"
PARTICLE = r"(?:d[aeiou]s?|del|della|v[ao]n|der|den|ten|ter|bin|ibn|binti|al|el|la|le|y|e)"
# Two words or more: one alone is as likely to be an organisation's short name. A family name may have a comma after it.
NAME = rf"{CAPITALISED},?(?:\s(?:{PARTICLE}\s){{0,3}}{CAPITALISED}){{1,9}}(?!{LETTERS}|\s{CAPITALISED})"


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except UNCOMPILABLE as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def _is_known(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("not a time zone of the IANA database, such as Asia/Taipei") from error
    return zone


def _names_someone(pattern: str) -> str:
    """Check a pattern of `Prose`, whose place-holders stand for groups of their name."""
    written = re.sub(r"\{(name|honorific)\}", r"(?P<\1>x)", pattern)
    groups = re.compile(_compiles(written)).groupindex.keys()
    if not groups & {"name", "people"} or groups - PROSE_GROUPS:
        raise ValueError(f"needs {{name}} or a group named people; other groups may be {', '.join(sorted(PROSE_GROUPS))}")
    return pattern


class Layout(Options):
    """How the text file was laid out. `wrapped`: paragraphs must be found by line width; `blank-line`: they stand apart."""

    lines: Literal["wrapped", "blank-line"] = "blank-line"
    page_break: Literal["indented", "form-feed", "none"] = "none"


class Heading(Options):
    """A level of headings: what such a line starts with. A group named `title` is what is shown of it."""

    pattern: Annotated[str, AfterValidator(_compiles)]


class Labels(Options):
    """Words that stand before a colon and say what follows."""

    date: tuple[Word, ...] = ()
    moderator: tuple[Word, ...] = ()
    speaker: tuple[Word, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.date + self.moderator + self.speaker


class Titles(Options):
    """Words of titles. `roles` end one, after an organisation; `honorifics` stand beside a name."""

    roles: tuple[Word, ...] = ()
    honorifics: tuple[Word, ...] = ()


class Prose(Options):
    """A sentence that names who did what. `{name}` and `{honorific}` stand for a group that takes one.

    Other groups: `people`, a run of titles and names; and of one person `title`, `role`, `org`, `office`, `since`.
    """

    capacity: Capacity = Field(alias="as")
    pattern: Annotated[str, AfterValidator(_names_someone)]


class Agenda(Options):
    """The section that holds the timetable, by a word of its heading."""

    heading: str


class Profile(Options):
    """report.toml. `name` is the folder's and becomes part of every passage id.

    `time_zone` is that of the session's times; `time_zone_stated`, whether the report itself says so.
    """

    name: str = ""
    title: str = Field(min_length=1)
    publisher: str = ""
    language: str = "en"
    place: str = ""
    time_zone: Annotated[str, AfterValidator(_is_known)] | None = None
    time_zone_stated: bool = False
    source: str = ""
    licence: str = ""
    layout: Layout = Layout()
    headings: tuple[Heading, ...] = ()
    labels: Labels = Labels()
    titles: Titles = Titles()
    prose: tuple[Prose, ...] = ()
    agenda: Agenda | None = None
    kinds: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def prose_compiles(self) -> Self:
        """Where a name stands, such as behind another expression or in brackets, matters once one is filled in."""

        for rule in self.prose:
            try:
                compile_prose_pattern(rule, self.titles)
            except UNCOMPILABLE as error:
                raise ValueError(f"prose: {rule.pattern!r} with a name filled in: {error}") from error
        return self


def report_folders(corpus: Path) -> list[Path]:
    """The report folders of a corpus, sorted by name. Raises CorpusError if there is none."""
    if not corpus.is_dir():
        raise CorpusError(f"{corpus}: is no folder; set [corpus] path to one that holds a folder for each report")
    found = sorted(path.parent for path in corpus.glob(f"*/{PROFILE_FILE}"))
    if not found:
        raise CorpusError(f"{corpus}: holds no report; add a folder with {TEXT_FILE} and {PROFILE_FILE}")
    return found


def load_profile(folder: Path) -> Profile:
    """Read a report's profile. Raises CorpusError naming the file and each key that is wrong."""
    path = folder / PROFILE_FILE
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
        return Profile.model_validate({"name": folder.name, **table})
    except ValidationError as error:
        raise CorpusError(f"{path}: {describe_errors(error)}; README.md explains each key") from error
    except UNREADABLE as error:
        raise CorpusError(f"{path}: cannot be read as TOML ({error})") from error


def read_text(folder: Path) -> str:
    """Read a report's text. Raises CorpusError if it is missing, empty or not UTF-8."""
    path = folder / TEXT_FILE
    try:
        content = path.read_text("utf-8-sig")
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); put the report's text there") from error
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 at byte {error.start}; convert it, for example with iconv") from error
    if not content.strip():
        raise CorpusError(f"{path}: is empty; put the report's text there")
    return content


def folder_digest(folder: Path) -> str:
    """SHA-256 over the report's files, names included: changes whenever anything that is read does. Raises CorpusError."""
    total, path = hashlib.sha256(), folder
    try:
        for path in sorted(p for p in folder.iterdir() if p.is_file()):
            total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); make it readable") from error
    return total.hexdigest()


def compile_prose_pattern(rule: Prose, titles: Titles) -> re.Pattern[str]:
    """A rule's pattern, with its place-holders filled in."""
    groups = {"name": f"(?P<name>{NAME})", "honorific": f"(?P<honorific>{any_of_pattern(titles.honorifics)})"}
    return re.compile(re.sub(r"\{(name|honorific)\}", lambda placeholder: groups[placeholder[1]], rule.pattern))


def any_of_pattern(words: Sequence[str]) -> str:
    """An expression for any of the words, the longest first; for nothing that occurs if there is none."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)"


@dataclass(frozen=True, slots=True)
class ProfilePattern:
    """An expression that, if time runs out while it is at work, says by its key that it was."""

    key: str
    pattern: re.Pattern[str]

    def match(self, text: str) -> re.Match[str] | None:
        """Match at the beginning of a text."""
        try:
            return self.pattern.match(text)
        except OutOfTimeError as error:
            error.key = self.key
            raise

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Find every match in a text."""
        matches = self.pattern.finditer(text)
        while True:
            try:
                found = next(matches, None)
            except OutOfTimeError as error:
                error.key = self.key
                raise
            if found is None:
                return
            yield found


def heading_patterns(profile: Profile) -> list[ProfilePattern]:
    """What headings start with, outermost level first."""
    return [ProfilePattern(f"headings.{n}.pattern", re.compile(each.pattern)) for n, each in enumerate(profile.headings)]
