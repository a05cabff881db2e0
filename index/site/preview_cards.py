"""Draw the pictures that chats show beside a link: a passage, or the title of a report, as PNG.

A picture has few colours, so that those of thousands of passages stay small.
"""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from index.site.fonts import Font, FontMaker

SIZE = WIDTH, HEIGHT = 1000, 525  # in pixels; the shape that chats show without cutting
BAR = 20  # width of the stripe in the colour of the report
LEFT, RIGHT, TOP, BOTTOM = 70, 60, 54, 50  # margins
LABEL = 23  # size of the lines above and below the text
SIZES = (46, 42, 38, 34, 31, 28, 25, 22, 20)  # of the text; the largest at which it fits
LEADING = 1.5
GAP = 28  # between the text and the lines above and below it
PAPER, INK = (253, 252, 249), (34, 37, 42)
SHADES = 7  # from paper to ink; one more colour is that of the report. 15 would make files larger by a fifth.
COMPRESSION = 6  # 9 takes six times as long for 4 percent
QUIET = 150  # of 255 of the ink
# Characters that may not begin a line; they stand in the margin instead.
CLOSING = frozenset("，。、；：！？」』）》〉】…”’,.;:!?)")


@dataclass(frozen=True, slots=True)
class CardText:
    """The words of a picture: the line above the text, the text, and the line below it."""

    above: str
    text: str
    below: str


def report_colour(report: str) -> tuple[int, int, int]:
    """Return the colour of a report, which depends on its name alone."""
    hue = hashlib.sha256(report.encode()).digest()[0] / 256
    red, green, blue = colorsys.hls_to_rgb(hue, 0.4, 0.45)
    return round(red * 255), round(green * 255), round(blue * 255)


def hex_colour(colour: tuple[int, int, int]) -> str:
    """Return a colour as HTML writes it."""
    return f"#{bytes(colour).hex()}"


def draw_card(words: CardText | None, make_font: FontMaker | None, colour: tuple[int, int, int]) -> bytes:
    """Draw a picture.

    :param words: None for a picture without words.
    :param make_font: None if no font has the characters of the words, which are then left out.
    :return: A PNG file.
    """
    ink = Image.new("L", SIZE, 0)
    if words and make_font:
        write_words(ImageDraw.Draw(ink), words, make_font)
    card = Image.frombytes("P", SIZE, ink.point([round(value * (SHADES - 1) / 255) for value in range(256)]).tobytes())
    ImageDraw.Draw(card).rectangle((0, 0, WIDTH if not (words and make_font) else BAR, HEIGHT), fill=SHADES)
    card.putpalette([channel for shade in range(SHADES) for channel in mixed(shade)] + list(colour))
    file = BytesIO()
    card.save(file, "PNG", bits=4, compress_level=COMPRESSION)
    return file.getvalue()


def mixed(shade: int) -> tuple[int, ...]:
    """Return a colour between paper, 0, and ink, `SHADES - 1`."""
    return tuple(round(paper + (ink - paper) * shade / (SHADES - 1)) for paper, ink in zip(PAPER, INK, strict=True))


def write_words(draw: ImageDraw.ImageDraw, words: CardText, make_font: FontMaker) -> None:
    """Write words onto a sheet, in the largest size in which they fit; what never fits ends with an ellipsis."""
    label, width = sized_font(make_font, LABEL), WIDTH - LEFT - RIGHT
    top = TOP + (LABEL + GAP if words.above else 0)
    room = HEIGHT - BOTTOM - LABEL - GAP - top
    for x, y, text in ((LEFT, TOP, words.above), (LEFT, HEIGHT - BOTTOM - LABEL, words.below)):
        draw.text((x, y), shortened(text, label, width), font=label, fill=QUIET, anchor="lt")
    for size in SIZES:
        font = sized_font(make_font, size)
        lines, fitting = wrapped(words.text, font, width), int(room // (size * LEADING))
        if len(lines) <= fitting:
            break
    if len(lines) > fitting:
        lines = [*lines[: fitting - 1], shortened(f"{lines[fitting - 1]}…", font, width)]
    for n, line in enumerate(lines):
        draw.text((LEFT, top + n * size * LEADING), line, font=font, fill=255)


@lru_cache(64)
def sized_font(make_font: FontMaker, size: int) -> Font:
    """Return a font in a size, in pixels."""
    return make_font(size)


@lru_cache(1 << 16)
def advance(font: Font, text: str) -> float:
    """Return the width of a character or a word, in pixels."""
    return font.getlength(text)


def text_width(text: str, font: Font) -> float:
    """Return the width of a text, in pixels, without kerning."""
    return sum(advance(font, character) for character in text)


def shortened(text: str, font: Font, width: float) -> str:
    """Return a text, or its beginning with an ellipsis if it is wider than a line."""
    if text_width(text, font) <= width:
        return text
    text = text.removesuffix("…")
    while text and text_width(f"{text}…", font) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped(text: str, font: Font, width: float) -> list[str]:
    """Break a text into lines, at spaces or between ideographs."""
    lines = list[str]()
    for paragraph in text.split("\n"):
        line, used, before = "", 0.0, len(lines)
        for piece in pieces(paragraph):
            own = text_width(piece.rstrip(), font)
            hangs = len(piece) == 1 and piece in CLOSING
            if line.strip() and used + own > width and not hangs:
                lines.append(line.rstrip())
                line, used = "", 0.0
            while text_width(piece.rstrip(), font) > width:  # such as a long address
                head = next(n for n in range(len(piece), 0, -1) if n == 1 or text_width(piece[:n], font) <= width)
                lines.append(piece[:head])
                piece = piece[head:]
            line, used = line + piece, used + text_width(piece, font)
        if line.strip() or len(lines) == before:
            lines.append(line.rstrip())
    return lines


def pieces(text: str) -> Iterator[str]:
    """Yield the parts of a text between which a line may break: ideographs, and words with the space after them."""
    word = ""
    for character in text:
        if character > "\u2e7f" or character.isspace():
            yield from filter(None, [word + character] if character.isspace() else [word, character])
            word = ""
        else:
            word += character
    if word:
        yield word
