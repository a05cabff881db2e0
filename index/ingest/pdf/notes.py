"""Find the footnotes of a page: small lines at its foot, the first of which begins with a mark."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.ingest.pdf.lines import Line, split_cells

SMALL = 0.92  # of the body's size
LOWER_PART = 0.35  # share of the page's height above which no footnote stands
MARK = re.compile(
    r"(?P<number>\d{1,3})(?!\d|[.,]\d)|[*＊†‡§¶]{1,4}|[①-⑳]|[※注註]\s?\d{0,3}|[\[(（]\d{1,3}[\])）]|[a-z](?=\s)"
)
CELLS_OF_TABLE = 3


def split_notes(rows: Sequence[Line], height: float, body_size: float, continues: float) -> tuple[list[Line], list[Line]]:
    """Divide the rows of a page into text and footnotes.

    :param height: Height of the page.
    :param continues: Size of the footnotes on the page before, so that the last of them may go on; 0 without any.
    """
    first = len(rows)
    while (
        first
        and not rows[first - 1].cells
        and rows[first - 1].size <= SMALL * body_size
        and rows[first - 1].baseline > LOWER_PART * height
    ):
        first -= 1
    small = rows[first:]
    if not small or first == 0 or sum(len(split_cells(row)) >= CELLS_OF_TABLE for row in small) * 2 > len(small):
        return list(rows), []
    sizes = {round(row.size, 1) for row in small}
    for number, row in enumerate(small):
        if starts_with_mark(row) or (number == 0 and sizes == {continues} and _is_apart(rows, first)):
            return list(rows[: first + number]), list(small[number:])
    return list(rows), []


def _is_apart(rows: Sequence[Line], first: int) -> bool:
    return rows[first].baseline - rows[first - 1].baseline > 1.5 * rows[first - 1].size


def starts_with_mark(row: Line) -> bool:
    """Return whether a line begins with the mark of a note and has words after it."""
    match = MARK.match(row.text)
    return bool(match and re.search(r"[^\W\d_]", row.text[match.end() :]))


def group_notes(rows: Sequence[Line]) -> list[list[Line]]:
    """Group the lines of footnotes into notes. Lines before the first mark continue a note of the page before."""
    left = min((row.left for row in rows if starts_with_mark(row)), default=0.0)
    groups: list[list[Line]] = []
    number = 0
    for row in rows:
        match = MARK.match(row.text)
        begins = starts_with_mark(row) and row.left <= left + row.size and match is not None
        if begins and match and match["number"]:
            # A number out of order is a part of the text that begins a line.
            begins = not number or int(match["number"]) in (number + 1, 1)
            number = int(match["number"]) if begins else number
        if begins or not groups:
            groups.append([])
        groups[-1].append(row)
    return groups
