"""The files of one generation, written by a build and read back by whoever answers from it.

frame.npz               what token vectors are centred on and counted in
segments/<name>/        what is made of some reports alone
sentences.faiss         all sentences' vectors, to be searched
lexical/                all passages' words, to be searched
judge.npz, adapter.npz  what was learnt from reviewed questions, where somebody wrote some
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from index.adapter import ADAPTER, Adapter
from index.embedding import Encoder
from index.expansion import Expansion
from index.judge import JUDGE, Judge
from index.late import TokenIndex
from index.lexical import LexicalIndex
from index.local_store import LocalStore
from index.manifest import Source
from index.models import Passage, Session
from index.postings import Postings
from index.search import Searcher
from index.segments import PASSAGES, SEGMENTS, SENTENCES, Legs, Segment, expect
from index.sentences import Sentence
from index.sources import join
from index.vector_store import VectorStore
from index.vectors import DenseIndex, Kind
from index.views import Views

DENSE, LEXICAL = "sentences.faiss", "lexical"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Everything that a generation holds, of all its segments together.

    Row n of `dense` and of `late` is sentence n; text n of `lexical`, passage n; and row n of `told`, expansion n.
    """

    sources: Sequence[Source]
    passages: Sequence[Passage]
    sentences: Sequence[Sentence]
    sessions: Sequence[Session]
    dense: DenseIndex
    lexical: LexicalIndex
    late: TokenIndex
    expansions: Sequence[Expansion]
    told: TokenIndex
    judge: Judge | None = None
    adapter: Adapter | None = None

    @classmethod
    def of(
        cls,
        segments: Sequence[Segment],
        dense: DenseIndex,
        lexical: LexicalIndex,
        judge: Judge | None = None,
        adapter: Adapter | None = None,
    ) -> Artifacts:
        """The segments together, and what is searched over all of them."""
        corpus = join([segment.corpus for segment in segments])
        late, told = (TokenIndex.joined(parts) for parts in zip(*((s.late, s.told) for s in segments), strict=True))
        # In the order of the reports' names, with which the ids of sessions begin.
        sources = sorted(corpus.sources, key=lambda source: source.report)
        sessions = sorted(corpus.sessions, key=lambda session: session.id.rpartition(":")[0])
        parts = corpus.passages, corpus.sentences, sessions, dense, lexical, late, corpus.expansions, told
        return cls(sources, *parts, judge, adapter)

    @property
    def store(self) -> VectorStore:
        """Where vectors and words are searched."""
        return LocalStore(self.dense, self.lexical, self.owners)

    @property
    def owners(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The passages that the sentences are of."""
        return np.array([sentence.passage for sentence in self.sentences], np.int64)

    def searcher(self, encoder: Encoder) -> Searcher:
        views = Views(self.expansions, self.told, self.owners)
        return Searcher(encoder, self.passages, self.sentences, self.store, self.late, views, self.adapter)

    @classmethod
    def read(cls, folder: Path) -> Artifacts:
        """Read every file. Raises GenerationError if one cannot be read or does not fit the others."""
        segments = [Segment.read(each) for each in folders_in(folder)]
        found = cls.of(
            segments,
            DenseIndex.load(folder / DENSE),
            LexicalIndex.load(folder / LEXICAL),
            Judge.load(folder / JUDGE) if (folder / JUDGE).exists() else None,
            Adapter.load(folder / ADAPTER) if (folder / ADAPTER).exists() else None,
        )
        expect(folder / LEXICAL, found.lexical.size, len(found.passages), PASSAGES)
        expect(folder / DENSE, found.dense.size, len(found.sentences), SENTENCES)
        return found


def folders_in(folder: Path) -> list[Path]:
    """The folders of a generation's segments, in order."""
    return sorted((folder / SEGMENTS).iterdir())


def indexed(
    legs: Sequence[Legs], kind: Kind | Literal["auto"], trained: DenseIndex | None = None
) -> tuple[DenseIndex, LexicalIndex]:
    """The dense and the keyword index over segments after one another; the dense one may take over what one has learnt."""
    lexical = LexicalIndex.of(Postings.joined([each.postings for each in legs]))
    return DenseIndex.build(np.concatenate([each.vectors for each in legs]), kind, trained), lexical
