"""Define what a converter returns, the limits that it keeps, and the errors that it raises."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.reports.reader import LEVEL_BULLETS

# Titles in metadata that programs give; a word with a figure is a file's name, but not with other letters than Latin ones.
UNTITLED = re.compile(
    r"(?:untitled|無題|无标题|未命名).*|.*\.(?:pdf|docx?|odt|pptx?|indd|cdr|ai|eps|key|hwp|wps|tex|xlsx?|pages|txt|rtf|qxd|html?|php|aspx?)"
    r"|(?:新增|新規|新建)?\s?(?:microsoft word|powerpoint)\b.*"
    r"|(?:slide|doc|document|投影片|スライド|幻灯片|文件)\s*\d*|(?=[^_\d]*+[_\d])[!-~]++",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper limits for a file: size in bytes, size in bytes when unpacked, pages, and characters of text."""

    size: int = 100_000_000
    unpacked: int = 500_000_000
    pages: int = 5000
    characters: int = 10_000_000


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A line of a table of contents; `page` is the printed page number, or None."""

    title: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """The text of a file and the title in its metadata or first line.

    `marked` is whether headings have `#`, `paged` whether form feeds separate pages, `joined` whether each paragraph is one
    line although there are pages. `outline` is the table of contents.
    `dropped` names what was left out of the text, and how often. Every other character of the file that is not white
    space is in the text, in order. Numbers and bullets of lists are added.
    """

    text: str
    title: str
    marked: bool = False
    paged: bool = False
    joined: bool = False
    outline: tuple[OutlineEntry, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()


class ScannedError(Exception):
    """A PDF whose pages contain no text."""


class GarbledError(Exception):
    """A file whose characters are not those that a reader sees. The message says how that shows."""


class LockedError(Exception):
    """A file that cannot be read without a password."""


class TooLargeError(Exception):
    """A file that exceeds a limit."""


def expect_at_most(count: int, limit: int, unit: str) -> None:
    """Check a count against a limit.

    :raises TooLargeError: If it exceeds the limit.
    """
    if count > limit:
        raise TooLargeError(f"has {count:,} {unit}, more than {limit:,}")


def first_line(text: str) -> str:
    """Return the first line that is not blank as a title: without outer marks and bars, at most 100 characters."""
    lines = (line.strip(f"#| \f\t{LEVEL_BULLETS}") for line in text.splitlines())
    return next((line[:100] for line in lines if line), "")


def real_title(title: str) -> str:
    """Return the title in the metadata, or an empty text if it is the name of a file."""
    title = " ".join(title.split())
    return "" if UNTITLED.fullmatch(title) or not re.search(r"[^\W\d_]{2}", title) else title
