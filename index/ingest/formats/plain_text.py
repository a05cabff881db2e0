"""Convert a text file: find the paragraphs that its lines were wrapped from.

A line goes on on the next if it reaches the right edge of the lines around it, so that the next word did not fit. Blank
lines, list marks, labels and indents begin a paragraph in any case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, zip_longest

from index.ingest.converter_types import Converted, Limits, first_line
from index.ingest.formats.encodings import decode_text
from index.ingest.legibility import expect_legible
from index.ingest.lines.hyphens import HyphenJoiner, count_words
from index.ingest.lines.list_marks import follows_in_list, may_start_paragraph, starts_paragraph
from index.ingest.lines.page_furniture import find_contents, find_running_lines
from index.ingest.lines.printed_tables import PrintedCell, write_plain, write_rows
from index.reports.reader import PARAGRAPH_ENDS, display_width, line_joint
from index.text.normalization import drop_control_characters

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\x85\u2028\u2029]")
GAP = re.compile(r"(?<=\S)(?:\t\s*| {3,}|(?<!\s)\u3000{3,})(?=\S)")
# In columns. A line that leaves less room than this beside the next word is full: letters are not all as wide as columns.
RAGGED = 6
BAND = 6  # ends of full lines differ by less; by a long word in Latin text
LATIN_BAND = 9
NEAR = 8  # lines before and after, by which a list is recognised
NEIGHBOURS = 20  # lines before and after, by which the right edge is found
MIN_EDGE, MAX_EDGE = 28, 200  # a narrower text is a list, a wider one is not wrapped
COMMAS = "，、,"
SHIFT = 2  # indents of lines of one paragraph differ by less than this, and by it
FEW = 6  # lines; of fewer, two are evidence of a right edge
TITLE_LINES, TITLE_WIDTH = 3, 30  # of a title on a cover; it is that wide before it is broken


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line that is not blank. `indent` and `end` are in columns, `blanks` counts the blank lines before it.

    `edge` is the right edge of the lines around it, in columns, or None if they were not wrapped; `widest` is where the
    widest of them ends.
    """

    text: str
    page: int
    indent: int
    end: int
    blanks: int
    edge: int | None = None
    widest: int = 0

    @property
    def is_row(self) -> bool:
        """Whether there are gaps between cells of a table."""
        return bool(GAP.search(self.text))


def convert_text(data: bytes, _: Limits) -> Converted:
    """Convert a text file. Form feeds separate pages.

    :raises UnicodeError: If its encoding is not known.
    :raises GarbledError: If its characters were lost.
    """
    text = drop_control_characters(decode_text(data))
    expect_legible(text)
    return reflow_text(text)


def reflow_text(text: str) -> Converted:
    """Return a text with each paragraph on one line and blank lines between, without contents lines and page numbers."""
    pages = [LINE_BREAK.split(page) for page in text.split("\f")]
    dropped = Counter[str]()
    printed = [[line for line in page if line.strip()] for page in pages]
    running = find_running_lines(printed)
    for page, lines in zip(printed, running, strict=True):
        dropped.update(f"at the edge of pages: {' '.join(re.sub(r'[0-9]+', '0', page[at]).split())}" for at in lines)
    pages = [without_lines(page, lines) for page, lines in zip(pages, running, strict=True)]
    contents, outline = find_contents([line for page in pages for line in page])
    if contents:
        dropped["line of the table of contents"] = len(contents)
    first = 0
    for number, page in enumerate(pages):
        pages[number] = ["" if first + at in contents else line for at, line in enumerate(page)]
        first += len(page)
    groups = list(group_paragraphs(find_edges(list(read_lines(pages)))))
    hyphens = HyphenJoiner(count_words(line.text for group in groups for line in group))
    written = write_paragraphs(groups, hyphens)
    if hyphens.dropped:
        dropped["hyphen at the end of a line"] = hyphens.dropped
    return Converted(
        written,
        find_title(groups),
        paged=len(pages) > 1,
        joined=len(pages) > 1,
        outline=outline,
        dropped=tuple(dropped.items()),
    )


def without_lines(page: Sequence[str], numbers: set[int]) -> list[str]:
    """Return the lines of a page with some of them blank.

    :param numbers: Of the lines that are not blank.
    """
    kept, at = [], 0
    for line in page:
        kept.append("" if line.strip() and at in numbers else line)
        at += bool(line.strip())
    return kept


def read_lines(pages: Sequence[Sequence[str]]) -> Iterator[TextLine]:
    """Yield the lines that are not blank."""
    for number, page in enumerate(pages):
        blanks = 0
        for raw in page:
            line = raw.expandtabs(8) if raw[:1].isspace() else raw
            text = line.strip()
            if not text:
                blanks += 1
                continue
            indent = display_width(line[: len(line) - len(line.lstrip())])
            yield TextLine(text, number, indent, indent + display_width(text), blanks)
            blanks = 0


def find_edges(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines with the right edge of the lines around each."""
    found: list[TextLine] = []
    for _, group in groupby(lines, key=lambda line: line.page):
        page = list(group)
        prose = [at for at, line in enumerate(page) if not line.is_row]
        edge, widest, start = None, 0, -NEIGHBOURS
        for at, line in enumerate(page):
            # The edge changes slowly; finding it for every line takes most of the time.
            if at >= start + NEIGHBOURS // 4:
                around = [page[near] for near in prose if abs(near - at) <= NEIGHBOURS]
                edge, widest, start = right_edge(around), max((near.end for near in around), default=0), at
            found.append(replace(line, edge=edge, widest=widest))
    return without_lists(with_common_edge(found))


def with_common_edge(lines: list[TextLine]) -> list[TextLine]:
    """Give lines on pages with too few lines the width of the others, from the left edge of their page."""
    lefts = {page: min(line.indent for line in group) for page, group in groupby(lines, key=lambda line: line.page)}
    widths = sorted(line.edge - lefts[line.page] for line in lines if line.edge is not None)
    if not widths or len(widths) < len(lines) / 2:
        return lines
    common = widths[len(widths) // 2]
    few = {page for page, count in Counter(line.page for line in lines).items() if count <= FEW}
    return [
        replace(line, edge=lefts[line.page] + common) if line.edge is None and line.page in few else line for line in lines
    ]


def without_lists(lines: list[TextLine]) -> list[TextLine]:
    """Take the edge from the lines of lists, which end anywhere.

    Of a wrapped paragraph a line that is not full is the last one, which ends a sentence, or a heading, which is short.
    """
    blocks: list[list[TextLine]] = []
    for line in lines:
        if not blocks or line.blanks or line.page != blocks[-1][-1].page:
            blocks.append([])
        blocks[-1].append(line)
    kept: list[TextLine] = []
    for block in blocks:
        followed = block[:-1]
        for at, line in enumerate(block):
            around = followed[max(0, at - NEAR) : at + NEAR + 1]
            full, loose = sum(map(is_full, around)), sum(map(is_loose, around))
            capitalised = all(before.text[0].isupper() for before in around)
            is_list = loose > full / 2 or (capitalised and loose >= full / 2 > 0)
            kept.append(replace(line, edge=None) if is_list else line)
    return kept


def ends_sentence(line: TextLine) -> bool:
    """Return whether a line ends as a paragraph may end."""
    return line.text[-1] in PARAGRAPH_ENDS


def is_full(line: TextLine) -> bool:
    """Return whether a line reaches its edge."""
    return line.edge is not None and line.end > line.edge - RAGGED


def is_loose(line: TextLine) -> bool:
    """Return whether a line ends within a sentence and far from its edge, but is too long for a heading."""
    if line.edge is None or ends_sentence(line) or line.is_row:
        return False
    band = LATIN_BAND if line.text.isascii() else BAND
    return (line.edge - line.indent) / 2 < line.end - line.indent < line.edge - band - line.indent


def right_edge(lines: Sequence[TextLine]) -> int | None:
    """Return the column that wrapped lines reach, or None if the lines were not wrapped.

    Of wrapped lines, many that are followed by another one reach it, some of these within a sentence, and hardly any line
    passes it.
    """
    followed = [line for line, after in pairwise(lines) if not after.blanks and line.page == after.page] or list(lines)
    if len(followed) < 2:
        return None
    is_latin = sum(line.text.isascii() for line in followed) > len(followed) / 2
    band = LATIN_BAND if is_latin else BAND
    need = 3 if len(lines) >= FEW else 2
    ends = sorted((line.end for line in lines), reverse=True)
    for outliers, edge in enumerate(ends[: len(ends) // 10 + 1]):
        full = [line for line in followed if edge - band <= line.end]
        reaching = sum(edge - band <= end <= edge for end in ends[outliers:])
        if reaching >= need and len(full) >= len(followed) / 3 and any(not ends_sentence(line) for line in full):
            return edge if MIN_EDGE <= edge <= MAX_EDGE else None
    return None


def group_paragraphs(lines: Sequence[TextLine]) -> Iterator[list[TextLine]]:
    """Group the lines of each paragraph."""
    spaced = is_double_spaced(lines)
    group: list[TextLine] = []
    for line, after in zip_longest(lines, lines[1:]):
        if group and not goes_on(group, line, after, spaced):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def is_double_spaced(lines: Sequence[TextLine]) -> bool:
    """Return whether blank lines mean nothing: they are everywhere, and most full lines end within a sentence."""
    pairs = [(before, after) for before, after in pairwise(lines) if before.page == after.page]
    spaced = [before for before, after in pairs if after.blanks == 1]
    full = [line for line in spaced if is_full(line)]
    broken = [line for line in full if not ends_sentence(line)]
    return len(spaced) > 0.9 * len(pairs) > 4 and len(full) > len(spaced) / 2 and len(broken) > 0.7 * len(full)


def goes_on(group: Sequence[TextLine], line: TextLine, after: TextLine | None, spaced: bool) -> bool:
    """Return whether a paragraph goes on on the next line.

    :param group: Lines of the paragraph so far.
    :param after: The line after the next one.
    :param spaced: Whether one blank line between lines means nothing.
    """
    last, same_page = group[-1], group[-1].page == line.page
    if last.is_row or line.is_row or starts_paragraph(line.text):
        return False
    if same_page and not line.blanks and is_open(group, line):
        return True
    if last.edge is None:
        return False
    if same_page and (line.blanks > spaced or not fits_indent(group, line, after)):
        return False
    ended = ends_sentence(last)
    room = last.edge - last.end - next_word_width(line.text)
    if may_start_paragraph(line.text) and (ended or follows_in_list(group[0].text, line.text)):
        return False
    # A full line at the end of a page that ends a sentence may end its paragraph as well.
    return (room <= 0 and same_page) if ended else room < RAGGED


def is_open(group: Sequence[TextLine], line: TextLine) -> bool:
    """Return whether a paragraph goes on whatever its width: after a comma, or if an item of a list hangs.

    The next line of such an item is below the text of its first line, which is as wide as any line around it.
    """
    first, last = group[0], group[-1]
    if may_start_paragraph(line.text):
        return False
    is_item = starts_paragraph(first.text) or may_start_paragraph(first.text)
    hangs = is_item and line.indent > first.indent and last.end > last.widest - BAND and not ends_sentence(last)
    return hangs or last.text[-1] in COMMAS


def fits_indent(group: Sequence[TextLine], line: TextLine, after: TextLine | None) -> bool:
    """Return whether the indent of a line is that of a paragraph's next line.

    :param after: The line after that.
    """
    on_page = [before for before in group if before.page == line.page]
    has_first = len(on_page) == len(group)
    if has_first and len(group) == 1:
        is_item = starts_paragraph(group[0].text) or may_start_paragraph(group[0].text)
        deeper = line.indent > group[0].indent + SHIFT
        if deeper and after and after.page == line.page and not after.blanks and after.indent < line.indent - SHIFT:
            # The first line of a paragraph of its own, below a heading that fills its line, or the last of this one.
            return starts_paragraph(after.text) or may_start_paragraph(after.text)
        return is_item or not deeper or not ends_sentence(group[0])
    base = on_page[1 if has_first else 0].indent
    return abs(line.indent - base) <= SHIFT


def next_word_width(text: str) -> int:
    """Return the width of what would have to fit on the line before: a word, or a character with closing marks after it."""
    match = re.match(r"[!-~\u00c0-\u024f]+|.[、。，．！？；：」』）]?", text)
    return display_width(match[0]) if match else 0


def write_paragraphs(groups: Sequence[Sequence[TextLine]], hyphens: HyphenJoiner) -> str:
    """Return the paragraphs, one a line, with a form feed wherever a page begins."""
    written: list[str] = []
    page = 0
    rows = write_tables([group[0] for group in groups])
    for number, group in enumerate(groups):
        # Pages that begin between two paragraphs.
        paragraph = "\f" * (group[0].page - page) + rows.get(number, group[0].text)
        page = group[0].page
        for line in group[1:]:
            if line.page > page:
                # To the reader a page that begins within a line does not end a paragraph.
                paragraph += "\f" * (line.page - page) + line.text
            else:
                broken = hyphens.join(paragraph, line.text)
                paragraph = paragraph + line_joint(paragraph, line.text) if broken is None else broken
                paragraph += line.text
            page = line.page
        written.append(paragraph)
    return "\n\n".join(written)


def write_tables(lines: Sequence[TextLine]) -> dict[int, str]:
    """Return the rows of tables by their numbers among some lines, with bars between cells and heads before them."""
    written: dict[int, str] = {}
    for is_table, group in groupby(enumerate(lines), key=lambda each: each[1].is_row and not starts_paragraph(each[1].text)):
        if is_table:
            numbers, rows = zip(*group, strict=True)
            # Between tabs a cell stands anywhere, so only its order tells its column.
            by_order = any("\t" in row.text for row in rows)
            cells = [split_row(row, by_order) for row in rows]
            is_even = not by_order or len(set(map(len, cells))) == 1
            texts = write_rows(cells) if is_even else map(write_plain, cells)
            written |= {number: "\n\n".join(text) for number, text in zip(numbers, texts, strict=True)}
    return written


def split_row(line: TextLine, by_order: bool) -> list[PrintedCell]:
    """Return the cells of a row with their edges: in columns of the text, or their numbers if only the order counts."""
    edges = [0, *(edge for gap in GAP.finditer(line.text) for edge in gap.span()), len(line.text)]
    cells = []
    for number, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
        left = number if by_order else line.indent + display_width(line.text[:start])
        width = 0 if by_order else display_width(line.text[start:end])
        cells.append(PrintedCell(left, left + width, line.text[start:end]))
    return cells


def find_title(groups: Sequence[Sequence[TextLine]]) -> str:
    """Return the title on a cover: the lines at its top, joined if the first is too wide for one line."""
    lines = [line for group in groups for line in group]
    block: list[TextLine] = []
    for line in lines[:TITLE_LINES]:
        if block and (line.blanks or line.page != block[0].page or starts_paragraph(line.text)):
            break
        block.append(line)
    wide = len(block) > 1 and block[0].end - block[0].indent >= TITLE_WIDTH
    if len(block) < min(TITLE_LINES, len(lines)) and wide and not any(map(ends_sentence, block)):
        title = block[0].text
        for line in block[1:]:
            title += line_joint(title, line.text) + line.text
        return first_line(title)
    return first_line(lines[0].text) if lines else ""
