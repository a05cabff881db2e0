"""Store and search vectors and words in Milvus: one collection for each generation, and an alias for the live one."""

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

# Row limits that a search tries in turn until it has enough passages: for sentences first as many as LocalRetriever fetches;
# for passages fewer, as each is one row. Milvus rejects a limit above `MOST`.
MOST = 16_384
SENTENCES, PASSAGES = (4 * CANDIDATES, 16 * CANDIDATES, MOST), (2 * CANDIDATES, 16 * CANDIDATES, MOST)
# The suffix that makes an alias the name of a collection.
DIGITS = re.compile(r"[0-9a-f]{8}")
Hits = tuple[Ids, Scores]
# Rows per request: a few megabytes of the 64 that a server accepts.
BATCH = 1000
# A filter expression with more runs nests too deep for the server's parser; a list of numbers does not.
MOST_RUNS = 100
# A dimension that no word has. Rows without words use it, because some servers reject empty sparse vectors.
NO_WORDS = 0
# Timeouts in seconds for connecting, for a query, and for a step of a build.
CONNECTING, ASKING, WRITING = 10, 10, 600


class MilvusRetriever:
    """A CandidateRetriever over a Milvus collection, which never changes."""

    def __init__(self, server: MilvusServer, collection: str, owners: Ids) -> None:
        """Load a collection and check it.

        :param collection: name of a collection or of an alias.
        :param owners: the passage number of each row, ascending, shape (rows,).
        :raises GenerationError: if the collection is missing or incomplete.
        """
        self.collection, self.owners = complete_collection(server, collection, len(owners)), owners
        self._server = server
        # Pending questions still use a generation that is replaced, so close the connection only with the last reference.
        weakref.finalize(self, server.close)
        self.size = int(owners[-1]) + 1 if owners.size else 0
        self.first_sentences: Ids = np.searchsorted(owners, np.arange(self.size + 1))

    @classmethod
    def write(cls, options: MilvusOptions, vectors: Vectors, lexical: BM25Index, owners: Ids) -> MilvusRetriever:
        """Create a collection from the sentences' vectors and the passages' words, and drop it again if that fails.

        :param vectors: float32 unit vectors, shape (sentences, dimensions).
        :param owners: the passage number of each sentence, ascending, shape (sentences,).
        :raises GenerationError: if Milvus reports an error.
        """
        server, collection = MilvusServer(options), f"{options.alias}_{secrets.token_hex(4)}"
        try:
            fill_collection(server, collection, vectors, lexical, owners)
            return cls(server, collection, owners)
        except BaseException:
            # If this fails too, `settle_alias` drops the collection later.
            with suppress(GenerationError):
                server.ask("drop_collection", collection)
            server.close()
            raise

    @classmethod
    def open(cls, options: MilvusOptions, collection: str, owners: Ids) -> MilvusRetriever:
        """Open a collection, or the one that an alias names now.

        :raises GenerationError: if it is missing or incomplete.
        """
        server = MilvusServer(options)
        try:
            return cls(server, collection, owners)
        except BaseException:
            server.close()
            raise

    def close(self) -> None:
        self._server.close()

    def candidates(self, vector: Vectors, question: str, within: Ids | None = None) -> Candidates:
        terms = sparse_vector(Counter(search_terms(question)))
        passages = self._passages(vector, terms, within)
        keywords, cosines = np.zeros(len(passages), np.float32), np.zeros(0, np.float32)
        if passages.size:
            condition = f"passage in {passages.tolist()}"
            rows, scores = self._search("words", terms, len(passages), condition)
            keywords[np.searchsorted(passages, self.owners[rows])] = scores
            cosines = self._cosines(vector, rows_of(passages, self.first_sentences), condition)
        return Candidates(passages, keywords, cosines)

    def _passages(self, vector: Vectors, terms: dict[int, float], within: Ids | None) -> Ids:
        allowed = np.arange(self.size) if within is None else within
        if len(allowed) <= CANDIDATES:
            return allowed
        condition = "" if within is None else filter_expression(within)
        # Over all passages, one search is enough, as in LocalRetriever; within some, widen until there are enough passages.
        rows, _ = self._search_widening(
            "vector",
            vector,
            condition,
            SENTENCES,
            lambda rows, _: within is None or len(set(self.owners[rows])) >= CANDIDATES,
        )
        near = list(dict.fromkeys(self.owners[rows].tolist()))[:CANDIDATES]
        # Once a row scores less than the last one taken, no row with an equal score is missing.
        rows, _ = self._search_widening(
            "words", terms, condition, PASSAGES, lambda _, scores: scores[-1] < scores[CANDIDATES - 1]
        )
        matching = self.owners[rows[:CANDIDATES]]
        # Where fewer passages match, LocalRetriever adds others, in ascending order.
        others = np.setdiff1d(allowed, matching)[: CANDIDATES - len(matching)]
        passages: Ids = np.union1d(near, np.concatenate([matching, others])).astype(np.int64)
        return passages

    def _search_widening(
        self, field: str, query: Any, condition: str, counts: Sequence[int], enough: Callable[..., bool]
    ) -> Hits:
        """Search with increasing limits until `enough(rows, scores)` is true or there are no more rows."""
        for count in counts:
            hits = self._search(field, query, count, condition)
            if len(hits[0]) < count or enough(*hits):
                break
        return hits

    def _search(self, field: str, query: Any, count: int, condition: str = "") -> Hits:
        """Return the rows with the highest inner products and these, best first; ties in ascending order of rows."""
        if not len(query):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        options: dict[str, Any] = {"anns_field": field, "filter": condition, "limit": count, "output_fields": ["id"]}
        hits = self._server.ask("search", self.collection, data=[query], **options)[0]
        rows = np.array([hit["id"] for hit in hits], np.int64)
        scores = np.array([hit["distance"] for hit in hits], np.float32)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _cosines(self, vector: Vectors, rows: Ids, condition: str) -> Vectors:
        hits, scores = self._search("vector", vector, min(len(rows), MOST), condition)
        cosines = np.full(len(rows), np.nan, np.float32)
        cosines[np.searchsorted(rows, hits)] = scores
        # An approximate index misses some rows.
        if (missing := np.isnan(cosines)).any():
            cosines[missing] = self.vectors(rows[missing]) @ vector
        return cosines

    def nearest(self, vector: Vectors, count: int) -> Ids:
        return self._search("vector", vector, min(count, MOST))[0]

    def vectors(self, rows: Ids) -> Vectors:
        vectors: dict[int, Vectors] = {}
        for start in range(0, len(rows), BATCH):
            ids = np.unique(rows[start : start + BATCH]).tolist()
            hits = self._server.ask("query", self.collection, ids=ids, output_fields=["id", "vector"])
            vectors |= {hit["id"]: hit["vector"] for hit in hits}
        return np.array([vectors[row] for row in rows.tolist()], np.float32)

    def contains_word(self, word: str) -> bool:
        return self._search("words", sparse_vector({word: 1}), 1)[0].size > 0


def live_collection(options: MilvusOptions) -> str | None:
    """Return the collection that the alias names, or None if there is no alias.

    :raises GenerationError: if Milvus reports an error.
    """
    with connect_client(options) as server:
        return collection_name(server, options.alias)


def point_alias(options: MilvusOptions, collection: str) -> None:
    """Let the alias name a collection, atomically.

    :raises GenerationError: if Milvus reports an error.
    """
    with connect_client(options) as server:
        if (current := collection_name(server, options.alias)) != collection:
            server.ask("alter_alias" if current else "create_alias", collection, options.alias)


def settle_alias(options: MilvusOptions, live: str, kept: Collection[str]) -> None:
    """Let the alias name the live collection, and drop the other collections of this alias.

    :param kept: collections that are not dropped.
    :raises GenerationError: if Milvus reports an error.
    """
    point_alias(options, live)
    with connect_client(options) as server:
        spared = {collection_name(server, options.alias), live, *kept}
        for name in server.ask("list_collections"):
            # Another index's alias may begin with this one, but then the rest is more than eight hexadecimal digits.
            prefix, _, digits = name.rpartition("_")
            if prefix == options.alias and DIGITS.fullmatch(digits) and name not in spared:
                server.ask("drop_collection", name)


def collection_name(server: MilvusServer, alias: str) -> str | None:
    """Return the collection that an alias names, or None if there is no such alias."""
    if alias not in server.ask("list_aliases")["aliases"]:
        return None
    return str(server.ask("describe_alias", alias)["collection_name"])


def complete_collection(server: MilvusServer, collection: str, rows: int) -> str:
    """Load a collection and check its number of rows.

    :param collection: name of a collection or of an alias.
    :return: name of the collection.
    :raises GenerationError: if it is missing or has another number of rows.
    """
    if not server.ask("has_collection", collection):
        raise GenerationError(f"{server.place}: Milvus has no collection {collection}; run: report-index build")
    name = str(server.ask("describe_collection", collection)["collection_name"])
    server.ask("load_collection", name, seconds=WRITING)
    # milvus-lite loads the words at the first search, which may take longer than the timeout of a query.
    server.ask("search", name, data=[{NO_WORDS: 1.0}], anns_field="words", limit=1, seconds=WRITING)
    count = server.ask("query", name, filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"]
    if count != rows:
        raise GenerationError(f"{server.place}: collection {name} has {count} rows, not {rows}; run: report-index build")
    return name


def fill_collection(server: MilvusServer, collection: str, vectors: Vectors, lexical: BM25Index, owners: Ids) -> None:
    """Create a collection, insert the rows and start indexing."""
    client, types = server.library.MilvusClient, server.library.DataType
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", types.INT64, is_primary=True)
    schema.add_field("passage", types.INT64)
    schema.add_field("vector", types.FLOAT_VECTOR, dim=vectors.shape[1])
    schema.add_field("words", types.SPARSE_FLOAT_VECTOR)
    # Nothing is written after the first read, so queries need no stronger consistency.
    settings = {"schema": schema, "num_shards": 1, "consistency_level": "Eventually"}
    server.ask("create_collection", collection, seconds=WRITING, **settings)
    entities = make_entities(vectors, lexical, owners)
    while batch := list(islice(entities, BATCH)):
        server.ask("insert", collection, batch, seconds=WRITING)
    server.ask("flush", collection, seconds=WRITING)
    indexes = client.prepare_index_params()
    indexes.add_index("vector", index_type="FLAT" if kind_for(len(vectors)) == "flat" else "AUTOINDEX", metric_type="IP")
    indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    # Without waiting: a collection can be loaded and searched before its indexes exist.
    server.ask("create_index", collection, indexes, seconds=WRITING, sync=False)


def make_entities(vectors: Vectors, lexical: BM25Index, owners: Ids) -> Iterator[dict[str, Any]]:
    """Yield the rows of a collection; the first row of each passage has the passage's words."""
    weights, last = lexical.weights(), -1
    for row, owner in enumerate(owners.tolist()):
        words = {NO_WORDS: 1.0} if owner == last else sparse_vector(next(weights))
        yield {"id": row, "passage": owner, "vector": vectors[row], "words": words}
        last = owner


def id_runs(numbers: Ids) -> list[tuple[int, int]]:
    """Split ascending numbers into runs of consecutive ones.

    :return: first and last number of each run, both inclusive.
    """
    if not numbers.size:
        return []
    ends = np.flatnonzero(np.diff(numbers) != 1)
    return list(zip(numbers[[0, *ends + 1]].tolist(), numbers[[*ends, -1]].tolist(), strict=True))


def filter_expression(passages: Ids) -> str:
    """Return a Milvus filter that accepts only these passages, ascending."""
    if len(runs := id_runs(passages)) > MOST_RUNS:
        return f"passage in {passages.tolist()}"
    return " or ".join(f"(passage >= {first} and passage <= {last})" for first, last in runs)


def sparse_vector(weights: Mapping[str, float]) -> dict[int, float]:
    """Convert term weights to a sparse vector."""
    return {sparse_dimension(term): float(weight) for term, weight in weights.items()}


@lru_cache(1 << 17)
def sparse_dimension(term: str) -> int:
    """Return the dimension of a term, by its hash.

    Among a hundred thousand terms, two may share a dimension, as in Milvus's own sparse vectors.

    :return: 1 to 2**32 - 2; Milvus allows no higher dimension.
    """
    digest = blake2b(term.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return 1 + int.from_bytes(digest) % (2**32 - 2)


class MilvusServer:
    """A dedicated connection. Every call has a timeout; every failure is a GenerationError of one line."""

    def __init__(self, options: MilvusOptions) -> None:
        self.place = options.uri.rpartition("@")[2]
        token = os.environ.get(MILVUS_TOKEN, "").strip()
        self._secrets = [secret for secret in (options.uri.removesuffix(self.place), token) if secret]
        self.library = import_pymilvus()
        with self._translate_errors("connect"):
            self._client = self.library.MilvusClient(uri=options.uri, token=token, timeout=CONNECTING, dedicated=True)

    def ask(self, what: str, *arguments: Any, seconds: int = ASKING, **named: Any) -> Any:
        """Call a method of the client.

        :param what: name of the method.
        :param seconds: timeout.
        :raises GenerationError: if the call fails.
        """
        with self._translate_errors(what):
            return getattr(self._client, what)(*arguments, timeout=seconds, **named)

    def close(self) -> None:
        self._client.close()

    @contextmanager
    def _translate_errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except milvus_errors() as error:
            # `str()` of a gRPC error is its whole state; `details()` is the message alone.
            reason = str(getattr(error, "message", None) or getattr(error, "details", error.__str__)())
            for secret in self._secrets:
                reason = reason.replace(secret, "…")
            problem = f"{self.place}: Milvus, {what}: {' '.join(reason.split())[:300]}"
            # `from None`, because the original error may contain the address with its password.
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
    """Import pymilvus on first use, which takes a second.

    :raises GenerationError: if it is not installed.
    """
    # Otherwise pymilvus reads a file .env from a parent folder.
    os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")
    try:
        import pymilvus
    except ImportError as error:
        raise GenerationError(
            f"{error.name} is not installed, which [milvus] uri needs; run: make install-server"
        ) from error
    # These loggers print tracebacks for errors that are reported here in one line.
    for logger in ("pymilvus", "pymilvus.milvus_client", "milvus_lite", "grpc"):
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    return pymilvus


def milvus_errors() -> tuple[type[Exception], ...]:
    """Return what a call raises: errors of pymilvus and gRPC, and ValueError for a bad address or a closed connection."""
    from grpc import RpcError

    return import_pymilvus().MilvusException, RpcError, ValueError
