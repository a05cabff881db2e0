"""Open documents of word processors, which are archives of XML, and write their pages."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from index.ingest.converter_types import Limits, expect_at_most


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
