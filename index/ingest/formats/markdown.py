"""Convert Markdown, with what HackMD adds: boxes, highlights, footnotes, names beside comments, embedded pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from index.ingest.converter_types import Converted, Limits, first_line
from index.ingest.formats.encodings import decode_text
from index.ingest.formats.web_page import convert_page
from index.ingest.legibility import expect_legible
from index.text.normalization import drop_control_characters

FENCES = ("---", "+++")  # around front matter
TITLE_FIELD = re.compile(r"^title[ \t]{0,4}[:=][ \t]{0,4}(?P<title>.+)$", re.MULTILINE)
FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
CONTENTS_LINE = re.compile(r"\s*\[toc\]\s*", re.IGNORECASE)
CONTAINER_LINE = re.compile(r"[ \t>]{0,12}:{3,}[ \t]*(?P<kind>[\w-]*)[ \t]*(?P<title>.*)")
TAGS_LINE = re.compile(r"\s*#{1,6}\s+tags?\s*[:：].*", re.IGNORECASE)
NOTE = re.compile(r" {0,3}\[\^(?P<mark>[^\]\s]{1,40})\]:[ \t]*(?P<text>.*)")
NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,40}\]")
EMBEDDED = re.compile(r"\{%[^%\n]{0,300}%\}")
HIGHLIGHT = re.compile(r"==(?=[^\s=])(?P<text>[^=\n]{1,500})(?<=\S)==")
INSERTED = re.compile(r"\+\+(?=[^\s+])(?P<text>[^+\n]{1,500})(?<=\S)\+\+")
COMMENT_FIELD = re.compile(r"\[(?P<field>name|time|color)=(?P<value>[^\]\n]{1,80})\]")
CHECK_BOX = re.compile(r"(?P<item>[ \t>]{0,20}(?:[-*+]|\d{1,9}[.)])[ \t]+)\[(?P<state>[ xX])\](?=\s)")
WIDE = re.compile(r"[\u2e80-\u9fff]")


def convert_markdown(data: bytes, _: Limits) -> Converted:
    """Convert Markdown by way of HTML, without its front matter.

    :raises UnicodeError: If its encoding is not known.
    :raises GarbledError: If its characters were lost.
    """
    # Imported here: the bot never converts files and starts faster without this library.
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML

    class SoftBreaks(RendererHTML):
        """A renderer that tells breaks of lines of the file from those that the author made."""

        def softbreak(self, *_: object) -> str:
            return '<br class="soft">'

    text = drop_control_characters(decode_text(data)).replace("\r\n", "\n").replace("\f", "\n\n")
    expect_legible(text)
    dropped = Counter[str]()
    title = ""
    fields, text = split_front_matter(text)
    if fields:
        dropped["front matter"] += 1
        field = TITLE_FIELD.search(fields)
        title = field["title"].strip().strip("'\"") if field else ""
    # A line break of the file may separate labels. HackMD shows it.
    parser = MarkdownIt("commonmark", renderer_cls=SoftBreaks).enable(["table", "strikethrough"])
    converted = convert_page(parser.render("\n".join(plain_lines(text, dropped))), dropped)
    is_first_line = converted.title == first_line(converted.text)
    return replace(converted, title=title) if title and is_first_line else converted


def split_front_matter(text: str) -> tuple[str, str]:
    """Split a text into the fields above it, between two lines of hyphens or plus signs, and the rest."""
    lines = text.split("\n")
    fence = lines[0].rstrip()
    ends = [at for at, line in enumerate(lines) if at and line.rstrip() == fence]
    if fence not in FENCES or not ends:
        return "", text
    return "\n".join(lines[1 : ends[0]]), "\n".join(lines[ends[0] + 1 :])


def plain_lines(text: str, dropped: Counter[str]) -> Iterator[str]:
    """Yield the lines of a text in Markdown that any parser reads, without HackMD's own marks.

    :param dropped: Counts what is left out.
    """
    fence = ""
    for line in text.split("\n"):
        mark = FENCE.match(line)
        if mark and (not fence or mark["fence"].startswith(fence)):
            fence = "" if fence else mark["fence"]
            yield line
        elif fence:
            yield line
        elif CONTENTS_LINE.fullmatch(line):
            dropped["place of the table of contents"] += 1
            yield ""
        elif TAGS_LINE.fullmatch(line):
            dropped["tags"] += 1
            yield ""
        elif container := CONTAINER_LINE.fullmatch(line):
            dropped["mark of a box"] += 1
            yield from ("", container["title"], "")
        else:
            yield plain_line(line, dropped)


def plain_line(line: str, dropped: Counter[str]) -> str:
    """Return a line without HackMD's marks within it."""
    if note := NOTE.fullmatch(line):
        dropped["mark of a footnote"] += 1
        line = f"\\[{note['mark']}\\] {note['text']}"

    def drop(pattern: re.Pattern[str], name: str, kept: str = "") -> None:
        nonlocal line
        line, count = pattern.subn(kept, line)
        if count:
            dropped[name] += count

    drop(NOTE_MARK, "mark of a footnote")
    drop(EMBEDDED, "embedded page")
    drop(HIGHLIGHT, "mark of highlighted text", r"\g<text>")
    drop(INSERTED, "mark of inserted text", r"\g<text>")
    line = COMMENT_FIELD.sub(comment_field, line)
    return CHECK_BOX.sub(lambda box: f"{box['item']}{'☐' if box['state'] == ' ' else '☑'}", line)


def comment_field(match: re.Match[str]) -> str:
    """Return the name or time beside a comment in brackets; its colour says nothing."""
    if match["field"] == "color":
        return ""
    return f"（{match['value']}）" if WIDE.search(match["value"]) else f"({match['value']})"
