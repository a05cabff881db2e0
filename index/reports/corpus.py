"""Read a corpus folder into passages, sentences, sessions and expansions, numbered across all reports."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from index.config import PassageOptions, Settings
from index.errors import CorpusError
from index.limits.processor_time import OutOfTimeError, processor_time_limit
from index.models import Document, Expansion, Passage, ReportInfo, Sentence, Session
from index.reports import passages as passages_module
from index.reports import profile, reader
from index.reports.expansions import read_expansions
from index.reports.passages import character_limit, split_sentences
from index.reports.sessions import find_sessions
from index.text.localization import language_of_report

log = logging.getLogger(__name__)

# Processor time for one report, and as much again for each megabyte of its text. Measured: 12 s for 3.5 MB with
# 1,800 sessions.
READING_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Corpus:
    """The contents of one or more reports.

    `Sentence.passage` is an index into `passages`, and `Expansion.sentences` are indices into `sentences`.
    """

    sources: tuple[ReportInfo, ...]
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    sessions: tuple[Session, ...]
    expansions: tuple[Expansion, ...]


def read_corpus(settings: Settings) -> Corpus:
    """Read and split every report of the configured corpus.

    :raises CorpusError: If a file cannot be used; the message names it.
    """
    return read_reports(profile.report_folders(settings.corpus.path), settings)


def read_reports(folders: Sequence[Path], settings: Settings, *, alone: bool | None = None) -> Corpus:
    """Read and split the reports in some folders.

    :param alone: Whether the corpus has no other report, so that session ids need no prefix; by default, whether there is
        one folder.
    :raises CorpusError: If a file cannot be used; the message names it.
    """
    prefixed = not (len(folders) == 1 if alone is None else alone)
    return join_corpora([read_report(folder, settings, prefixed=prefixed) for folder in folders])


def read_report(folder: Path, settings: Settings, *, prefixed: bool, seconds: float | None = None) -> Corpus:
    """Read and split one report.

    :param prefixed: Whether the session ids start with the report's name.
    :param seconds: Limit on processor time; by default it depends on the size of the text.
    :raises CorpusError: If the report cannot be used or takes longer.
    """
    with reading_limited(folder, seconds or reading_time_limit(folder)):
        return read_files(folder, settings, prefixed=prefixed)


def reading_time_limit(folder: Path) -> float:
    """Return the processor time, in seconds, that reading a report may take."""
    file = folder / profile.TEXT_FILE
    return round(READING_SECONDS * (1 + (file.stat().st_size / 1e6 if file.exists() else 0)))


@contextmanager
def reading_limited(folder: Path, seconds: float) -> Iterator[None]:
    """Limit the processor time for reading a report.

    :param seconds: Processor time.
    :raises CorpusError: If the time is used up; the message names the text or the profile's expression, and a remedy.
    """
    try:
        with processor_time_limit(seconds):
            yield
    except OutOfTimeError as error:
        spent = f"takes more than {seconds:g} s of processor time"
        if error.key:
            raise CorpusError(
                f"{folder / profile.PROFILE_FILE}: {error.key}: searching {profile.TEXT_FILE} for this expression {spent}; "
                "simplify it, repetitions inside repetitions above all"
            ) from error
        raise CorpusError(f"{folder / profile.TEXT_FILE}: reading it {spent}; split the report") from error


def read_files(folder: Path, settings: Settings, *, prefixed: bool) -> Corpus:
    """Read and split one report without a time limit.

    :raises CorpusError: If a file cannot be used.
    """
    about, text = profile.load_profile(folder), profile.read_text(folder)
    document = read_pages(text, about)
    passages = parse_passages(document, folder, settings.passages)
    sentences = tuple(split_sentences(document, passages))
    warn = partial(warn_of_line, folder / profile.TEXT_FILE, text, document)
    sessions = find_sessions(document, about, f"{about.name}:" if prefixed else "", warn)
    source = ReportInfo(
        report=about.name,
        title=about.title,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        time_zone=about.time_zone,
        time_zone_stated=about.time_zone_stated,
        aliases=tuple(about.aliases.items()),
        publisher=about.publisher,
        source=about.source,
        licence=about.licence,
        author=about.author,
        published=about.published,
        url=about.url,
        translations=tuple(
            (language, key, text)
            for language, fields in sorted(about.translations.items())
            for key, text in sorted(fields.items())
        ),
        language=language_of_report(document.text, about.language),
    )
    return Corpus(
        (source,), passages, sentences, tuple(sessions), tuple(read_expansions(folder, passages, sentences, raise_unfit))
    )


def join_corpora(corpora: Sequence[Corpus]) -> Corpus:
    """Join reports into one corpus, with passages and sentences renumbered in the given order."""
    sources: list[ReportInfo] = []
    passages: list[Passage] = []
    sentences: list[Sentence] = []
    sessions: list[Session] = []
    expansions: list[Expansion] = []
    for corpus in corpora:
        expansions += (
            corpus.expansions
            if not sentences
            else [shift_sentences(expansion, len(sentences)) for expansion in corpus.expansions]
        )
        sentences += (
            corpus.sentences if not passages else [sentence.shifted_by(len(passages)) for sentence in corpus.sentences]
        )
        passages += corpus.passages
        sources += corpus.sources
        sessions += corpus.sessions
    return Corpus(tuple(sources), tuple(passages), tuple(sentences), tuple(sessions), tuple(expansions))


def shift_sentences(expansion: Expansion, offset: int) -> Expansion:
    """Return an expansion with `offset` added to its sentence indices."""
    return replace(expansion, sentences=tuple(offset + sentence for sentence in expansion.sentences))


def raise_unfit(file: Path, line: int, problem: str) -> None:
    """Log a warning about a skipped line of an expansion file."""
    log.warning("%s, line %d: %s, so it is left out", file, line, problem)


def warn_of_line(file: Path, text: str, document: Document, offset: int, problem: str) -> None:
    """Log a warning about an offset in a document, with its line in the file and its page, if any."""
    page, _ = document.pages(offset, offset)
    place = f"line {document.line(offset, text)}" + (f", page {page}" if page else "")
    log.warning("%s, %s: %s", file, place, problem)


def read_passages(folder: Path, options: PassageOptions) -> tuple[Passage, ...]:
    """Return the passages of one report.

    :raises CorpusError: If a file cannot be used.
    """
    with reading_limited(folder, reading_time_limit(folder)):
        return parse_passages(read_pages(profile.read_text(folder), profile.load_profile(folder)), folder, options)


def read_pages(text: str, about: profile.Profile) -> Document:
    """Read a report's text; without page breaks it has no pages, rather than a single one, so that none is cited."""
    document = reader.read_document(text, about)
    return document if about.layout.page_break != "none" else replace(document, page_starts=())


def parse_passages(document: Document, folder: Path, options: PassageOptions) -> tuple[Passage, ...]:
    """Split a document into passages.

    :raises CorpusError: If the document is blank.
    """
    passages = tuple(passages_module.split_passages(document, character_limit(document.text, options)))
    if not passages:
        raise CorpusError(f"{folder / profile.TEXT_FILE}: holds nothing but white space; put the report's text there")
    return passages
