"""Find the heads over the columns of a printed table by where its cells stand, and put them before the cells of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from index.ingest.lines.tables import look_like_heads, may_be_head, write_row

TRIED_HEADS = 3  # rows at the top of a table that may be the heads; above them may be its title or unit
Span = tuple[float, float]


class PrintedCell(NamedTuple):
    """A cell: its left and right edge in any unit, its text, empty for an empty cell, and whether it is in bold type."""

    left: float
    right: float
    text: str
    is_bold: bool = False

    @property
    def span(self) -> Span:
        """The edges."""
        return self.left, self.right


Row = Sequence[PrintedCell]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The left and right edges of the columns of a table, the row that their heads are in, and the heads' texts.

    The first column may have no head. With two rows of heads, `row` is the lower one, and a head is that of both.
    """

    edges: tuple[Span, ...]
    row: int
    heads: dict[int, str]
    has_two_rows: bool = False

    def place(self, row: Row) -> list[tuple[int, str]]:
        """Return the column of each cell that is not empty, with its text."""
        filled = _filled(row)
        return list(zip(_place_cells(self.edges, filled), (cell.text for cell in filled), strict=True))

    def write(self, row: Row) -> list[str]:
        """Return the lines of a row, with the heads before its cells."""
        placed = self.place(row)
        if any(before > after for (before, _), (after, _) in pairwise(placed)):
            return write_plain(row)
        return list(write_row([(self.heads.get(column, ""), (text,)) for column, text in _join_columns(placed).items()]))


def write_rows(rows: Sequence[Row]) -> list[list[str]]:
    """Return the lines of each row of a table, with the heads of the columns if there are any."""
    columns = _find_columns(rows)
    plain = [write_plain(row) for row in rows]
    if columns is None:
        return plain
    if columns.has_two_rows or 0 not in columns.heads:
        plain[columns.row] = list(write_row([("", (columns.heads.get(at, ""),)) for at in range(len(columns.edges))]))
    return [*plain[: columns.row + 1], *(columns.write(row) for row in rows[columns.row + 1 :])]


def write_plain(row: Row) -> list[str]:
    """Return the lines of a row without heads."""
    return list(write_row([("", (cell.text,)) for cell in row]))


def _filled(row: Row) -> list[PrintedCell]:
    return [cell for cell in row if cell.text]


def _find_columns(rows: Sequence[Row]) -> _Columns | None:
    """Return the columns of a table by its heads, or None if none of its first rows holds heads."""
    bold = [all(cell.is_bold for cell in _filled(row)) for row in rows]
    for at, row in enumerate(rows[:TRIED_HEADS]):
        own = _filled(row)
        under = _filled(rows[at + 1]) if at + 2 < len(rows) else []
        for heads, last in ((_join_heads(own, under), at + 1), (own, at)):
            below = rows[last + 1 :]
            if not heads or (last > at and not _share_heads(own, below)):
                continue
            edges = _find_edges([head.span for head in heads], below)
            named = dict(enumerate((head.text for head in heads), len(edges) - len(heads)))
            columns = _Columns(edges, last, named, last > at)
            placed = [_join_columns(columns.place(each)) for each in below]
            if look_like_heads(columns.heads, placed, is_bold=all(bold[at : last + 1]) and not all(bold[at:])):
                return columns
    return None


def _share_heads(heads: Row, rows: Sequence[Row]) -> bool:
    """Return whether several cells of a row stand below the same head."""
    edges = [head.span for head in heads]
    columns = ([_nearest(edges, cell.span) for cell in _filled(row)] for row in rows)
    return any(len(set(row)) < len(row) for row in columns)


def _join_heads(upper: Row, lower: Row) -> list[PrintedCell]:
    """Return the heads of columns of two rows, of which one above spans several below; empty if none does.

    What stands below none of those above, before the first of them, is a head of its own.
    """
    if not upper or not all(may_be_head(head.text) for head in lower):
        return []
    edges = [head.span for head in upper]
    under: list[list[PrintedCell]] = [[] for _ in upper]
    for head in lower:
        under[_nearest(edges, head.span)].append(head)
    if not any(len(heads) > 1 for heads in under):
        return []
    first = under[0]
    stub = first[:1] if len(first) > 1 and _middle(first[1:], edges[0]) < _middle(first, edges[0]) else []
    under[0] = first[len(stub) :]
    joined = stub
    for above, heads in zip(upper, under, strict=True):
        joined += [each._replace(text=f"{above.text} {each.text}") for each in heads] if heads else [above]
    return sorted(joined)


def _middle(cells: Row, span: Span) -> float:
    """Return how far the middle of cells is from that of a span."""
    return abs(cells[0].left + cells[-1].right - sum(span))


def _find_edges(heads: Sequence[Span], rows: Sequence[Row]) -> tuple[Span, ...]:
    """Return the edges of columns by those of their heads and of the cells in rows that have one for each.

    A column before the first head is added if cells stand there beside others below that head.
    """
    filled = [_filled(row) for row in rows]
    stubs = [row[0].span for row in filled if len(row) > len(heads) and row[0].right <= heads[0][0]]
    edges = [*stubs[:1], *heads]
    for row in filled:
        if len(row) == len(edges) and _place_cells(edges, row) == list(range(len(edges))):
            edges = [(min(one[0], cell.left), max(one[1], cell.right)) for one, cell in zip(edges, row, strict=True)]
    return tuple(edges)


def _place_cells(edges: Sequence[Span], row: Row) -> list[int]:
    """Return the number of the column of each cell."""
    nearest = [_nearest(edges, cell.span) for cell in row]
    in_order = len(row) == len(edges) and all(
        _overlap(edges[at], cell.span) > 0 or _overlap(edges[near], cell.span) <= 0
        for at, (cell, near) in enumerate(zip(row, nearest, strict=True))
    )
    return list(range(len(edges))) if in_order else nearest


def _join_columns(placed: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Return the text of each column; of several cells in one they follow each other."""
    columns: dict[int, str] = {}
    for column, text in placed:
        columns[column] = f"{columns[column]} {text}" if column in columns else text
    return columns


def _nearest(edges: Sequence[Span], span: Span) -> int:
    """Return the number of the column that a cell overlaps most, or else is nearest to."""
    return max(range(len(edges)), key=lambda at: (_overlap(edges[at], span), -at))


def _overlap(one: Span, other: Span) -> float:
    """Return how far two spans overlap; below zero, how far they are apart."""
    return min(one[1], other[1]) - max(one[0], other[0])
