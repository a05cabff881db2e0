"""A file as people publish it -> the text that the reader takes: PDF, Word, HTML, Markdown or plain text.

Where a format marks its headings, the text has them as Markdown does, one to six `#` before the title, and a blank line
between paragraphs. A PDF keeps its pages, with a form feed between two, and its lines.
"""

from __future__ import annotations

import logging
import re
import resource
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ChildError, CorpusError
from index.limits.child_process import call_in_child
from index.limits.memory import address_space
from index.text.normalization import drop_control_characters

if TYPE_CHECKING:
    from bs4.element import Tag

# Fewer characters a page than this, and the pages are pictures.
SCANNED = 10
# A line at the edge of this share of the pages, or more, is a running head or foot, whatever number it has.
RUNNING, PAGES_TO_TELL = 0.6, 3
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = {"address", "article", "aside", "blockquote", "body", "caption", "dd", "div", "dl", "dt", "figcaption", "figure"}
SECONDS = 300.0
BYTES = 4 * 10**9  # of address space, beyond what the process has
BLOCKS |= {"footer", "form", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot"}
BLOCKS |= {"th", "thead", "tr", "ul", "details", "summary", "html"} | HEADINGS.keys()
UNREAD = ("script", "style", "template", "noscript", "nav", "svg", "head")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: in bytes, unpacked too, in pages, and in characters of its text."""

    size: int = 100_000_000
    unpacked: int = 500_000_000
    pages: int = 5000
    characters: int = 10_000_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Converted:
    """The text of a file, the title that it gives itself, and how the text is laid out. `marked`: headings have `#`."""

    text: str
    title: str
    marked: bool = False
    paged: bool = False


def convert_file(file: Path, limits: Limits = LIMITS) -> Converted:
    """Read a file by its suffix. Raises CorpusError if it is damaged, locked, scanned, too large or of another kind."""
    way = WAYS.get(file.suffix.lower())
    if way is None:
        raise CorpusError(
            f"{file}: a {file.suffix or 'file without a suffix'} cannot be read; give one of {', '.join(WAYS)}"
        )
    try:
        data = read_at_most(file, limits.size)
        converted = way(data, limits)
        expect_at_most(len(converted.text), limits.characters, "characters")
    except CorpusError:
        raise
    except ScannedError as error:
        raise CorpusError(
            f"{file}: {error}; make one with text of it first, for example: ocrmypdf -l chi_tra+eng IN.pdf OUT.pdf"
        ) from error
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


class ScannedError(Exception):
    """A PDF whose pages hold no text."""


def convert_pdf(data: bytes, limits: Limits) -> Converted:
    from io import BytesIO

    from pypdf import PdfReader

    # What it says of small faults in a file that it reads all the same helps nobody here.
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
    """Pages without the first and last lines that most of them share but for a number."""
    lines = [[line for line in page.splitlines() if line.strip()] for page in pages]
    if len(pages) < PAGES_TO_TELL:
        return ["\n".join(each) for each in lines]
    for edge, rest in ((0, slice(1, None)), (-1, slice(None, -1))):
        while running := running_line_key([each[edge] for each in lines if each], len(pages)):
            lines = [each[rest] if each and line_shape(each[edge]) == running else each for each in lines]
    return ["\n".join(each) for each in lines]


def running_line_key(edges: list[str], pages: int) -> str:
    """The shape of the line that most pages have at an edge; empty if they differ."""
    line, times = Counter(map(line_shape, edges)).most_common(1)[0] if edges else ("", 0)
    return line if times >= RUNNING * pages else ""


def line_shape(line: str) -> str:
    return re.sub(r"\d+", "0", "".join(line.split()))


def convert_docx(data: bytes, limits: Limits) -> Converted:
    from io import BytesIO
    from zipfile import ZipFile

    import mammoth

    with ZipFile(BytesIO(data)) as archive:
        # What it says of itself is what is unpacked at most.
        expect_at_most(sum(each.file_size for each in archive.infolist()), limits.unpacked, "bytes when unpacked")

    def no_picture(_: object) -> dict[str, str]:
        return {}

    found = mammoth.convert_to_html(BytesIO(data), convert_image=mammoth.images.img_element(no_picture))
    return convert_html(found.value.encode(), limits)


def convert_markdown(data: bytes, limits: Limits) -> Converted:
    from markdown_it import MarkdownIt

    text = re.sub(r"\A---\n.*?\n---\n", "", decode_text(data), flags=re.DOTALL)
    return convert_html(MarkdownIt("commonmark").enable("table").render(text).encode(), limits)


def convert_html(data: bytes, _: Limits) -> Converted:
    from bs4 import BeautifulSoup

    page = BeautifulSoup(data, "html.parser")
    title = page.title.get_text() if page.title else ""
    for each in page(UNREAD):
        each.decompose()
    body = page.find("main") or page.find("article") or page.body or page
    headings = body.find_all(list(HEADINGS))
    tops = body.find_all("h1")
    told = " ".join((title or (tops[0].get_text() if tops else "")).split())
    # A title over the whole is no section of it.
    if len(tops) == 1 and headings[0] is tops[0]:
        told = " ".join(tops[0].get_text().split()) or told
        tops[0].decompose()
    text = drop_control_characters("\n\n".join(html_blocks(body)))
    return Converted(text, drop_control_characters(told) or first_line(text), marked=True)


def html_blocks(node: Tag) -> Iterator[str]:
    """The paragraphs of an element, headings with their marks; the cells of a row stand in one line."""
    from bs4.element import Comment, NavigableString, Tag

    run: list[str] = []

    def ended() -> Iterator[str]:
        if text := " ".join("".join(run).split()):
            yield text
        run.clear()

    for child in node.children:
        if isinstance(child, NavigableString):
            run.append("" if isinstance(child, Comment) else str(child))
        elif isinstance(child, Tag) and (child.name in BLOCKS or child.find(list(BLOCKS))):
            yield from ended()
            if child.name in HEADINGS:
                run.append(f"{'#' * HEADINGS[child.name]} {child.get_text()}" if child.get_text().strip() else "")
            elif child.name == "tr":
                run.append(" | ".join(" ".join(cell.get_text(" ").split()) for cell in child.find_all(["td", "th"])))
            else:
                yield from html_blocks(child)
            yield from ended()
        elif isinstance(child, Tag):
            run.append("\n" if child.name == "br" else child.get_text())
    yield from ended()


def convert_text(data: bytes, _: Limits) -> Converted:
    text = decode_text(data)
    return Converted(text, first_line(text), paged="\f" in text)


def decode_text(data: bytes) -> str:
    """Text of the encodings that files have here: UTF-8, UTF-16 with its mark, or Big5. Raises UnicodeDecodeError."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("big5")


def first_line(text: str) -> str:
    """The first line that says something, as a title: without the marks of a heading, at most 100 characters."""
    return next((line.strip("# \f\t")[:100] for line in text.splitlines() if line.strip("# \f\t")), "")


WAYS: dict[str, Callable[[bytes, Limits], Converted]] = {
    ".pdf": convert_pdf,
    ".docx": convert_docx,
    ".html": convert_html,
    ".htm": convert_html,
    ".md": convert_markdown,
    ".txt": convert_text,
}


def convert_bounded(file: Path, seconds: float = SECONDS, memory: int = BYTES) -> Converted:
    """Convert a file as `convert` does. Raises CorpusError if it takes longer than `seconds`, or more memory in bytes."""
    try:
        return call_in_child(partial(convert_with_memory_limit, file, memory), seconds)
    except ChildError as error:
        raise CorpusError(f"{file}: converting it {error}; split it, or save it as plain text") from error


def convert_with_memory_limit(file: Path, memory: int) -> Converted:
    """Convert a file in a process that may take so much more address space."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return convert_file(file)


def read_at_most(file: Path, limit: int) -> bytes:
    """The bytes of a file. Raises CorpusError if it cannot be read, TooLargeError if there are more than a limit."""
    try:
        if file.exists() and not file.is_file():
            raise CorpusError(f"{file}: is no file")
        expect_at_most(file.stat().st_size, limit, "bytes")
        return file.read_bytes()
    except OSError as error:
        raise CorpusError(f"{file}: cannot be read ({error.strerror})") from error


def expect_at_most(count: int, limit: int, unit: str) -> None:
    """Raise TooLargeError for more than a limit."""
    if count > limit:
        raise TooLargeError(f"has {count:,} {unit}, more than {limit:,}")


class TooLargeError(Exception):
    """A file beyond the limits."""
