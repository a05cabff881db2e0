"""Find headings: by the outline of the file, by its list of contents, else by size and weight against the body."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.ingest.lines.list_marks import starts_with_bullet
from index.ingest.pdf.glyphs import Bookmark
from index.ingest.pdf.lines import Line, split_cells
from index.ingest.pdf.paragraphs import Paragraph
from index.reports.reader import display_width

Style = tuple[float, bool, str]
LEVELS = 6
LARGER, SLIGHTLY_LARGER = 1.12, 1.03  # sizes of headings, in sizes of the body; the second with a font of its own
LONGEST, LONGEST_WIDE, MOST_LINES = 160, 60, 4
HEADING_LIKE = 0.7  # minimum share of a style's paragraphs that could be headings
MOST_TEXT = 0.2  # maximum share of the characters in a style of headings
SAME_LEVEL = 0.92  # sizes of headings of one level, the smaller by the larger
BODY_PARAGRAPH = 100  # columns, two for a wide character, that a paragraph of a page with text has, but not one of a cover
NUMBER = re.compile(r"^(?:(?:chapter|appendix|part|section)\s)?\s*(?:\d+(?:\.\d+)*|[A-Z](?:\.\d+)*)[.:]?\s+", re.IGNORECASE)
LEADERS = re.compile(r"(?:\s{0,3}[.．·・‥_]){4,}+\s{0,3}|\s{0,3}…{2,}+\s{0,3}|(?:\s…)++\s{0,3}")
TRAILING_PAGE = re.compile(r"(?<![\s.．·・‥…_(（-])[\s.．·・‥…_(（-]*+(?P<page>\d{1,4}|[ivxlc]{1,6})[)）-]?\s*$")
MINUTES = re.compile(
    r"[^。：:]{4,50}(?:(?:會議?|会議|会议|座談會)\s?(?:[紀記]\s?錄|[记纪]录|[紀纪]要)"
    r"|(?<=[会回月年度\s])(?:議事録|議事要旨|議事概要))(?:\s?[(（][^)）]{1,9}[)）])?"
)
CONTENTS = re.compile(r"(?:table of )?contents|目\s*[次錄录]", re.IGNORECASE)
ENTRIES_TO_TELL, TITLED_ENTRIES = 3, 2
RICH_OUTLINE = 5  # entries of an outline that names more than the chapters
RISING = 0.8  # minimum share of page numbers in a list of contents that are not below the one before


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list of contents: its title, and its indent in points."""

    title: str
    left: float


@dataclass(frozen=True, slots=True)
class Contents:
    """The rows of a page that are text, and the list of contents on it: its entries, and how many rows it has.

    `goes_on` is whether it reaches the end of the page.
    """

    rows: list[Line]
    entries: list[Entry]
    count: int
    goes_on: bool


def split_contents(rows: Sequence[Line], is_continued: bool) -> Contents:
    """Divide the rows of a page into text and a list of contents.

    Its lines have leaders, or stand below its title, and end in numbers that do not fall.

    :param is_continued: Whether the page before ends with a list of contents.
    """
    titles = [number for number, row in enumerate(rows) if CONTENTS.fullmatch(row.text.strip())]
    start = titles[0] + 1 if titles else 0 if is_continued else len(rows)
    listed = [number for number, row in enumerate(rows) if _has_leaders(row) or (number >= start and _ends_in_page(row))]
    matches = [TRAILING_PAGE.search(rows[number].text) for number in listed]
    pages = [int(match["page"]) for match in matches if match and match["page"].isdecimal()]
    rising = sum(one <= other for one, other in pairwise(pages))
    if len(listed) < (TITLED_ENTRIES if titles else ENTRIES_TO_TELL) or rising < RISING * (len(pages) - 1):
        return Contents(list(rows), [], 0, False)
    first, last = listed[0], listed[-1]
    # An entry may have lines before the one with its number.
    within = set(range(first, last + 1)) if len(listed) * 2 >= last - first + 1 else set(listed)
    if titles and titles[0] < first:
        within |= set(range(titles[0], first))
    entries: list[Entry] = []
    pending = ""
    for number in sorted(within - set(titles)):
        text = rows[number].text
        if number in listed:
            title = TRAILING_PAGE.sub("", LEADERS.sub(" ", text))
            entries.append(Entry(f"{pending} {title}".strip(), rows[number].left))
        pending = "" if number in listed else f"{pending} {text}"
    kept = [row for number, row in enumerate(rows) if number not in within]
    return Contents(kept, entries, len(within), last >= len(rows) - 2)


def _has_leaders(row: Line) -> bool:
    """Return whether a row has dots that lead to a page number at its end."""
    match = LEADERS.search(row.text)
    return bool(match and re.fullmatch(r"[\s(（-]*(?:\d{1,4}|[ivxlc]{1,6})[)）-]?\s*", row.text[match.end() :]))


def _ends_in_page(row: Line) -> bool:
    """Return whether a row ends with a number that stands apart."""
    cells = split_cells(row)
    return len(cells) >= 2 and bool(re.fullmatch(r"\d{1,4}|[ivxlc]{1,6}", cells[-1].text))


def mark_headings(
    paragraphs: Sequence[Paragraph],
    outline: Sequence[Bookmark],
    entries: Sequence[Entry],
    body: Style,
    title: Paragraph | None,
) -> None:
    """Give headings their kind and level, from 1.

    :param body: The style of most characters.
    :param title: The paragraph that is the document's title, which is no section's.
    """
    cover = _cover_page(paragraphs, body)
    candidates = [each for each in paragraphs if each.page != cover and _can_be_heading(each)]
    levels = _outline_levels(candidates, outline, entries)
    candidates = [each for each in candidates if each is not title or id(each) in levels]
    styles = _heading_styles(paragraphs, candidates, body)
    likely = sum(_rank_style(each) in styles for each in candidates)
    if len(levels) >= max(RICH_OUTLINE, likely / 2):
        # What the outline does not name is a heading only if it looks like those that it names.
        styles &= {_rank_style(each) for each in candidates if id(each) in levels}
    for paragraph in candidates:
        style = _rank_style(paragraph)
        if id(paragraph) in levels or (style in styles and _stands_out(paragraph, body)):
            paragraph.kind = "heading"
    _set_levels(candidates, levels)
    _unmark_empty(paragraphs)
    _set_levels(candidates, levels)


def _set_levels(candidates: Sequence[Paragraph], levels: dict[int, int]) -> None:
    """Set the level of each heading: that of the outline, else that of its style, without a gap between levels."""
    headings = [each for each in candidates if each.kind == "heading"]
    ranks = _style_ranks(headings, levels)
    for heading in headings:
        heading.level = levels.get(id(heading), ranks[_rank_style(heading)])
    used = sorted({heading.level for heading in headings})
    for heading in headings:
        heading.level = min(used.index(heading.level) + 1, LEVELS)


def _can_be_heading(paragraph: Paragraph) -> bool:
    if paragraph.kind != "text" or len(paragraph.lines) > MOST_LINES:
        return False
    text = paragraph.plain_text
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    if len(text) > (LONGEST_WIDE if wide * 2 > len(text) else LONGEST) or starts_with_bullet(text) or "://" in text:
        return False
    return bool(re.search(r"[^\W\d_]{2}", text)) and text.rstrip()[-1] not in "。.;；,，、"


def _cover_page(paragraphs: Sequence[Paragraph], body: Style) -> int:
    """Return the number of the first page if it has no paragraph of the body's size, else 0."""
    first = min((each.page for each in paragraphs), default=0)
    last = max((each.page for each in paragraphs), default=0)
    on_page = [each for each in paragraphs if each.page == first]
    has_body = any(
        each.kind == "row" or (display_width(each.plain_text) >= BODY_PARAGRAPH and each.lines[0].size <= body[0] * LARGER)
        for each in on_page
    )
    return 0 if has_body or last == first else first


def _rank_style(paragraph: Paragraph) -> Style:
    """Return the style of a paragraph with its size rounded to half points."""
    size, bold, font = paragraph.lines[0].style
    return round(2 * size) / 2, bold, font


def _heading_styles(paragraphs: Sequence[Paragraph], candidates: Sequence[Paragraph], body: Style) -> set[Style]:
    """Return the styles that stand out from the body and whose paragraphs could mostly be headings."""
    total = sum(len(each.plain_text) for each in paragraphs) or 1
    characters: Counter[Style] = Counter()
    count: Counter[Style] = Counter()
    for paragraph in paragraphs:
        if paragraph.kind == "text":
            style = _rank_style(paragraph)
            characters[style] += len(paragraph.plain_text)
            count[style] += 1
    likely = Counter(_rank_style(each) for each in candidates)
    return {
        style
        for style, number in likely.items()
        if number >= HEADING_LIKE * count[style] and characters[style] <= MOST_TEXT * total and _is_style_above(style, body)
    }


def _is_style_above(style: Style, body: Style) -> bool:
    size, bold, font = style
    if size >= LARGER * body[0] or (bold and not body[1] and size >= body[0] * 0.95):
        return True
    return font != body[2] and size >= SLIGHTLY_LARGER * body[0]


def _stands_out(paragraph: Paragraph, body: Style) -> bool:
    """Return whether every word of a paragraph has a style above the body's, but for marks."""
    words = [word for line in paragraph.lines for word in line.words if len(word.text) > 1]
    above = sum(len(word.text) for word in words if _is_style_above((round(2 * word.size) / 2, word.bold, word.font), body))
    return bool(words) and above >= 0.9 * sum(len(word.text) for word in words)


def heading_key(text: str) -> str:
    """Return the letters and figures of a heading, by which it is recognised."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _outline_levels(
    candidates: Sequence[Paragraph], outline: Sequence[Bookmark], entries: Sequence[Entry]
) -> dict[int, int]:
    """Return the levels of paragraphs that the outline or the list of contents names, by id."""
    by_key: dict[str, list[Paragraph]] = defaultdict(list)
    for paragraph in candidates:
        text = paragraph.plain_text
        # Outlines often leave out the numbers.
        for key in {heading_key(text), heading_key(NUMBER.sub("", text))}:
            by_key[key].append(paragraph)
    levels: dict[int, int] = {}
    matched: list[tuple[Paragraph, int]] = []
    for bookmark in outline:
        near = [each for each in by_key.get(heading_key(bookmark.title), []) if abs(each.page - bookmark.page) <= 1]
        if near:
            matched.append((min(near, key=lambda each: abs(each.page - bookmark.page)), bookmark.level))
    if not matched:
        lefts = sorted({round(entry.left / 6) for entry in entries})
        matched = [
            (same[-1], lefts.index(round(entry.left / 6)) + 1)
            for entry in entries
            if (same := by_key.get(heading_key(entry.title)))
        ]
    top = min((level for _, level in matched), default=1)
    for paragraph, level in matched:
        levels.setdefault(id(paragraph), level - top + 1)
    return levels


def _style_ranks(headings: Sequence[Paragraph], levels: dict[int, int]) -> dict[Style, int]:
    """Return a level for each style: that of the outline, else by size, then weight, below the next larger."""
    styles = sorted({_rank_style(each) for each in headings}, key=lambda style: (-style[0], not style[1], style[2]))
    outlined: dict[Style, Counter[int]] = defaultdict(Counter)
    for heading in headings:
        if id(heading) in levels:
            outlined[_rank_style(heading)][levels[id(heading)]] += 1
    ranks: dict[Style, int] = {}
    level, above = 0, (0.0, False)
    for style in styles:
        if style in outlined:
            level = outlined[style].most_common(1)[0][0]
        elif style[0] < SAME_LEVEL * above[0] or style[1] != above[1] or not level:
            level += 1
        ranks[style], above = max(level, 1), style[:2]
    return ranks


def _unmark_empty(paragraphs: Sequence[Paragraph]) -> None:
    """Take headings without text below them for text, unless a heading of a lower level follows."""
    following = 0
    for paragraph in reversed(paragraphs):
        if paragraph.kind == "heading":
            if following and following <= paragraph.level:
                # It may be all the text that a heading above it has.
                following, paragraph.kind, paragraph.level = paragraph.level, "text", 0
            else:
                following = paragraph.level
        elif paragraph.kind != "note":
            following = 0
    for paragraph in reversed(paragraphs):
        if paragraph.kind == "heading":
            paragraph.kind, paragraph.level = "text", 0
        elif paragraph.kind != "note":
            break


def find_title(paragraphs: Sequence[Paragraph]) -> Paragraph | None:
    """Return the paragraph of the largest letters on the first page, if it is larger than others on it."""
    first = min((each.page for each in paragraphs), default=0)
    named = [each for each in paragraphs if each.page == first and each.kind == "text" and _can_be_heading(each)]
    if not named:
        return None
    title = max(named, key=lambda each: each.lines[0].size)
    others = [each.lines[0].size for each in paragraphs if each is not title and each.lines]
    return title if all(size < title.lines[0].size for size in others) else None


def find_minutes_title(paragraphs: Sequence[Paragraph]) -> Paragraph | None:
    """Return the paragraph on the first page that says of which meeting it is the minutes; a letterhead may be larger."""
    first = min((each.page for each in paragraphs), default=0)
    named = (each for each in paragraphs if each.page == first and _can_be_heading(each))
    return next((each for each in named if MINUTES.fullmatch(each.plain_text.strip())), None)


def raise_title(paragraphs: Sequence[Paragraph], title: Paragraph) -> None:
    """Make the title of minutes the heading over the others, if there are any; what stands above it is a letterhead."""
    at = next(number for number, each in enumerate(paragraphs) if each is title)
    for paragraph in paragraphs[:at]:
        if paragraph.kind == "heading":
            paragraph.kind, paragraph.level = "text", 0
    below = [each for each in paragraphs[at + 1 :] if each.kind == "heading"]
    if below:
        title.kind, title.level = "heading", 1
        top = min(heading.level for heading in below)
        for heading in below:
            heading.level = min(heading.level - top + 2, LEVELS)
    elif title.kind == "heading":
        title.kind, title.level = "text", 0


def largest_text(paragraphs: Iterable[Paragraph]) -> str:
    """Return the text of the largest letters on the first page, possibly empty."""
    listed = [each for each in paragraphs if each.lines]
    first = min((each.page for each in listed), default=0)
    named = [each for each in listed if each.page == first and re.search(r"[^\W\d_]{2}", each.plain_text)]
    if not named:
        return ""
    largest = max(named, key=lambda each: each.lines[0].size)
    sizes = sorted(each.lines[0].size for each in listed)
    is_larger = largest.lines[0].size > SLIGHTLY_LARGER * sizes[len(sizes) // 2]
    return largest.plain_text if is_larger and len(largest.plain_text) <= LONGEST else ""
