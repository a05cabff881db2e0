"""Vectors and words in Milvus: a collection for each generation, and an alias that names the live one."""

from __future__ import annotations

import logging
import os
import re
import secrets
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import Any

import numpy as np

from index.arrays import Ids, Scores, Vectors
from index.config import MILVUS_TOKEN, MilvusOptions
from index.errors import GenerationError
from index.retrieval.bm25_index import BM25Index
from index.retrieval.candidate_retriever import CANDIDATES, Candidates, rows_of
from index.retrieval.dense_index import kind_for
from index.text.normalization import search_terms

# How many rows a search brings: of sentences first as many as LocalStore looks at, of passages fewer, as each is one row,
# and more until enough passages are among them. Milvus refuses to bring more than `MOST`.
MOST = 16_384
SENTENCES, PASSAGES = (4 * CANDIDATES, 16 * CANDIDATES, MOST), (2 * CANDIDATES, 16 * CANDIDATES, MOST)
# What is added to the alias for a collection.
DIGITS = re.compile(r"[0-9a-f]{8}")
Hits = tuple[Ids, Scores]
# Rows at a time, a few megabytes of the 64 that a server takes.
BATCH = 1000
# A filter of more runs nests too deep for a parser; a list of numbers never does.
MOST_RUNS = 100
# The dimension of rows without words, which some servers refuse to leave empty; no word has it.
NO_WORDS = 0
# Seconds for a connection, for a question, and for a step of a build.
CONNECTING, ASKING, WRITING = 10, 10, 600


class MilvusRetriever:
    """A VectorStore over a collection, which never changes."""

    def __init__(self, server: MilvusServer, collection: str, owners: Ids) -> None:
        """`owners` are the numbers of the passages that the rows are of, ascending."""
        self.collection, self.owners = complete_collection(server, collection, len(owners)), owners
        self._server = server
        # A generation that is replaced is used until its last question is answered.
        weakref.finalize(self, server.close)
        self.size = int(owners[-1]) + 1 if owners.size else 0
        self.first_sentences: Ids = np.searchsorted(owners, np.arange(self.size + 1))

    @classmethod
    def write(cls, options: MilvusOptions, vectors: Vectors, lexical: BM25Index, owners: Ids) -> MilvusRetriever:
        """Make a collection of the sentences' vectors and of the passages' words; of one that fails, nothing is left."""
        server, collection = MilvusServer(options), f"{options.alias}_{secrets.token_hex(4)}"
        try:
            fill_collection(server, collection, vectors, lexical, owners)
            return cls(server, collection, owners)
        except BaseException:
            # What is left if this fails as well, `settle` removes.
            with suppress(GenerationError):
                server.ask("drop_collection", collection)
            server.close()
            raise

    @classmethod
    def open(cls, options: MilvusOptions, collection: str, owners: Ids) -> MilvusRetriever:
        """Read a collection, or the one that an alias names now. Raises GenerationError if it is not there or not whole."""
        server = MilvusServer(options)
        try:
            return cls(server, collection, owners)
        except BaseException:
            server.close()
            raise

    def close(self) -> None:
        self._server.close()

    def candidates(self, vector: Vectors, question: str, within: Ids | None = None) -> Candidates:
        asked = sparse_vector(Counter(search_terms(question)))
        passages = self._passages(vector, asked, within)
        keywords, cosines = np.zeros(len(passages), np.float32), np.zeros(0, np.float32)
        if passages.size:
            among = f"passage in {passages.tolist()}"
            rows, scores = self._search("words", asked, len(passages), among)
            keywords[np.searchsorted(passages, self.owners[rows])] = scores
            cosines = self._cosines(vector, rows_of(passages, self.first_sentences), among)
        return Candidates(passages, keywords, cosines)

    def _passages(self, vector: Vectors, asked: dict[int, float], within: Ids | None) -> Ids:
        allowed = np.arange(self.size) if within is None else within
        if len(allowed) <= CANDIDATES:
            return allowed
        among = "" if within is None else filter_expression(within)
        # Over all passages as many rows as LocalStore looks at, within some as many as it takes.
        rows, _ = self._widening(
            "vector", vector, among, SENTENCES, lambda rows, _: within is None or len(set(self.owners[rows])) >= CANDIDATES
        )
        near = list(dict.fromkeys(self.owners[rows].tolist()))[:CANDIDATES]
        # Once one says less than the last that is taken, none that says as much is missing.
        rows, _ = self._widening("words", asked, among, PASSAGES, lambda _, scores: scores[-1] < scores[CANDIDATES - 1])
        said = self.owners[rows[:CANDIDATES]]
        # Where fewer say something, LocalStore brings others too, in their order.
        unsaid = np.setdiff1d(allowed, said)[: CANDIDATES - len(said)]
        found: Ids = np.union1d(near, np.concatenate([said, unsaid])).astype(np.int64)
        return found

    def _widening(self, field: str, asked: Any, among: str, counts: Sequence[int], enough: Callable[..., bool]) -> Hits:
        """The best rows and their scores, of as many rows as are enough."""
        for count in counts:
            hits = self._search(field, asked, count, among)
            if len(hits[0]) < count or enough(*hits):
                break
        return hits

    def _search(self, field: str, asked: Any, count: int, among: str = "") -> Hits:
        """The rows with the highest inner products, best first, and these; of equal ones, the first row first."""
        if not len(asked):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        query: dict[str, Any] = {"anns_field": field, "filter": among, "limit": count, "output_fields": ["id"]}
        hits = self._server.ask("search", self.collection, data=[asked], **query)[0]
        rows = np.array([hit["id"] for hit in hits], np.int64)
        scores = np.array([hit["distance"] for hit in hits], np.float32)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _cosines(self, vector: Vectors, rows: Ids, among: str) -> Vectors:
        found, scores = self._search("vector", vector, min(len(rows), MOST), among)
        cosines = np.full(len(rows), np.nan, np.float32)
        cosines[np.searchsorted(rows, found)] = scores
        # An approximate index leaves some out.
        if (left := np.isnan(cosines)).any():
            cosines[left] = self.vectors(rows[left]) @ vector
        return cosines

    def nearest(self, vector: Vectors, count: int) -> Ids:
        return self._search("vector", vector, min(count, MOST))[0]

    def vectors(self, rows: Ids) -> Vectors:
        found: dict[int, Vectors] = {}
        for at in range(0, len(rows), BATCH):
            wanted = np.unique(rows[at : at + BATCH]).tolist()
            hits = self._server.ask("query", self.collection, ids=wanted, output_fields=["id", "vector"])
            found |= {hit["id"]: hit["vector"] for hit in hits}
        return np.array([found[row] for row in rows.tolist()], np.float32)

    def contains_word(self, word: str) -> bool:
        return self._search("words", sparse_vector({word: 1}), 1)[0].size > 0


def live_collection(options: MilvusOptions) -> str | None:
    """The collection that the alias names, if there is an alias."""
    with connect_client(options) as server:
        return collection_name(server, options.alias)


def point_alias(options: MilvusOptions, collection: str) -> None:
    """Let the alias name a collection, from one moment to the next."""
    with connect_client(options) as server:
        if (now := collection_name(server, options.alias)) != collection:
            server.ask("alter_alias" if now else "create_alias", collection, options.alias)


def settle_alias(options: MilvusOptions, live: str, kept: Collection[str]) -> None:
    """Let the alias name the live collection, and drop what builds left but for what is kept; of others', nothing."""
    point_alias(options, live)
    with connect_client(options) as server:
        spared = {collection_name(server, options.alias), live, *kept}
        for name in server.ask("list_collections"):
            # Another index's alias may begin with ours, but what it adds is not eight digits.
            prefix, _, digits = name.rpartition("_")
            if prefix == options.alias and DIGITS.fullmatch(digits) and name not in spared:
                server.ask("drop_collection", name)


def collection_name(server: MilvusServer, alias: str) -> str | None:
    """The collection that an alias names."""
    if alias not in server.ask("list_aliases")["aliases"]:
        return None
    return str(server.ask("describe_alias", alias)["collection_name"])


def complete_collection(server: MilvusServer, collection: str, rows: int) -> str:
    """The name of a collection, or of the one that an alias names, once it can be searched. Raises if it is not whole."""
    if not server.ask("has_collection", collection):
        raise GenerationError(f"{server.place}: Milvus has no collection {collection}; run: report-index build")
    name = str(server.ask("describe_collection", collection)["collection_name"])
    server.ask("load_collection", name, seconds=WRITING)
    # milvus-lite reads the words when it is first asked about them, which may take longer than a question may.
    server.ask("search", name, data=[{NO_WORDS: 1.0}], anns_field="words", limit=1, seconds=WRITING)
    count = server.ask("query", name, filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"]
    if count != rows:
        raise GenerationError(f"{server.place}: collection {name} has {count} rows, not {rows}; run: report-index build")
    return name


def fill_collection(server: MilvusServer, collection: str, vectors: Vectors, lexical: BM25Index, owners: Ids) -> None:
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
    every = make_entities(vectors, lexical, owners)
    while batch := list(islice(every, BATCH)):
        server.ask("insert", collection, batch, seconds=WRITING)
    server.ask("flush", collection, seconds=WRITING)
    indexes = client.prepare_index_params()
    indexes.add_index("vector", index_type="FLAT" if kind_for(len(vectors)) == "flat" else "AUTOINDEX", metric_type="IP")
    indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    # A collection can be loaded before they are there, and is then searched without.
    server.ask("create_index", collection, indexes, seconds=WRITING, sync=False)


def make_entities(vectors: Vectors, lexical: BM25Index, owners: Ids) -> Iterator[dict[str, Any]]:
    """The rows of a collection."""
    weights, last = lexical.weights(), -1
    for row, owner in enumerate(owners.tolist()):
        words = {NO_WORDS: 1.0} if owner == last else sparse_vector(next(weights))
        yield {"id": row, "passage": owner, "vector": vectors[row], "words": words}
        last = owner


def id_runs(numbers: Ids) -> list[tuple[int, int]]:
    """The first and the last of each run of neighbours among ascending numbers."""
    if not numbers.size:
        return []
    ends = np.flatnonzero(np.diff(numbers) != 1)
    return list(zip(numbers[[0, *ends + 1]].tolist(), numbers[[*ends, -1]].tolist(), strict=True))


def filter_expression(passages: Ids) -> str:
    """A filter that lets some passages through."""
    if len(spans := id_runs(passages)) > MOST_RUNS:
        return f"passage in {passages.tolist()}"
    return " or ".join(f"(passage >= {first} and passage <= {last})" for first, last in spans)


def sparse_vector(weights: Mapping[str, float]) -> dict[int, float]:
    """Weights of terms as a sparse vector."""
    return {sparse_dimension(term): float(weight) for term, weight in weights.items()}


@lru_cache(1 << 17)
def sparse_dimension(term: str) -> int:
    """The dimension of a term, by its hash: not 0, and less than the 2**32 - 1 that Milvus ends at. Two terms of a hundred
    thousand may share one, as they may in Milvus's own vectors of words."""
    digest = blake2b(term.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return 1 + int.from_bytes(digest) % (2**32 - 2)


class MilvusServer:
    """A connection of its own. What is asked has a time limit; what fails is a GenerationError of one line."""

    def __init__(self, options: MilvusOptions) -> None:
        self.place = options.uri.rpartition("@")[2]
        token = os.environ.get(MILVUS_TOKEN, "").strip()
        self._unsaid = [secret for secret in (options.uri.removesuffix(self.place), token) if secret]
        self.library = import_pymilvus()
        with self._told("connect"):
            self._client = self.library.MilvusClient(uri=options.uri, token=token, timeout=CONNECTING, dedicated=True)

    def ask(self, what: str, *arguments: Any, seconds: int = ASKING, **named: Any) -> Any:
        """Call a method of the client."""
        with self._told(what):
            return getattr(self._client, what)(*arguments, timeout=seconds, **named)

    def close(self) -> None:
        self._client.close()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except milvus_errors() as error:
            # An error of gRPC tells its details when it is asked, and otherwise its whole state.
            reason = str(getattr(error, "message", None) or getattr(error, "details", error.__str__)())
            for secret in self._unsaid:
                reason = reason.replace(secret, "…")
            problem = f"{self.place}: Milvus, {what}: {' '.join(reason.split())[:300]}"
            # Not `from error`, which may repeat the address with its password.
            raise GenerationError(
                f"{problem}; see that it runs, that [milvus] uri is its address, and that no other process has the file"
            ) from None


@contextmanager
def connect_client(options: MilvusOptions) -> Iterator[MilvusServer]:
    server = MilvusServer(options)
    try:
        yield server
    finally:
        server.close()


def import_pymilvus() -> Any:
    """The library, once it is needed: it takes a second to load."""
    # It would read a file .env that somebody has somewhere above it, and print a traceback for what we tell in a line.
    os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")
    try:
        import pymilvus
    except ImportError as error:
        raise GenerationError(
            f"{error.name} is not installed, which [milvus] uri needs; run: make install-server"
        ) from error
    for logger in ("pymilvus", "pymilvus.milvus_client", "milvus_lite", "grpc"):
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    return pymilvus


def milvus_errors() -> tuple[type[Exception], ...]:
    """What a question to Milvus raises: pymilvus's errors, gRPC's, and ValueError for an address or a closed connection."""
    from grpc import RpcError

    return import_pymilvus().MilvusException, RpcError, ValueError
