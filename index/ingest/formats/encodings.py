"""Decode text of any common encoding."""

from __future__ import annotations

# What reports are saved in besides Unicode. A Windows code page decodes what the standard does, and more.
ENCODINGS = ["cp950", "big5", "gb18030", "cp932", "euc_jp", "euc_kr", "cp1252"]
SAMPLE = 200_000  # bytes by which the encoding is detected


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
