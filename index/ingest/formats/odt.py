"""Convert an OpenDocument text: headings, paragraphs, lists, tables and footnotes, without its images.

Pages are marked only if the document itself says where each begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from index.ingest.converter_types import Converted, Limits
from index.ingest.formats.office_archive import OfficeText, children_of, open_archive, read_part
from index.ingest.lines.list_marks import mark_item
from index.ingest.lines.list_numbers import format_number
from index.ingest.lines.page_furniture import split_contents_line
from index.ingest.lines.paragraphs import HARD_BREAK, join_lines
from index.ingest.lines.tables import Cell, write_table

OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, STYLE, OFFICE = (f"{OASIS}{name}:1.0}}" for name in ("text", "table", "style", "office"))
FORMAT, DRAW, META = f"{OASIS}xsl-fo-compatible:1.0}}", f"{OASIS}drawing:1.0}}", f"{OASIS}meta:1.0}}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
MAX_DEPTH = 6  # of headings that marks can show
MAX_REPEATED, MAX_EMPTY = 1000, 20  # rows or cells; a sheet may repeat empty ones a million times
HEADING = re.compile(r"heading[ _](?:20_)?([1-9])", re.IGNORECASE)
DROPPED = {
    f"{TEXT}tracked-changes": "deleted text",
    f"{OFFICE}annotation": "comment",
    f"{TEXT}ruby-text": "reading beside a word",
}
SKIPPED = {f"{TEXT}sequence-decls", f"{OFFICE}forms", f"{OFFICE}annotation-end", f"{TEXT}note-citation"}
# Formats of numbers by the sequence that names them.
NUMBER_FORMATS = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "一": "taiwaneseCounting",
    "壹": "ideographLegalTraditional",
    "壱": "ideographLegalTraditional",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
    "１": "decimalFullWidth",
    "①": "decimalEnclosedCircle",
    "ア": "aiueoFullWidth",
    "イ": "iroha",
}


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says: whether it is a title's or a heading's, and whether a page begins before or after."""

    is_title: bool = False
    level: int = 0
    breaks_before: bool = False
    breaks_after: bool = False


@dataclass(frozen=True, slots=True)
class ListLevel:
    """A level of a list: its first number, the format of numbers, and how many levels a number shows.

    The format is None for bullets, and empty for neither numbers nor bullets.
    """

    start: int
    format: str | None
    prefix: str
    suffix: str
    shown: int


@dataclass(frozen=True, slots=True)
class ItemMark:
    """What stands before an item of a list: its number as printed, or a bullet of its level if it has none."""

    number: str
    has_bullet: bool
    level: int


@dataclass(slots=True)
class OdtText(OfficeText):
    """The text of a document as it is read. `numbers` are those of the list that is read, level by level."""

    styles: Mapping[str, Style]
    lists: Mapping[str, Mapping[int, ListLevel]]
    pending: ItemMark | None = None  # of the list item whose text comes next
    last_numbers: dict[str, list[int]] = field(default_factory=dict)
    notes: list[Any] = field(default_factory=list)


def convert_odt(data: bytes, limits: Limits) -> Converted:
    """Convert an OpenDocument text.

    :raises TooLargeError: If the archive is too large when unpacked.
    :raises GarbledError: If its characters were lost.
    """
    with open_archive(data, limits) as archive:
        content, styles, meta = (read_part(archive, f"{name}.xml") for name in ("content", "styles", "meta"))
    body = None if content is None else content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise ValueError("it holds no text document")
    roots = [root for root in (styles, content) if root is not None]
    text = OdtText(read_styles(roots), read_lists(roots))
    read_blocks(body, text)
    return text.convert("" if meta is None else (meta.findtext(f".//{TITLE}") or ""))


def read_styles(roots: list[Any]) -> dict[str, Style]:
    """Return the paragraph styles by name, each with what it takes over from its parent."""
    elements = {
        each.get(f"{STYLE}name"): each
        for root in roots
        for each in root.iter(f"{STYLE}style")
        if each.get(f"{STYLE}family") == "paragraph"
    }
    styles: dict[str, Style] = {}
    for name, element in elements.items():
        chain, at = [name], element
        while (parent := at.get(f"{STYLE}parent-style-name")) in elements and parent not in chain:
            chain.append(parent)
            at = elements[parent]
        # Text in the style of a heading has its level; of its own page breaks each style says itself.
        matches = (HEADING.fullmatch(each) for each in chain)
        levels = [elements[each].get(f"{STYLE}default-outline-level") for each in chain]
        level = next((int(match[1]) for match in matches if match), 0) or next((int(each) for each in levels if each), 0)
        breaks = [element.find(f"{STYLE}paragraph-properties")]
        before, after = (
            any(each is not None and each.get(f"{FORMAT}break-{side}") == "page" for each in breaks)
            for side in ("before", "after")
        )
        is_first_of_page = bool(element.get(f"{STYLE}master-page-name"))
        styles[name] = Style("Title" in chain, min(level, MAX_DEPTH), before or is_first_of_page, after)
    return styles


def read_lists(roots: list[Any]) -> dict[str, dict[int, ListLevel]]:
    """Return the levels of each list style by its name, from 1."""
    lists: dict[str, dict[int, ListLevel]] = {}
    for root in roots:
        for style in root.iter(f"{TEXT}list-style"):
            lists[style.get(f"{STYLE}name")] = {
                int(level.get(f"{TEXT}level")): read_level(level)
                for level in children_of(style)
                if level.get(f"{TEXT}level")
            }
    return lists


def read_level(level: Any) -> ListLevel:
    """Read a level of a list style."""
    sequence = (level.get(f"{STYLE}num-format") or "").partition(",")[0].strip()
    is_number = level.tag == f"{TEXT}list-level-style-number"
    return ListLevel(
        int(level.get(f"{TEXT}start-value") or 1),
        (NUMBER_FORMATS.get(sequence, "decimal") if sequence else "") if is_number else None,
        level.get(f"{STYLE}num-prefix") or "",
        level.get(f"{STYLE}num-suffix") or "",
        int(level.get(f"{TEXT}display-levels") or 1),
    )


def read_blocks(parent: Any, text: OdtText) -> None:
    """Read headings, paragraphs, lists and tables in order."""
    for block in children_of(parent):
        if block.tag in DROPPED:
            text.dropped[DROPPED[block.tag]] += 1
        elif block.tag in (f"{TEXT}h", f"{TEXT}p"):
            read_paragraph(block, text)
        elif block.tag == f"{TEXT}list":
            read_list(block, text, block.get(f"{TEXT}style-name") or "", [])
        elif block.tag == f"{TABLE}table":
            read_table(block, text)
        elif block.tag == f"{TEXT}table-of-content":
            read_contents(block, text)
        elif block.tag == f"{TEXT}soft-page-break":
            text.rendered += 1
        elif block.tag not in SKIPPED:
            read_blocks(block, text)


def read_paragraph(paragraph: Any, text: OdtText) -> None:
    """Add a paragraph with the number or bullet of its list item, the text boxes anchored in it, and its footnotes."""
    style = text.styles.get(paragraph.get(f"{TEXT}style-name") or "", Style())
    boxes: list[Any] = []
    content = "".join(run_text(paragraph, text, boxes)).strip("\v\t ")
    # Before the first paragraph a page has begun anyway.
    if style.breaks_before and any(line.strip("\f") for line in text.paragraphs):
        add_break(text)
    level = style.level
    if paragraph.tag == f"{TEXT}h":
        level = min(int(paragraph.get(f"{TEXT}outline-level") or 1), MAX_DEPTH)
    if content:
        lines = join_lines(content)
        whole = " ".join(" ".join(lines).split())
        if style.is_title and not text.title:
            text.title = whole
        if level or style.is_title:
            lines = [whole]
        if text.pending and text.pending.number:
            lines[0] = f"{text.pending.number} {lines[0]}"
        elif text.pending and text.pending.has_bullet and not level and not style.is_title:
            lines[0] = mark_item(lines[0], text.pending.level)
        text.pending = None
        lines[0] = f"{'#' * level} {lines[0]}" if level and not style.is_title else lines[0]
        text.paragraphs += lines
    if style.breaks_after:
        add_break(text)
    for box in boxes:
        read_blocks(box, text)
    add_notes(text)


def add_break(text: OdtText) -> None:
    """Begin a page."""
    text.breaks += 1
    text.paragraphs.append("\f")


def add_notes(text: OdtText) -> None:
    """Add the footnotes of the paragraph before, each as a paragraph with its mark."""
    pending, text.notes = text.notes, []
    for note in pending:
        mark = (
            "".join((note.find(f"{TEXT}note-citation")).itertext()) if note.find(f"{TEXT}note-citation") is not None else ""
        )
        first = len(text.paragraphs)
        read_blocks(note.find(f"{TEXT}note-body"), text)
        if first < len(text.paragraphs):
            text.paragraphs[first] = f"[{mark.strip() or '*'}] {text.paragraphs[first]}"


def run_text(element: Any, text: OdtText, boxes: list[Any]) -> Iterator[str]:
    """Yield the text of a paragraph in pieces.

    :param boxes: Text boxes are added to it.
    """
    yield re.sub(r"\s+", " ", element.text or "")
    for child in element:
        if not isinstance(child.tag, str):
            pass
        elif child.tag in DROPPED:
            text.dropped[DROPPED[child.tag]] += 1
        elif child.tag == f"{TEXT}note":
            text.dropped["mark of a footnote"] += 1
            text.notes.append(child)
        elif child.tag == f"{DRAW}text-box":
            boxes.append(child)
        elif child.tag == f"{TEXT}soft-page-break":
            text.rendered += 1
        elif child.tag == f"{TEXT}line-break":
            yield HARD_BREAK
        elif child.tag in (f"{TEXT}s", f"{TEXT}tab"):
            yield "\t" if child.tag == f"{TEXT}tab" else " " * min(int(child.get(f"{TEXT}c") or 1), 100)
        elif child.tag not in SKIPPED:
            yield from run_text(child, text, boxes)
        yield re.sub(r"\s+", " ", child.tail or "")


def read_list(element: Any, text: OdtText, style: str, numbers: list[int]) -> None:
    """Read a list and those within it.

    :param style: Name of its list style; lists within a list have that of the outer one.
    :param numbers: Numbers of the items that the list is within, outermost first.
    """
    depth = len(numbers) + 1
    levels = text.lists.get(style, {})
    level = levels.get(depth, ListLevel(1, None, "", "", 1))
    count = level.start - 1
    if element.get(f"{TEXT}continue-numbering") == "true" or element.get(f"{TEXT}continue-list"):
        before = text.last_numbers.get(style, [])
        count = before[depth - 1] if len(before) >= depth else count
    for item in children_of(element):
        if item.tag == f"{TEXT}list-header":
            read_blocks(item, text)
        if item.tag != f"{TEXT}list-item":
            continue
        start = item.get(f"{TEXT}start-value")
        # An item that only holds a deeper list has no number of its own.
        has_text = any(child.tag in (f"{TEXT}p", f"{TEXT}h") for child in children_of(item))
        count = int(start) if start else count + has_text
        path = [*numbers, max(count, 1)]
        if has_text:
            text.last_numbers[style] = path
            text.pending = ItemMark(item_number(path, levels), level.format is None, depth - 1)
        for child in children_of(item):
            if child.tag == f"{TEXT}list":
                read_list(child, text, child.get(f"{TEXT}style-name") or style, path)
            elif child.tag in (f"{TEXT}p", f"{TEXT}h"):
                read_paragraph(child, text)
        text.pending = None


def item_number(path: list[int], levels: Mapping[int, ListLevel]) -> str:
    """Return the number of an item as printed; empty if it has none.

    :param path: Numbers of the items that it is within, and its own.
    """
    level = levels.get(len(path))
    if level is None or not level.format:
        return ""
    first = max(1, len(path) - level.shown + 1)
    shown = (
        format_number(path[depth - 1], (levels[depth].format if depth in levels else None) or "decimal")
        for depth in range(first, len(path) + 1)
    )
    return f"{level.prefix}{'.'.join(shown)}{level.suffix}".strip()


def read_contents(block: Any, text: OdtText) -> None:
    """Add the lines of the table of contents to the outline."""
    for line in block.iter(f"{TEXT}p", f"{TEXT}h"):
        printed = "".join(run_text(line, text, [])).strip()
        if printed:
            text.dropped["line of the table of contents"] += 1
        if listed := split_contents_line(printed):
            text.outline.append(listed.entry)


def read_table(table: Any, text: OdtText) -> None:
    """Add the rows of a table. A table of one cell is a frame around paragraphs."""
    rows: list[list[Cell]] = []
    for row in table.iter(f"{TABLE}table-row"):
        if next(row.iterancestors(f"{TABLE}table")) is not table:
            continue
        is_head = next(row.iterancestors(f"{TABLE}table-header-rows", f"{TABLE}table")) is not table
        # Cells that another one covers are there too, under a name of their own.
        cells = [cell for cell in children_of(row) if cell.tag == f"{TABLE}table-cell"]
        read = []
        for cell in cells:
            columns, covered = (number_of(cell, f"number-{kind}-spanned", 1) for kind in ("columns", "rows"))
            paragraphs = tuple(cell_paragraphs(cell, text, is_alone=len(cells) == 1))
            # Sheets end with thousands of empty cells and rows.
            repeated = number_of(cell, "number-columns-repeated", 1)
            read += [Cell(paragraphs, columns, covered, is_head)] * min(repeated, MAX_REPEATED if paragraphs else MAX_EMPTY)
        rows += [read] * min(
            number_of(row, "number-rows-repeated", 1), MAX_REPEATED if any(cell.paragraphs for cell in read) else 1
        )
    text.paragraphs += write_table(rows)


def number_of(element: Any, name: str, default: int) -> int:
    """Return a number that an element of a table states, or a default."""
    return min(int(element.get(f"{TABLE}{name}") or default), MAX_REPEATED)


def cell_paragraphs(cell: Any, text: OdtText, *, is_alone: bool) -> list[str]:
    """Return the paragraphs of a cell.

    :param is_alone: Whether it is the only one of its row, so that pages in it count.
    """
    outer, text.paragraphs = text.paragraphs, []
    read_blocks(cell, text)
    found, text.paragraphs = text.paragraphs, outer
    return found if is_alone else [line for each in found if (line := each.replace("\f", " ").strip())]
