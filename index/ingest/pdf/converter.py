"""Convert a PDF by its layout: the order of the steps from characters to text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import groupby

from index.ingest.converter_types import real_title
from index.ingest.lines.hyphens import HyphenJoiner, count_words
from index.ingest.pdf.columns import find_regions, split_by_gutter
from index.ingest.pdf.glyphs import OFF_PAGE, SLANTED, Bookmark, PdfFile, count_coded
from index.ingest.pdf.headings import (
    Entry,
    Style,
    find_minutes_title,
    find_title,
    heading_key,
    largest_text,
    mark_headings,
    raise_title,
    split_contents,
)
from index.ingest.pdf.lines import Line, group_rows, join_glyphs
from index.ingest.pdf.margins import PageRows, remove_margins, remove_turned
from index.ingest.pdf.notes import group_notes, split_notes
from index.ingest.pdf.paragraphs import (
    Paragraph,
    TextJoiner,
    group_paragraphs,
    measure_document,
    stitch_paragraphs,
)
from index.ingest.pdf.tables import split_grids
from index.ingest.pdf.vertical import turn_vertical

CONTENTS_LINES, HYPHENS = "lines of a table of contents", "hyphens at the end of a line"
MARK_LIKE, WORD_JOINER = re.compile(r"#{1,6} "), "\u2060"


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of a PDF: paragraphs as lines with a blank line between them, and a form feed before each new page.

    `dropped` counts by kind what the text leaves out.
    """

    text: str
    title: str
    has_headings: bool
    dropped: dict[str, int]


@dataclass(slots=True)
class Raw:
    """What the file holds: rows of each page, its turned text, its outline and title, and counts of characters.

    `beside` is the level text of pages with vertical writing, such as their numbers. `unmapped` counts by page.
    """

    pages: list[PageRows] = field(default_factory=list)
    turned: dict[int, list[PageRows]] = field(default_factory=dict)
    beside: list[PageRows] = field(default_factory=list)
    outline: list[Bookmark] = field(default_factory=list)
    title: str = ""
    characters: int = 0
    unmapped: Counter[int] = field(default_factory=Counter)
    off_page: int = 0
    slanted: int = 0

    @property
    def samples(self) -> dict[int, str]:
        """The text of each page, by its number."""
        return {page.number: "\n".join(row.text for row in page.rows) for page in self.pages}


def read_rows(
    data: bytes, check_pages: Callable[[int], None], report: Callable[[int, int], None] = lambda _done, _total: None
) -> Raw:
    """Read the rows of all pages.

    :param check_pages: Called with the number of pages before they are read; may raise.
    :param report: Called after each page with the number of pages that are read, and of all.
    :raises ValueError: If the file needs a password.
    """
    raw = Raw()
    with closing(PdfFile(data)) as file:
        check_pages(len(file))
        raw.title, raw.outline = file.title, file.read_outline()
        for page in file.read_pages():
            # A page with a wide table often has all its text turned.
            by_turns, has_vertical = turn_vertical(page.glyphs, page.width)
            sizes = {turns: sum(len(glyph.text) for glyph in glyphs) for turns, glyphs in by_turns.items()}
            main = max(sizes, key=lambda turns: sizes[turns], default=0)
            for turns, glyphs in sorted(by_turns.items()):
                width, height = (page.height, page.width) if turns % 2 else (page.width, page.height)
                words, table_rows = split_grids(page.number, join_glyphs(glyphs), [] if turns else page.rules)
                lines = sorted([*group_rows(page.number, words), *table_rows], key=lambda line: line.baseline)
                rows = PageRows(page.number, width, height, tuple(lines))
                raw.characters += sizes[turns]
                if has_vertical and turns == 0:
                    raw.beside.append(rows)
                elif turns != main:
                    raw.turned.setdefault(page.number, []).append(rows)
                else:
                    raw.pages.append(rows)
            if not by_turns:
                raw.pages.append(PageRows(page.number, page.width, page.height, ()))
            raw.unmapped[page.number] += page.unmapped + count_coded(page.glyphs)
            raw.off_page += page.off_page
            raw.slanted += page.slanted
            report(page.number, len(file))
    return raw


def convert_rows(raw: Raw) -> PdfText:
    """Convert the rows of pages into text."""
    pages, letterhead, dropped = remove_margins(raw.pages)
    beside, _, dropped_beside = remove_margins(raw.beside)
    dropped.update(dropped_beside)
    turned = {page.number: [page] for page in beside}
    for number, parts in remove_turned(raw.turned, dropped).items():
        turned.setdefault(number, []).extend(parts)
    body = _body_style(pages)
    texts, notes, entries, listed = _split_pages(pages, body)
    regions = [find_regions(rows) for rows in texts]
    measures = measure_document((region for page in regions for region in page), body[0])
    paragraphs: list[Paragraph] = []
    heads = [Paragraph("note", [line]) for line in letterhead]
    for page, page_regions, page_notes in zip(pages, regions, notes, strict=True):
        footnotes: list[list[Line]] = []
        for region in page_regions:
            rows, region_notes = list(region.rows), list[Line]()
            if region.is_column:
                rows, region_notes = split_notes(rows, page.height, body[0], continues=0)
            paragraphs += group_paragraphs(replace(region, rows=tuple(rows)), measures)
            footnotes.append(region_notes)
        footnotes += split_by_gutter(page_notes, page_regions)
        for its in turned.get(page.number, ()):
            for region in find_regions(its.rows):
                paragraphs += group_paragraphs(region, measures)
        paragraphs += [Paragraph("note", group) for rows in footnotes for group in group_notes(rows)]
    paragraphs = [*heads, *stitch_paragraphs(paragraphs)]
    minutes = find_minutes_title(paragraphs)
    title, named = minutes or find_title(paragraphs), "" if minutes else real_title(raw.title)
    if title and named and heading_key(named) != heading_key(title.plain_text):
        title = None
    mark_headings(paragraphs, raw.outline, entries, body, title)
    if minutes:
        raise_title(paragraphs, minutes)
    joiner = TextJoiner(HyphenJoiner(count_words(row.text for page in pages for row in page.rows)))
    text = _join_text(paragraphs, joiner, len(pages))
    dropped.update({CONTENTS_LINES: listed, HYPHENS: joiner.hyphens.dropped, OFF_PAGE: raw.off_page, SLANTED: raw.slanted})
    return PdfText(
        text,
        named or _joined_title(title, paragraphs, joiner),
        any(paragraph.kind == "heading" for paragraph in paragraphs),
        {kind: count for kind, count in sorted(dropped.items()) if count},
    )


def _split_pages(pages: Sequence[PageRows], body: Style) -> tuple[list[list[Line]], list[list[Line]], list[Entry], int]:
    """Divide the rows of each page into text and footnotes, without lists of contents.

    :return: Rows of text by page, footnotes by page, entries of the lists of contents, and the number of their lines.
    """
    texts: list[list[Line]] = []
    notes: list[list[Line]] = []
    entries: list[Entry] = []
    listed, is_list, notes_size = 0, False, 0.0
    for page in pages:
        contents = split_contents(page.rows, is_list)
        is_list = contents.goes_on
        entries += contents.entries
        listed += contents.count
        rows, page_notes = split_notes(contents.rows, page.height, body[0], notes_size)
        notes_size = round(page_notes[-1].size, 1) if page_notes else 0.0
        texts.append(rows)
        notes.append(page_notes)
    return texts, notes, entries, listed


def _body_style(pages: Sequence[PageRows]) -> Style:
    """Return the style of most of the text: size, whether bold, and font."""
    sizes: dict[float, float] = defaultdict(float)
    styles: Counter[Style] = Counter()
    for page in pages:
        for row in page.rows:
            # By area: small notes have more characters on a page than the text has.
            sizes[row.size] += row.size * (row.right - row.left)
            styles[row.style] += len(row.text)
    size = max(sizes, key=lambda each: (sizes[each], each), default=0.0)
    same = {style: count for style, count in styles.items() if style[0] == size}
    return max(same, key=lambda style: (same[style], style), default=(0.0, False, ""))


def _join_text(paragraphs: Sequence[Paragraph], joiner: TextJoiner, pages: int) -> str:
    """Return the text with a form feed for each page break."""
    parts: list[str] = []
    page = 1
    rows = _join_tables(paragraphs, joiner)
    for at, paragraph in enumerate(paragraphs):
        breaks = "\f" * (paragraph.page - page)
        text = rows[at] if at in rows else joiner.join_paragraph(paragraph)
        page = max(page, paragraph.page) + text.count("\f")
        mark = f"{'#' * paragraph.level} " if paragraph.kind == "heading" else ""
        if mark:
            text = text.replace("\f", "")
        elif MARK_LIKE.match(text):
            # Printed signs are no marks of a heading: an invisible character parts them from the space.
            text = text.replace(" ", WORD_JOINER + " ", 1)
        parts.append(f"{breaks}{mark}{text}")
    return "\n\n".join(parts) + "\f" * (pages - page)


def _join_tables(paragraphs: Sequence[Paragraph], joiner: TextJoiner) -> dict[int, str]:
    """Return the texts of the rows of tables by their places. A table may go on below the notes of a page."""
    texts: dict[int, str] = {}
    for is_table, group in groupby(
        ((at, paragraph.row) for at, paragraph in enumerate(paragraphs) if paragraph.kind != "note"),
        key=lambda each: each[1] is not None,
    ):
        if is_table:
            places, rows = zip(*group, strict=True)
            texts |= zip(places, joiner.join_table(rows), strict=True)
    return texts


def _joined_title(title: Paragraph | None, paragraphs: Sequence[Paragraph], joiner: TextJoiner) -> str:
    return joiner.join_paragraph(title).replace("\f", " ") if title else largest_text(paragraphs)
