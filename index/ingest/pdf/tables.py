"""Find tables: cells between rules, and lines with cells that stand below each other."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from index.ingest.lines.list_marks import is_item_mark, starts_with_label
from index.ingest.lines.printed_tables import PrintedCell
from index.ingest.lines.tables import FIGURE
from index.ingest.pdf.glyphs import Rule
from index.ingest.pdf.lines import Line, Word, group_rows, make_line, split_cells, words_text

ALIGNED = 0.6  # ems between edges or middles of cells in one column
SHARE = 0.6  # minimum share of cells in a row that stand below others
TIGHT = 1.6  # ems between the lines of one cell
# Lengths in points of the rules of a table, and distance within which they touch.
SHORTEST_RULE, TOUCH, MOST_RULES = 6.0, 3.0, 300
CELLS_OF_GRID = 3
FRAMED_ROWS = 3  # of a single cell in a row, which are lines of text between rules
ROWS_OF_FIGURES, SAME_LINE = 3, 0.5  # lines of a cell that are rows, and ems between lines that are level
LONGEST_CELL, LARGEST_SHARE = 1200, 0.6  # characters of a cell, and share of those of a table, above which it is a frame


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row, each of one or more lines."""

    page: int
    cells: tuple[tuple[Line, ...], ...]

    @property
    def text(self) -> str:
        """The texts of the cells with bars between them."""
        return " | ".join(" ".join(line.text for line in cell) for cell in self.cells)


def print_cells(row: TableRow, texts: Sequence[str]) -> list[PrintedCell]:
    """Return the cells of a row with their edges.

    :param texts: The cells as text.
    """
    return [
        PrintedCell(min(line.left for line in cell), max(line.right for line in cell), text, _is_bold(cell))
        if cell
        else PrintedCell(0, 0, "")
        for cell, text in zip(row.cells, texts, strict=True)
    ]


def _is_bold(cell: Sequence[Line]) -> bool:
    return all(word.bold for line in cell for word in line.words)


def row_cells(row: Line) -> list[Line]:
    """Split a row into cells. The mark of a list belongs to the text after it, as what is labelled does to its label."""
    cells = split_cells(row)
    if len(cells) == 2 and is_item_mark(words_text(cells[0].words)):
        return [row]
    return [row] if len(cells) > 1 and starts_with_label(row.text) else cells


def find_tables(rows: Sequence[Line]) -> list[Line | TableRow]:
    """Return rows in order, those of tables as cells."""
    cells = [row_cells(row) for row in rows]
    items: list[Line | TableRow] = []
    first = 0
    while first < len(rows):
        if rows[first].cells:
            items.append(TableRow(rows[first].page, rows[first].cells))
            first += 1
            continue
        last = first
        while last + 1 < len(rows) and not rows[last + 1].cells and _is_below(cells, last, first):
            last += 1
        if last == first:
            items.append(rows[first])
        else:
            items += _join_rows(rows[first : last + 1], cells[first : last + 1])
        first = last + 1
    return items


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
    return [TableRow(row[0][0].page, tuple(tuple(lines) for lines in row)) for row in built]


def split_grids(page: int, words: Sequence[Word], rules: Sequence[Rule]) -> tuple[list[Word], list[Line]]:
    """Divide the words of a page into those of its text and the rows of tables with rules around their cells."""
    rows: list[Line] = []
    rest = list(words)
    for grid in _find_grids(rules):
        inside: dict[int, list[Word]] = defaultdict(list)
        outside: list[Word] = []
        for word in rest:
            cell = grid.cell_at((word.left + word.right) / 2, word.baseline - word.size / 3)
            (outside if cell is None else inside[cell]).append(word)
        sizes = [sum(len(word.text) for word in cell) for cell in inside.values()]
        # A frame around text is no table.
        if len(inside) < CELLS_OF_GRID or max(sizes) > max(LONGEST_CELL, LARGEST_SHARE * sum(sizes)):
            continue
        grid_rows = [row for row in grid.rows if any(cell in inside for cell in row)]
        if max(map(len, grid_rows)) < 2:
            continue
        for is_single, group in groupby(grid_rows, key=lambda row: len(row) == 1):
            own = list(group)
            if is_single and len(own) >= FRAMED_ROWS:
                # Text on ruled paper.
                outside += [word for (cell,) in own for word in inside[cell]]
                continue
            for row in own:
                cells = tuple(tuple(group_rows(page, inside[cell])) if cell in inside else () for cell in row)
                rows += [_make_row(page, each) for each in _split_row(cells)]
        rest = sorted(outside, key=lambda word: word.number)
    return rest, rows


def _make_row(page: int, cells: tuple[tuple[Line, ...], ...]) -> Line:
    """Build a row of a table of its cells, each of lines."""
    words = sorted((word for cell in cells for line in cell for word in line.words), key=lambda word: word.left)
    top = min(word.baseline for word in words)
    text = " ".join(line.text for cell in cells for line in cell)
    line = make_line(page, words)
    return Line(page, line.words, line.size, top, text, cells)


def _split_row(cells: tuple[tuple[Line, ...], ...]) -> Iterator[tuple[tuple[Line, ...], ...]]:
    """Yield the rows between two rules: several, if a cell holds lines of figures with which all other lines are level."""
    figures = max((cell for cell in cells if all(FIGURE.fullmatch(line.text) for line in cell)), key=len, default=())
    if len(figures) < ROWS_OF_FIGURES:
        yield cells
        return
    rows: list[list[list[Line]]] = [[[] for _ in cells] for _ in figures]
    for at, cell in enumerate(cells):
        for line in cell:
            distances = [abs(figure.baseline - line.baseline) for figure in figures]
            if min(distances) > SAME_LINE * line.size:
                yield cells
                return
            rows[distances.index(min(distances))][at].append(line)
    yield from (tuple(map(tuple, row)) for row in rows)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Edges of columns and rows from left to right and downwards, and the number of the cell in each field between them.

    A cell may cover several fields.
    """

    xs: list[float]
    ys: list[float]
    fields: list[list[int]]

    def cell_at(self, x: float, y: float) -> int | None:
        """Return the cell at a point, or None outside the grid."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        is_inside = 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1
        return self.fields[row][column] if is_inside else None

    @property
    def rows(self) -> list[list[int]]:
        """The cells of each row from left to right; one that covers several rows is in the first."""
        seen: set[int] = set()
        rows = []
        for fields in self.fields:
            row = [cell for cell in dict.fromkeys(fields) if cell not in seen]
            seen |= set(row)
            rows.append(row)
        return rows


def _find_grids(rules: Sequence[Rule]) -> list[_Grid]:
    """Return the grids that rules form where they touch."""
    level = _merge_rules((rule.top, rule.left, rule.right) for rule in rules if rule.right - rule.left >= SHORTEST_RULE)
    upright = _merge_rules((rule.left, rule.top, rule.bottom) for rule in rules if rule.bottom - rule.top >= SHORTEST_RULE)
    if not 2 <= len(level) <= MOST_RULES or not 1 <= len(upright) <= MOST_RULES:
        return []
    # Each rule has the number of its group; a group is joined to another where two of their rules touch.
    groups = list(range(len(level) + len(upright)))
    for at, (y, left, right) in enumerate(level):
        for number, (x, top, bottom) in enumerate(upright, len(level)):
            if left - TOUCH <= x <= right + TOUCH and top - TOUCH <= y <= bottom + TOUCH and groups[at] != groups[number]:
                old, new = groups[number], groups[at]
                groups = [new if group == old else group for group in groups]
    grids = []
    for group in dict.fromkeys(groups[: len(level)]):
        own_level = [rule for rule, its in zip(level, groups, strict=False) if its == group]
        own_upright = [rule for rule, its in zip(upright, groups[len(level) :], strict=True) if its == group]
        if grid := _build_grid(own_level, own_upright):
            grids.append(grid)
    return grids


def _merge_rules(rules: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Merge parallel rules, each of its place, start and end, that continue each other or are edges of a thin box."""
    merged: list[list[float]] = []
    for place, start, end in sorted(rules):
        near = takewhile(lambda rule: place - rule[0] <= TOUCH, reversed(merged))  # noqa: B023 - used in this turn only
        rule = next((rule for rule in near if start <= rule[2] + TOUCH and rule[1] <= end + TOUCH), None)
        if rule:
            rule[1], rule[2] = min(rule[1], start), max(rule[2], end)
        else:
            merged.append([place, start, end])
    return [(place, start, end) for place, start, end in merged]


def _build_grid(level: Sequence[tuple[float, float, float]], upright: Sequence[tuple[float, float, float]]) -> _Grid | None:
    """Build a grid of at least two rows and two columns; a table may lack the rules at its sides."""
    if not level or not upright:
        return None
    xs = _distinct([*(rule[0] for rule in upright), min(rule[1] for rule in level), max(rule[2] for rule in level)])
    ys = _distinct([*(rule[0] for rule in level), min(rule[1] for rule in upright), max(rule[2] for rule in upright)])
    if len(xs) <= 2 or len(ys) <= 2:
        return None
    width = len(xs) - 1
    fields = list(range(width * (len(ys) - 1)))
    for row in range(len(ys) - 1):
        middle = (ys[row] + ys[row + 1]) / 2
        for column in range(width):
            at = row * width + column
            centre = (xs[column] + xs[column + 1]) / 2
            if column and not _is_ruled(upright, xs[column], middle):
                fields[at] = fields[at - 1]
            elif row and not _is_ruled(level, ys[row], centre):
                fields[at] = fields[at - width]
    return _Grid(xs, ys, [fields[row * width : (row + 1) * width] for row in range(len(ys) - 1)])


def _distinct(places: Iterable[float]) -> list[float]:
    """Return places in order, without those that are close to another."""
    distinct: list[float] = []
    for place in sorted(places):
        if not distinct or place - distinct[-1] > TOUCH:
            distinct.append(place)
    return distinct


def _is_ruled(rules: Sequence[tuple[float, float, float]], place: float, along: float) -> bool:
    """Return whether a rule at a place covers a point along it."""
    return any(abs(at - place) <= TOUCH and start - TOUCH <= along <= end + TOUCH for at, start, end in rules)
