"""Find what is on pages of text but is not text: contents lines, page numbers, and running heads and feet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.ingest.converter_types import OutlineEntry

# A line at the edge of at least this many pages, and of this share of them, is a running head or foot. A third, because
# odd and even pages, and chapters, may have their own.
MIN_PAGES, RUNNING_SHARE = 3, 0.3
GAP = " \t\u3000.…‧·・．_"  # between a heading and its page
MIN_DOTS, MIN_ELLIPSES = 4, 2  # of a leader
PAGE_NUMBER = re.compile(r"\d{1,4}|[ivxlc]{1,7}|[A-Z\d]{1,3}-\d{1,3}", re.IGNORECASE)
MAX_PAGE_NUMBER = 7  # characters
CONTENTS_HEADING = re.compile(r"[#\s]*(?:目\s*[錄录次]|もくじ|(?:table\s+of\s+)?contents)\s*[:：]?", re.IGNORECASE)
MIN_CONTENTS = 2  # lines with leaders
ROMAN = re.compile(r"[-–—\s]*[ivxlc]{1,7}[-–—\s]*", re.IGNORECASE)
EDGE_LINES = 3  # of a page that may be running heads, and as many that may be feet


@dataclass(frozen=True, slots=True)
class ContentsLine:
    """A line that may be one of a table of contents. `has_leader` is whether there are dots before the page number."""

    title: str
    page: str
    has_leader: bool

    @property
    def entry(self) -> OutlineEntry:
        """What the line lists."""
        return OutlineEntry(" ".join(self.title.split()), int(self.page) if self.page.isdecimal() else None)


def split_contents_line(line: str) -> ContentsLine | None:
    """Split a line into a heading and a page number, with dots, a tab or several spaces between them."""
    text = line.strip()
    at = len(text)
    while at and text[at - 1] not in GAP and len(text) - at <= MAX_PAGE_NUMBER:
        at -= 1
    title, page = text[:at].rstrip(GAP), text[at:]
    gap = text[len(title) : at]
    if not title or not PAGE_NUMBER.fullmatch(page):
        return None
    has_leader = sum(not sign.isspace() for sign in gap) >= (MIN_ELLIPSES if "…" in gap else MIN_DOTS)
    is_wide = "\t" in gap or sum(map(str.isspace, gap)) > 1
    return ContentsLine(title, page, has_leader) if has_leader or (is_wide and page.isdecimal()) else None


def find_contents(lines: Sequence[str]) -> tuple[set[int], tuple[OutlineEntry, ...]]:
    """Find the lines of a table of contents.

    Lines with leaders and a page number are of one if there are several; lines with a page number alone only in a run
    directly below the heading of a table of contents.

    :param lines: Lines of a text.
    :return: Numbers of the lines, the heading included; and what they list.
    """
    found = {number: match for number, line in enumerate(lines) if (match := split_contents_line(line))}
    entries = {number: line for number, line in found.items() if line.has_leader}
    if len(entries) < MIN_CONTENTS or not ascends([line.page for line in entries.values()]):
        entries = {}
    headings = [number for number, line in enumerate(lines) if line.strip() and CONTENTS_HEADING.fullmatch(line.strip())]
    listed: set[int] = set()
    for heading in headings:
        last = heading
        for below in range(heading + 1, len(lines)):
            if below in found:
                entries[below] = found[below]
                last = below
            elif lines[below].strip() or below - last > MIN_CONTENTS:
                break
        if last > heading:
            listed.add(heading)
    return set(entries) | listed, tuple(line.entry for _, line in sorted(entries.items()))


def ascends(pages: Sequence[str]) -> bool:
    """Return whether page numbers never become smaller, but for one in ten. A price list has any order."""
    numbers = [int(page) for page in pages if page.isdecimal()]
    falls = sum(after < before for before, after in pairwise(numbers))
    return falls <= len(numbers) / 10


def find_running_lines(pages: Sequence[Sequence[str]]) -> list[set[int]]:
    """Find page numbers and running heads and feet, by the first and last lines of the pages.

    They are the same on several pages, but for a number that grows with the page. Rows of a table may differ only in
    numbers too, but not in this way.

    :param pages: Lines of each page, none of them blank.
    :return: Numbers of such lines on each page.
    """
    found: list[set[int]] = [set() for _ in pages]
    for step in (1, -1):
        for _ in range(EDGE_LINES):
            edges = [edge_line(len(page), lines, step) for page, lines in zip(pages, found, strict=True)]
            keys = [
                set() if at is None else running_keys(page[at], number)
                for number, (page, at) in enumerate(zip(pages, edges, strict=True))
            ]
            # Pages that are the same as a whole tell nothing about what is at the edge of each.
            distinct = dict(zip(map(tuple, pages), keys, strict=True))
            counts = Counter(key for page_keys in distinct.values() for key in page_keys)
            running = {key for key, count in counts.items() if count >= enough_pages(key, len(pages))}
            for lines, at, page_keys in zip(found, edges, keys, strict=True):
                if at is not None and page_keys & running:
                    lines.add(at)
    return found


def enough_pages(key: str, pages: int) -> float:
    """Return the number of pages from which a line is a running one. Numbers alone may be absent from most pages."""
    has_words = re.search(r"[^\W\d_]", key.replace("\0page", ""))
    return max(MIN_PAGES, RUNNING_SHARE * pages) if has_words else MIN_PAGES


def running_keys(line: str, page: int) -> set[str]:
    """Return the forms by which an edge line is the same on other pages: as it is, or relative to the page's number.

    :param page: Number of the page, from any.
    """
    squeezed = "".join(line.split())
    numbers = list(re.finditer(r"\d{1,6}", squeezed))
    relative = {
        f"{squeezed[: number.start()]}\0page{int(number[0]) - page:+d}{squeezed[number.end() :]}" for number in numbers
    }
    exact = {squeezed} if re.search(r"[^\W\d_]", squeezed) else set()
    return relative | exact | ({"\0page"} if ROMAN.fullmatch(line) else set())


def edge_line(count: int, removed: set[int], step: int) -> int | None:
    """Return the number of the first line, or with a step of -1 the last one, that is not removed."""
    order = range(count) if step > 0 else range(count - 1, -1, -1)
    return next((at for at in order if at not in removed), None)
