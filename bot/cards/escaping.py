"""Text of members and reports, made inert for Discord: it reads the same and formats, links and mentions nothing."""

import re
import unicodedata

LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# Emphasis, spoilers, code, quotes, masked links, and whatever Discord writes in angle brackets: mentions, channels,
# timestamps, custom emoji, commands. A colon counts before the slashes of an address and around an emoji's name.
ACTIVE = re.compile(r"[\\*_~`|<>\[\]]|:(?=//|[\w+~-]+:)")
# Headings, small text and lists work at the start of a line only; quotes are ACTIVE anywhere.
LINE_START = re.compile(r"^([^\S\n]*)([#+-])", re.MULTILINE)
NUMBERED = re.compile(r"^([^\S\n]*\d+)([.)])", re.MULTILINE)
MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
ZERO_WIDTH_SPACE = "\u200b"
ELLIPSIS, NOTHING = "…", "–"  # the second stands where there is nothing to show, and something has to be
# What Unicode has no glyph for, though it is no format character: fillers, joiners, variation selectors, tags; and an empty
# pattern of dots.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
STACK = 4  # marks on a letter: as many as any script needs, too few to cover the lines around


def clean_text(text: str) -> str:
    """`text` without control and invisible characters and with few marks on a letter; lone surrogates become U+FFFD.

    Line ends become `\\n`.
    """
    seen = "".join(map(is_visible, UNSEEN.sub("", LINE_END.sub("\n", text))))
    return seen if seen.isascii() else limit_combining_marks(seen)


def limit_combining_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= STACK:
            kept.append(character)
    return "".join(kept)


def is_visible(character: str) -> str:
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
    """`text` cleaned, on one line, cut after `limit` characters with an ellipsis in the place of the last."""
    line = " ".join(clean_text(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def escape_markdown(text: str) -> str:
    """`text` cleaned, and escaped so that Discord shows it literally. At most twice as long, and one more a line."""
    # Discord finds @everyone whatever stands before it, so only a character inside breaks it.
    literal = ACTIVE.sub(r"\\\g<0>", clean_text(text))
    literal = NUMBERED.sub(r"\1\\\2", LINE_START.sub(r"\1\\\2", literal))
    return MENTION.sub("@" + ZERO_WIDTH_SPACE, literal)


def unescape_markdown(text: str) -> str:
    """What `escape` made `text` of, cleaned."""
    return clean_text(re.sub(r"\\(.)", r"\1", text))


def inline_text(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters, escaped."""
    return escape_markdown(one_line(text, limit))


def caption_text(text: str, limit: int) -> str:
    """`text` as `inline` gives it, or a dash, for what stands between marks."""
    return inline_text(text, limit) or NOTHING
