"""A generation -> a small static site: every report readable, each passage with an address of its own."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from index.errors import PublishError
from index.generations.manifest import Manifest
from index.models import Passage, ReportInfo, SectionPath, Session, is_of_report, readings_by_sentence
from index.reports.corpus import Corpus
from index.reports.sessions import collect_people
from index.site.urls import FOLDERS, passage_anchor
from index.text.localization import Language, load_catalogue
from index.text.normalization import fold_text, fold_without_whitespace

Readings = dict[str, list[tuple[str, str]]]  # sentences with their readings, by the id of their passage

MARK = ".report-index-site"
MARKS = 8  # characters that may stand before the title in a heading, such as its number
CONTENTS = 3  # levels of headings in the table of contents
PAGES = ("index", "agenda", "people")
STATIC = ("style.css", "site.js")
LANGUAGES: tuple[Language, ...] = ("zh-TW", "en")
HTML_LANGUAGES: dict[Language, str] = {"zh-TW": "zh-Hant-TW", "en": "en"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a passage; `at` is its offset there. `level` is that of a heading, 0 for text; `reading`, an English one."""

    at: int
    text: str
    level: int
    reading: str


@dataclass(frozen=True, slots=True)
class Block:
    """A passage on the page; `page` is the report's page if it is the first passage that begins there."""

    anchor: str
    lines: tuple[Line, ...]
    page: int | None
    folded: str


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents."""

    title: str
    level: int
    anchor: str


def publish_site(corpus: Corpus, manifest: Manifest, to: Path) -> int:
    """Write the site of a generation into a folder, whole or not at all; how many files it has.

    Raises PublishError if the folder holds anything else, or cannot be written.
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
    """Put a folder in the place of another, which is removed, or comes back if that fails."""
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
    """Every file of the site: its path and its text."""
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
            there = f"{source.report}/{FOLDERS[language]}"
            root = "../" * there.count("/")
            other = "en/" if language == "zh-TW" else "../"
            told = {**shared, "root": root, "other": other, "source": source, **page_contents(corpus, source, language)}
            for page in PAGES:
                yield f"{there}{page}.html", render_template(page, told, page=page)


def page_contents(corpus: Corpus, source: ReportInfo, language: Language) -> dict[str, Any]:
    """What the pages of one report show."""
    passages = [passage for passage in corpus.passages if passage.report == source.report]
    sessions = [
        session for session in corpus.sessions if any(is_of_report(session, passage.report) for passage in passages[:1])
    ]
    chinese = source_is_chinese(passages)
    told = passage_readings(corpus) if language == "en" and chinese else {}
    levels = new_headings(passages, corpus)
    blocks = list(group_blocks(passages, levels, told))
    return {
        "source_language": "zh-Hant" if chinese else "en",
        "blocks": blocks,
        "headings": [
            Heading(line.text.rstrip("：:"), line.level, block.anchor)
            for block in blocks
            for line in block.lines
            if 0 < line.level <= CONTENTS
        ],
        "sessions": [(session, heading_anchor(session.section, passages, corpus)) for session in sessions],
        "people": [
            (person, [sessions_by_id(sessions, each.session) for each in seen])
            for person, seen in collect_people(tuple(sessions))
        ],
    }


def group_blocks(passages: Sequence[Passage], levels: dict[str, int], told: Readings) -> Iterator[Block]:
    """The passages as they are shown; a page's number stands by the first passage that begins on it."""
    shown = 0
    for passage in passages:
        first = passage.pages[0]
        yield Block(
            passage_anchor(passage.id),
            tuple(passage_lines(passage.text, levels, told.get(passage.id, []))),
            first if first > shown else None,
            fold_without_whitespace(passage.text),
        )
        shown = max(shown, first)


def passage_lines(text: str, levels: dict[str, int], told: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """The lines of a passage with their offsets."""
    at = 0
    for line in text.split("\n"):
        read = " ".join(reading for sentence, reading in told if sentence in line)
        yield Line(at, line, levels.get(fold_without_whitespace(line), 0), read)
        at += len(line) + 1


def passage_readings(corpus: Corpus) -> Readings:
    """The sentences that have an English reading, with it, in order, by their passage."""
    found: Readings = defaultdict(list)
    for row, text in sorted(readings_by_sentence(corpus.expansions, "en").items()):
        sentence = corpus.sentences[row]
        found[corpus.passages[sentence.passage].id].append((sentence.text, text))
    return found


def source_is_chinese(passages: Sequence[Passage]) -> bool:
    """Whether most characters of a report are ideographs."""
    text = "".join(passage.text for passage in passages[:20])
    return sum("\u3400" <= character <= "\u9fff" for character in text) * 2 > len(text)


def new_headings(passages: Sequence[Passage], corpus: Corpus) -> dict[str, int]:
    """The level of each line of a report that is a heading: it is hardly longer than the title of its section."""
    own, found = {passage.id for passage in passages}, dict[str, int]()
    for sentence in corpus.sentences:
        if sentence.section and not sentence.quotable and corpus.passages[sentence.passage].id in own:
            line, title = fold_without_whitespace(sentence.text), fold_without_whitespace(sentence.section[-1])
            if title in line and len(line) - len(title) <= MARKS:
                found[line] = len(sentence.section)
    return found


def heading_anchor(section: SectionPath, passages: Sequence[Passage], corpus: Corpus) -> str:
    """The anchor of the passage in which a section begins; nothing for one that is not there."""
    own = {passage.id for passage in passages}
    for sentence in corpus.sentences:
        passage = corpus.passages[sentence.passage]
        if passage.id in own and section and sentence.section[: len(section)] == section:
            return passage_anchor(passage.id)
    return ""


def sessions_by_id(sessions: Sequence[Session], id_: str) -> Session:
    return next(session for session in sessions if session.id == id_)


def folding_table(texts: Any) -> str:
    """A script with the map by which the search box folds characters, as the folded text of the passages was."""
    characters = sorted(set("".join(texts)))
    folded = {character: fold_text(character) for character in characters if len(fold_text(character)) == 1}
    changed = {character: to for character, to in folded.items() if to != character}
    return f"window.FOLD = {json.dumps(changed, ensure_ascii=False, sort_keys=True)};\n"


@cache
def load_words(language: Language) -> SimpleNamespace:
    """The site's own words in a language, as attributes: a template would take `keys` of a dict for its method."""
    return SimpleNamespace(**load_catalogue("index.site", language).texts)


def render_template(template: str, values: dict[str, Any], **more: Any) -> str:
    """A page. Whatever is put into it is escaped."""
    return template_environment().get_template(f"{template}.html").render(**values, **more)


@cache
def template_environment() -> Environment:
    return Environment(
        loader=PackageLoader("index.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
