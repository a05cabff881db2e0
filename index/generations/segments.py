"""Segments: what is made of some of the reports alone, taken over from build to build while these reports are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from index.arrays import Vectors
from index.encoding.encoder import Encoded
from index.errors import GenerationError
from index.generations.manifest import (
    EXPANSION_TOKENS,
    EXPANSIONS,
    PASSAGES,
    POSTINGS,
    SENTENCES,
    SESSIONS,
    SOURCES,
    TOKENS,
    VECTORS,
    read_json,
    write_json,
)
from index.models import Expansion, Passage, ReportInfo, Sentence, Session
from index.reports.corpus import Corpus
from index.retrieval.bm25_index import Postings
from index.retrieval.token_index import Frame, TokenIndex
from index.text.normalization import terms

# Each costs some ten files, two of which stay mapped.
MOST = 256


@dataclass(frozen=True, slots=True)
class Legs:
    """What the dense and the keyword index are made of: the vectors of a segment's sentences, the terms of its passages."""

    vectors: Vectors
    postings: Postings

    @classmethod
    def of(cls, corpus: Corpus, sentences: Sequence[Encoded]) -> Legs:
        """Those of some reports whose sentences are encoded."""
        vectors = np.stack([each.vector for each in sentences]).astype(np.float32)
        return cls(vectors, Postings.of([in_context(passage) for passage in corpus.passages], terms))

    def write(self, folder: Path) -> None:
        """Write them into a segment's folder."""
        np.save(folder / VECTORS, self.vectors, allow_pickle=False)
        self.postings.save(folder / POSTINGS)

    @classmethod
    def read(cls, folder: Path) -> Legs:
        """Read those of a segment. Raises GenerationError if a file is not what it should be."""
        try:
            vectors = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
        except (OSError, EOFError, ValueError) as error:
            raise GenerationError(f"{folder / VECTORS}: cannot be read ({error}); run: report-index build") from error
        return cls(vectors, Postings.load(folder / POSTINGS))


@dataclass(frozen=True, slots=True)
class Segment:
    """What is made of some reports. Row n of `late` is sentence n of the corpus, row n of `told` its expansion n."""

    corpus: Corpus
    late: TokenIndex
    told: TokenIndex

    @classmethod
    def of(cls, corpus: Corpus, sentences: Sequence[Encoded], told: Sequence[Encoded], frame: Frame) -> Segment:
        """The segment of some reports whose sentences and expansions are encoded."""
        return cls(
            corpus,
            TokenIndex.build([each.tokens for each in sentences], frame.mean, frame.sentences, frame.directions),
            TokenIndex.build([each.tokens for each in told], frame.mean, frame.told, frame.directions),
        )

    def write(self, folder: Path) -> None:
        """Write it into a new folder."""
        folder.mkdir(parents=True)
        write_json(folder / SOURCES, list[ReportInfo], self.corpus.sources)
        write_json(folder / PASSAGES, list[Passage], self.corpus.passages)
        write_json(folder / SENTENCES, list[Sentence], self.corpus.sentences)
        write_json(folder / SESSIONS, list[Session], self.corpus.sessions)
        write_json(folder / EXPANSIONS, list[Expansion], self.corpus.expansions)
        self.late.save(folder / TOKENS)
        self.told.save(folder / EXPANSION_TOKENS)

    @classmethod
    def read(cls, folder: Path) -> Segment:
        """Read a segment. Raises GenerationError if a file cannot be read or does not fit the others."""
        corpus = Corpus(
            read_json(folder / SOURCES, tuple[ReportInfo, ...]),
            read_json(folder / PASSAGES, tuple[Passage, ...]),
            read_json(folder / SENTENCES, tuple[Sentence, ...]),
            read_json(folder / SESSIONS, tuple[Session, ...]),
            read_json(folder / EXPANSIONS, tuple[Expansion, ...]),
        )
        found = cls(corpus, TokenIndex.load(folder / TOKENS), TokenIndex.load(folder / EXPANSION_TOKENS))
        expect(folder / SENTENCES, corpus.sentences[-1].passage + 1, len(corpus.passages), PASSAGES)
        expect(folder / TOKENS, found.late.size, len(corpus.sentences), SENTENCES)
        expect(folder / EXPANSION_TOKENS, found.told.size, len(corpus.expansions), EXPANSIONS)
        return found


def in_context(piece: Passage | Sentence) -> str:
    """A text with the headings it stands under, which say what it is about."""
    return f"{' › '.join(piece.section)}\n{piece.text}" if piece.section else piece.text


def grouped(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """Report folders by the name of the segment that they belong to, by a hash of theirs: whatever else comes or goes.

    There are as many segments as reports, within a factor of four, up to `MOST`; only with that do reports move.
    """
    count = min(MOST, 1 << max(0, (len(folders) // 2).bit_length() - 1))
    groups: dict[str, list[Path]] = {}
    for folder in sorted(folders):
        groups.setdefault(f"{crc32(folder.name.encode()) % count:02x}", []).append(folder)
    return dict(sorted(groups.items()))


def expect(path: Path, size: int, wanted: int, other: str) -> None:
    """Raise GenerationError unless two files of a generation agree on how much they hold."""
    if size != wanted:
        raise GenerationError(f"{path}: holds {size} entries where {other} holds {wanted}; run: report-index build")
