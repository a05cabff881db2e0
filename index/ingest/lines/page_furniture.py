"""Find what is on pages of text but is not text: contents lines, page numbers, and running heads and feet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from index.ingest.formats.converted import OutlineEntry

# A line at the edge of at least this many pages, and of this share of them, is a running head or foot. A third, because
# odd and even pages, and chapters, may have their own.
MIN_PAGES, RUNNING_SHARE = 3, 0.3
LEADER = r"(?:\.{4,}|…{2,}|‧{3,}|·{3,}|・{3,}|．{3,}|_{4,}|(?:\. ){3,}\.?|(?:… ){2,}…?)"
PAGE_NUMBER = r"(?P<page>\d{1,4}|[ivxlc]{1,7}|[A-Z\d]{1,3}-\d{1,3})"
WITH_LEADER = re.compile(rf"(?P<title>\S(?:(?!{LEADER}).)*)\s*{LEADER}[\s.…]*{PAGE_NUMBER}", re.IGNORECASE)
WITHOUT_LEADER = re.compile(r"(?P<title>\S.*\S)(?:[ \u3000]{2,}|\t)\s*(?P<page>\d{1,4})")
CONTENTS_HEADING = re.compile(r"[#\s]*(?:目\s*[錄录次]|もくじ|(?:table\s+of\s+)?contents)\s*[:：]?", re.IGNORECASE)
MIN_CONTENTS = 2  # lines with leaders
ROMAN = re.compile(r"[-–—\s]*[ivxlc]{1,7}[-–—\s]*", re.IGNORECASE)
EDGE_LINES = 3  # of a page that may be running heads, and as many that may be feet


def find_contents(lines: Sequence[str]) -> tuple[set[int], tuple[OutlineEntry, ...]]:
    """Find the lines of a table of contents.

    Lines with leaders and a page number are of one if there are several; lines with a page number alone only in a run
    directly below the heading of a table of contents.

    :param lines: Lines of a text.
    :return: Numbers of the lines, the heading included; and what they list.
    """
    entries = {number: match for number, line in enumerate(lines) if (match := WITH_LEADER.fullmatch(line.strip()))}
    if len(entries) < MIN_CONTENTS or not ascends([match["page"] for match in entries.values()]):
        entries = {}
    headings = [number for number, line in enumerate(lines) if line.strip() and CONTENTS_HEADING.fullmatch(line.strip())]
    listed: set[int] = set()
    for heading in headings:
        below = heading + 1
        last = heading
        while below < len(lines) and below - last <= MIN_CONTENTS:
            line = lines[below].strip()
            match = WITH_LEADER.fullmatch(line) or WITHOUT_LEADER.fullmatch(line)
            if match:
                entries[below] = match
                last = below
            elif line and below not in entries:
                break
            below += 1
        if last > heading:
            listed.add(heading)
    outline = tuple(
        OutlineEntry(" ".join(match["title"].split()), int(match["page"]) if match["page"].isdecimal() else None)
        for _, match in sorted(entries.items())
    )
    return set(entries) | listed, outline


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
