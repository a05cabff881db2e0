"""Convert the main part of an HTML page: headings, paragraphs, lists and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING
from warnings import catch_warnings

from index.ingest.converter_types import Converted, Limits, OutlineEntry, first_line, real_title
from index.ingest.formats.encodings import decode_text
from index.ingest.formats.plain_text import reflow_text
from index.ingest.legibility import expect_legible
from index.ingest.lines.list_marks import mark_item
from index.ingest.lines.list_numbers import letter, roman_number
from index.ingest.lines.paragraphs import HARD_BREAK, SOFT_BREAK, join_lines
from index.ingest.lines.tables import Cell, write_table
from index.reports.table_rows import is_row
from index.text.normalization import drop_control_characters

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = {"address", "article", "aside", "blockquote", "body", "caption", "dd", "div", "dl", "dt", "figcaption", "figure"}
BLOCKS |= {"footer", "form", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot"}
BLOCKS |= {"th", "thead", "tr", "ul", "details", "summary", "html", "menu", "fieldset", "legend", "hgroup"} | HEADINGS.keys()
UNREAD = ("script", "style", "template", "noscript", "svg", "head", "title", "iframe", "object", "select", "button")
# What a reader sees but is not part of the text, and how it is named to the maintainer.
DROPPED = {
    "nav": "navigation",
    "rt": "reading beside a word",
    "rp": "",
    "del": "struck-out text",
    "s": "struck-out text",
    "strike": "struck-out text",
}
CONTENTS = re.compile(r"(?:^|[\s_-])(?:toc|table-?of-?contents)(?:$|[\s_-])", re.IGNORECASE)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
NOTE_MARK = re.compile(r"[\[(（]?(?:\d{1,3}|[*†‡§]{1,3}|註\s?\d{0,3}|注\s?\d{0,3})[\])）]?")
# After these a raised number is a power or a unit, not the mark of a footnote.
POWER = re.compile(r"(?:\d|(?<![A-Za-z])[A-Za-z]{1,3})$")
CODE_PAGES = {"big5": "cp950", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "iso-8859-1": "cp1252"}
LISTS = ("ol", "ul", "menu")
HEADING_MARK = re.compile(r"#{1,6} ")
GROUPS = {"thead", "tbody", "tfoot"}
MOST_COVERED = 1000  # rows or columns of a cell
SPACE = re.compile(r"[ \t\r\n\u00a0]+")


def convert_html(data: bytes, _: Limits) -> Converted:
    """Convert the main part of an HTML page. A single h1 at the top becomes the title.

    :raises UnicodeError: If its encoding is not known.
    :raises GarbledError: If its characters were lost.
    """
    text = decode_page(data)
    converted = convert_page(text)
    expect_legible(converted.text)
    return converted


def decode_page(data: bytes) -> str:
    """Decode a page as it declares, or else as its bytes suggest."""
    # Imported here: the bot never converts files and starts faster without this library.
    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    if declared and declared.lower() not in ("utf-8", "utf-16"):
        try:
            return data.decode(CODE_PAGES.get(declared.lower(), declared))
        except (LookupError, UnicodeError):
            pass  # pages often declare what they are not
    return decode_text(data)


def convert_page(html: str, dropped: Counter[str] | None = None) -> Converted:
    """Convert the main part of a page.

    :param dropped: What was left out before.
    """
    from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

    with catch_warnings(action="ignore", category=XMLParsedAsHTMLWarning):
        # XHTML declares itself as XML, but is read as browsers read it.
        page = BeautifulSoup(html, "lxml")
    title = real_title(page.title.get_text()) if page.title else ""
    dropped = Counter() if dropped is None else dropped
    remove_unread(page, dropped)
    outline = tuple(remove_contents(page, dropped))
    body = main_part(page, dropped)
    headings = body.find_all(list(HEADINGS))
    top_headings = body.find_all("h1")
    page_title = " ".join((title or (top_headings[0].get_text() if top_headings else "")).split())
    # A heading over the whole page is its title, not a section.
    if len(top_headings) == 1 and headings[0] is top_headings[0]:
        page_title = " ".join(top_headings[0].get_text().split()) or page_title
        top_headings[0].decompose()
    text = drop_control_characters("\n\n".join(read_blocks(body)))
    return Converted(
        text,
        drop_control_characters(page_title) or first_line(text),
        marked=True,
        outline=outline,
        dropped=tuple((name, count) for name, count in dropped.items() if name),
    )


def remove_unread(page: BeautifulSoup, dropped: Counter[str]) -> None:
    """Remove what is not part of the text: programs, navigation, readings, deletions, hidden text, marks of footnotes."""
    for element in page(UNREAD):
        element.decompose()
    for element in page(list(DROPPED)):
        if not element.decomposed:
            if element.get_text().strip():
                dropped[DROPPED[element.name]] += 1
            element.decompose()
    for element in page(is_hidden):
        if not element.decomposed and element.name != "html":
            dropped["hidden text"] += bool(element.get_text().strip())
            element.decompose()
    for element in page("sup"):
        before = element.previous_sibling.get_text() if element.previous_sibling else ""
        is_linked = element.find("a") is not None or element.find_parent("a") is not None
        if NOTE_MARK.fullmatch(element.get_text().strip()) and (is_linked or not POWER.search(before.rstrip())):
            dropped["mark of a footnote"] += 1
            element.decompose()


def is_hidden(tag: Tag) -> bool:
    """Return whether a browser shows nothing of an element."""
    return tag.has_attr("hidden") or bool(HIDDEN.search(str(tag.get("style", ""))))


def remove_contents(page: BeautifulSoup, dropped: Counter[str]) -> Iterator[OutlineEntry]:
    """Remove tables of contents, and yield their entries."""

    def lists_contents(tag: Tag) -> bool:
        names = [str(tag.get("id", "")), str(tag.get("role", "")), *(tag.get_attribute_list("class") or ())]
        return tag.name in ("div", "ul", "ol", "section", "aside") and any(CONTENTS.search(str(name)) for name in names)

    for element in page(lists_contents):
        if element.decomposed:
            continue
        for link in element("a"):
            if title := " ".join(link.get_text().split()):
                dropped["line of the table of contents"] += 1
                yield OutlineEntry(title)
        element.decompose()


def main_part(page: BeautifulSoup, dropped: Counter[str]) -> Tag:
    """Return the element with the text: the one marked as such, a single article, or the page without its head and foot."""
    articles = [article for article in page("article") if article.find_parent("article") is None]
    main = page.find("main") or (articles[0] if len(articles) == 1 else None)
    if main is not None:
        return main
    body = page.body or page
    for element in body(["footer", "header"]):
        in_part = element.find_parent(["article", "section", "blockquote"])
        if not element.decomposed and in_part is None and articles and element.find(list(HEADINGS)) is None:
            dropped[f"{element.name} of the page"] += 1
            element.decompose()
    return body


def read_blocks(node: Tag) -> Iterator[str]:
    """Yield the paragraphs of an element: headings with their `#`, list items with numbers, and rows of tables."""
    from bs4.element import NavigableString, PreformattedString, Tag

    parts: list[str] = []

    def flush() -> Iterator[str]:
        yield from join_lines("".join(parts))
        parts.clear()

    for child in node.children:
        if isinstance(child, NavigableString):
            # Comments and declarations are strings of kinds of their own.
            parts.append("" if isinstance(child, PreformattedString) else SPACE.sub(" ", str(child)))
        elif isinstance(child, Tag) and (child.name in BLOCKS or child.find(list(BLOCKS))):
            yield from flush()
            yield from read_block(child)
        elif isinstance(child, Tag):
            parts.append(inline_text(child))
    yield from flush()


def read_block(block: Tag) -> Iterator[str]:
    """Yield the paragraphs of one block."""
    if block.name in HEADINGS:
        if title := " ".join(" ".join(join_lines(inline_text(block))).split()):
            yield f"{'#' * HEADINGS[block.name]} {title}"
    elif block.name == "pre":
        yield from (line for line in reflow_text(block.get_text()).text.split("\n\n") if line)
    elif block.name == "table":
        yield from read_table(block)
    elif block.name in LISTS:
        yield from read_list(block)
    else:
        yield from read_blocks(block)


def read_list(block: Tag) -> Iterator[str]:
    """Yield the paragraphs of a list, the first of each item with its number or the bullet of its level."""
    level = list_level(block)
    has_bullets = block.name != "ol" and "none" not in f"{block.get('style', '')} {block.get('type', '')}"
    for number, item in number_items(block):
        lines = list(read_blocks(item))
        if lines:
            heading = HEADING_MARK.match(lines[0])
            mark, text = (heading[0], lines[0][heading.end() :]) if heading else ("", lines[0])
            # A row with a bullet would not fit the heads of its table.
            has_bullet = has_bullets and item.name == "li" and not mark and not (item.find("table") and is_row(text))
            if number and not text.startswith(number):
                lines[0] = f"{mark}{number} {text}"
            elif has_bullet:
                lines[0] = mark_item(text, level)
        yield from lines


def list_level(block: Tag) -> int:
    """Return how many lists a list is within, from the innermost cell of a table on."""
    outer = takewhile(lambda each: each.name not in ("td", "th"), block.parents)
    return sum(each.name in LISTS for each in outer)


def read_table(table: Tag) -> Iterator[str]:
    """Yield a table row by row, its caption before it."""
    from bs4.element import Tag

    parts = [child for child in table.children if isinstance(child, Tag)]
    rows: list[Tag] = []
    for part in (each for group in parts for each in (group.children if group.name in GROUPS else (group,))):
        if isinstance(part, Tag) and part.name == "tr":
            rows.append(part)
        elif isinstance(part, Tag):
            yield from read_block(part)
    yield from write_table([[read_cell(cell) for cell in row.find_all(["td", "th"], recursive=False)] for row in rows])


def read_cell(cell: Tag) -> Cell:
    """Return a cell with what it covers and whether it is a head."""
    bold = "".join(each.get_text() for each in cell(["b", "strong"]) if each.find_parent(["b", "strong"]) is None)
    return Cell(
        tuple(read_blocks(cell)),
        min(max(integer(cell.get("colspan"), 1), 1), MOST_COVERED),
        # A browser takes 0 for all rows that are left.
        min(integer(cell.get("rowspan"), 1) or MOST_COVERED, MOST_COVERED),
        cell.name == "th" and cell.find_parent("table") is not None,
        "".join(bold.split()) == "".join(cell.get_text().split()) != "",
    )


def number_items(block: Tag) -> Iterator[tuple[str, Tag]]:
    """Yield the items of a list with their numbers as a browser shows them; empty for bullets."""
    from bs4.element import Tag

    items = [child for child in block.children if isinstance(child, Tag)]
    is_numbered = block.name == "ol" and "none" not in str(block.get("style", ""))
    is_reversed, kind = block.has_attr("reversed"), str(block.get("type", "1"))
    count = integer(block.get("start"), len(items) if is_reversed else 1)
    for item in items:
        if item.name == "li" and is_numbered:
            count = integer(item.get("value"), count)
            yield f"{list_number(count, kind)}.", item
            count += -1 if is_reversed else 1
        else:
            yield "", item


def integer(value: object, default: int) -> int:
    """Return the whole number of an attribute, or a default."""
    text = str(value or "").strip()
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else default


def list_number(number: int, kind: str) -> str:
    """Return the number of an item in the format of its list: 1, a, A, i or I."""
    if number < 1 or kind not in ("a", "A", "i", "I"):
        return str(number)
    text = letter(number) if kind in "aA" else roman_number(number)
    return text.upper() if kind.isupper() else text


def inline_text(element: Tag) -> str:
    """Return the text of an element without blocks, with characters for its line breaks."""
    from bs4.element import NavigableString, PreformattedString, Tag

    if element.name == "br":
        return SOFT_BREAK if "soft" in (element.get_attribute_list("class") or ()) else HARD_BREAK
    text = ""
    for child in element.children:
        if isinstance(child, Tag):
            text += inline_text(child)
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            text += SPACE.sub(" ", str(child))
    return text
