"""Write and read rows of tables in report.txt: a line each, bars between cells, before each cell the head of its column.

A row can then be quoted by itself: `Fee: Entry | Amount: 40`. The line of heads comes before its rows.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.reports.reader import is_wide, tighten_line

CELL_BAR = " | "
OPEN_TABLES = 4  # lines that may be the heads of a row
LONG_ROW = 400  # characters; a longer row holds text rather than cells
BAR = re.compile(r"(?:(?<=\s)|^)\|(?=\s|$)")
Heads = tuple[str, ...]  # by column; empty for a column without one


@dataclass(frozen=True, slots=True)
class RowCell:
    """A cell of a row without its head: offsets of its text in the line, and the number of its column from 0."""

    start: int
    end: int
    column: int


def head_prefix(head: str) -> str:
    """Return what stands before a cell below a head."""
    head = head.rstrip(" :：")
    return "" if not head else f"{head}：" if is_wide(head[-1]) else f"{head}: "


def pair_cell(head: str, text: str) -> str:
    """Return the text of a cell after the head of its column; the text alone if there is no head."""
    return head_prefix(head) + text if text else text


def join_cells(cells: Iterable[str]) -> str:
    """Return a line of cells."""
    return tighten_line(CELL_BAR.join(map(tighten_line, cells)).strip())


def is_row(line: str) -> bool:
    """Return whether a line has a bar between or after cells."""
    return bool(BAR.search(line))


def split_cells(line: str) -> list[tuple[int, int]]:
    """Return the offsets of each cell of a line with its head, end exclusive."""
    edges = [0, *(edge for bar in BAR.finditer(line) for edge in bar.span()), len(line)]
    cells = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        text = line[start:end].strip()
        first = start + line[start:end].index(text)
        cells.append((first, first + len(text)))
    return cells


def read_row(line: str, heads: Heads) -> list[RowCell]:
    """Return the cells of a row below some heads; an empty list if it is none.

    Each cell begins with the head of a column after that of the one before, or is in a column without a head.
    """
    cells: list[RowCell] = []
    column = paired = 0
    for start, end in split_cells(line) if is_row(line) else ():
        if start == end:
            continue
        at, length = _find_column(line[start:end], heads, column)
        if at is None:
            return []
        cells.append(RowCell(start + length, end, at))
        column, paired = at + 1, paired + (length > 0)
    return cells if paired else []


def _find_column(cell: str, heads: Heads, first: int) -> tuple[int | None, int]:
    """Return the column of a cell and the length of the head before it, or None if it is in no column from `first` on."""
    for column in range(first, len(heads)):
        prefix = head_prefix(heads[column])
        if prefix and cell.startswith(prefix):
            return column, len(prefix)
    return next((column for column in range(first, len(heads)) if not heads[column]), None), 0


def find_heads(lines: Sequence[str]) -> list[Heads]:
    """Return for each line the heads of the table that it is a row of, or the line of heads; else an empty tuple."""
    found: list[Heads] = [()] * len(lines)
    # Another table, or a row that the heads do not fit, may stand within a table.
    recent: deque[tuple[Heads, int]] = deque(maxlen=OPEN_TABLES)
    for at, line in enumerate(lines):
        if not is_row(line):
            continue
        for heads, head_line in reversed(recent):
            if read_row(line, heads):
                found[at] = found[head_line] = heads
                break
        else:
            recent.append((tuple(line[start:end] for start, end in split_cells(line)), at))
    return found


def is_head_line(line: str, heads: Heads) -> bool:
    """Return whether a line of a table is that of its heads."""
    return bool(heads) and tuple(line[start:end] for start, end in split_cells(line)) == heads


def plain_row(line: str, heads: Heads) -> str:
    """Return a row as it was printed, without the heads before its cells; any other line as it is."""
    cells = read_row(line, heads)
    return CELL_BAR.join(line[cell.start : cell.end] for cell in cells) if cells else line
