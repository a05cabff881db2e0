"""Convert a published file into plain text for the reader: PDF, Word, HTML, Markdown or text.

If the format marks headings, the text marks them as Markdown does, with one to six `#`, and has a blank line between
paragraphs. Text from a PDF keeps its lines and has a form feed between pages.
"""

from __future__ import annotations

import logging
import re
import resource
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from index.errors import ChildError, CorpusError
from index.ingest.converter_types import (
    Converted,
    GarbledError,
    Limits,
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
from index.limits.child_process import call_in_child
from index.limits.memory import address_space
from index.text.normalization import drop_control_characters

# With fewer characters a page on average the pages are images.
SCANNED = 10
# A line at the edge of at least this share of the pages, numbers aside, is a running head or foot.
RUNNING, PAGES_TO_TELL = 0.6, 3
SECONDS = 300.0
BYTES = 4 * 10**9  # of address space, in addition to what the process uses
LIMITS = Limits()


def convert_file(file: Path, limits: Limits = LIMITS) -> Converted:
    """Convert a file by its suffix.

    :raises CorpusError: If the file is damaged, encrypted, scanned, too large or of another format.
    """
    converter = CONVERTERS.get(file.suffix.lower())
    if converter is None:
        raise CorpusError(
            f"{file}: a {file.suffix or 'file without a suffix'} cannot be read; give one of {', '.join(CONVERTERS)}"
        )
    try:
        data = read_at_most(file, limits.size)
        converted = converter(data, limits)
        expect_at_most(len(converted.text), limits.characters, "characters")
    except CorpusError:
        raise
    except ScannedError as error:
        raise CorpusError(
            f"{file}: {error}; make one with text of it first, for example: ocrmypdf -l chi_tra+eng IN.pdf OUT.pdf"
        ) from error
    except GarbledError as error:
        remedy = "; make its text anew from its pages: ocrmypdf --force-ocr -l chi_tra+eng IN.pdf OUT.pdf"
        other = "; open it where it reads well and save it as UTF-8"
        raise CorpusError(f"{file}: {error}{remedy if file.suffix.lower() == '.pdf' else other}") from error
    except (TooLargeError, MemoryError) as error:
        problem = str(error) or "takes too much memory to convert"
        raise CorpusError(f"{file}: {problem}; split it into several reports") from error
    except Exception as error:  # a converter may raise anything for a damaged file
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise CorpusError(
            f"{file}: cannot be read as {file.suffix.lower()[1:]} ({reason}); open and save it anew"
        ) from error
    if not converted.text.strip():
        raise CorpusError(f"{file}: holds no text")
    return converted


def convert_pdf(data: bytes, limits: Limits) -> Converted:
    """Convert a PDF page by page, without running heads and feet.

    :raises ScannedError: If the pages are images.
    :raises TooLargeError: If there are too many pages.
    :raises ValueError: If the file needs a password. pypdf may raise anything else for a damaged file.
    """
    from io import BytesIO

    from pypdf import PdfReader

    # pypdf warns of small faults in files that it reads all the same.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("it needs a password")
    expect_at_most(len(reader.pages), limits.pages, "pages")
    pages = [page.extract_text() for page in reader.pages]
    if sum(len("".join(page.split())) for page in pages) < SCANNED * len(pages):
        raise ScannedError(f"{len(pages)} pages without text, so they are pictures of pages")
    text = "\n\f".join(remove_running_lines([drop_control_characters(page).replace("\f", " ") for page in pages]))
    title = (reader.metadata.title or "") if reader.metadata else ""
    return Converted(text, drop_control_characters(title).strip() or first_line(text), paged=True)


def remove_running_lines(pages: list[str]) -> list[str]:
    """Remove first and last lines that most pages share except for a number."""
    lines = [[line for line in page.splitlines() if line.strip()] for page in pages]
    if len(pages) < PAGES_TO_TELL:
        return ["\n".join(page_lines) for page_lines in lines]
    for edge, rest in ((0, slice(1, None)), (-1, slice(None, -1))):
        while running := running_line_key([page_lines[edge] for page_lines in lines if page_lines], len(pages)):
            lines = [
                page_lines[rest] if page_lines and line_shape(page_lines[edge]) == running else page_lines
                for page_lines in lines
            ]
    return ["\n".join(page_lines) for page_lines in lines]


def running_line_key(edges: list[str], pages: int) -> str:
    """Return the shape of the line that most pages have at one edge, or an empty string."""
    shape, count = Counter(map(line_shape, edges)).most_common(1)[0] if edges else ("", 0)
    return shape if count >= RUNNING * pages else ""


def line_shape(line: str) -> str:
    """Return a line without white space and with 0 for every number."""
    return re.sub(r"\d+", "0", "".join(line.split()))


CONVERTERS: dict[str, Callable[[bytes, Limits], Converted]] = {
    ".pdf": convert_pdf,
    ".docx": convert_docx,
    ".odt": convert_odt,
    ".html": convert_html,
    ".htm": convert_html,
    ".md": convert_markdown,
    ".txt": convert_text,
}


def convert_bounded(file: Path, seconds: float = SECONDS, memory: int = BYTES) -> Converted:
    """Convert a file in a child process with limits on time and memory, as `convert_file` does.

    :param seconds: Wall-clock time.
    :param memory: Bytes of address space, in addition to what the process uses.
    :raises CorpusError: If the file cannot be converted or exceeds a limit.
    """
    try:
        return call_in_child(partial(convert_with_memory_limit, file, memory), seconds)
    except ChildError as error:
        raise CorpusError(f"{file}: converting it {error}; split it, or save it as plain text") from error


def convert_with_memory_limit(file: Path, memory: int) -> Converted:
    """Limit this process's address space, then convert a file.

    :param memory: Bytes in addition to what the process uses.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return convert_file(file)


def read_at_most(file: Path, limit: int) -> bytes:
    """Read a file of at most `limit` bytes.

    :raises CorpusError: If it cannot be read.
    :raises TooLargeError: If it is larger.
    """
    try:
        if file.exists() and not file.is_file():
            raise CorpusError(f"{file}: is no file")
        expect_at_most(file.stat().st_size, limit, "bytes")
        return file.read_bytes()
    except OSError as error:
        raise CorpusError(f"{file}: cannot be read ({error.strerror})") from error
