"""Find what repeats in the margins of the pages: running heads and feet, tabs at the side, and page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from index.ingest.pdf.lines import Line, make_line, split_cells

MARGIN = 0.15  # share of the page's height
PAGES_TO_TELL = 3  # minimum number of pages with a running head
FEWER_PAGES = 2  # with one at the place of another, when it is on every other page
SAME_PLACE, SAME_SPOT = 3.0, 15.0  # points, of height and of left edge
LONGEST_TAB, ROWS_TO_TELL = 2, 3  # characters of a tab, and rows a page that show where the text stands
APART = 1.25  # distance, in usual ones, between the margin and the text
LARGE = 1.15  # size of a title, in usual sizes of the page; one that repeats is no running head unless on most pages
MOST_PAGES = 0.5
LETTERHEAD = 2  # minimum number of lines in a head that names the document on page 1
RUNNING, NUMBER, TAB = "running heads and feet", "page numbers", "tabs in the side margins"
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
MARKS = re.compile(r"^[\W_]++|(?<![\W_])[\W_]++$")  # around a page number
PAGE_NUMBER = re.compile(
    r"(?:page|p\.?|第)?\W{0,8}(?P<number>\d{1,6}|[ivxlc]{1,7})\W{0,8}(?:(?:of|/|頁之|页之|[頁页]?\W{0,4}共)\W{0,8}\d{1,4})?\W{0,8}(?:頁|页|ページ)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of a page from top to bottom, and its size in points."""

    number: int
    width: float
    height: float
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a row in a margin. `place` is head, foot or side; `is_apart` whether a gap parts it from the text."""

    page: int
    row: int
    cell: int
    place: str
    line: Line
    is_apart: bool
    is_large: bool = False

    @property
    def shape(self) -> str:
        """The text without white space and with 0 for every number."""
        return re.sub(r"\d+", "0", "".join(self.line.text.split()))


def remove_margins(pages: Sequence[PageRows]) -> tuple[list[PageRows], list[Line], Counter[str]]:
    """Remove what repeats in the margins.

    A head of several lines that is the same on all pages may be the only place that names the document, so it is kept once.

    :return: The pages without it, the head to keep for the first page, and how many lines of each kind were removed.
    """
    pieces = [piece for page in pages for piece in _margin_pieces(page)]
    tabs = _find_tabs(pages)
    kinds: dict[tuple[int, int, int], str] = {(each.page, each.row, each.cell): TAB for each in tabs}
    for piece in _find_numbers(pieces, len(pages)):
        kinds[piece.page, piece.row, piece.cell] = NUMBER
    running = _find_running([piece for piece in pieces if (piece.page, piece.row, piece.cell) not in kinds], len(pages))
    for piece in running:
        kinds[piece.page, piece.row, piece.cell] = RUNNING
    letterhead = _find_letterhead(running, len(pages))
    kept = [page if not kinds else _without(page, kinds) for page in pages]
    return kept, letterhead, Counter(kinds.values())


def remove_turned(pages: Mapping[int, Sequence[PageRows]], dropped: Counter[str]) -> dict[int, list[PageRows]]:
    """Remove rows of turned text that are the same at the same place of three pages or more.

    :param pages: By number.
    :param dropped: How many lines of each kind were removed, which is added to.
    """
    places = Counter(_place(row) for parts in pages.values() for part in parts for row in part.rows)
    repeated = {place for place, count in places.items() if count >= PAGES_TO_TELL}
    kept = {
        number: [replace(part, rows=tuple(row for row in part.rows if _place(row) not in repeated)) for part in parts]
        for number, parts in pages.items()
    }
    dropped[RUNNING] += sum(places[place] for place in repeated)
    return kept


def _place(row: Line) -> tuple[str, int, int]:
    return row.text, round(row.left / SAME_PLACE), round(row.baseline / SAME_PLACE)


def _without(page: PageRows, kinds: dict[tuple[int, int, int], str]) -> PageRows:
    """Return a page without some cells."""
    rows = []
    for number, row in enumerate(page.rows):
        cells = split_cells(row)
        left = [cell for at, cell in enumerate(cells) if (page.number, number, at) not in kinds]
        if len(left) == len(cells):
            rows.append(row)
        elif left:
            rows.append(make_line(page.number, [word for cell in left for word in cell.words]))
    return PageRows(page.number, page.width, page.height, tuple(rows))


def _margin_pieces(page: PageRows) -> Iterator[_Piece]:
    """Yield the cells in the upper and the lower margin of a page."""
    rows = page.rows
    distances = sorted(b.baseline - a.baseline for a, b in pairwise(rows))
    usual = distances[len(distances) // 2] if distances else 0.0
    sizes = sorted(row.size for row in rows for _ in row.text)
    size = sizes[len(sizes) // 2] if sizes else 0.0
    heads = [number for number, row in enumerate(rows) if row.baseline < MARGIN * page.height]
    feet = [number for number, row in enumerate(rows) if row.baseline > (1 - MARGIN) * page.height]
    for place, inside, step in (("head", heads, 1), ("foot", feet[::-1], -1)):
        # The last gap that lies in the margin parts it from the text.
        cut = 0
        for count, number in enumerate(inside, 1):
            following = number + step
            if not 0 <= following < len(rows) or abs(rows[following].baseline - rows[number].baseline) > APART * usual:
                cut = count
        for count, number in enumerate(inside):
            for at, cell in enumerate(split_cells(rows[number])):
                yield _Piece(page.number, number, at, place, cell, count < cut, cell.size > LARGE * size)


def _find_tabs(pages: Sequence[PageRows]) -> list[_Piece]:
    """Return single characters beside the text that are at the same place on two pages or more."""
    rows = [
        row
        for page in pages
        for row in page.rows
        if len(row.text) > LONGEST_TAB and MARGIN * page.height < row.baseline < (1 - MARGIN) * page.height
    ]
    if not rows or len(rows) < ROWS_TO_TELL * len(pages):
        return []
    lefts, rights = sorted(row.left for row in rows), sorted(row.right for row in rows)
    first, last = lefts[len(lefts) // 20], rights[len(rights) * 19 // 20]
    places: dict[tuple[str, int, int], list[_Piece]] = defaultdict(list)
    for page in pages:
        for number, row in enumerate(page.rows):
            for at, cell in enumerate(split_cells(row)):
                if len(cell.text) <= LONGEST_TAB and (cell.right < first - cell.size or cell.left > last + cell.size):
                    key = cell.text, round(cell.left / SAME_PLACE), round(cell.baseline / SAME_PLACE)
                    places[key].append(_Piece(page.number, number, at, "side", cell, True))
    return [piece for same in places.values() if len({piece.page for piece in same}) >= FEWER_PAGES for piece in same]


def _find_numbers(pieces: Iterable[_Piece], pages: int) -> list[_Piece]:
    """Return the page numbers: numbers in a margin that grow by one a page, and others at the same place."""
    numbered = [(piece, number) for piece in pieces if (number := _page_number(piece.line.text))]
    offsets: dict[tuple[str, int], list[_Piece]] = defaultdict(list)
    for piece, number in numbered:
        offsets[piece.place, number - piece.page].append(piece)
    enough = min(pages, PAGES_TO_TELL)
    places = {
        _spot(piece)
        for (_, offset), same in offsets.items()
        # On one or two pages only a number that is the page's own, apart from the text, is sure to be one.
        if len({piece.page for piece in same}) >= enough and (pages >= PAGES_TO_TELL or offset == 0)
        for piece in same
        if piece.is_apart or pages >= PAGES_TO_TELL
    }
    return [piece for piece, _ in numbered if _spot(piece) in places]


def _spot(piece: _Piece) -> tuple[str, int, int]:
    """Return where a piece stands, roughly: numbers of one and of two figures may begin at different places."""
    return piece.place, round(piece.line.left / SAME_SPOT), round(piece.line.baseline / SAME_PLACE)


def _page_number(text: str) -> int:
    """Return the page number that a text is, or 0."""
    match = PAGE_NUMBER.fullmatch(MARKS.sub("", text))
    if not match:
        return 0
    if match["number"].isdecimal():
        return int(match["number"])
    values = [ROMAN[letter] for letter in match["number"].casefold()]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


def _find_running(pieces: Sequence[_Piece], pages: int) -> list[_Piece]:
    """Return the running heads and feet."""
    shapes: dict[tuple[str, str], list[_Piece]] = defaultdict(list)
    for piece in pieces:
        if re.search(r"[^\W\d_]", piece.shape):
            shapes[piece.place, piece.shape].append(piece)
    running: list[_Piece] = []
    alternating: list[list[_Piece]] = []
    second: list[_Piece] = []
    groups = chain.from_iterable(map(_group_by_height, shapes.values()))
    for same in chain.from_iterable(map(_group_by_text, groups)):
        on = {piece.page for piece in same}
        if not _may_run(same, len(on), pages):
            continue
        if len(on) >= PAGES_TO_TELL:
            running += same
        elif len(on) >= FEWER_PAGES and len({number % 2 for number in on}) == 1:
            alternating.append(same)
        elif pages == len(on) == FEWER_PAGES and len({piece.line.text for piece in same}) == 1:
            # Two pages hardly tell, so what they have in common is kept on the first.
            second += [piece for piece in same if piece.page == max(on) and piece.is_apart]
    heights = {_height(piece) for piece in running}
    for same in alternating:
        # Left and right pages have heads of their own at the same height.
        if _height(same[0]) in heights and len({piece.page for piece in same}) >= pages // 2:
            running += same
    return running + second + _find_rare(pieces, running, pages)


def _find_rare(pieces: Sequence[_Piece], running: Sequence[_Piece], pages: int) -> list[_Piece]:
    """Return pieces where most pages have a running head and in its style: a short chapter has its own on a page or two."""
    on: dict[tuple[str, int], set[int]] = defaultdict(set)
    for piece in running:
        on[_height(piece)].add(piece.page)
    styles = {(_height(piece), piece.line.style) for piece in running if len(on[_height(piece)]) >= MOST_PAGES * pages}
    known = {(piece.page, piece.row, piece.cell) for piece in running}
    return [
        piece
        for piece in pieces
        if (_height(piece), piece.line.style) in styles
        and piece.is_apart
        and (piece.page, piece.row, piece.cell) not in known
    ]


def _height(piece: _Piece) -> tuple[str, int]:
    return piece.place, round(piece.line.baseline / SAME_PLACE)


def _group_by_text(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Yield pieces of one shape in groups whose numbers are the same, but for one that grows by one a page."""
    numbers = [[int(number) for number in re.findall(r"\d+", piece.line.text)] for piece in pieces]
    grows = [
        max(Counter(row[at] - piece.page for row, piece in zip(numbers, pieces, strict=True)).values()) >= PAGES_TO_TELL
        for at in range(len(numbers[0]))
    ]
    groups: dict[tuple[int, ...], list[_Piece]] = defaultdict(list)
    for row, piece in zip(numbers, pieces, strict=True):
        groups[tuple(number - piece.page * grown for number, grown in zip(row, grows, strict=True))].append(piece)
    yield from groups.values()


def _may_run(same: Sequence[_Piece], on: int, pages: int) -> bool:
    """Return whether pieces of one shape at one height may be a running head, on `on` of the pages."""
    # Without a gap only a text that is wholly the same is no line of a list.
    if len({piece.line.text for piece in same}) > 1 and not all(piece.is_apart for piece in same):
        return False
    return on >= MOST_PAGES * pages or not any(piece.is_large for piece in same)


def _group_by_height(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Yield pieces in groups of about the same height."""
    group: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: piece.line.baseline):
        if group and piece.line.baseline - group[0].line.baseline > SAME_PLACE:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _find_letterhead(running: Sequence[_Piece], pages: int) -> list[Line]:
    """Return the lines of a head on page 1 that is the same on all pages and has two lines or more."""
    counts = Counter((piece.line.text, round(piece.line.baseline)) for piece in running)
    heads = [piece for piece in running if piece.page == 1 and piece.place == "head"]
    same = [piece for piece in heads if counts[piece.line.text, round(piece.line.baseline)] == pages]
    rows: dict[int, list[_Piece]] = defaultdict(list)
    for piece in same:
        rows[piece.row].append(piece)
    if len(rows) < LETTERHEAD:
        return []
    return [
        make_line(1, [word for piece in sorted(rows[row], key=lambda piece: piece.cell) for word in piece.line.words])
        for row in sorted(rows)
    ]
