"""Convert a published file into plain text for the reader: PDF, Word, HTML, Markdown or text.

Headings that the format marks, or that stand out in a PDF, are marked as Markdown does, with one to six `#`. Items of lists
begin with their number, or with a bullet that shows the level of their list; a PDF keeps those that it prints. A blank line
separates paragraphs, but not in a text file, which keeps its lines. A form feed separates pages.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path

from index.errors import ChildError, CorpusError
from index.ingest.converter_types import (
    Converted,
    GarbledError,
    Limits,
    LockedError,
    ScannedError,
    TooLargeError,
    expect_at_most,
    first_line,
)
from index.ingest.formats.markdown import convert_markdown
from index.ingest.formats.odt import convert_odt
from index.ingest.formats.plain_text import convert_text
from index.ingest.formats.web_page import convert_html
from index.ingest.formats.word import convert_docx
from index.ingest.legibility import expect_legible_pages
from index.limits.child_process import Progress, watch_child
from index.limits.memory import address_space
from index.text.normalization import drop_control_characters

# With fewer characters a page on average the pages are images.
SCANNED = 10
SECONDS = 300.0
BYTES = 4 * 10**9  # of address space, in addition to what the process uses
LIMITS = Limits()


def ignore_progress(_done: int, _total: int) -> None:
    """Report nothing."""


def convert_file(file: Path, limits: Limits = LIMITS, report: Progress = ignore_progress) -> Converted:
    """Convert a file by its suffix.

    :param report: Called with the number of pages of a PDF that are read, and of all.
    :raises CorpusError: If the file is damaged, encrypted, scanned, too large or of another format.
    """
    converter = CONVERTERS.get(file.suffix.lower())
    if converter is None:
        raise CorpusError(
            f"{file}: a {file.suffix or 'file without a suffix'} cannot be read; give one of {', '.join(CONVERTERS)}"
        )
    try:
        data = read_at_most(file, limits.size)
        converted = convert_pdf(data, limits, report) if converter is convert_pdf else converter(data, limits)
        expect_at_most(len(converted.text), limits.characters, "characters")
    except CorpusError:
        raise
    except ScannedError as error:
        raise CorpusError(
            f"{file}: {error}; make one with text of it first, for example: ocrmypdf -l chi_tra+eng IN.pdf OUT.pdf"
        ) from error
    except LockedError as error:
        raise CorpusError(f"{file}: is locked with a password; save a copy without one and add that") from error
    except GarbledError as error:
        remedy = "; run OCR on its pages: ocrmypdf --force-ocr -l chi_tra+eng IN.pdf OUT.pdf"
        other = "; open it where it reads well and save it as UTF-8"
        raise CorpusError(f"{file}: {error}{remedy if file.suffix.lower() == '.pdf' else other}") from error
    except (TooLargeError, MemoryError) as error:
        problem = str(error) or "takes too much memory to convert"
        raise CorpusError(f"{file}: {problem}; split it into several reports") from error
    except Exception as error:  # a converter may raise anything for a damaged file
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise CorpusError(
            f"{file}: cannot be read as {file.suffix.lower()[1:]} ({reason}); open it and save it again"
        ) from error
    if not converted.text.strip():
        raise CorpusError(f"{file}: holds no text")
    return converted


def convert_pdf(data: bytes, limits: Limits, report: Progress = ignore_progress) -> Converted:
    """Convert a PDF by its layout: paragraphs, tables, headings and footnotes, without running heads and page numbers.

    :param report: Called with the number of pages that are read, and of all.
    :raises ScannedError: If the pages are images.
    :raises GarbledError: If the file does not say which characters its glyphs are.
    :raises TooLargeError: If there are too many pages.
    :raises LockedError: If the file needs a password. PDFium raises RuntimeError for a damaged file.
    """
    from index.ingest.pdf.converter import convert_rows, read_rows
    from index.ingest.pdf.glyphs import PasswordError

    try:
        rows = read_rows(data, lambda pages: expect_at_most(pages, limits.pages, "pages"), report)
    except PasswordError as error:
        raise LockedError(str(error)) from error
    if rows.characters < SCANNED * len(rows.pages):
        raise ScannedError(f"{len(rows.pages)} pages without text, so they are pictures of pages")
    expect_legible_pages(rows.samples, rows.unmapped)
    pdf = convert_rows(rows)
    text = drop_control_characters(pdf.text)
    title = drop_control_characters(pdf.title).strip() or first_line(text)
    return Converted(text, title, marked=pdf.has_headings, paged=True, joined=True, dropped=tuple(pdf.dropped.items()))


CONVERTERS: dict[str, Callable[[bytes, Limits], Converted]] = {
    ".pdf": convert_pdf,
    ".docx": convert_docx,
    ".odt": convert_odt,
    ".html": convert_html,
    ".htm": convert_html,
    ".md": convert_markdown,
    ".txt": convert_text,
}


def convert_bounded(
    file: Path, report: Progress = ignore_progress, seconds: float = SECONDS, memory: int = BYTES
) -> Converted:
    """Convert a file in a child process with limits on time and memory, as `convert_file` does.

    :param report: Called in this process with the number of pages of a PDF that are read, and of all.
    :param seconds: Wall-clock time.
    :param memory: Bytes of address space, in addition to what the process uses.
    :raises CorpusError: If the file cannot be converted or exceeds a limit.
    """
    try:
        return watch_child(partial(convert_with_memory_limit, file, memory), report, seconds)
    except ChildError as error:
        raise CorpusError(f"{file}: converting it {error}; split it, or save it as plain text") from error


def convert_with_memory_limit(file: Path, memory: int, report: Progress) -> Converted:
    """Limit this process's address space, then convert a file.

    :param memory: Bytes in addition to what the process uses.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return convert_file(file, report=report)


def read_at_most(file: Path, limit: int) -> bytes:
    """Read a file of at most `limit` bytes.

    :raises CorpusError: If it cannot be read.
    :raises TooLargeError: If it is larger.
    """
    try:
        if file.exists() and not file.is_file():
            raise CorpusError(f"{file}: is a folder; give one file" if file.is_dir() else f"{file}: is no file")
        if not file.stat().st_size:
            raise CorpusError(f"{file}: is empty")
        expect_at_most(file.stat().st_size, limit, "bytes")
        return file.read_bytes()
    except OSError as error:
        raise CorpusError(f"{file}: cannot be read ({error.strerror})") from error
