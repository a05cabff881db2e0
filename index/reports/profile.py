"""Read a report's profile, report.toml: layout, heading patterns, labels and other properties of one report."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from index.config import UNREADABLE, Options, describe_errors
from index.errors import CorpusError
from index.limits.processor_time import OutOfTimeError
from index.models import Capacity
from index.text.localization import Language

TEXT_FILE, PROFILE_FILE = "report.txt", "report.toml"
DATE_LENGTHS = (4, 7, 10)  # characters of a year, a month and a day
UNCOMPILABLE = (re.error, OverflowError, RecursionError)
PROSE_GROUPS = {"people", "name", "honorific", "title", "role", "org", "office", "since"}
Word = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
TranslatedField = Literal["title", "author", "publisher", "source", "licence"]
IDEOGRAPH = r"[\u2e80-\u9fff]"
LETTER = r"[^\W\d_\u2e80-\uffef]"
# An accent may be a combining character after its letter.
LETTERS = rf"(?:{LETTER}|[\u0300-\u036f])"
# The number of parts and the place where a name may begin are bounded: otherwise a long run of capitals or initials takes
# quadratic time.
CAPITALISED = rf"(?![a-z])(?<!{LETTER})(?:(?:{LETTER}\.){{1,6}}|{LETTER}{LETTERS}*(?:[-'’]{LETTERS}+){{0,6}})"
PARTICLE = r"(?:d[aeiou]s?|del|della|v[ao]n|der|den|ten|ter|bin|ibn|binti|al|el|la|le|y|e)"
# At least two words: a single one may be the short name of an organisation. A family name may have a comma after it.
NAME = rf"{CAPITALISED},?(?:\s(?:{PARTICLE}\s){{0,3}}{CAPITALISED}){{1,9}}(?!{LETTERS}|\s{CAPITALISED})"

# The most common family names in ideographs.
FAMILY_NAMES = (
    "王李張张劉刘陳陈楊杨黃黄趙赵吳吴周徐孫孙馬马朱胡郭何林高羅罗鄭郑梁謝谢宋唐許许鄧邓馮冯韓韩曹曾彭蕭萧蔡潘田董袁于余葉叶蔣蒋杜蘇苏魏程呂吕丁沈任姚盧卢"
    "姜崔鍾钟譚谭陸陆汪范廖石金韋韦賈贾夏邱方侯鄒邹熊孟秦白江閻阎薛尹段雷龍龙陶賀贺顧顾毛郝龔龚邵萬万錢钱嚴严洪莊庄柯溫温翁游詹簡简施"
)


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except UNCOMPILABLE as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def _check_date(text: str) -> str:
    try:
        if text and (len(text) not in DATE_LENGTHS or "W" in text):  # Python reads week dates too
            raise ValueError(text)
        date.fromisoformat(f"{text or '2000'}-01-01"[: max(DATE_LENGTHS)])
    except ValueError as error:
        raise ValueError("not a date such as 2022, 2022-03 or 2022-03-31") from error
    return text


def _check_time_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("not a time zone of the IANA database, such as Asia/Taipei") from error
    return zone


def _check_prose_pattern(pattern: str) -> str:
    """Validate a pattern of `Prose` with its placeholders replaced by named groups."""
    expanded = re.sub(r"\{(name|honorific)\}", r"(?P<\1>x)", pattern)
    groups = re.compile(_check_pattern(expanded)).groupindex.keys()
    if not groups & {"name", "people"} or groups - PROSE_GROUPS:
        raise ValueError(f"needs {{name}} or a group named people; other groups may be {', '.join(sorted(PROSE_GROUPS))}")
    return pattern


class Layout(Options):
    """The layout of the text file.

    `lines`: `wrapped` if paragraphs must be recognised by line width, `blank-line` if blank lines separate them.
    """

    lines: Literal["wrapped", "blank-line"] = "blank-line"
    page_break: Literal["indented", "form-feed", "none"] = "none"


class Heading(Options):
    """A level of headings: a pattern for the beginning of the line. A group named `title` is the displayed title."""

    pattern: Annotated[str, AfterValidator(_check_pattern)]


class Labels(Options):
    """Words before a colon that mark a field. `other` mark fields of no session, such as a place or who took the minutes."""

    date: tuple[Word, ...] = ()
    moderator: tuple[Word, ...] = ()
    speaker: tuple[Word, ...] = ()
    other: tuple[Word, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """The labels of all fields."""
        return self.date + self.moderator + self.speaker + self.other


class Titles(Options):
    """Words in titles. `roles` are at the end, after an organisation; `honorifics` are beside a name."""

    roles: tuple[Word, ...] = ()
    honorifics: tuple[Word, ...] = ()


class Prose(Options):
    """A pattern for sentences that name people in a capacity.

    `{name}` and `{honorific}` are placeholders for groups that match one. Other groups: `people`, a run of titles and names;
    and for one person `title`, `role`, `org`, `office`, `since`.
    """

    capacity: Capacity = Field(alias="as")
    pattern: Annotated[str, AfterValidator(_check_prose_pattern)]


class Agenda(Options):
    """The section with the timetable, identified by a part of its heading."""

    heading: str


class Profile(Options):
    """The contents of report.toml. `name` is the folder's name by default and becomes part of every passage id.

    `time_zone` is that of the session times; `time_zone_stated` is whether the report itself states it. `aliases` are other
    names of people and organisations, each with the name that the report prints. `author` is by default the publisher;
    `published` is a year, a month or a day in ISO 8601. `url` is the address of the original; `translations` are
    facts of publication for readers of other languages.
    """

    name: str = ""
    title: str = Field(min_length=1)
    author: str = ""
    publisher: str = ""
    published: Annotated[str, AfterValidator(_check_date)] = ""
    language: str = "en"
    place: str = ""
    time_zone: Annotated[str, AfterValidator(_check_time_zone)] | None = None
    time_zone_stated: bool = False
    source: str = ""
    licence: str = ""
    url: str = Field(default="", pattern=r"^(https?://[^\s<>()]+)?$")
    translations: dict[Language, dict[TranslatedField, Word]] = Field(default_factory=dict)
    layout: Layout = Layout()
    headings: tuple[Heading, ...] = ()
    labels: Labels = Labels()
    titles: Titles = Titles()
    prose: tuple[Prose, ...] = ()
    agenda: Agenda | None = None
    kinds: dict[str, str] = Field(default_factory=dict)
    aliases: dict[Annotated[str, Field(min_length=2)], Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def prose_compiles(self) -> Self:
        """Check that each pattern compiles with a name filled in: not every position in a pattern allows one."""

        for rule in self.prose:
            try:
                compile_prose_pattern(rule, self.titles)
            except UNCOMPILABLE as error:
                raise ValueError(f"prose: {rule.pattern!r} with a name filled in: {error}") from error
        return self


def report_folders(corpus: Path) -> list[Path]:
    """Return the report folders of a corpus, sorted by name.

    :raises CorpusError: If there is none.
    """
    if not corpus.is_dir():
        raise CorpusError(f"{corpus}: is no folder; set [corpus] path to one that holds a folder for each report")
    folders = sorted(path.parent for path in corpus.glob(f"*/{PROFILE_FILE}"))
    if not folders:
        raise CorpusError(f"{corpus}: holds no report; add a folder with {TEXT_FILE} and {PROFILE_FILE}")
    return folders


def load_profile(folder: Path) -> Profile:
    """Read a report's profile.

    :raises CorpusError: If it is not valid; the message names the file and each wrong key.
    """
    path = folder / PROFILE_FILE
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
        return Profile.model_validate({"name": folder.name, **table})
    except ValidationError as error:
        raise CorpusError(f"{path}: {describe_errors(error)}; README.md explains each key") from error
    except UNREADABLE as error:
        raise CorpusError(f"{path}: cannot be read as TOML ({error})") from error


def read_text(folder: Path) -> str:
    """Read a report's text.

    :raises CorpusError: If it is missing, empty or not UTF-8.
    """
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
    """Return the SHA-256 over names and contents of the files in a report's folder, in hexadecimal.

    :raises CorpusError: If a file cannot be read.
    """
    total, path = hashlib.sha256(), folder
    try:
        for path in sorted(p for p in folder.iterdir() if p.is_file()):
            total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); make it readable") from error
    return total.hexdigest()


def compile_prose_pattern(rule: Prose, titles: Titles) -> re.Pattern[str]:
    """Compile a rule's pattern with its placeholders filled in."""
    groups = {"name": f"(?P<name>{NAME})", "honorific": f"(?P<honorific>{any_of_pattern(titles.honorifics)})"}
    return re.compile(re.sub(r"\{(name|honorific)\}", lambda placeholder: groups[placeholder[1]], rule.pattern))


def any_of_pattern(words: Sequence[str]) -> str:
    """Return a regular expression for any of the words, longest first; without words, one that never matches."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)"


@dataclass(frozen=True, slots=True)
class ProfilePattern:
    """A regular expression that adds its key in the profile to an OutOfTimeError raised during a search."""

    key: str
    pattern: re.Pattern[str]

    def match(self, text: str) -> re.Match[str] | None:
        """Match at the beginning of a text.

        :raises OutOfTimeError: If the processor time is used up.
        """
        try:
            return self.pattern.match(text)
        except OutOfTimeError as error:
            error.key = self.key
            raise

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield every match in a text.

        :raises OutOfTimeError: If the processor time is used up.
        """
        matches = self.pattern.finditer(text)
        while True:
            try:
                match = next(matches, None)
            except OutOfTimeError as error:
                error.key = self.key
                raise
            if match is None:
                return
            yield match


def heading_patterns(profile: Profile) -> list[ProfilePattern]:
    """Return the patterns of headings, outermost level first."""
    return [
        ProfilePattern(f"headings.{n}.pattern", re.compile(heading.pattern)) for n, heading in enumerate(profile.headings)
    ]
