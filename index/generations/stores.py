"""The vectors and words of a generation: in files beside its segments, or in the collection of Milvus that a file names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.arrays import Numbers
from index.config import MilvusOptions, Settings
from index.errors import ConfigError
from index.generations.files import PASSAGES, SENTENCES
from index.generations.manifest import BUILD, Generation, Record
from index.generations.segments import Legs, expect
from index.generations.store import Store
from index.retrieval.bm25_index import LexicalIndex
from index.retrieval.candidate_retriever import VectorStore
from index.retrieval.dense_index import DenseIndex, recall
from index.retrieval.local_store import LocalStore
from index.retrieval.milvus_retriever import MilvusStore, settle
from index.retrieval.postings import Postings

DENSE, LEXICAL, MILVUS = "sentences.faiss", "lexical", "milvus.json"


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
