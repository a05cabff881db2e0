"""Write and read the files of one generation.

sources.json, passages.json, sentences.json, sessions.json, expansions.json   the contents of the reports
tokens/, expansion-tokens/   token vectors of sentences and of expansions
sentences.faiss              dense index of sentence vectors
lexical/                     BM25 index of passages
milvus.json                  instead of these two, the name of the Milvus collection that contains both
adapter.npz                  a query adapter trained on reviewed questions, if the corpus has one
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.arrays import Ids, Vectors
from index.config import MilvusOptions, Settings
from index.encoding.encoder import Encoder
from index.errors import ConfigError, GenerationError
from index.generations.manifest import (
    BUILD,
    EXPANSION_TOKENS,
    EXPANSIONS,
    PASSAGES,
    SENTENCES,
    SESSIONS,
    SOURCES,
    TOKENS,
    Generation,
    Record,
    read_json,
    write_json,
)
from index.generations.store import Store
from index.models import Expansion, Passage, ReportInfo, Sentence, Session
from index.reports.corpus import Corpus
from index.reports.passages import text_in_context
from index.retrieval.bm25_index import BM25Index
from index.retrieval.candidate_retriever import CandidateRetriever, LocalRetriever
from index.retrieval.dense_index import DenseIndex, measure_recall
from index.retrieval.expansion_scorer import ExpansionScorer
from index.retrieval.milvus_retriever import MilvusRetriever, settle_alias
from index.retrieval.query_adapter import ADAPTER, QueryAdapter
from index.retrieval.searcher import Searcher
from index.retrieval.token_index import TokenIndex

DENSE, LEXICAL, MILVUS = "sentences.faiss", "lexical", "milvus.json"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The contents of a generation except its dense and lexical index.

    Row n of `token_index` has the token vectors of sentence n, row n of `expansion_index` those of expansion n.
    """

    corpus: Corpus
    token_index: TokenIndex
    expansion_index: TokenIndex
    adapter: QueryAdapter | None = None

    @property
    def owners(self) -> Ids:
        """The index of each sentence's passage: int64, shape (sentences,)."""
        return np.array([sentence.passage for sentence in self.corpus.sentences], np.int64)

    def searcher(self, encoder: Encoder, store: CandidateRetriever) -> Searcher:
        """Build a searcher on these artifacts.

        :param store: The retriever on the generation's dense and lexical index.
        """
        corpus = self.corpus
        expansion_scorer = ExpansionScorer(corpus.expansions, self.expansion_index, self.owners)
        return Searcher(encoder, corpus.passages, corpus.sentences, store, self.token_index, expansion_scorer, self.adapter)

    def write(self, folder: Path) -> None:
        """Write the files into a generation's folder."""
        write_json(folder / SOURCES, list[ReportInfo], self.corpus.sources)
        write_json(folder / PASSAGES, list[Passage], self.corpus.passages)
        write_json(folder / SENTENCES, list[Sentence], self.corpus.sentences)
        write_json(folder / SESSIONS, list[Session], self.corpus.sessions)
        write_json(folder / EXPANSIONS, list[Expansion], self.corpus.expansions)
        self.token_index.save(folder / TOKENS)
        self.expansion_index.save(folder / EXPANSION_TOKENS)

    @classmethod
    def read(cls, folder: Path) -> Artifacts:
        """Read the files of a generation.

        :raises GenerationError: If a file cannot be read or its size does not match the others.
        """
        corpus = Corpus(
            read_json(folder / SOURCES, tuple[ReportInfo, ...]),
            read_json(folder / PASSAGES, tuple[Passage, ...]),
            read_json(folder / SENTENCES, tuple[Sentence, ...]),
            read_json(folder / SESSIONS, tuple[Session, ...]),
            read_json(folder / EXPANSIONS, tuple[Expansion, ...]),
        )
        token_index = TokenIndex.load(folder / TOKENS)
        expansion_index = TokenIndex.load(folder / EXPANSION_TOKENS)
        expect(folder / SENTENCES, corpus.sentences[-1].passage + 1, len(corpus.passages), PASSAGES)
        expect(folder / TOKENS, token_index.size, len(corpus.sentences), SENTENCES)
        expect(folder / EXPANSION_TOKENS, expansion_index.size, len(corpus.expansions), EXPANSIONS)
        adapter = QueryAdapter.load(folder / ADAPTER) if (folder / ADAPTER).exists() else None
        return cls(corpus, token_index, expansion_index, adapter)


def expect(path: Path, size: int, wanted: int, other: str) -> None:
    """Check that two files of a generation have the same number of entries.

    :raises GenerationError: If they do not.
    """
    if size != wanted:
        raise GenerationError(f"{path}: holds {size} entries where {other} holds {wanted}; run: report-index build")


class Collection(Record):
    """The contents of milvus.json: the name of the generation's collection."""

    collection: str


def write_store(folder: Path, vectors: Vectors, artifacts: Artifacts, settings: Settings) -> dict[str, str | float]:
    """Write the dense and lexical index into a generation's folder, or into Milvus if it is configured.

    :param vectors: float32 of unit length, shape (sentences, dimensions).
    :return: `Contents.dense`: the type of the dense index and its recall@10.
    """
    lexical = BM25Index.build([text_in_context(passage) for passage in artifacts.corpus.passages])
    if settings.milvus.uri:
        retriever = MilvusRetriever.write(settings.milvus, vectors, lexical, artifacts.owners)
        (folder / MILVUS).write_bytes(Collection(collection=retriever.collection).to_json())
        return {"type": "milvus", "recall@10": round(measure_recall(retriever.nearest, vectors), 4)}
    dense = DenseIndex.build(vectors, settings.index.type)
    dense.save(folder / DENSE)
    lexical.save(folder / LEXICAL)
    return {"type": dense.kind, "recall@10": round(dense.recall or 0.0, 4)}


def open_store(folder: Path, owners: Ids, options: MilvusOptions) -> CandidateRetriever:
    """Open what `write_store` wrote.

    :param owners: The index of each sentence's passage.
    :raises GenerationError: If a file or the collection cannot be used.
    :raises ConfigError: If the generation is in Milvus and the configuration names no server.
    """
    if (folder / MILVUS).exists():
        if not options.uri:
            raise ConfigError(f"{folder}: lies in Milvus, and config names no [milvus] uri; name it, or {BUILD}")
        return MilvusRetriever.open(options, Collection.read(folder / MILVUS).collection, owners)
    dense, lexical = DenseIndex.load(folder / DENSE), BM25Index.load(folder / LEXICAL)
    expect(folder / LEXICAL, lexical.size, int(owners[-1]) + 1, PASSAGES)
    expect(folder / DENSE, dense.size, len(owners), SENTENCES)
    return LocalRetriever(dense, lexical, owners)


def settle_collections(generations: Store, options: MilvusOptions) -> None:
    """Point the alias at the live generation's collection and drop the collections of removed generations."""
    if not options.uri:
        return
    live, *earlier = (collection_of(generation) for generation in generations.kept())
    if live:
        settle_alias(options, live, [name for name in earlier if name])


def collection_of(generation: Generation) -> str | None:
    """Return the name of a generation's Milvus collection, or None if its index is in files."""
    file = generation.path / MILVUS
    return Collection.read(file).collection if file.exists() else None
