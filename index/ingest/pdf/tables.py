"""Find rows of tables: lines with cells that stand below each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.ingest.pdf.lines import Line, split_cells, words_text
from index.ingest.pdf.marks import is_item_mark

ALIGNED = 0.6  # ems between edges or middles of cells in one column
SHARE = 0.6  # minimum share of cells in a row that stand below others
TIGHT = 1.6  # ems between the lines of one cell
LEADERS = re.compile(r"(?:\s*[.．·‥…_]){4,}\s*|\s*…+\s*")


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row, each of one or more lines."""

    cells: tuple[tuple[Line, ...], ...]

    @property
    def page(self) -> int:
        """The page number."""
        return self.cells[0][0].page

    @property
    def text(self) -> str:
        """The texts of the cells with bars between them."""
        return " | ".join(" ".join(line.text for line in cell) for cell in self.cells)


def row_cells(row: Line) -> list[Line]:
    """Split a row into cells. The mark of a list belongs to the text after it."""
    cells = split_cells(row)
    if len(cells) == 2 and is_item_mark(words_text(cells[0].words)):
        return [row]
    return cells


def find_tables(rows: Sequence[Line]) -> list[Line | TableRow]:
    """Return rows in order, those of tables as cells."""
    cells = [row_cells(row) for row in rows]
    found: list[Line | TableRow] = []
    first = 0
    while first < len(rows):
        last = first
        while last + 1 < len(rows) and _is_below(cells, last, first):
            last += 1
        if last == first:
            found.append(rows[first])
        else:
            found += _join_rows(rows[first : last + 1], cells[first : last + 1])
        first = last + 1
    return found


def _is_below(cells: Sequence[list[Line]], last: int, first: int) -> bool:
    """Return whether the row after `last` belongs to the table that begins at `first`."""
    above, below = cells[last], cells[last + 1]
    if len(cells[first]) < 2 or below[0].baseline - above[0].baseline > 4 * above[0].size:
        return False
    if len(below) < 2:
        # A row without its first cell continues cells of the row above.
        return _continues(cells, last, first)
    others = [cell for row in cells[first : last + 1] for cell in row]
    aligned = sum(any(_is_aligned(cell, other) for other in others) for cell in below)
    enough = min(len(below), max(2, round(SHARE * len(below))))
    return aligned >= enough or (len(below) == len(above) >= 3)


def _is_aligned(one: Line, other: Line) -> bool:
    tolerance = ALIGNED * min(one.size, other.size)
    return (
        abs(one.left - other.left) <= tolerance
        or abs(one.right - other.right) <= tolerance
        or abs(one.left + one.right - other.left - other.right) <= 2 * tolerance
    )


def _continues(cells: Sequence[list[Line]], last: int, first: int) -> bool:
    """Return whether the row after `last` has only further lines of its cells after the first."""
    below = cells[last + 1]
    if below[0].baseline - cells[last][0].baseline > TIGHT * below[0].size:
        return False
    lefts = [cell.left for row in cells[first : last + 1] if len(row) > 1 for cell in row[1:]]
    starts = [row[0].right for row in cells[first : last + 1] if len(row) > 1]
    tolerance = ALIGNED * below[0].size
    return bool(starts) and all(
        cell.left > min(starts) and any(abs(cell.left - left) <= tolerance for left in lefts) for cell in below
    )


def _join_rows(rows: Sequence[Line], cells: Sequence[list[Line]]) -> list[Line | TableRow]:
    """Build the rows of a table; lines without a first cell go to the cells above them."""
    built: list[list[list[Line]]] = []
    for row, parts in zip(rows, cells, strict=True):
        above = built[-1] if built else None
        tight = above is not None and row.baseline - above[0][-1].baseline <= TIGHT * row.size
        deepest = max((lines[-1].baseline for lines in above), default=0.0) if above else 0.0
        near = above is not None and row.baseline - deepest <= TIGHT * row.size
        if above and (near or tight) and parts[0].left > above[0][0].right and len(parts) < len(above):
            for part in parts:
                column = min(above, key=lambda lines: abs(lines[0].left - part.left))
                column.append(part)
        else:
            built.append([[part] for part in parts])
    return [TableRow(tuple(tuple(lines) for lines in row)) for row in built]
