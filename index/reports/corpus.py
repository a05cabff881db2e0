"""A corpus folder -> passages, sentences, sessions and what was written about them, all reports after one another."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from index.config import Settings
from index.errors import CorpusError
from index.limits.processor_time import OutOfTimeError, processor_time_limit
from index.models import Document, Expansion, Passage, ReportInfo, Sentence, Session
from index.reports import passages as passages_module
from index.reports import profile, reader
from index.reports.expansions import read_expansions
from index.reports.passages import split_sentences
from index.reports.sessions import find_sessions

log = logging.getLogger(__name__)

# For a report, and as much again for each megabyte of its text: 3.5 MB with 1,800 sessions take 12 s.
READING_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Corpus:
    """Some reports, cut up. Sentence n belongs to passage `sentences[n].passage`, as expansions name it."""

    sources: tuple[ReportInfo, ...]
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    sessions: tuple[Session, ...]
    expansions: tuple[Expansion, ...]


def read_corpus(settings: Settings) -> Corpus:
    """Read and cut every report. Raises CorpusError naming the file that cannot be used."""
    return read_reports(profile.report_folders(settings.corpus.path), settings)


def read_reports(folders: Sequence[Path], settings: Settings, *, alone: bool | None = None) -> Corpus:
    """Read and cut some reports; `alone`, whether there is no other than the one, so that its sessions need no prefix."""
    prefixed = not (len(folders) == 1 if alone is None else alone)
    return join_corpora([read_report(folder, settings, prefixed=prefixed) for folder in folders])


def read_report(folder: Path, settings: Settings, *, prefixed: bool, seconds: float | None = None) -> Corpus:
    """Read and cut one report; the ids of its sessions begin with its name if they are `prefixed`.

    :param seconds: Processor time after which the report is refused; by its size if left out.
    :raises CorpusError: If the report cannot be used.
    """
    with reading_limited(folder, seconds or reading_time_limit(folder)):
        return read_files(folder, settings, prefixed=prefixed)


def reading_time_limit(folder: Path) -> float:
    """The processor time that reading a report may take."""
    file = folder / profile.TEXT_FILE
    return round(READING_SECONDS * (1 + (file.stat().st_size / 1e6 if file.exists() else 0)))


@contextmanager
def reading_limited(folder: Path, seconds: float) -> Iterator[None]:
    """Bound the processor time in which a report is read. Raises CorpusError naming what took too long, and what to do."""
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
    about, text = profile.load_profile(folder), profile.read_text(folder)
    document = reader.read_document(text, about)
    passages = parse_passages(document, folder, settings.passages.max_characters)
    sentences = tuple(split_sentences(document, passages))
    warn = partial(warn_of_line, folder / profile.TEXT_FILE, text, document)
    found = find_sessions(document, about, f"{about.name}:" if prefixed else "", warn)
    source = ReportInfo(
        report=about.name,
        title=about.title,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        time_zone=about.time_zone,
        time_zone_stated=about.time_zone_stated,
        publisher=about.publisher,
        source=about.source,
        licence=about.licence,
    )
    return Corpus(
        (source,), passages, sentences, tuple(found), tuple(read_expansions(folder, passages, sentences, raise_unfit))
    )


def join_corpora(corpora: Sequence[Corpus]) -> Corpus:
    """Reports after one another, numbered as one."""
    sources: list[ReportInfo] = []
    passages: list[Passage] = []
    sentences: list[Sentence] = []
    found: list[Session] = []
    told: list[Expansion] = []
    for each in corpora:
        told += each.expansions if not sentences else [shift_sentences(one, len(sentences)) for one in each.expansions]
        sentences += each.sentences if not passages else [one.shifted_by(len(passages)) for one in each.sentences]
        passages += each.passages
        sources += each.sources
        found += each.sessions
    return Corpus(tuple(sources), tuple(passages), tuple(sentences), tuple(found), tuple(told))


def shift_sentences(expansion: Expansion, offset: int) -> Expansion:
    """An expansion of one report, with its sentences numbered as those of all reports."""
    return replace(expansion, sentences=tuple(offset + sentence for sentence in expansion.sentences))


def raise_unfit(file: Path, line: int, problem: str) -> None:
    """Log a line of an expansion that is left out."""
    log.warning("%s, line %d: %s, so it is left out", file, line, problem)


def warn_of_line(file: Path, text: str, document: Document, offset: int, problem: str) -> None:
    """Log what a report says at an offset of its document and nobody can make sense of."""
    page, _ = document.pages(offset, offset)
    log.warning("%s, line %d, page %d: %s", file, document.line(offset, text), page, problem)


def read_passages(folder: Path, max_characters: int) -> tuple[Passage, ...]:
    """The passages of one report. Raises CorpusError as `read_corpus` does."""
    with reading_limited(folder, reading_time_limit(folder)):
        return parse_passages(
            reader.read_document(profile.read_text(folder), profile.load_profile(folder)), folder, max_characters
        )


def parse_passages(document: Document, folder: Path, max_characters: int) -> tuple[Passage, ...]:
    cut = tuple(passages_module.split_passages(document, max_characters))
    if not cut:
        raise CorpusError(f"{folder / profile.TEXT_FILE}: holds nothing but white space; put the report's text there")
    return cut
