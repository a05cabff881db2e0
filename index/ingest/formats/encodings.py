"""Decode text of any common encoding, and recognise text whose characters were lost."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from index.ingest.converter_types import GarbledError

# What reports are saved in besides Unicode. A Windows code page decodes what the standard does, and more.
ENCODINGS = ["cp950", "big5", "gb18030", "cp932", "euc_jp", "euc_kr", "cp1252"]
SAMPLE = 200_000  # bytes by which the encoding is detected
FEW = 20  # characters; fewer tell nothing about what a text is made of
# Shares of all characters that are not white space, from which a text counts as garbled.
LOST, PRIVATE, CONTROL, ODD = 0.01, 0.02, 0.01, 0.1
# Scripts that one report hardly mixes. Ideographs, kana, hangul and bopomofo go together, and any script with Latin.
SCRIPTS = re.compile(
    r"(?P<east>[\u1100-\u11ff\u2e80-\u312f\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff])|(?P<cyrillic>[\u0400-\u052f])"
    r"|(?P<greek>[\u0370-\u03ff])|(?P<hebrew>[\u0590-\u05ff])|(?P<arabic>[\u0600-\u06ff])"
    r"|(?P<south>[\u0700-\u0dff])|(?P<southeast>[\u0e00-\u109f\u1780-\u17ff])|(?P<ancient>[\u10a0-\u10ff\u1200-\u177f])"
)
# UTF-8 that was read as if each byte were a character.
MOJIBAKE = re.compile(r"[\u00c2\u00c3\u00e2-\u00ef][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]")


def decode_text(data: bytes) -> str:
    """Decode UTF-8 or UTF-16, else detect the encoding: Big5, GB 18030, Shift-JIS, EUC or Windows-1252.

    :raises UnicodeError: If no encoding fits.
    """
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return data.decode("utf-32")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    if wide := utf16_without_mark(data):
        return data.decode(wide)
    try:
        return data.decode("iso2022_jp" if b"\x1b$" in data else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(detect_encoding(data))


def utf16_without_mark(data: bytes) -> str | None:
    """Return the UTF-16 variant of data without a byte order mark, or None: half of its bytes or so are NUL."""
    sample = data[:SAMPLE]
    for name, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if len(data) % 2 == 0 and high.count(0) > 0.3 * len(high) and low.count(0) < 0.05 * len(low):
            return name
    return None


def detect_encoding(data: bytes) -> str:
    """Return the encoding in which data reads most like a text.

    :raises UnicodeError: If there is none.
    """
    # Imported here: the bot never converts files and starts faster without this library.
    from charset_normalizer import from_bytes

    cut = data[:SAMPLE]
    if len(data) > SAMPLE:
        cut = cut[: cut.rfind(b"\n") + 1] or cut  # a line break is never inside a character of two bytes
    best = from_bytes(cut, cp_isolation=ENCODINGS).best()
    if best is None:
        raise UnicodeError("it is in no encoding that is known here; save it as UTF-8")
    # Code pages have characters that the standards lack, which may come after the sample.
    return {"big5": "cp950", "shift_jis": "cp932"}.get(best.encoding, best.encoding)


def expect_legible(text: str) -> None:
    """Check that a text holds the characters that a reader of its file sees.

    :raises GarbledError: If many characters are lost, private or of scripts that do not go together.
    """
    if problem := describe_garbling(text):
        raise GarbledError(problem)


def describe_garbling(text: str) -> str | None:
    """Return how a text shows that its characters were lost, or None."""
    characters = Counter(text)
    counts = {character: count for character, count in characters.items() if not character.isspace()}
    total = sum(counts.values())
    if total < FEW:
        return None
    categories = Counter[str]()
    for character, count in counts.items():
        categories[unicodedata.category(character)] += count
    lost = characters["\ufffd"]
    if lost > LOST * total:
        return f"{lost:,} of {total:,} characters are lost (U+FFFD)"
    # A few are the bullets of symbol fonts.
    if categories["Co"] > PRIVATE * total and len([c for c in counts if unicodedata.category(c) == "Co"]) > 5:
        return f"{categories['Co']:,} of {total:,} characters are of private use, so only its own font shows them"
    unknown = categories["Cn"] + categories["Cc"]
    if unknown > CONTROL * total:
        return f"{unknown:,} of {total:,} characters are control characters or of no meaning"
    if (broken := len(MOJIBAKE.findall(text))) > 0.02 * total:
        return f"{broken:,} pairs of characters are single ones in UTF-8, which was read as another encoding"
    return describe_odd_scripts(text, total)


def describe_odd_scripts(text: str, total: int) -> str | None:
    """Return which scripts a text mixes as no language does, or None.

    Languages side by side change script from phrase to phrase. Wrong characters change it within words.
    """
    words = re.findall(r"[^\W\d_]+", text)
    mixed = sum(len(word) for word in words if script_changes(word) > 0)
    if mixed > ODD * total:
        return f"{mixed:,} of {total:,} characters are in words that mix scripts"
    return None


def script_changes(word: str) -> int:
    """Count the changes from one script to another within a run of letters, Latin letters aside."""
    scripts = [match.lastgroup for match in SCRIPTS.finditer(word)]
    return sum(before != after for before, after in pairwise(scripts))
