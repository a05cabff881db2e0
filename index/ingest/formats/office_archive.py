"""Open documents of word processors, which are archives of XML, and write what was read of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from index.ingest.converter_types import Converted, Limits, OutlineEntry, expect_at_most, first_line, real_title
from index.ingest.legibility import expect_legible
from index.text.normalization import drop_control_characters

LONGEST_TITLE = 200  # characters


@dataclass(kw_only=True, slots=True)
class OfficeText:
    """The text of a document as it is read, paragraph by paragraph. A heading begins with its marks.

    `breaks` counts the page breaks that the author set, `rendered` those that the program found.
    """

    paragraphs: list[str] = field(default_factory=list)
    outline: list[OutlineEntry] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    title: str = ""
    breaks: int = 0
    rendered: int = 0

    def convert(self, named: str) -> Converted:
        """Return what was read.

        :param named: the title in the metadata; empty for none.
        :raises GarbledError: If its characters were lost.
        """
        # A cover with a page break after it, and no more, says nothing about the other pages.
        paged = 0 < self.breaks >= self.rendered
        written = drop_control_characters(write_pages(self.paragraphs, paged))
        expect_legible(written)
        heading = next((line.lstrip("# ") for line in self.paragraphs if line.startswith("#")), "")
        title = self.title or real_title(named) or heading or first_line(written)
        return Converted(
            written,
            drop_control_characters(title)[:LONGEST_TITLE],
            marked=True,
            paged=paged,
            outline=tuple(self.outline),
            dropped=tuple(self.dropped.items()),
        )


def open_archive(data: bytes, limits: Limits) -> ZipFile:
    """Open an archive.

    :raises TooLargeError: If it is too large when unpacked.
    """
    archive = ZipFile(BytesIO(data))
    # Unpacking stops at the declared size, so this sum is an upper limit.
    expect_at_most(sum(entry.file_size for entry in archive.infolist()), limits.unpacked, "bytes when unpacked")
    return archive


def read_part(archive: ZipFile, name: str) -> Any:
    """Parse a part of the archive, or return None if there is no such part."""
    # Imported here: the bot never converts files and starts faster without this library.
    from lxml import etree

    if name not in archive.namelist():
        return None
    return etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True))


def children_of(element: Any) -> list[Any]:
    """Return the child elements of an element that may be None."""
    return [] if element is None else [child for child in element if isinstance(child.tag, str)]


def write_pages(paragraphs: list[str], paged: bool) -> str:
    """Return paragraphs with blank lines between them, and form feeds where pages begin if pages are to be marked."""
    written: list[str] = []
    breaks = ""
    for paragraph in paragraphs:
        if not paragraph.strip("\f"):
            breaks += paragraph
        elif paged:
            written.append(breaks + paragraph)
            breaks = ""
        else:
            written.append(paragraph.replace("\f", " "))
    return "\n\n".join(written)
