"""Escape text of members and reports so that Discord shows it literally, without formatting, links or mentions."""

import re
import unicodedata
from collections.abc import Iterable

LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# Emphasis, spoilers, code, quotes, masked links, and everything in angle brackets: mentions, channels, timestamps, custom
# emoji, commands. A colon is active before the slashes of a URL and around the name of an emoji.
ACTIVE = re.compile(r"[\\*_~`|<>\[\]]|:(?=//|[\w+~-]+:)")
# Headings, small text and lists are active at the start of a line only; ACTIVE covers quotes.
LINE_START = re.compile(r"^([^\S\n]*)([#+-])", re.MULTILINE)
NUMBERED = re.compile(r"^([^\S\n]*\d+)([.)])", re.MULTILINE)
MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
ZERO_WIDTH_SPACE = "\u200b"
ELLIPSIS, NOTHING = "…", "–"  # NOTHING is the placeholder where Discord requires text and there is none
# Characters without a glyph that Unicode does not classify as format characters: fillers, joiners, variation selectors,
# tags and the blank Braille pattern.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
STACK = 4  # combining marks on a letter: enough for any script, too few to cover the lines above and below


def clean_text(text: str) -> str:
    """Remove control and invisible characters, and all but a few combining marks on a letter.

    Line ends become `\\n`, lone surrogates U+FFFD.
    """
    visible = "".join(map(is_visible, UNSEEN.sub("", LINE_END.sub("\n", text))))
    return visible if visible.isascii() else limit_combining_marks(visible)


def limit_combining_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= STACK:
            kept.append(character)
    return "".join(kept)


def is_visible(character: str) -> str:
    """Return the character, its visible replacement, or nothing if it is invisible."""
    if character == "\n":
        return character
    if character == "\t":
        return " "
    match unicodedata.category(character):
        case "Cc" | "Cf":
            return ""
        case "Cs":
            return "\N{REPLACEMENT CHARACTER}"
    return character


def one_line(text: str, limit: int) -> str:
    """Clean `text`, join its lines, and cut it to `limit` characters; an ellipsis replaces the last."""
    line = " ".join(clean_text(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def escape_markdown(text: str) -> str:
    """Clean and escape `text`, so that Discord shows it literally.

    :return: At most twice as long as `text`, plus one character a line.
    """
    # Discord recognises @everyone after any character, so only a character inside breaks it.
    literal = ACTIVE.sub(r"\\\g<0>", clean_text(text))
    literal = NUMBERED.sub(r"\1\\\2", LINE_START.sub(r"\1\\\2", literal))
    return MENTION.sub("@" + ZERO_WIDTH_SPACE, literal)


def embolden(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Escape `text`, with parts of it in bold.

    :param spans: Offsets in `text`, end exclusive, ascending and apart.
    """
    pieces, end = [], 0
    for start, stop in spans:
        # Bold ends at a line end, since each line of a quotation is a paragraph of its own.
        bold = "\n".join(f"**{line}**" if line.strip() else line for line in escape_markdown(text[start:stop]).split("\n"))
        pieces += [escape_markdown(text[end:start]), bold]
        end = stop
    return "".join([*pieces, escape_markdown(text[end:])])


def unescape_markdown(text: str) -> str:
    """Undo `escape_markdown`, except for its cleaning."""
    return clean_text(re.sub(r"\\(.)", r"\1", text))


def inline_text(text: str, limit: int) -> str:
    """Cut `text` to one line of at most `limit` characters, then escape it."""
    return escape_markdown(one_line(text, limit))


def caption_text(text: str, limit: int) -> str:
    """Like `inline_text`, with a dash for empty text, since Discord does not format an empty span."""
    return inline_text(text, limit) or NOTHING
