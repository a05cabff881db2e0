"""Convert a Word document: its styles to headings, its lists and tables to text, without its images.

Pages are marked only if the document itself says where each begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import Any
from zipfile import ZipFile

from index.ingest.converter_types import Converted, Limits, OutlineEntry
from index.ingest.formats.office_archive import OfficeText, children_of, open_archive, read_part
from index.ingest.formats.word_numbering import WORD, Numbering, value_of
from index.ingest.lines.list_marks import mark_item
from index.ingest.lines.page_furniture import split_contents_line
from index.ingest.lines.paragraphs import HARD_BREAK, join_lines
from index.ingest.lines.tables import Cell, write_table
from index.reports.reader import PARAGRAPH_ENDS, TITLE_LIMIT

OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
CORE_TITLE = "{http://purl.org/dc/elements/1.1/}title"
# Names of the built-in styles. Word saves the English ones, other programs those of the user's language.
HEADING = re.compile(r"(?:heading|標題|标题|見出し|제목|überschrift|titre|título|titolo|kop|nagłówek|заголовок)\s?([1-9])")
TITLE = {"title", "標題", "标题", "表題", "제목", "titel", "titre", "título", "titolo"}
CONTENTS = re.compile(r"(?:toc|目錄|目录|目次|verzeichnis)\s?(?:[1-9]|heading)")
# Built-in styles of lists within lists, each of which is a list of one level.
LIST = re.compile(r"list (?:bullet|number) ([2-5])")
MAX_DEPTH = 6  # of headings that marks can show
# What symbol fonts show, by the code of the sign.
SYMBOLS = {
    "F0FE": "☑",
    "F052": "☑",
    "F0A8": "□",
    "F06F": "□",
    "F0A3": "□",
    "F071": "□",
    "F06E": "■",
    "F0FC": "✓",
    "F0E0": "→",
}
BULLET = "•"
SKIPPED = {f"{WORD}{name}" for name in ("instrText", "delText", "rPr", "pPr", "delInstrText")}
REMOVED = {f"{WORD}del": "deleted text", f"{WORD}moveFrom": "moved text", f"{WORD}rt": "reading beside a word"}


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says; a number is that of a list and of its level.

    `outer` is how many levels of lists the style itself stands for, outside that level.
    """

    level: int = 0
    is_title: bool = False
    is_contents: bool = False
    is_bold: bool = False
    number: tuple[str, int] | None = None
    outer: int = 0


@dataclass(slots=True)
class WordText(OfficeText):
    """The text of a document as it is read, paragraph by paragraph. A heading begins with its marks."""

    styles: Mapping[str, Style]
    numbering: Numbering
    notes: Mapping[tuple[str, str], Any]
    level: int = 0  # of the last heading with a style
    pending_notes: list[tuple[str, Any]] = field(default_factory=list)


def convert_docx(data: bytes, limits: Limits) -> Converted:
    """Convert a Word document.

    :raises TooLargeError: If the archive is too large when unpacked.
    :raises GarbledError: If its characters were lost.
    """
    with open_archive(data, limits) as archive:
        main = main_part(archive)
        folder = main.rpartition("/")[0]
        document, styles, numbering = (
            read_part(archive, name) for name in (main, f"{folder}/styles.xml", f"{folder}/numbering.xml")
        )
        notes = {
            (kind, note.get(f"{WORD}id")): note
            for kind in ("footnote", "endnote")
            for note in children_of(read_part(archive, f"{folder}/{kind}s.xml"))
        }
        core = read_part(archive, "docProps/core.xml")
    if document is None:
        raise ValueError("it holds no document")
    text = WordText(read_styles(styles), Numbering.from_xml(numbering), notes)
    mark_bold_headings(document, text)
    read_blocks(document.find(f"{WORD}body"), text)
    return text.convert("" if core is None else (core.findtext(CORE_TITLE) or ""))


def main_part(archive: ZipFile) -> str:
    """Return the name of the part with the document's text."""
    relations = read_part(archive, "_rels/.rels")
    for relation in children_of(relations):
        if str(relation.get("Type")).endswith("/officeDocument"):
            return str(relation.get("Target")).lstrip("/")
    return "word/document.xml"


def read_styles(root: Any) -> dict[str, Style]:
    """Return the paragraph styles by their ids, each with what it takes over from the style that it is based on."""
    elements = {
        each.get(f"{WORD}styleId"): each
        for each in children_of(root)
        if each.tag == f"{WORD}style" and each.get(f"{WORD}type") in (None, "paragraph")
    }
    styles: dict[str, Style] = {}
    for name in elements:
        chain: list[Any] = []
        at: str | None = name
        while at in elements and elements[at] not in chain:
            chain.append(elements[at])
            at = value_of(elements[at], "basedOn")
        style = Style()
        for element in reversed(chain):
            style = read_style(element, style)
        styles[name] = style
    return styles


def read_style(element: Any, base: Style) -> Style:
    """Return what a style says, or else what its base says."""
    name = (value_of(element, "name") or "").casefold()
    heading, listed, properties = HEADING.fullmatch(name), LIST.fullmatch(name), element.find(f"{WORD}pPr")
    level = int(heading[1]) if heading else outline_level(properties, base.level)
    bold = is_on(element.find(f"{WORD}rPr"), "b")
    return Style(
        min(level, MAX_DEPTH),
        name in TITLE or base.is_title,
        bool(CONTENTS.match(name)) or base.is_contents,
        base.is_bold if bold is None else bold,
        list_number(properties, base.number),
        int(listed[1]) - 1 if listed else base.outer,
    )


def outline_level(properties: Any, default: int) -> int:
    """Return the level of a heading that paragraph properties state, 0 for text, or a default if they state none."""
    stated = None if properties is None else value_of(properties, "outlineLvl")
    return default if stated is None else (int(stated) + 1) % 10


def list_number(properties: Any, default: tuple[str, int] | None) -> tuple[str, int] | None:
    """Return the list that paragraph properties name, and the level in it."""
    numbered = None if properties is None else properties.find(f"{WORD}numPr")
    if numbered is None:
        return default
    name, level = value_of(numbered, "numId"), value_of(numbered, "ilvl")
    own = name or (default[0] if default else None)
    return (own, int(level or 0)) if own and own != "0" else None


def is_on(properties: Any, name: str) -> bool | None:
    """Return whether run properties switch something on, or None if they do not mention it."""
    element = None if properties is None else properties.find(f"{WORD}{name}")
    return None if element is None else element.get(f"{WORD}val") not in ("0", "false", "off", "none")


def style_of(paragraph: Any, text: WordText) -> Style:
    """Return the style of a paragraph with what its own properties change."""
    properties = paragraph.find(f"{WORD}pPr")
    name = None if properties is None else value_of(properties, "pStyle")
    style = text.styles.get(name or "", Style())
    level = min(outline_level(properties, style.level), MAX_DEPTH)
    return replace(style, level=level, number=list_number(properties, style.number))


def mark_bold_headings(document: Any, text: WordText) -> None:
    """Turn short paragraphs in bold type between others into headings: not everybody uses styles."""
    printed = [block for block in children_of(document.find(f"{WORD}body")) if is_block_with_text(block)]
    for block, after in pairwise(printed):
        goes_on = after.tag != f"{WORD}p" or not is_bold(after, text)
        if block.tag == f"{WORD}p" and goes_on and looks_like_heading(block, text):
            block.set("bold-heading", "1")


def is_block_with_text(block: Any) -> bool:
    """Return whether a block prints anything."""
    return block.tag == f"{WORD}tbl" or any(node.text and node.text.strip() for node in block.iter(f"{WORD}t"))


def looks_like_heading(paragraph: Any, text: WordText) -> bool:
    """Return whether a paragraph without a heading's style is short, bold, in no list, and no sentence or label."""
    style = style_of(paragraph, text)
    if style.level or style.is_title or style.is_contents or style.number:
        return False
    printed = "".join(node.text or "" for node in paragraph.iter(f"{WORD}t")).strip()
    return 0 < len(printed) <= TITLE_LIMIT and printed[-1] not in PARAGRAPH_ENDS + ",，、" and is_bold(paragraph, text)


def is_bold(paragraph: Any, text: WordText) -> bool:
    """Return whether all printed text of a paragraph is bold."""
    default = style_of(paragraph, text).is_bold
    runs = [run for run in paragraph.iter(f"{WORD}r") if (run.findtext(f"{WORD}t") or "").strip()]
    weights = [is_on(run.find(f"{WORD}rPr"), "b") for run in runs]
    return bool(runs) and all(default if weight is None else weight for weight in weights)


def read_blocks(parent: Any, text: WordText) -> None:
    """Read paragraphs and tables in order."""
    for block in children_of(parent):
        if block.tag == f"{WORD}p":
            read_paragraph(block, text)
        elif block.tag == f"{WORD}tbl":
            read_table(block, text)
        elif block.tag in REMOVED:
            text.dropped[REMOVED[block.tag]] += 1
        elif block.tag == f"{COMPATIBILITY}AlternateContent":
            read_blocks(block.find(f"{COMPATIBILITY}Choice"), text)
        elif block.tag in (f"{WORD}sdt", f"{WORD}sdtContent", f"{WORD}customXml", f"{WORD}ins", f"{WORD}moveTo"):
            read_blocks(block, text)


def read_paragraph(paragraph: Any, text: WordText) -> None:
    """Add a paragraph with its number or bullet, the text boxes anchored in it, and its footnotes."""
    style, properties = style_of(paragraph, text), paragraph.find(f"{WORD}pPr")
    boxes: list[Any] = []
    printed = "".join(run_text(paragraph, text, boxes))
    if properties is not None and is_on(properties, "pageBreakBefore"):
        text.breaks += 1
        printed = f"\f{printed}"
    before, content, after = split_breaks(printed)
    if before:
        text.paragraphs.append("\f" * before)
    if style.is_contents:
        add_contents_line(content, text)
    elif content:
        number = text.numbering.next_number(*style.number) if style.number else ""
        add_lines(join_lines(content), number, style, heading_level(paragraph, style, text), text)
    if after:
        text.paragraphs.append("\f" * after)
    for box in boxes:
        read_blocks(box, text)
    add_notes(text)
    # A section that ends here begins a page unless it says otherwise.
    section = None if properties is None else properties.find(f"{WORD}sectPr")
    if section is not None and value_of(section, "type") not in ("continuous", "nextColumn"):
        text.breaks += 1
        text.paragraphs.append("\f")


def split_breaks(printed: str) -> tuple[int, str, int]:
    """Return how many pages begin before a text, the text without white space around it, and how many begin after it."""
    content = printed.strip("\f\v\t ")
    start = printed.index(content) if content else len(printed)
    return printed[:start].count("\f"), content, printed[start + len(content) :].count("\f")


def heading_level(paragraph: Any, style: Style, text: WordText) -> int:
    """Return the level of a heading, 0 for text. Headings in bold type are below the last one with a style."""
    if style.level:
        text.level = style.level
        return style.level
    return min(text.level + 1, MAX_DEPTH) if paragraph.get("bold-heading") else 0


def add_lines(lines: list[str], number: str, style: Style, level: int, text: WordText) -> None:
    """Add the lines of a paragraph: a heading or title that is broken by hand as one, any other as paragraphs."""
    whole = " ".join(" ".join(lines).split())
    if style.is_title and not text.title:
        text.title = whole
    if level or style.is_title:
        lines = [f"{'#' * level} {number} {whole}".strip() if number else f"{'#' * level} {whole}".strip()]
    elif number:
        lines[0] = f"{number} {lines[0]}"
    elif style.number and text.numbering.is_bulleted(*style.number):
        lines[0] = mark_item(lines[0], style.outer + style.number[1])
    text.paragraphs += lines


def add_contents_line(line: str, text: WordText) -> None:
    """Add a line of the table of contents to the outline."""
    if line:
        listed = split_contents_line(line)
        text.outline.append(listed.entry if listed else OutlineEntry(" ".join(line.split())))
        text.dropped["line of the table of contents"] += 1


def add_notes(text: WordText) -> None:
    """Add the footnotes of the paragraph before, each as a paragraph with its mark."""
    pending, text.pending_notes = text.pending_notes, []
    for mark, note in pending:
        first = len(text.paragraphs)
        read_blocks(note, text)
        if first < len(text.paragraphs):
            text.paragraphs[first] = f"[{mark}] {text.paragraphs[first].lstrip()}"


def run_text(element: Any, text: WordText, boxes: list[Any]) -> Iterator[str]:
    """Yield the text of a paragraph in pieces.

    :param boxes: Text boxes are added to it.
    """
    for child in children_of(element):
        name = child.tag.removeprefix(WORD)
        if child.tag in SKIPPED or (name == "r" and is_on(child.find(f"{WORD}rPr"), "vanish")):
            continue
        if child.tag in REMOVED:
            text.dropped[REMOVED[child.tag]] += 1
        elif name in ("t", f"{MATH}t"):
            yield child.text or ""
        elif name == "txbxContent":
            boxes.append(child)
        elif name == "lastRenderedPageBreak":
            text.rendered += 1
        elif name in ("footnoteReference", "endnoteReference"):
            add_note_mark(child, name.removesuffix("Reference"), text)
        elif child.tag == f"{COMPATIBILITY}AlternateContent":
            yield from run_text(child.find(f"{COMPATIBILITY}Choice"), text, boxes)
        elif sign := sign_of(child, name):
            text.breaks += sign == "\f"
            yield sign
        else:
            yield from run_text(child, text, boxes)


def sign_of(element: Any, name: str) -> str:
    """Return the character that an element without text stands for, if any."""
    if name == "br":
        kind = element.get(f"{WORD}type")
        return "\f" if kind == "page" else HARD_BREAK
    if name == "sym":
        return SYMBOLS.get(str(element.get(f"{WORD}char")).upper(), BULLET)
    return {"tab": "\t", "cr": HARD_BREAK, "noBreakHyphen": "-", "ptab": "\t"}.get(name, "")


def add_note_mark(element: Any, kind: str, text: WordText) -> None:
    """Remember a footnote for the end of its paragraph. Its mark is no part of the sentence that it stands in."""
    note = text.notes.get((kind, element.get(f"{WORD}id")))
    if note is not None:
        text.dropped["mark of a footnote"] += 1
        text.pending_notes.append((str(text.dropped["mark of a footnote"]), note))


def read_table(table: Any, text: WordText) -> None:
    """Add the rows of a table. A table of one cell is a frame around paragraphs."""
    rows = [row for row in table.iter(f"{WORD}tr") if next(row.iterancestors(f"{WORD}tbl")) is table]
    placed = [place_row(row) for row in rows]
    read: list[list[Cell]] = []
    for at, (row, cells) in enumerate(zip(rows, placed, strict=True)):
        properties = row.find(f"{WORD}trPr")
        is_head = is_on(properties, "tblHeader") or False
        is_alone = len(cells) == 1
        read.append([])
        for column, (cell, columns, merge) in cells.items():
            paragraphs = cell_paragraphs(cell, text, is_alone)
            below = (below.get(column, (None, 0, "")) for below in placed[at + 1 :])
            covered = sum(1 for _ in takewhile(lambda each: each[2] == "continue", below)) if merge == "restart" else 0
            if merge != "continue" or paragraphs:
                read[-1].append(Cell(tuple(paragraphs), columns, covered + 1, is_head, is_bold_cell(cell, text)))
    text.paragraphs += write_table(read)


def place_row(row: Any) -> dict[int, tuple[Any, int, str]]:
    """Return the cells of a row by column, each with how many columns it covers and whether it is merged with others.

    The last is `restart` for the first of cells below each other that are one, `continue` for those below it.
    """
    properties = row.find(f"{WORD}trPr")
    column = int((None if properties is None else value_of(properties, "gridBefore")) or 0)
    cells = {}
    for cell in (cell for cell in row.iter(f"{WORD}tc") if next(cell.iterancestors(f"{WORD}tr")) is row):
        own = cell.find(f"{WORD}tcPr")
        columns = int((None if own is None else value_of(own, "gridSpan")) or 1)
        merged = None if own is None else own.find(f"{WORD}vMerge")
        cells[column] = cell, columns, "" if merged is None else merged.get(f"{WORD}val") or "continue"
        column += columns
    return cells


def cell_paragraphs(cell: Any, text: WordText, is_alone: bool) -> list[str]:
    """Return the paragraphs of a cell.

    :param is_alone: Whether it is the only one of its row, so that headings and pages in it count.
    """
    outer, text.paragraphs = text.paragraphs, []
    level = text.level
    read_blocks(cell, text)
    found, text.paragraphs = text.paragraphs, outer
    if is_alone:
        return found
    text.level = level
    return [line for each in found if (line := each.replace("\f", " ").strip())]


def is_bold_cell(cell: Any, text: WordText) -> bool:
    """Return whether all printed text of a cell is bold."""
    printed = [paragraph for paragraph in cell.iter(f"{WORD}p") if is_block_with_text(paragraph)]
    return bool(printed) and all(is_bold(paragraph, text) for paragraph in printed)
