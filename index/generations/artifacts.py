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

from index.arrays import Numbers
from index.config import MilvusOptions, Settings
from index.encoding.encoder import Encoder
from index.errors import ConfigError
from index.generations.manifest import BUILD, PASSAGES, SEGMENTS, SENTENCES, Generation, Record
from index.generations.segments import Legs, Segment, expect
from index.generations.store import Store
from index.models import Expansion, Passage, ReportInfo, Sentence, Session, report_of
from index.reports.corpus import join
from index.retrieval.bm25_index import LexicalIndex, Postings
from index.retrieval.candidate_retriever import LocalStore, VectorStore
from index.retrieval.dense_index import DenseIndex, recall
from index.retrieval.expansion_scorer import Views
from index.retrieval.milvus_retriever import MilvusStore, settle
from index.retrieval.query_adapter import ADAPTER, Adapter
from index.retrieval.searcher import Searcher
from index.retrieval.token_index import TokenIndex

DENSE, LEXICAL, MILVUS = "sentences.faiss", "lexical", "milvus.json"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Everything that a generation holds, of all its segments together.

    Row n of `late` is sentence n, and row n of `told` expansion n. Vectors and words are in a store:
    `index/generations/artifacts.py`.
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


class Collection(Record):
    """Which collection holds a generation's vectors and words."""

    collection: str


def make(
    folder: Path, legs: Sequence[Legs], owners: Numbers, settings: Settings, like: Path | None
) -> dict[str, str | float]:
    """Write what segments after one another hold, into a generation's folder or into Milvus, as the settings say.

    Returns what a manifest says of it: the type of the dense index, and what share of the ten nearest rows it finds. One
    that was trained for the generation in the folder `like` may lend what it has learnt.
    """
    vectors = np.concatenate([each.vectors for each in legs])
    lexical = LexicalIndex.of(Postings.joined([each.postings for each in legs]))
    if settings.milvus.uri:
        made = MilvusStore.write(settings.milvus, vectors, lexical, owners)
        (folder / MILVUS).write_bytes(Collection(collection=made.collection).to_json())
        return {"type": "milvus", "recall@10": round(recall(made.nearest, vectors), 4)}
    trained = DenseIndex.load(like / DENSE, mapped=False) if like and (like / DENSE).exists() else None
    dense = DenseIndex.build(vectors, settings.index.type, trained)
    dense.save(folder / DENSE)
    lexical.save(folder / LEXICAL)
    return {"type": dense.kind, "recall@10": round(dense.recall or 0.0, 4)}


def open_store(folder: Path, owners: Numbers, options: MilvusOptions) -> VectorStore:
    """What `make` made, for sentences that are of the passages `owners`. Raises GenerationError if it cannot be used,
    ConfigError if it lies in Milvus and the settings name none."""
    if (folder / MILVUS).exists():
        if not options.uri:
            raise ConfigError(f"{folder}: lies in Milvus, and config names no [milvus] uri; name it, or {BUILD}")
        return MilvusStore.open(options, Collection.read(folder / MILVUS).collection, owners)
    dense, lexical = DenseIndex.load(folder / DENSE), LexicalIndex.load(folder / LEXICAL)
    expect(folder / LEXICAL, lexical.size, int(owners[-1]) + 1, PASSAGES)
    expect(folder / DENSE, dense.size, len(owners), SENTENCES)
    return LocalStore(dense, lexical, owners)


def settle_collections(generations: Store, options: MilvusOptions) -> None:
    """Let the alias name the live generation's collection, and drop those of generations that are gone."""
    if not options.uri:
        return
    live, *earlier = (collection_of(generation) for generation in generations.kept())
    if live:
        settle(options, live, [name for name in earlier if name])


def collection_of(generation: Generation) -> str | None:
    """The collection that a generation lies in, if it does not lie in files."""
    file = generation.path / MILVUS
    return Collection.read(file).collection if file.exists() else None
