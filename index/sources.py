"""A corpus folder -> passages, sentences, sessions and what was written about them, all reports after one another."""

import hashlib
import logging
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from index import chunking, profile, reader
from index.config import Settings
from index.errors import CorpusError
from index.expansion import Expansion, expansions
from index.manifest import Source
from index.models import Document, Passage, Session
from index.sentences import Sentence, split
from index.sessions import sessions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All reports of a folder, cut up. Sentence n belongs to passage `sentences[n].passage`, as expansions name it."""

    sources: tuple[Source, ...]
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    sessions: tuple[Session, ...]
    expansions: tuple[Expansion, ...]


def read_corpus(settings: Settings) -> Corpus:
    """Read and cut every report. Raises CorpusError naming the file that cannot be used."""
    sources: list[Source] = []
    passages: list[Passage] = []
    sentences: list[Sentence] = []
    found: list[Session] = []
    told: list[Expansion] = []
    folders = profile.folders(settings.corpus.path)
    for folder in folders:
        about, text = profile.load(folder), profile.text(folder)
        document = reader.read(text, about)
        cut = passages_in(document, folder, settings.passages.max_characters)
        own = list(split(document, cut))
        told += [moved(each, len(sentences)) for each in expansions(folder, cut, own, unfit)]
        sentences += [replace(sentence, passage=len(passages) + sentence.passage) for sentence in own]
        passages += cut
        warn = partial(warning, folder / profile.TEXT_FILE, text, document)
        found += sessions(document, about, f"{about.name}:" if len(folders) > 1 else "", warn)
        sources.append(
            Source(
                report=about.name,
                title=about.title,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                time_zone=about.time_zone,
                time_zone_stated=about.time_zone_stated,
                publisher=about.publisher,
                source=about.source,
                licence=about.licence,
            )
        )
    return Corpus(tuple(sources), tuple(passages), tuple(sentences), tuple(found), tuple(told))


def moved(expansion: Expansion, offset: int) -> Expansion:
    """An expansion of one report, with its sentences numbered as those of all reports."""
    return replace(expansion, sentences=tuple(offset + sentence for sentence in expansion.sentences))


def unfit(file: Path, line: int, problem: str) -> None:
    """Log a line of an expansion that is left out."""
    log.warning("%s, line %d: %s, so it is left out", file, line, problem)


def warning(file: Path, text: str, document: Document, offset: int, problem: str) -> None:
    """Log what a report says at an offset of its document and nobody can make sense of."""
    page, _ = document.pages(offset, offset)
    log.warning("%s, line %d, page %d: %s", file, document.line(offset, text), page, problem)


def passages_of(folder: Path, max_characters: int) -> tuple[Passage, ...]:
    """The passages of one report. Raises CorpusError as `read_corpus` does."""
    return passages_in(reader.read(profile.text(folder), profile.load(folder)), folder, max_characters)


def passages_in(document: Document, folder: Path, max_characters: int) -> tuple[Passage, ...]:
    cut = tuple(chunking.passages(document, max_characters))
    if not cut:
        raise CorpusError(f"{folder / profile.TEXT_FILE}: holds nothing but white space; put the report's text there")
    return cut
