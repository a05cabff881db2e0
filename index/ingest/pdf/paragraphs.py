"""Join lines into paragraphs by the edges of their column, their distance, indents and marks, and paragraphs over pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.ingest.lines.hyphens import HyphenJoiner
from index.ingest.lines.list_marks import (
    ends_sentence,
    is_item_mark,
    leading_mark,
    replace_symbols,
    starts_lower,
    starts_with_bullet,
    starts_with_caption,
    starts_with_number,
)
from index.ingest.lines.printed_tables import write_rows
from index.ingest.pdf.columns import Region
from index.ingest.pdf.glyphs import HYPHEN
from index.ingest.pdf.lines import Line, Word
from index.ingest.pdf.tables import TableRow, find_tables, print_cells
from index.reports.reader import display_width, is_wide, line_joint

# Lengths are in ems unless they are shares.
SAME_SIZE = 0.08  # share by which the sizes of one paragraph's lines differ
LOOSE, LOOSE_HEADING = 1.3, 1.5  # distance of lines, in usual ones, or in ems, that parts paragraphs
USUAL_LEADING, TIGHTEST, WIDEST = 1.35, 0.9, 2.7  # the last for lines with double space
INDENT, FURTHEST_INDENT = 0.8, 8.0
HANGING = 0.7  # distance from the text of an item within which its next lines begin
SLACK, WIDE_SLACK = 0.3, 2.0  # room that a full line may leave for more than the next word; ideographs stick together
SHORT = 0.4  # share of the width that a line leaves when its paragraph ends although a small letter follows
LARGE = 1.15  # size of headings, in sizes of the body, whose lines are joined whatever room they leave
LINES_TO_MEASURE = 5
EDGE = 0.15  # distance between the right edges of lines that a frame cuts off
LONG, MOSTLY_FULL = 12.0, 0.7  # ems, and share of the width, of a line that ends no sentence and is hardly alone
OTHER_SIZE = 0.03  # share by which the size of a heading in a font of its own differs from the text's
# How many paragraphs a figure or table between two parts of a paragraph has, and of how many lines.
MOST_BETWEEN, LINES_OF_CAPTION = 12, 3
Kind = Literal["text", "row", "note", "heading"]


@dataclass(frozen=True, slots=True)
class Measures:
    """Usual measures of a document: its body's size, distances of lines by size, and right edge of its text."""

    body_size: float
    leadings: dict[float, float]
    right: float


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, or a row of a table. `room` is what its last line leaves, `left` the column's edge."""

    kind: Kind
    lines: list[Line]
    row: TableRow | None = None
    room: float = 0.0
    level: int = 0
    left: float = 0.0
    is_column: bool = False

    @property
    def page(self) -> int:
        """Number of the page on which it begins."""
        return self.row.page if self.row else self.lines[0].page

    @property
    def plain_text(self) -> str:
        """The text with line breaks as spaces; for comparisons."""
        return self.row.text if self.row else " ".join(line.text for line in self.lines)


def measure_document(regions: Iterable[Region], body_size: float) -> Measures:
    """Measure what is usual in a document."""
    distances: dict[float, Counter[float]] = defaultdict(Counter)
    rights: Counter[int] = Counter()
    for region in regions:
        for upper, lower in zip(region.rows, region.rows[1:], strict=False):
            distance = lower.baseline - upper.baseline
            if abs(upper.size - lower.size) < 0.1 and TIGHTEST * upper.size <= distance <= WIDEST * upper.size:
                distances[upper.size][round(2 * distance) / 2] += 1
        if not region.is_column:
            rights.update(round(row.right) for row in region.rows if abs(row.size - body_size) < 0.1)
    edges = sorted(rights.elements())
    right = float(edges[len(edges) * 9 // 10]) if edges else 0.0
    leadings = {size: min(counts, key=lambda d: (-counts[d], d)) for size, counts in distances.items()}
    return Measures(body_size, leadings, right)


def group_paragraphs(region: Region, measures: Measures) -> list[Paragraph]:
    """Join the rows of a region into paragraphs."""
    paragraphs: list[Paragraph] = []
    items = find_tables(region.rows)
    lines = [item for item in items if isinstance(item, Line)]
    joiner = _Joiner(region, lines, measures)
    following = [item if isinstance(item, Line) else None for item in items[1:]] + [None]
    for item, after in zip(items, following, strict=True):
        last = paragraphs[-1] if paragraphs else None
        if isinstance(item, TableRow):
            paragraphs.append(Paragraph("row", [], item))
        elif last and last.kind == "text" and joiner.continues(last.lines, item, after):
            last.lines.append(item)
            last.room = joiner.room_after(item)
        else:
            left = joiner.left
            paragraphs.append(Paragraph("text", [item], room=joiner.room_after(item), left=left, is_column=region.is_column))
    return paragraphs


class _Joiner:
    """Decides whether a line continues a paragraph within a region."""

    def __init__(self, region: Region, lines: Sequence[Line], measures: Measures) -> None:
        self._measures = measures
        self._rights: dict[float, float] = {}
        by_size: dict[float, list[Line]] = defaultdict(list)
        for line in lines:
            by_size[line.size].append(line)
        for size, same in by_size.items():
            right = max(line.right for line in same)
            is_body = abs(size - measures.body_size) < 0.1
            # A few lines do not show where the column ends.
            if len(same) < LINES_TO_MEASURE and is_body:
                right = max(right, region.right if region.is_column else measures.right)
            self._rights[size] = right
        self._leadings = {size: self._leading(same, size) for size, same in by_size.items()}
        lefts = Counter(round(line.left) for line in lines)
        self.left = float(min(lefts, key=lambda left: (-lefts[left], left))) if lefts else 0.0

    def _leading(self, lines: Sequence[Line], size: float) -> float:
        """Return the distance of lines in a paragraph: the lower quartile, for paragraphs may be short."""
        distances = sorted(
            distance
            for upper, lower in pairwise(lines)
            if TIGHTEST * size <= (distance := lower.baseline - upper.baseline) <= WIDEST * size
        )
        if len(distances) >= LINES_TO_MEASURE:
            return distances[len(distances) // 4]
        return self._measures.leadings.get(size, USUAL_LEADING * size)

    def room_after(self, line: Line) -> float:
        """Return the room between a line and the edge of its column in points."""
        return self._rights.get(line.size, line.right) - line.right

    def continues(self, lines: Sequence[Line], line: Line, after: Line | None) -> bool:
        """Return whether a line continues the paragraph of `lines`.

        :param after: The next line, which shows whether an indent is that of a paragraph's first line.
        """
        first, last = lines[0], lines[-1]
        if abs(last.size - line.size) > SAME_SIZE * max(last.size, line.size):
            return False
        distance = line.baseline - last.baseline
        if distance <= 0.3 * line.size or starts_with_bullet(line.text):
            return False
        large = line.size >= LARGE * self._measures.body_size
        if large and first.style == line.style and not starts_with_number(line.text):
            return distance <= LOOSE_HEADING * line.size
        if distance > LOOSE * self._leadings[line.size]:
            return False
        if is_row_of_figures(line.text) or is_row_of_figures(last.text) or _differ_in_figures(line.text, last.text):
            return False
        ends = ends_sentence(last.text)
        is_full = self._is_full(last, line) or (not ends and self._is_cut(last, line))
        if len(lines) == 1 and _has_other_font(last, line) and not (is_full and starts_lower(line.text)):
            return False
        if not is_full and starts_with_caption(line.text):
            return False
        if starts_with_number(line.text) and (
            not is_full or ends or line.left < last.left - INDENT * line.size or starts_with_number(first.text)
        ):
            return _is_inside_item(lines, line) and is_full and not ends
        return self._fits_indent(lines, line, after, ends, is_full)

    def _fits_indent(self, lines: Sequence[Line], line: Line, after: Line | None, ends: bool, is_full: bool) -> bool:
        first, last = lines[0], lines[-1]
        text_left = item_text_left(first)
        continues_lower = starts_lower(line.text) and not ends
        if text_left is not None:
            if abs(line.left - text_left) <= HANGING * line.size:
                return is_full or not ends
            return (is_full or continues_lower) and line.left < text_left
        indent = (line.left - last.left) / line.size
        if abs(indent) > INDENT and not _is_centred(last, line):
            # The first line of a paragraph may be set further in than the others, or further out.
            if len(lines) > 1 or abs(indent) > FURTHEST_INDENT:
                return False
            if indent < 0:
                return is_full or continues_lower
            returns = after is not None and abs(after.left - last.left) <= HANGING * line.size and not _begins_item(after)
            return is_full and not (
                returns and after and after.baseline - line.baseline <= LOOSE * self._leadings[line.size]
            )
        if continues_lower and self.room_after(last) < SHORT * (self._rights[line.size] - last.left):
            return True
        return is_full

    def _is_full(self, last: Line, line: Line) -> bool:
        """Return whether the first word of a line has no room at the end of the line before."""
        room = self.room_after(last)
        if _is_centred(last, line):
            room += max(0.0, last.left - self.left)
        return not has_room(room, line)

    def _is_cut(self, last: Line, line: Line) -> bool:
        """Return whether a line that ends no sentence is as long as lines are beside a picture, or nearly full."""
        width = last.right - last.left
        if width < LONG * last.size or line.left > last.left + INDENT * line.size:
            return False
        if abs(last.right - line.right) <= EDGE * line.size:
            return True
        full = self._rights[line.size] - self.left
        return is_wide(last.text[-1]) and is_wide(line.text[0]) and width >= MOSTLY_FULL * full


def _has_other_font(upper: Line, lower: Line) -> bool:
    """Return whether a line has no word in the font of the line before, whose size differs too."""
    fonts = {word.font for word in upper.words}
    return abs(upper.size - lower.size) > OTHER_SIZE * lower.size and not any(word.font in fonts for word in lower.words)


def is_row_of_figures(text: str) -> bool:
    """Return whether a line has several numbers and hardly anything else, as in a table."""
    words = text.split()
    numbers = sum(bool(re.fullmatch(r"[^\w\s]*+\d[\d.,:%]*+[^\w\s]*+", word)) for word in words)
    return numbers >= 2 and numbers * 3 >= len(words) * 2


def _differ_in_figures(one: str, other: str) -> bool:
    """Return whether two lines are the same but for their numbers, as rows of a list are."""
    shape = re.sub(r"\d+", "0", one)
    return "0" in shape and shape == re.sub(r"\d+", "0", other)


def has_room(room: float, line: Line) -> bool:
    """Return whether the first word of a line fits into a room in points, so that the line before it ended early."""
    word = line.words[0]
    if is_wide(word.text[0]):
        return room >= WIDE_SLACK * word.size
    width = (word.right - word.left) * len(_leading_token(word)) / len(word.text)
    for following in line.words[1:]:
        if following.spaced:
            break
        width += following.right - following.left
    return room >= width + SLACK * word.size


def _leading_token(word: Word) -> str:
    """Return the part of a word up to where a line may break."""
    match = re.match(r"[^\W\d_]*[-–—/]|[!-~\u00a0-\u024f\u2000-\u206f]+", word.text)
    return match[0] if match else word.text[0]


def _is_centred(upper: Line, lower: Line) -> bool:
    """Return whether two lines of different width have the same middle."""
    middle = abs(upper.left + upper.right - lower.left - lower.right) / 2
    return middle < 0.5 * lower.size and abs(upper.left - lower.left) > lower.size


def item_text_left(line: Line) -> float | None:
    """Return where the text of an item begins after its mark, or None."""
    first = line.words[0]
    if len(line.words) > 1 and is_item_mark(first.text):
        return line.words[1].left
    mark = leading_mark(first.text)
    share = display_width(mark) / display_width(first.text)
    return first.left + share * (first.right - first.left) if mark else None


def _begins_item(line: Line) -> bool:
    return starts_with_bullet(line.text) or starts_with_number(line.text)


def _is_inside_item(lines: Sequence[Line], line: Line) -> bool:
    """Return whether a line that begins with a number stands below the text of an item."""
    left = item_text_left(lines[0])
    return left is not None and abs(line.left - left) <= HANGING * line.size


def stitch_paragraphs(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Join paragraphs that go on in the next column or on the next page.

    The footnotes of the first page come before a paragraph that leaves it, so that they stay on their page.
    """
    stitched: list[Paragraph] = []
    for paragraph in paragraphs:
        at = _find_open(stitched, paragraph)
        if at is None:
            stitched.append(paragraph)
            continue
        begun = stitched[at]
        begun.lines += paragraph.lines
        begun.room = paragraph.room
        if any(each.kind == "note" for each in stitched[at + 1 :]):
            stitched.append(stitched.pop(at))
    return stitched


def _find_open(before: Sequence[Paragraph], paragraph: Paragraph) -> int | None:
    """Return the index of the paragraph that another one continues, or None.

    Footnotes may stand between them, and a figure or a table if the next word is small.
    """
    if paragraph.kind != "text":
        return None
    is_parted = False
    for at in range(len(before) - 1, max(-1, len(before) - MOST_BETWEEN), -1):
        if before[at].kind == "note":
            continue
        if _goes_on(before[at], paragraph, is_parted):
            return at
        if before[at].page != paragraph.page or not _is_of_figure(before[at], paragraph):
            return None
        is_parted = True
    return None


def _is_of_figure(between: Paragraph, paragraph: Paragraph) -> bool:
    """Return whether a paragraph belongs to a figure or table that stands within the text of another one."""
    if between.kind == "row":
        return True
    size = paragraph.lines[0].size
    return len(between.lines) <= LINES_OF_CAPTION and abs(between.lines[0].size - size) > SAME_SIZE * size


def _goes_on(before: Paragraph, after: Paragraph, is_parted: bool) -> bool:
    """Return whether a paragraph goes on with another one, at the head of the next column or page or below a figure.

    :param is_parted: Whether other paragraphs stand between them.
    """
    if before.kind != "text" or not _is_elsewhere(before, after, is_parted):
        return False
    last, line = before.lines[-1], after.lines[0]
    if abs(last.size - line.size) > SAME_SIZE * line.size or last.style[1] != line.style[1]:
        return False
    if starts_with_bullet(line.text) or starts_with_number(line.text) or ends_sentence(last.text):
        return False
    is_full = last.right - last.left >= LONG * last.size and not has_room(before.room, line)
    if starts_lower(line.text) and "://" not in line.words[0].text:
        is_short = before.room > SHORT * (last.right - last.left + before.room)
        return is_full or not (is_parted or is_short)
    is_indented = line.left > after.left + INDENT * line.size and item_text_left(before.lines[0]) is None
    has_figures = is_row_of_figures(last.text) or is_row_of_figures(line.text)
    return is_full and not is_parted and not is_indented and not has_figures


def _is_elsewhere(before: Paragraph, after: Paragraph, is_parted: bool) -> bool:
    """Return whether a paragraph begins in the next column or on the next page after another, or below what parts them."""
    last, line = before.lines[-1], after.lines[0]
    if last.page != line.page:
        return last.page + 1 == line.page
    if last.baseline > line.baseline:
        return before.is_column or after.is_column
    return is_parted or before.is_column != after.is_column


@dataclass(slots=True)
class TextJoiner:
    """Joins lines into text."""

    hyphens: HyphenJoiner

    def join_paragraph(self, paragraph: Paragraph) -> str:
        """Return a paragraph as one line, with a form feed for each page that begins within it."""
        return self._join_lines(paragraph.lines)

    def join_table(self, rows: Sequence[TableRow]) -> list[str]:
        """Return the rows of a table, each with the heads of its columns; a long one is several paragraphs."""
        texts = ([self._join_lines(cell, is_cell=True).replace("\f", "") for cell in row.cells] for row in rows)
        return ["\n\n".join(lines) for lines in write_rows(list(map(print_cells, rows, texts)))]

    def _join_lines(self, lines: Sequence[Line], *, is_cell: bool = False) -> str:
        """Return lines as one. Those of a cell may be entries of a list, so a space follows one that ends early."""
        edge = max((line.right for line in lines), default=0.0)
        joined = ""
        pending = 0  # page breaks within a word go behind it
        for position, line in enumerate(lines):
            text = replace_symbols(line.text)
            if position:
                breaks = line.page - lines[position - 1].page
                broken = self.hyphens.join(joined, text)
                if broken is not None:
                    joined, pending = broken, pending + breaks
                else:
                    ends_early = is_cell and has_room(edge - lines[position - 1].right, line)
                    joined += (" " if ends_early else line_joint(joined, text)) if joined and text else ""
                    # A form feed is white space too.
                    joined = joined.rstrip(" ") + "\f" * breaks if breaks else joined
            if pending:
                word, _, rest = text.partition(" ")
                text, pending = word + ("\f" * pending + rest if rest else ""), 0 if rest else pending
            joined += text
        # Marked hyphens that end no line are ordinary ones.
        return joined.replace(HYPHEN, "-")
