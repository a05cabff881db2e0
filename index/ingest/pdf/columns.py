"""Cut a page into regions in reading order: columns one after the other, and what is as wide as the page in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.ingest.lines.list_marks import BULLET
from index.ingest.pdf.lines import Line, Word, make_line, split_cells

# All lengths are in ems.
GUTTER = 0.6  # minimum width of the gap between columns
NARROWEST = 7.0  # minimum width of most lines in a column
ITEMS_TO_TELL = 2  # minimum number of lines in columns of lists
LINES_TO_TELL = 4  # minimum number of lines in a column
RAGGED = 0.2  # share of the column's width by which its lines may end early
FILLED, MOSTLY_FILLED = 0.6, 0.8  # minimum share of lines that reach the edge; the cells of a table rarely do
FURTHEST = 5.0  # maximum distance from the middle line's end to the next column
PAIRED, SPREAD = 0.9, 1.6  # minimum share of rows on both sides, and distance of rows in ems, that show a table
STEP = 3.0  # distance of tried gutters in points
APART = 1.5  # distance of lines, in usual ones, that sets one below a column apart from it
DEEPEST = 4  # columns within columns


@dataclass(frozen=True, slots=True)
class Region:
    """Rows that are read from top to bottom, and the edges of the column that they stand in."""

    rows: tuple[Line, ...]
    left: float
    right: float
    is_column: bool


@dataclass(frozen=True, slots=True)
class _Split:
    """Rows from `first` to `last`, exclusive, that a gutter at `at` divides."""

    first: int
    last: int
    at: float


def find_regions(rows: Sequence[Line], depth: int = 0) -> list[Region]:
    """Return the regions of a page in reading order.

    :param rows: Rows over the whole page, from top to bottom.
    """
    if not rows:
        return []
    split = _find_split(rows) if depth < DEEPEST else None
    if split is None:
        return [Region(tuple(rows), min(row.left for row in rows), max(row.right for row in rows), depth > 0)]
    left, right = _divide(rows[split.first : split.last], split.at)
    before, after = list(rows[: split.first]), list(rows[split.last :])
    # A line above or below both columns may be too short to cross the gutter.
    while len(left) > 1 and left[-1].baseline > right[-1].baseline and _is_apart(left[-2], left[-1], left):
        after.insert(0, left.pop())
    for column, other in ((left, right), (right, left)):
        while len(column) > 1 and column[0].baseline < other[0].top and _is_apart(column[0], column[1], column):
            before.append(column.pop(0))
    columns = [*find_regions(left, depth + 1), *find_regions(right, depth + 1)]
    above, below = find_regions(before, depth), find_regions(after, depth)
    return [*above, *(Region(each.rows, each.left, each.right, True) for each in columns), *below]


def split_by_gutter(rows: Sequence[Line], regions: Sequence[Region]) -> list[list[Line]]:
    """Divide rows below the columns of a page, such as footnotes, at each gutter that none of them crosses."""
    columns = [region for region in regions if region.is_column]
    parts, rest = list[list[Line]](), list(rows)
    for left, right in pairwise(columns):
        if left.right < right.left:
            at = (left.right + right.left) / 2
            crossed = any(cell.left < at < cell.right for row in rest for cell in split_cells(row, GUTTER))
            before, after = ([], rest) if crossed else _divide(rest, at)
            if before and after:
                parts.append(before)
                rest = after
    return [*parts, rest]


def _is_apart(upper: Line, lower: Line, lines: Sequence[Line]) -> bool:
    distances = sorted(b.baseline - a.baseline for a, b in pairwise(lines))
    return lower.baseline - upper.baseline > APART * distances[len(distances) // 2]


def _divide(rows: Sequence[Line], at: float) -> tuple[list[Line], list[Line]]:
    """Divide rows at a gutter. A row that stands on one side only is not on the other."""
    left: list[Line] = []
    right: list[Line] = []
    for row in rows:
        for side, words in ((left, _words_until(row, at)), (right, _words_from(row, at))):
            if words:
                side.append(row if len(words) == len(row.words) else make_line(row.page, words))
    return left, right


def _words_until(row: Line, at: float) -> list[Word]:
    return [word for word in row.words if (word.left + word.right) / 2 < at]


def _words_from(row: Line, at: float) -> list[Word]:
    return [word for word in row.words if (word.left + word.right) / 2 >= at]


def _find_split(rows: Sequence[Line]) -> _Split | None:
    """Return the gutter that divides the most lines, or None."""
    if len(rows) < ITEMS_TO_TELL:
        return None
    spans = [[(cell.left, cell.right) for cell in split_cells(row, GUTTER)] for row in rows]
    leftmost = min(row_spans[0][0] for row_spans in spans)
    rightmost = max(right for row_spans in spans for _, right in row_spans)
    bullets = {word.left: word for row in rows for word in row.words if BULLET.fullmatch(word.text)}
    best: tuple[int, float, _Split] | None = None
    for step in range(int((rightmost - leftmost) / STEP)):
        at = leftmost + step * STEP
        if not any(row_spans[0][1] < at for row_spans in spans) or not any(row_spans[-1][0] > at for row_spans in spans):
            continue
        for first, last in _uncrossed_runs(spans, at):
            measure = _measure_split(rows, spans, first, last, at, bullets)
            if measure is not None and (best is None or measure > best[:2]):
                best = (*measure, _Split(first, last, at))
    return best[2] if best else None


def _uncrossed_runs(spans: Sequence[Sequence[tuple[float, float]]], at: float) -> list[tuple[int, int]]:
    """Return the runs of rows that have no text at a position."""
    runs, first = [], None
    for number, row_spans in enumerate(spans):
        crossed = any(left < at < right for left, right in row_spans)
        if crossed and first is not None:
            runs.append((first, number))
        first = None if crossed else number if first is None else first
    if first is not None:
        runs.append((first, len(spans)))
    return [run for run in runs if run[1] - run[0] >= ITEMS_TO_TELL]


def _measure_split(
    rows: Sequence[Line],
    spans: Sequence[Sequence[tuple[float, float]]],
    first: int,
    last: int,
    at: float,
    bullets: Mapping[float, Word],
) -> tuple[int, float] | None:
    """Return how good a gutter is, by number of lines and width, or None if the sides are no columns."""
    left: list[list[tuple[float, float]]] = []
    right: list[list[tuple[float, float]]] = []
    for row_spans in spans[first:last]:
        before = [span for span in row_spans if span[1] <= at]
        after = [span for span in row_spans if span[0] >= at]
        if before:
            left.append(before)
        if after:
            right.append(after)
    if _is_list(bullets, right) and _is_list(bullets, left):
        return len(left) + len(right), right[0][0][0] - left[0][-1][1]
    if min(len(left), len(right)) < LINES_TO_TELL:
        return None
    em = sorted(row.size for row in rows[first:last])[(last - first) // 2]
    gutter = min(parts[0][0] for parts in right) - max(parts[-1][1] for parts in left)
    ends = sorted(parts[-1][1] for parts in left)
    reach = min(parts[0][0] for parts in right) - ends[len(ends) // 2]
    if not GUTTER * em <= gutter or reach > FURTHEST * em:
        return None
    if not (_is_column(left, em) or _is_column(_nearest_column(left, em, -1), em)):
        return None
    if not (_is_column(right, em) or _is_column(_nearest_column(right, em, 0), em)):
        return None
    paired = len(left) + len(right) - (last - first)
    spread = (rows[last - 1].baseline - rows[first].baseline) / max(1, last - first - 1)
    if paired >= PAIRED * (last - first) and spread > SPREAD * em and _filled_share(left) < MOSTLY_FILLED:
        return None
    return len(left) + len(right), gutter


def _is_list(bullets: Mapping[float, Word], lines: Sequence[Sequence[tuple[float, float]]]) -> bool:
    """Return whether most lines, each of the edges of its parts, are a bullet with a text after it.

    :param bullets: By their left edges.
    """
    items = [parts for parts in lines if parts[0][0] in bullets]
    texts = sum(parts[-1][1] > bullets[parts[0][0]].right + bullets[parts[0][0]].size for parts in items)
    return len(lines) >= ITEMS_TO_TELL and texts * 2 > len(lines)


def _nearest_column(lines: Sequence[Sequence[tuple[float, float]]], em: float, at: int) -> list[list[tuple[float, float]]]:
    """Return the parts that stand at a gutter, of lines that may have those of further columns or of these only.

    :param at: 0 for the columns to the right of the gutter, -1 for those to its left.
    """
    nearest = [parts[at] for parts in lines]
    reach = NARROWEST * em
    edge = min(left for left, _ in nearest) + reach / 2 if at == 0 else max(right for _, right in nearest) - 2 * reach
    return [[(left, right)] for left, right in nearest if (left < edge if at == 0 else right > edge)]


def _is_column(lines: Sequence[Sequence[tuple[float, float]]], em: float) -> bool:
    """Return whether lines, each of the edges of its parts, look like prose rather than cells."""
    widths = sorted(max(right - left for left, right in parts) for parts in lines)
    return widths[len(widths) // 2] >= NARROWEST * em and _filled_share(lines) >= FILLED


def _filled_share(lines: Sequence[Sequence[tuple[float, float]]]) -> float:
    """Return the share of lines that end near the right edge of them all."""
    edge = max(parts[-1][1] for parts in lines)
    width = edge - min(parts[0][0] for parts in lines)
    return sum(parts[-1][1] >= edge - RAGGED * width for parts in lines) / len(lines)
