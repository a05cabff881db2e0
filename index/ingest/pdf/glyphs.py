"""Read the characters of a PDF with their positions and fonts; the only module that uses pypdfium2.

Coordinates are points from the upper left corner of the page as it is displayed, downwards. Text that is turned against
the page is in coordinates of its own, in which it runs from left to right.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, NamedTuple

BOLD_WEIGHT = 600  # of 100 to 900; PDFium guesses the weight of many fonts, so the name counts too
# The names of Japanese and Chinese fonts end in a weight from W1 to W9.
BOLD_NAME = re.compile(r"bold|black|heavy|W[6-9]$", re.IGNORECASE)
SUBSET_TAG = re.compile(r"^[A-Z]{6}\+")
# PDFium marks a hyphen at the end of a line with U+0002, and in older versions with U+FFFE.
HYPHEN_MARKS = (0x02, 0xFFFE)
HYPHEN = "\u00ad"
OFF_PAGE, SLANTED = "characters outside the page", "characters of slanted text"
SLANT = 8  # degrees; the text of watermarks runs aslant
NAME_BYTES = 256
FIRST_CODES = "!\"#$%&'("
# Maps and charts have more; tables fewer.
MOST_OBJECTS, MOST_SEGMENTS = 5000, 400
THICKEST = 3.0  # points of a filled box that is a rule
STRAIGHT = 0.5  # points that a horizontal or vertical rule deviates at most


# Radicals, and ideographs that were encoded twice: files take them for the ideographs that look the same.
SAME_LOOK = {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFA0C))}


class Glyph(NamedTuple):
    """Characters of one text object without white space; PDFium has found the gaps between them.

    `spaced` is 0 after another glyph, 1 after a gap, 2 after a printed space. `font` is the name without style, `run` the
    number of the text object.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    font: str
    spaced: int
    run: int


class Rule(NamedTuple):
    """A horizontal or vertical line: its edges."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """The glyphs of a page in the order of the file, by quarter turns against the page, and its size in points.

    `off_page` and `slanted` count characters that are not among them, `unmapped` those that the file has no text for.
    """

    number: int
    width: float
    height: float
    glyphs: dict[int, list[Glyph]]
    off_page: int
    slanted: int
    unmapped: int
    rules: list[Rule]


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: its title, level from 1, and page number from 1, 0 if unknown."""

    title: str
    level: int
    page: int


class PasswordError(ValueError):
    """A PDF that cannot be read without a password."""


class PdfFile:
    """An open PDF."""

    def __init__(self, data: bytes) -> None:
        """Open a PDF.

        :raises PasswordError: If it needs a password.
        :raises RuntimeError: If it is damaged.
        """
        import pypdfium2

        try:
            self._document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD:
                raise PasswordError("it needs a password") from error
            raise

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self._document)

    def close(self) -> None:
        """Free the memory of the document."""
        self._document.close()

    @property
    def title(self) -> str:
        """The title in the metadata, possibly empty."""
        return str(self._document.get_metadata_value("Title"))

    def read_outline(self) -> list[Bookmark]:
        """Return the bookmarks in order."""
        bookmarks = []
        for item in self._document.get_toc():
            destination = item.get_dest()
            index = destination.get_index() if destination else None
            bookmarks.append(Bookmark(" ".join(item.get_title().split()), item.level + 1, 0 if index is None else index + 1))
        return bookmarks

    def read_pages(self) -> Iterator[Page]:
        """Yield the pages, one at a time in memory."""
        for index in range(len(self._document)):
            with closing(self._document[index]) as page, closing(page.get_textpage()) as text_page:
                yield _read_page(index + 1, page, text_page)


def count_coded(glyphs: Mapping[int, Iterable[Glyph]]) -> int:
    """Count the characters of fonts that number their glyphs from the first printable sign on, as they came to be used.

    Text in them reads !"#$%&'( and so on.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for each in chain.from_iterable(glyphs.values()):
        texts[each.font].append(each.text)
    joined = ("".join(parts) for parts in texts.values())
    return sum(len(text) for text in joined if "".join(dict.fromkeys(text)).startswith(FIRST_CODES))


class _Font(NamedTuple):
    """What the characters of one text object share. `turns` are quarter turns counter-clockwise.

    `is_unmapped` is whether the file does not say which characters the glyphs are, `descent` how far all boxes reach below
    the baseline, or None where it must be asked for each character, which takes longer.
    """

    size: float
    bold: bool
    name: str
    turns: int
    is_slanted: bool
    is_unmapped: bool
    descent: float | None


def _read_page(number: int, page: Any, text_page: Any) -> Page:
    """Read the characters of a page of pypdfium2."""
    handle, box, turned = text_page.raw, page.get_bbox(), page.get_rotation() // 90
    fonts: dict[int, tuple[int, _Font]] = {}
    reader = _FontReader(handle)
    glyphs: dict[int, list[Glyph]] = {}
    off_page = slanted = unmapped = 0
    width, height = (box[3] - box[1], box[2] - box[0]) if turned % 2 else (box[2] - box[0], box[3] - box[1])
    for first, last, text, spaced, key in _read_chunks(handle):
        if not text:
            unmapped += 1
            continue
        if key not in fonts:
            fonts[key] = len(fonts), reader.read_font(first)
        run, font = fonts[key]
        unmapped += len(text) * font.is_unmapped
        if font.is_slanted:
            slanted += len(text)
            continue
        left, right, baseline = _read_edges(handle, first, last, font, box)
        against = (font.turns - turned) % 4
        across, down = (height, width) if against % 2 else (width, height)
        if not (-1 <= (left + right) / 2 <= across + 1 and -1 <= baseline - font.size / 3 <= down + 1):
            off_page += len(text)
            continue
        glyphs.setdefault(against, []).append(
            Glyph(text.translate(SAME_LOOK), left, right, baseline, font.size, font.bold, font.name, spaced, run)
        )
    return Page(number, width, height, glyphs, off_page, slanted, unmapped, _read_rules(page, box, turned))


def _read_chunks(handle: Any) -> Iterator[tuple[int, int, str, int, int]]:
    """Yield the characters of each text object between white space.

    :return: Numbers of the first and the last character, their text, the space before them, and the address of the object.
        The text is empty for a glyph that the file has no character for.
    """
    first = last = address = space = 0
    text: list[str] = []
    for index, character, spaced, text_object in _read_characters(handle):
        if text and (spaced or text_object != address or not character):
            yield first, last, "".join(text), space, address
            text = []
        if not character:
            yield index, index, "", spaced, text_object
            continue
        if not text:
            first, space, address = index, spaced, text_object
        last = index
        text.append(character)
    if text:
        yield first, last, "".join(text), space, address


def _read_edges(
    handle: Any, first: int, last: int, font: _Font, box: tuple[float, float, float, float]
) -> tuple[float, float, float]:
    """Return left edge, right edge and baseline of characters that follow each other in one text object."""
    import pypdfium2.raw as pdfium

    rectangle, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetLooseCharBox(handle, first, rectangle)
    if font.descent is None:
        pdfium.FPDFText_GetCharOrigin(handle, first, x, y)
        left, right, baseline = _turn_upright(font.turns, rectangle, x.value, y.value, box)
    else:
        left, right = rectangle.left - box[0], rectangle.right - box[0]
        baseline = box[3] - rectangle.bottom - font.descent
    if first == last:
        return left, right, baseline
    pdfium.FPDFText_GetLooseCharBox(handle, last, rectangle)
    last_left, last_right, _ = _turn_upright(font.turns, rectangle, 0, 0, box)
    return min(left, last_left), max(right, last_right), baseline


def _read_characters(handle: Any) -> Iterator[tuple[int, str, int, int]]:
    """Yield the number of each character that is not white space, the character, the space before it, and its text object.

    The character is empty if the file has none for the glyph, and the object given by its address.
    """
    import pypdfium2.raw as pdfium

    unicode_of, object_of = pdfium.FPDFText_GetUnicode, _returning_address(pdfium.FPDFText_GetTextObject)
    spaced = high = 0
    for index in range(pdfium.FPDFText_CountChars(handle)):
        code = unicode_of(handle, index)
        # Outside the basic plane a character may come as two surrogates.
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        high = 0
        character = HYPHEN if code in HYPHEN_MARKS else chr(code)
        if character.isspace():
            spaced = max(spaced, 1 if pdfium.FPDFText_IsGenerated(handle, index) else 2)
            continue
        if address := object_of(handle, index):
            yield index, "" if code < 0x20 and character != HYPHEN else character, spaced, address
            spaced = 0


def _returning_address(function: Any) -> Any:
    """Return a function of PDFium for a character that returns the address of an object instead of a pointer to it.

    ctypes builds a new pointer for each call, which takes a third of the time that reading a character takes.
    """
    prototype = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
    return ctypes.cast(function, prototype)


def _turn_upright(
    turns: int, rectangle: Any, x: float, y: float, box: tuple[float, float, float, float]
) -> tuple[float, float, float]:
    """Return left edge, right edge and baseline of a character in coordinates in which its text runs to the right.

    :param turns: Quarter turns counter-clockwise of the text in the coordinates of the file.
    :param x: Origin of the character, on its baseline.
    :param box: Edges of the page in the coordinates of the file: left, bottom, right, top.
    """
    left, bottom, right, top = box
    if turns == 0:
        return rectangle.left - left, rectangle.right - left, top - y
    if turns == 1:
        return rectangle.bottom - bottom, rectangle.top - bottom, x - left
    if turns == 2:
        return right - rectangle.right, right - rectangle.left, y - bottom
    return top - rectangle.top, top - rectangle.bottom, right - x


def _read_rules(page: Any, box: tuple[float, float, float, float], turned: int) -> list[Rule]:
    """Read the horizontal and vertical lines of a page: stroked ones, and filled boxes as thin as one.

    :param turned: Quarter turns clockwise by which the page is shown.
    """
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPage_CountObjects(page.raw)
    rules: list[Rule] = []
    if count > MOST_OBJECTS:
        return rules
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    for index in range(count):
        path = pdfium.FPDFPage_GetObject(page.raw, index)
        if pdfium.FPDFPageObj_GetType(path) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        for outline in _read_outlines(path) if fill.value or stroke.value else ():
            points = [_place(x, y, turned, box) for x, y in outline]
            xs, ys = [x for x, _ in points], [y for _, y in points]
            if not stroke.value and min(max(xs) - min(xs), max(ys) - min(ys)) > THICKEST:
                continue
            for (x, y), (to_x, to_y) in pairwise(points):
                if abs(x - to_x) <= STRAIGHT or abs(y - to_y) <= STRAIGHT:
                    rules.append(Rule(min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)))
    return rules


def _read_outlines(path: Any) -> Iterator[list[tuple[float, float]]]:
    """Yield the corners of each part of a path with straight edges, in the coordinates of the file."""
    import pypdfium2.raw as pdfium

    count, matrix = pdfium.FPDFPath_CountSegments(path), pdfium.FS_MATRIX()
    if count > MOST_SEGMENTS or not pdfium.FPDFPageObj_GetMatrix(path, matrix):
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind != pdfium.FPDF_SEGMENT_LINETO and points:
            yield points
            points = []
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            continue
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(
            (matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f)
        )
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


def _place(x: float, y: float, turned: int, box: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return a point of the file in the coordinates of the page as it is shown."""
    left, bottom, right, top = box
    return ((x - left, top - y), (y - bottom, x - left), (right - x, y - bottom), (top - y, right - x))[turned]


class _FontReader:
    """Reads the fonts of text objects; most have that of another in the same size."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._fonts: dict[tuple[float, ...], _Font] = {}

    def read_font(self, index: int) -> _Font:
        """Return the font of a character and its size on the page."""
        import pypdfium2.raw as pdfium

        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._handle, index, matrix)
        font = pdfium.FPDFTextObj_GetFont(pdfium.FPDFText_GetTextObject(self._handle, index))
        size = pdfium.FPDFText_GetFontSize(self._handle, index)
        key = (ctypes.addressof(font.contents) if font else 0, size, matrix.a, matrix.b, matrix.c, matrix.d)
        if key not in self._fonts:
            self._fonts[key] = _read_font(self._handle, index, size, matrix)
        return self._fonts[key]


def _read_font(handle: Any, index: int, size: float, matrix: Any) -> _Font:
    """Read the font of a character.

    :param matrix: From the coordinates of the text to those of the page.
    """
    import pypdfium2.raw as pdfium

    buffer, flags = ctypes.create_string_buffer(NAME_BYTES), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(handle, index, buffer, NAME_BYTES, flags)
    name = SUBSET_TAG.sub("", buffer.value.decode("utf-8", "replace"))
    bold = pdfium.FPDFText_GetFontWeight(handle, index) >= BOLD_WEIGHT or bool(BOLD_NAME.search(name))
    angle = math.degrees(math.atan2(matrix.b, matrix.a))
    turns = round(angle / 90) % 4
    is_slanted = abs(angle - 90 * round(angle / 90)) > SLANT
    scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) or 1.0
    is_unmapped = bool(pdfium.FPDFText_HasUnicodeMapError(handle, index))
    family = name.partition("-")[0].partition(",")[0]
    rectangle, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetLooseCharBox(handle, index, rectangle)
    pdfium.FPDFText_GetCharOrigin(handle, index, x, y)
    # Without its measures in the file PDFium takes the box of each glyph.
    edges = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(handle, index, *edges)
    is_own_box = abs(edges[2].value - rectangle.bottom) < 0.01 and abs(edges[3].value - rectangle.top) < 0.01
    descent = None if turns or is_own_box else y.value - rectangle.bottom
    return _Font(round(abs(size) * scale, 2) or 1.0, bold, family, turns, is_slanted, is_unmapped, descent)
