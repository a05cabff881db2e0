"""Write the rows of a table as paragraphs, whatever format the table comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.reports.passages import CELL_BAR, LONG_ROW


def write_row(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a row as one paragraph with bars between its cells.

    A row that is too long for one quotation ends after the first paragraph of the cell that makes it too long; the other
    paragraphs of that cell and the cells after it follow as they are.

    :param cells: Paragraphs of each cell, none of them blank.
    """
    joined = [" ".join(" ".join(paragraphs).split()) for paragraphs in cells]
    if not any(joined):
        return
    if len(joined) == 1:
        yield from (" ".join(paragraph.split()) for paragraph in cells[0])
        return
    row = CELL_BAR.join(joined)
    if len(row) <= LONG_ROW:
        yield row.strip()
        return
    begun: list[str] = []
    for at, paragraphs in enumerate(cells):
        if len(CELL_BAR.join([*begun, joined[at]])) > LONG_ROW:
            yield CELL_BAR.join([*begun, *paragraphs[:1]]).strip()
            yield from paragraphs[1:]
            for rest in cells[at + 1 :]:
                yield from rest
            return
        begun.append(joined[at])
