"""Render a generation as a static site with every report and an address for each passage."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from index.errors import PublishError
from index.generations.manifest import Manifest
from index.models import Passage, ReportInfo, SectionPath, Session, is_of_report, readings_by_sentence
from index.reports.corpus import Corpus
from index.reports.sessions import collect_people
from index.reports.table_rows import Heads, find_heads, is_head_line, is_row, read_row, split_cells
from index.site.urls import FOLDERS, passage_anchor
from index.text.localization import Language, load_catalogue
from index.text.normalization import fold_text, fold_without_whitespace

Readings = dict[str, list[tuple[str, str]]]  # sentences and their readings, by passage id

MARK = ".report-index-site"
MARKS = 8  # maximum number of characters before or after the title in a heading, such as its number
MIN_ROWS = 2  # of a table without heads; a line with a bar alone is text
CONTENTS = 3  # levels of headings in the table of contents
PAGES = ("index", "agenda", "people")
STATIC = ("style.css", "site.js")
LANGUAGES: tuple[Language, ...] = ("zh-TW", "en")
HTML_LANGUAGES: dict[Language, str] = {"zh-TW": "zh-Hant-TW", "en": "en"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a passage.

    `at` is its offset in the passage, `level` its heading level or 0 for text, `reading` an English reading or empty.
    """

    at: int
    text: str
    level: int
    reading: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table. `at` is its offset in the passage, or None for a head that is in the passage before."""

    at: int | None
    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row by column, and an English reading of it or an empty text."""

    cells: tuple[TableCell, ...]
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table in a passage, and the heads of its columns, if any."""

    heads: tuple[TableCell, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A passage on the page.

    `page` is the page of the report if this is the first passage that starts there; `folded` is the text for the search box.
    """

    anchor: str
    parts: tuple[Line | Table, ...]
    page: int | None
    folded: str


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents."""

    title: str
    level: int
    anchor: str


def publish_site(corpus: Corpus, manifest: Manifest, to: Path) -> int:
    """Write the site of a generation into a folder. The folder is replaced as a whole or stays as it is.

    :return: The number of files.
    :raises PublishError: If the folder contains anything but a published site or cannot be written.
    """
    try:
        if to.exists() and any(to.iterdir()) and not (to / MARK).exists():
            raise PublishError(f"{to}: holds something that is no published report; name another folder, or empty it")
        to.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
        try:
            count = 0
            for path, content in render_pages(corpus, manifest):
                (staging / path).parent.mkdir(parents=True, exist_ok=True)
                (staging / path).write_text(content, "utf-8")
                count += 1
            staging.chmod(0o755)
            replace_folder(staging, to)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise PublishError(f"{to}: cannot be written ({error.strerror}); check the path and the space left") from error
    return count


def replace_folder(staging: Path, to: Path) -> None:
    """Move a folder into the place of another one, which is removed, or restored on failure."""
    old = staging.with_name(staging.name + "-old")
    if to.exists():
        to.replace(old)
    try:
        staging.replace(to)
    except OSError:
        if old.exists():
            old.replace(to)
        raise
    shutil.rmtree(old, ignore_errors=True)


def render_pages(corpus: Corpus, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield the path and text of every file of the site."""
    yield MARK, f"{manifest.id}\n"
    for name in STATIC:
        yield f"static/{name}", (files("index.site") / "static" / name).read_text("utf-8")
    yield "static/fold.js", folding_table(passage.text for passage in corpus.passages)
    for language in LANGUAGES:
        words = load_words(language)
        shared = {"words": words, "language": language, "html_language": HTML_LANGUAGES[language], "generation": manifest.id}
        top = {**shared, "root": "../" if language == "en" else "", "other": "en/" if language == "zh-TW" else "../"}
        yield (
            f"{FOLDERS[language]}index.html",
            render_template("reports", top, reports=manifest.corpus, folder=FOLDERS[language]),
        )
        for source in manifest.corpus:
            report_folder = f"{source.report}/{FOLDERS[language]}"
            root = "../" * report_folder.count("/")
            other = "en/" if language == "zh-TW" else "../"
            values = {**shared, "root": root, "other": other, "source": source, **page_contents(corpus, source, language)}
            for page in PAGES:
                yield f"{report_folder}{page}.html", render_template(page, values, page=page)


def page_contents(corpus: Corpus, source: ReportInfo, language: Language) -> dict[str, Any]:
    """Return the template values for the pages of one report."""
    passages = [passage for passage in corpus.passages if passage.report == source.report]
    sessions = [
        session for session in corpus.sessions if any(is_of_report(session, passage.report) for passage in passages[:1])
    ]
    chinese = source_is_chinese(passages)
    readings = passage_readings(corpus) if language == "en" and chinese else {}
    levels = new_headings(passages, corpus)
    blocks = list(group_blocks(passages, levels, readings))
    return {
        "source_language": "zh-Hant" if chinese else "en",
        "blocks": blocks,
        "headings": [
            Heading(line.text.rstrip("：:"), line.level, block.anchor)
            for block in blocks
            for line in block.parts
            if isinstance(line, Line) and 0 < line.level <= CONTENTS
        ],
        "sessions": [(session, heading_anchor(session.section, passages, corpus)) for session in sessions],
        "people": [
            (person, [sessions_by_id(sessions, appearance.session) for appearance in appearances])
            for person, appearances in collect_people(tuple(sessions))
        ],
    }


def group_blocks(passages: Sequence[Passage], levels: dict[str, int], readings: Readings) -> Iterator[Block]:
    """Yield the passages as blocks.

    :param levels: Heading levels by folded line.
    :param readings: Readings by passage id.
    """
    last_page = 0
    # The heads of a table may be in a passage before that of its rows.
    heads = iter(find_heads([line for passage in passages for line in passage.text.split("\n")]))
    for passage in passages:
        first = passage.pages[0]
        lines = tuple(passage_lines(passage.text, levels, readings.get(passage.id, [])))
        yield Block(
            passage_anchor(passage.id),
            tuple(group_tables(lines, tuple(islice(heads, len(lines))))),
            first if first > last_page else None,
            fold_without_whitespace(passage.text),
        )
        last_page = max(last_page, first)


def passage_lines(text: str, levels: dict[str, int], readings: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """Yield the lines of a passage with their offsets.

    :param levels: Heading levels by folded line.
    :param readings: Sentences of the passage and their readings.
    """
    offset = 0
    for line in text.split("\n"):
        line_reading = " ".join(reading for sentence, reading in readings if sentence in line)
        yield Line(offset, line, levels.get(fold_without_whitespace(line), 0), line_reading)
        offset += len(line) + 1


def group_tables(lines: Sequence[Line], heads: Sequence[Heads]) -> Iterator[Line | Table]:
    """Yield the lines of a passage, rows of tables that follow each other as tables.

    :param heads: Those of the table that each line is a row of.
    """
    for (is_table, own), group in groupby(
        zip(lines, heads, strict=True), key=lambda each: (is_row(each[0].text) and not each[0].level, each[1])
    ):
        rows = [line for line, _ in group]
        if not is_table or (not own and len(rows) < MIN_ROWS):
            yield from rows
        else:
            yield build_table(rows, own)


def build_table(lines: Sequence[Line], heads: Heads) -> Table:
    """Build a table from the lines of its rows.

    :param heads: Of its columns; empty if it has none.
    """
    rows, head_cells = [], tuple(TableCell(None, head) for head in heads)
    for line in lines:
        spans = split_cells(line.text)
        cells = [TableCell(line.at + start, line.text[start:end]) for start, end in spans]
        if is_head_line(line.text, heads):
            head_cells = tuple(cells)
            continue
        if placed := {cell.column: cell for cell in read_row(line.text, heads)}:
            spans = [(placed[n].start, placed[n].end) if n in placed else (0, 0) for n in range(len(heads))]
            cells = [TableCell(line.at + start, line.text[start:end]) for start, end in spans]
        rows.append(TableRow(tuple(cells), line.reading))
    return Table(head_cells, tuple(rows))


def passage_readings(corpus: Corpus) -> Readings:
    """Return the sentences that have an English reading, in order, with the reading, by passage id."""
    readings: Readings = defaultdict(list)
    for sentence_id, text in sorted(readings_by_sentence(corpus.expansions, "en").items()):
        sentence = corpus.sentences[sentence_id]
        readings[corpus.passages[sentence.passage].id].append((sentence.text, text))
    return readings


def source_is_chinese(passages: Sequence[Passage]) -> bool:
    """Return whether more than half of the characters in the first passages are ideographs."""
    text = "".join(passage.text for passage in passages[:20])
    return sum("\u3400" <= character <= "\u9fff" for character in text) * 2 > len(text)


def new_headings(passages: Sequence[Passage], corpus: Corpus) -> dict[str, int]:
    """Return the heading levels of a report's lines, by folded line.

    A line is a heading if it is hardly longer than the title of its section.
    """
    passage_ids, levels = {passage.id for passage in passages}, dict[str, int]()
    for sentence in corpus.sentences:
        if sentence.section and not sentence.quotable and corpus.passages[sentence.passage].id in passage_ids:
            line, title = fold_without_whitespace(sentence.text), fold_without_whitespace(sentence.section[-1])
            if title in line and len(line) - len(title) <= MARKS:
                levels[line] = len(sentence.section)
    return levels


def heading_anchor(section: SectionPath, passages: Sequence[Passage], corpus: Corpus) -> str:
    """Return the anchor of the passage in which a section starts, or an empty string if there is none."""
    passage_ids = {passage.id for passage in passages}
    for sentence in corpus.sentences:
        passage = corpus.passages[sentence.passage]
        if passage.id in passage_ids and section and sentence.section[: len(section)] == section:
            return passage_anchor(passage.id)
    return ""


def sessions_by_id(sessions: Sequence[Session], id_: str) -> Session:
    """Return the session with an id."""
    return next(session for session in sessions if session.id == id_)


def folding_table(texts: Any) -> str:
    """Return a script with the character map by which the search box folds a query as the passages are folded."""
    characters = sorted(set("".join(texts)))
    folded = {character: fold_text(character) for character in characters if len(fold_text(character)) == 1}
    changed = {character: to for character, to in folded.items() if to != character}
    return f"window.FOLD = {json.dumps(changed, ensure_ascii=False, sort_keys=True)};\n"


@cache
def load_words(language: Language) -> SimpleNamespace:
    """Return the site's user-visible texts in a language, as attributes.

    Attributes, because a template would resolve a key such as `keys` to the method of a dict.
    """
    return SimpleNamespace(**load_catalogue("index.site", language).texts)


def render_template(template: str, values: dict[str, Any], **more: Any) -> str:
    """Render a template. Values are escaped."""
    return template_environment().get_template(f"{template}.html").render(**values, **more)


@cache
def template_environment() -> Environment:
    """Return the cached template environment."""
    return Environment(
        loader=PackageLoader("index.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
