"""What lies in a collection of Milvus, a row a sentence; and vectors and filters in the form that Milvus asks for.

The words of a passage lie with its first sentence, as a sparse vector of what each adds to the passage's BM25 score in
`index/retrieval/bm25_index.py`; a question is a vector of how often it has each. Their inner product is then the very score
that files give. Milvus's own BM25 cannot give it: it takes each row for a text, also those of further sentences, so that
log((N + 1) / (n + 0.5)) of a word in n texts has too large an N, which no factor takes back; it multiplies with k1 + 1; and
milvus-lite counts each of its files for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import Any

import numpy as np

from index.arrays import Numbers, Vectors
from index.retrieval.bm25_index import LexicalIndex
from index.retrieval.dense_index import kind_for
from index.retrieval.milvus_server import WRITING, Server

# Rows at a time, a few megabytes of the 64 that a server takes.
BATCH = 1000
# A filter of more runs nests too deep for a parser; a list of numbers never does.
MOST_RUNS = 100
# The dimension of rows without words, which some servers refuse to leave empty; no word has it.
NO_WORDS = 0


def fill(server: Server, collection: str, vectors: Vectors, lexical: LexicalIndex, owners: Numbers) -> None:
    """Make a collection, and let it be searched."""
    client, types = server.library.MilvusClient, server.library.DataType
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", types.INT64, is_primary=True)
    schema.add_field("passage", types.INT64)
    schema.add_field("vector", types.FLOAT_VECTOR, dim=vectors.shape[1])
    schema.add_field("words", types.SPARSE_FLOAT_VECTOR)
    # Nothing is written once it is read, so a question need not wait for what others write.
    settings = {"schema": schema, "num_shards": 1, "consistency_level": "Eventually"}
    server.ask("create_collection", collection, seconds=WRITING, **settings)
    every = entities(vectors, lexical, owners)
    while batch := list(islice(every, BATCH)):
        server.ask("insert", collection, batch, seconds=WRITING)
    server.ask("flush", collection, seconds=WRITING)
    indexes = client.prepare_index_params()
    indexes.add_index("vector", index_type="FLAT" if kind_for(len(vectors)) == "flat" else "AUTOINDEX", metric_type="IP")
    indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    # A collection can be loaded before they are there, and is then searched without.
    server.ask("create_index", collection, indexes, seconds=WRITING, sync=False)


def entities(vectors: Vectors, lexical: LexicalIndex, owners: Numbers) -> Iterator[dict[str, Any]]:
    """The rows of a collection."""
    weights, last = lexical.weights(), -1
    for row, owner in enumerate(owners.tolist()):
        words = {NO_WORDS: 1.0} if owner == last else sparse(next(weights))
        yield {"id": row, "passage": owner, "vector": vectors[row], "words": words}
        last = owner


def runs(numbers: Numbers) -> list[tuple[int, int]]:
    """The first and the last of each run of neighbours among ascending numbers."""
    if not numbers.size:
        return []
    ends = np.flatnonzero(np.diff(numbers) != 1)
    return list(zip(numbers[[0, *ends + 1]].tolist(), numbers[[*ends, -1]].tolist(), strict=True))


def condition(passages: Numbers) -> str:
    """A filter that lets some passages through."""
    if len(spans := runs(passages)) > MOST_RUNS:
        return f"passage in {passages.tolist()}"
    return " or ".join(f"(passage >= {first} and passage <= {last})" for first, last in spans)


def sparse(weights: Mapping[str, float]) -> dict[int, float]:
    """Weights of terms as a sparse vector."""
    return {dimension(term): float(weight) for term, weight in weights.items()}


@lru_cache(1 << 17)
def dimension(term: str) -> int:
    """The dimension of a term, by its hash: not 0, and less than the 2**32 - 1 that Milvus ends at. Two terms of a hundred
    thousand may share one, as they may in Milvus's own vectors of words."""
    digest = blake2b(term.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return 1 + int.from_bytes(digest) % (2**32 - 2)
