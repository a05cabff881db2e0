"""Arrange the passages of a report as lines, headings and tables of a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from index.models import Pages, Passage, SectionPath, readings_by_sentence
from index.reports.corpus import Corpus
from index.reports.table_rows import Heads, find_heads, is_head_line, is_row, read_row, split_cells
from index.site.urls import passage_anchor, passage_token
from index.text.normalization import fold_without_whitespace

Readings = dict[str, list[tuple[str, str]]]  # sentences and their readings, by passage id

MARKS = 8  # maximum number of characters before or after the title in a heading, such as its number
HEADING_MARKS = "# "
MIN_ROWS = 2  # of a table without heads; a line with a bar alone is text


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a passage.

    `at` is its offset in the passage, `level` its heading level or 0 for text, `reading` an English reading or empty.
    `target` is the URL fragment of a heading, which is that of the passage if it begins with the heading.
    """

    at: int
    text: str
    level: int
    reading: str
    target: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table. `at` is its offset in the passage, or None for a head that is in the passage before."""

    at: int | None
    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row by column, and an English reading of it or an empty text."""

    cells: tuple[TableCell, ...]
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table in a passage, and the heads of its columns, if any."""

    heads: tuple[TableCell, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A passage on the page.

    `page` is the page of the report if this is the first passage that starts there. `readings` are the English readings of
    the passage, joined.
    """

    anchor: str
    token: str
    parts: tuple[Line | Table, ...]
    page: int | None
    pages: Pages
    section: SectionPath
    readings: str

    @property
    def body(self) -> tuple[Line | Table, ...]:
        """The parts without a heading at the beginning that is the name of the section."""
        first, *rest = self.parts
        title = fold_without_whitespace("".join(self.section[-1:]).lstrip(HEADING_MARKS))
        is_name = isinstance(first, Line) and first.level and title in fold_without_whitespace(first.text)
        return tuple(rest) if is_name and rest else self.parts

    @property
    def text(self) -> str:
        """The text of the body, as readers see it."""
        return "\n".join(line for part in self.body for line in part_texts(part))

    @property
    def headings(self) -> list[Line]:
        """The headings in the passage."""
        return [line for line in self.parts if isinstance(line, Line) and line.level]


def part_texts(part: Line | Table) -> list[str]:
    """Return the texts of a line, or of the rows of a table."""
    if isinstance(part, Line):
        return [part.text]
    rows = [part.heads, *(row.cells for row in part.rows)]
    return [" | ".join(cell.text for cell in row) for row in rows if row]


def group_blocks(passages: Sequence[Passage], levels: dict[str, int], readings: Readings) -> Iterator[Block]:
    """Yield the passages as blocks.

    :param levels: Heading levels by folded line.
    :param readings: Readings by passage id.
    """
    last_page = 0
    # The heads of a table may be in a passage before that of its rows.
    heads = iter(find_heads([line for passage in passages for line in passage.text.split("\n")]))
    for passage in passages:
        first, read = passage.pages[0], readings.get(passage.id, [])
        lines = tuple(passage_lines(passage, levels, read))
        yield Block(
            passage_anchor(passage.id),
            passage_token(passage.id),
            tuple(group_tables(lines, tuple(islice(heads, len(lines))))),
            first if first > last_page else None,
            passage.pages,
            passage.section,
            " ".join(reading for _, reading in read),
        )
        last_page = max(last_page, first)


def passage_lines(passage: Passage, levels: dict[str, int], readings: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """Yield the lines of a passage with their offsets.

    :param levels: Heading levels by folded line.
    :param readings: Sentences of the passage and their readings.
    """
    offset, anchor = 0, passage_anchor(passage.id)
    for line in passage.text.split("\n"):
        line_reading = " ".join(reading for sentence, reading in readings if sentence in line)
        level = levels.get(fold_without_whitespace(line), 0)
        # The marks of a Markdown heading are no text to readers.
        start = len(line) - len(line.lstrip(HEADING_MARKS)) if level else 0
        yield Line(offset + start, line[start:], level, line_reading, f"{anchor}-{offset}" if offset else anchor)
        offset += len(line) + 1


def group_tables(lines: Sequence[Line], heads: Sequence[Heads]) -> Iterator[Line | Table]:
    """Yield the lines of a passage, rows of tables that follow each other as tables.

    :param heads: Those of the table that each line is a row of.
    """
    for (is_table, own), group in groupby(
        zip(lines, heads, strict=True), key=lambda each: (is_row(each[0].text) and not each[0].level, each[1])
    ):
        rows = [line for line, _ in group]
        if not is_table or (not own and len(rows) < MIN_ROWS):
            yield from rows
        else:
            yield build_table(rows, own)


def build_table(lines: Sequence[Line], heads: Heads) -> Table:
    """Build a table from the lines of its rows.

    :param heads: Of its columns; empty if it has none.
    """
    rows, head_cells = [], tuple(TableCell(None, head) for head in heads)
    for line in lines:
        spans = split_cells(line.text)
        cells = [TableCell(line.at + start, line.text[start:end]) for start, end in spans]
        if is_head_line(line.text, heads):
            head_cells = tuple(cells)
            continue
        if placed := {cell.column: cell for cell in read_row(line.text, heads)}:
            spans = [(placed[n].start, placed[n].end) if n in placed else (0, 0) for n in range(len(heads))]
            cells = [TableCell(line.at + start, line.text[start:end]) for start, end in spans]
        rows.append(TableRow(tuple(cells), line.reading))
    return Table(head_cells, tuple(rows))


def passage_readings(corpus: Corpus) -> Readings:
    """Return the sentences that have an English reading, in order, with the reading, by passage id."""
    readings: Readings = defaultdict(list)
    for sentence_id, text in sorted(readings_by_sentence(corpus.expansions, "en").items()):
        sentence = corpus.sentences[sentence_id]
        readings[corpus.passages[sentence.passage].id].append((sentence.text, text))
    return readings


def heading_levels(report: str, corpus: Corpus) -> dict[str, int]:
    """Return the heading levels of a report's lines, by folded line.

    A line is a heading if it is hardly longer than the title of its section.
    """
    levels = dict[str, int]()
    for sentence in corpus.sentences:
        if sentence.section and not sentence.quotable and corpus.passages[sentence.passage].report == report:
            line, title = fold_without_whitespace(sentence.text), fold_without_whitespace(sentence.section[-1])
            if title in line and len(line) - len(title) <= MARKS:
                levels[line] = len(sentence.section)
    return levels
