"""The files of one generation, written by a build and read back by whoever answers from it.

frame.npz               what token vectors are centred on and counted in
segments/<name>/        what is made of some reports alone
sentences.faiss         all sentences' vectors, to be searched
lexical/                all passages' words, to be searched
milvus.json             in the place of these two, the name of the collection that holds both
judge.npz, adapter.npz  what was learnt from reviewed questions, where somebody wrote some
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.encoding.encoder import Encoder
from index.generations.files import SEGMENTS
from index.generations.segments import Segment
from index.models import Expansion, Passage, ReportInfo, Sentence, Session, report_of
from index.reports.corpus import join
from index.retrieval.candidate_retriever import VectorStore
from index.retrieval.expansion_scorer import Views
from index.retrieval.query_adapter import ADAPTER, Adapter
from index.retrieval.searcher import Searcher
from index.retrieval.token_index import TokenIndex


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Everything that a generation holds, of all its segments together.

    Row n of `late` is sentence n, and row n of `told` expansion n. Vectors and words are in a store:
    `index/generations/stores.py`.
    """

    sources: Sequence[ReportInfo]
    passages: Sequence[Passage]
    sentences: Sequence[Sentence]
    sessions: Sequence[Session]
    late: TokenIndex
    expansions: Sequence[Expansion]
    told: TokenIndex
    adapter: Adapter | None = None

    @classmethod
    def of(cls, segments: Sequence[Segment], adapter: Adapter | None = None) -> Artifacts:
        """The segments together, and what was learnt about all of them."""
        corpus = join([segment.corpus for segment in segments])
        late, told = (TokenIndex.joined(parts) for parts in zip(*((s.late, s.told) for s in segments), strict=True))
        # In the order of the reports' names, with which the ids of sessions begin.
        sources = sorted(corpus.sources, key=lambda source: source.report)
        sessions = sorted(corpus.sessions, key=report_of)
        return cls(sources, corpus.passages, corpus.sentences, sessions, late, corpus.expansions, told, adapter)

    @property
    def owners(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The passages that the sentences are of."""
        return np.array([sentence.passage for sentence in self.sentences], np.int64)

    def searcher(self, encoder: Encoder, store: VectorStore) -> Searcher:
        """What searches it, with its vectors and words from a store."""
        views = Views(self.expansions, self.told, self.owners)
        return Searcher(encoder, self.passages, self.sentences, store, self.late, views, self.adapter)

    @classmethod
    def read(cls, folder: Path) -> Artifacts:
        """Read every file. Raises GenerationError if one cannot be read or does not fit the others."""
        return cls.of(
            [Segment.read(each) for each in folders_in(folder)],
            Adapter.load(folder / ADAPTER) if (folder / ADAPTER).exists() else None,
        )


def folders_in(folder: Path) -> list[Path]:
    """The folders of a generation's segments, in order."""
    return sorted((folder / SEGMENTS).iterdir())
