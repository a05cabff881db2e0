"""Find the levels of headings in a converted text: by marks, numbers, capitals and contents, or by an example."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from index.errors import CorpusError
from index.ingest.converter_types import Converted
from index.ingest.meetings.labels import read_labels
from index.reports.reader import SENTENCE_ENDS, TITLE_LIMIT, tighten_line

# Heading numbers in Chinese, Japanese and English. Their order of appearance in a report determines the levels.
NUMBERINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"第\s{0,4}[一二三四五六七八九十百\d]{1,4}\s{0,4}[編编部篇]",
        r"第\s{0,4}[一二三四五六七八九十百\d]{1,4}\s{0,4}章",
        r"第\s{0,4}[一二三四五六七八九十百\d]{1,4}\s{0,4}[節节]",
        r"(?:Part|PART)\s{1,4}(?:[IVX]{1,6}|\d{1,3})\b",
        r"(?:Chapter|CHAPTER)\s{1,4}(?:[IVX]{1,6}|\d{1,3})\b",
        r"(?:Section|SECTION)\s{1,4}\d{1,3}\b",
        r"[壹貳參肆伍陸柒捌玖拾]{1,4}、",
        r"[一二三四五六七八九十]{1,4}、",
        r"[(（][一二三四五六七八九十]{1,4}[)）]",
        r"\d{1,3}[.．、]\s{0,4}(?!\d)(?=\S)",
        r"\d{1,3}\.\d{1,3}\.?\s{1,4}(?=\S)",
        r"\d{1,3}\.\d{1,3}\.\d{1,3}\.?\s{1,4}(?=\S)",
        r"[(（]\d{1,3}[)）]",
    )
)
# A line in capitals. Names and abbreviations may be too, so such lines are headings only where nothing has a number.
CAPITALS = re.compile(r"[A-Z](?:[A-Z0-9&,'’/()\-–]{0,20}\s){0,8}[A-Z0-9&'’/()\-–]{3,20}:?$")
# Heading marks of converted files.
MARKS = tuple(re.compile(rf"{'#' * depth} (?P<title>.*)") for depth in range(1, 7))
# How an example looks that begins with no usual number: a number after other characters, brackets, or a sign.
DIGITS, IDEOGRAPHIC, ROMAN, LETTER = r"\d{1,4}", "[零〇一二三四五六七八九十百]{1,5}", "[IVXLC]{1,7}", "[A-Z]"
NUMBER_INSIDE = re.compile(
    rf"(?P<before>[^\d\n]{{0,16}}?)(?P<number>(?P<digits>{DIGITS})|(?P<ideographic>{IDEOGRAPHIC})"
    rf"|(?<![A-Za-z])(?:(?P<roman>{ROMAN})|(?P<letter>{LETTER}))(?![A-Za-z0-9]))(?P<after>.?)"
)
NUMBER_KINDS = {"digits": DIGITS, "ideographic": IDEOGRAPHIC, "roman": ROMAN, "letter": LETTER}
PARTED = re.compile(r"[^!-~]$")  # what may stand before a letter that counts: a space or an ideograph
FOLLOWS, WORD_END = re.compile(r"[^\sA-Za-z0-9_]"), r"\b"
AFTER_LETTER = ".．、:：)）"
BRACKETED = re.compile(r"(?P<open>[【〔〖［\[〈《])[^\n]{1,60}(?P<close>[】〕〗］\]〉》])")
SIGN = re.compile(r"[^\w\s\"'“‘「『(（]{1,3}")
ELLIPSIS = " …."
TWICE = 2  # minimum number of lines with a numbering
PAGE = 1500  # characters that count as a page where there are no pages
# A level of which so many lines, and this share of them, are on one page of several is a list and no level of headings.
CROWD, CROWDED, MIN_PAGES = 4, 0.6, 3
SENTENCES = 0.75  # share of lines with a numbering that are sentences, from which none of them is a heading


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a converted text as the reader sees it, its number and its page, from 1."""

    number: int
    page: int
    text: str


@dataclass(frozen=True, slots=True)
class HeadingLevel:
    """A level of headings: its pattern, the first matching line and its number, and the number of matching lines."""

    pattern: str
    example: str
    count: int
    line: int = 0


def split_lines(text: str) -> list[TextLine]:
    """Return the lines of a text. Without form feeds, so many characters as a page has count as one."""
    lines, number, page, written = [], 1, 1, 0
    for line, end in re.findall("([^\n\f]*)([\n\f]|$)", text):
        lines.append(TextLine(number, page, tighten_line(line.strip())))
        written += len(line)
        number += end == "\n"
        if end == "\f" or ("\f" not in text and written > PAGE):
            page, written = page + 1, 0
    return lines


def find_heading_levels(converted: Converted) -> list[HeadingLevel]:
    """Return the heading levels of a text, outermost first.

    These are its marks; or else its numberings in order of appearance; or else lines in capitals; or else the lines that
    its table of contents lists.
    """
    lines = split_lines(converted.text)
    if converted.marked:
        marked = (level_of(mark, [line for line in lines if mark.match(line.text)]) for mark in MARKS)
        if levels := [level for level in marked if level.count]:
            return levels
    numbered = sorted((find_level(pattern, lines) for pattern in NUMBERINGS), key=attrgetter("line"))
    levels = [level for level in numbered if level.count >= TWICE]
    capitals = find_level(CAPITALS, lines)
    return levels or ([capitals] if capitals.count >= TWICE else find_listed_level(converted, lines))


def find_level(pattern: re.Pattern[str], lines: Sequence[TextLine]) -> HeadingLevel:
    """Return the level that a pattern makes; its count is 0 if it matches mostly sentences, or the items of a list."""
    matching = [line for line in lines if pattern.match(line.text)]
    matching = [line for line in matching if not any(label.value for label in read_labels(line.text))]
    headings = [line for line in matching if is_short(line.text, pattern)]
    if len(headings) <= (1 - SENTENCES) * len(matching) or crowded_page(headings, lines[-1].page):
        headings = []
    return level_of(pattern, headings)


def level_of(pattern: re.Pattern[str], headings: Sequence[TextLine]) -> HeadingLevel:
    """Return the level of some lines that a pattern matches."""
    first = headings[0] if headings else TextLine(0, 0, "")
    return HeadingLevel(pattern.pattern, first.text, len(headings), first.number)


def is_short(line: str, pattern: re.Pattern[str]) -> bool:
    """Return whether a line is short enough for a heading and is no sentence."""
    number = pattern.match(line)
    rest = line[number.end() :] if number else line
    has_sentence = line[-1] in SENTENCE_ENDS or any(mark in (rest or line) for mark in "。；！？")
    return len(line) <= TITLE_LIMIT and not has_sentence


def crowded_page(lines: Sequence[TextLine], pages: int) -> int:
    """Return the page on which most of some lines are, in a text of several pages, or 0."""
    page, most = max(Counter(line.page for line in lines).items(), key=lambda count: count[1], default=(0, 0))
    return page if pages >= MIN_PAGES and most >= CROWD and most > CROWDED * len(lines) else 0


def find_listed_level(converted: Converted, lines: Sequence[TextLine]) -> list[HeadingLevel]:
    """Return the level of the lines that the table of contents lists, if there are several of them."""
    listed = {"".join(entry.title.split()) for entry in converted.outline}
    first = {line.text: line for line in reversed(lines) if line.text and "".join(line.text.split()) in listed}
    titles = sorted(first.values(), key=attrgetter("number"))
    if len(titles) < TWICE:
        return []
    pattern = literal_pattern([line.text for line in titles])
    return [HeadingLevel(pattern, titles[0].text, len(titles), titles[0].number)]


def read_level(pattern: str, converted: Converted) -> HeadingLevel:
    """Return the level that a pattern of a profile makes, whatever its lines look like."""
    compiled = re.compile(pattern)
    return level_of(compiled, [line for line in split_lines(converted.text) if line.text and compiled.match(line.text)])


def level_from_line(number: int, converted: Converted) -> HeadingLevel:
    """Return the level of the headings that are like a line of the text.

    :param number: From 1.
    :raises CorpusError: If there is no such line, or no level like it.
    """
    lines = [line for line in split_lines(converted.text) if line.number == number]
    if not lines:
        raise CorpusError(f"line {number}: the text has {converted.text.count(chr(10)) + 1} lines")
    text = next((line.text for line in lines if line.text), "")
    if not text:
        raise CorpusError(f"line {number}: is empty; give the number of a heading's line")
    return level_from_example(text, converted)


def level_from_example(example: str, converted: Converted) -> HeadingLevel:
    """Return the level of the headings that are like an example: that have its number, its look or its text.

    :param example: A heading, or its beginning followed by an ellipsis.
    :raises CorpusError: If no line of the text is like it, or those that are make no level.
    """
    lines = [line for line in split_lines(converted.text) if line.text]
    shown = f"“{example[:TITLE_LIMIT]}”"
    beginning = example.strip().rstrip(ELLIPSIS)
    if not any(character.isalnum() for character in beginning):
        raise CorpusError(f"{shown}: is no heading, since it has no letters; copy one from the text")
    line = find_line(beginning, lines, is_whole=example.strip() == beginning)
    pattern = re.compile(pattern_like(line or beginning))
    matching = [each for each in lines if pattern.match(each.text)]
    is_mark = any(mark.pattern == pattern.pattern for mark in MARKS)
    headings = [each for each in matching if is_mark or is_short(each.text, pattern)]
    if not matching:
        raise CorpusError(f"{shown}: no line of the text is like it; copy a heading from the text")
    if not headings:
        raise CorpusError(f"{shown}: the lines like it are sentences; a heading has at most {TITLE_LIMIT} characters")
    page = crowded_page(headings, lines[-1].page)
    if page and not is_mark:
        where = f"page {page}" if converted.paged else "one page"
        raise CorpusError(f"{shown}: most of the {len(headings)} lines like it are on {where}, so they are a list")
    return level_of(pattern, headings)


def find_line(beginning: str, lines: Sequence[TextLine], *, is_whole: bool) -> str:
    """Return the line that an example is, or begins, whatever its white space and its mark; empty if there is none."""
    wanted = "".join(beginning.split())
    for line in lines:
        for text in (line.text, line.text.lstrip("#")):
            squeezed = "".join(text.split())
            if squeezed == wanted or (not is_whole and squeezed.startswith(wanted)):
                return line.text
    return ""


def pattern_like(line: str) -> str:
    """Return the pattern of the headings that are like one: by mark, number, brackets, sign, capitals, or its text."""
    for pattern in (*MARKS, *NUMBERINGS):
        if pattern.match(line):
            return pattern.pattern
    return next(patterns_by_look(line), "") or literal_pattern([line])


def patterns_by_look(line: str) -> Iterator[str]:
    """Yield the patterns of what a line begins with, best first."""
    if number := NUMBER_INSIDE.match(line):
        before, after = number["before"], number["after"]
        kind, digits = next((kind, digits) for kind, digits in NUMBER_KINDS.items() if number[kind])
        is_numeral = kind in ("digits", "ideographic") or after in AFTER_LETTER or PARTED.search(before)
        if is_numeral and (before or (after.strip() and not after.isalnum()) or after >= "\u2e80"):
            yield f"{escape(before)}{digits}{escape(after) if FOLLOWS.match(after) else WORD_END}"
        elif kind == "digits" and after == " " and len(number[kind]) < len("100"):
            yield r"\d{1,2} (?=[^\W\d_])"
    if brackets := BRACKETED.match(line):
        yield f"{re.escape(brackets['open'])}[^\\n]{{1,60}}{re.escape(brackets['close'])}"
    if sign := SIGN.match(line):
        yield escape(sign[0])
    if CAPITALS.match(line):
        yield CAPITALS.pattern


def literal_pattern(titles: Sequence[str]) -> str:
    """Return the pattern of lines that are one of some texts."""
    return f"(?P<title>{'|'.join(map(escape, titles))})$"


def escape(text: str) -> str:
    """Return a pattern for a text, in which spaces stay as they are."""
    return re.escape(text).replace("\\ ", " ")
