"""Milvus: generations as collections, the alias that names the live one, and what is told when something fails."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import index.retrieval.milvus_retriever
from index.config import MilvusOptions
from index.errors import GenerationError
from index.retrieval.bm25_index import BM25Index
from index.retrieval.milvus_retriever import (
    MOST_RUNS,
    NO_WORDS,
    MilvusRetriever,
    MilvusServer,
    connect_client,
    filter_expression,
    id_runs,
    live_collection,
    point_alias,
    settle_alias,
    sparse_dimension,
)
from index.text.normalization import search_terms
from tests.index.milvus import milvus

OWNERS = np.array([0, 0, 1, 2, 2, 2])
TEXTS = ("rain fell twice", "霧笛", "gulls")
RUN = "run: report-index build"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusOptions]:
    with milvus(tmp_path_factory.mktemp("milvus")) as options:
        yield options


@pytest.fixture
def options(served: MilvusOptions) -> Iterator[MilvusOptions]:
    """A Milvus without a collection."""
    yield served
    with connect_client(served) as server:
        for name in server.ask("list_collections"):
            server.ask("drop_collection", name)


def vectors(seed: int) -> np.ndarray:
    found = np.random.default_rng(seed).normal(size=(len(OWNERS), 8)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def written(options: MilvusOptions, seed: int = 0) -> str:
    """The name of a new generation, of vectors that the seed tells."""
    store = MilvusRetriever.write(options, vectors(seed), BM25Index.build(TEXTS), OWNERS)
    store.close()
    return store.collection


def collections(options: MilvusOptions) -> set[str]:
    with connect_client(options) as server:
        return set(server.ask("list_collections"))


def other(options: MilvusOptions, name: str) -> str:
    """A collection that is somebody else's."""
    with connect_client(options) as server:
        server.ask("create_collection", name, dimension=4)
    return name


def problem(call: Any, *arguments: Any) -> str:
    """The one line that a call fails with, after which nothing of it is left in the chain of errors."""
    with pytest.raises(GenerationError) as caught:
        call(*arguments)
    assert caught.value.__cause__ is None
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_milvus_retriever_write_twice_creates_collections_with_new_names(options: MilvusOptions) -> None:
    names = {written(options), written(options)}
    assert collections(options) == names
    assert len(names) == 2
    assert all(name.startswith("reports_") and len(name) == len("reports_") + 8 for name in names)
    assert live_collection(options) is None


def test_milvus_retriever_open_written_collection_returns_same_data(options: MilvusOptions) -> None:
    name = written(options)
    store = MilvusRetriever.open(options, name, OWNERS)
    np.testing.assert_array_equal(store.vectors(np.arange(6)), vectors(0))
    assert store.collection == name
    assert [store.contains_word(word) for word in ("rain", "霧笛", "雾笛", "snow")] == [True, False, True, False]
    assert store.candidates(vectors(0)[0], "gulls").keywords.nonzero()[0].tolist() == [2]
    store.close()
    assert ": Milvus, search: " in problem(store.contains_word, "rain")


def test_point_alias_switched_collections_are_opened_by_alias(options: MilvusOptions) -> None:
    old, new = written(options, 1), written(options, 2)
    for name in (old, old, new, new, old):
        point_alias(options, name)
        assert live_collection(options) == name
        store = MilvusRetriever.open(options, options.alias, OWNERS)
        assert store.collection == name
        store.close()


def test_milvus_retriever_open_during_alias_switch_reads_one_generation(options: MilvusOptions) -> None:
    names = [written(options, seed) for seed in range(2)]
    point_alias(options, names[0])
    whole = [vectors(seed).tolist() for seed in range(2)]
    seen, done = [], threading.Event()

    def read() -> None:
        while not done.is_set():
            store = MilvusRetriever.open(options, options.alias, OWNERS)
            parts = [store.vectors(np.array([row]))[0].tolist() for row in range(6)]
            seen.append((store.collection, whole.index(parts)))
            store.close()

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(20):
        point_alias(options, names[turn % 2])
        read = len(seen)
        while reader.is_alive() and len(seen) == read:
            time.sleep(0.001)
    done.set()
    reader.join()
    assert {(names.index(name), which) for name, which in seen} == {(0, 0), (1, 1)}


def test_milvus_retriever_opened_before_alias_switch_keeps_generation(options: MilvusOptions) -> None:
    old, new = written(options, 1), written(options, 2)
    point_alias(options, old)
    store = MilvusRetriever.open(options, options.alias, OWNERS)
    settle_alias(options, new, {old})
    np.testing.assert_array_equal(store.vectors(np.arange(6)), vectors(1))
    store.close()


def test_settle_alias_leftover_builds_are_dropped_and_others_kept(options: MilvusOptions) -> None:
    kept, left, last = (written(options, seed) for seed in range(3))
    others = {other(options, name) for name in ("reports_of_mine", "reports_b_01234567", "xreports_01234567", "notes")}
    for _ in range(2):
        settle_alias(options, last, {kept, "reports_00000000"})
        assert live_collection(options) == last
        assert collections(options) == {kept, last, *others}
    settle_alias(options, kept, ())
    assert (live_collection(options), collections(options)) == (kept, {kept, *others})
    assert left not in others


def test_settle_alias_interrupted_build_is_cleaned_up_by_next_build(options: MilvusOptions) -> None:
    old, unpublished = written(options, 1), written(options, 2)
    settle_alias(options, old, ())
    assert collections(options) == {old}
    new = written(options, 3)
    point_alias(options, new)
    # What was switched to is kept though nobody said so, until the alias is put right.
    settle_alias(options, old, ())
    assert (live_collection(options), collections(options)) == (old, {old})
    assert unpublished != new


def test_settle_alias_missing_collection_raises_and_keeps_alias(options: MilvusOptions) -> None:
    name = written(options)
    point_alias(options, name)
    assert "collection 'reports_00000000' does not exist" in problem(settle_alias, options, "reports_00000000", ())
    assert (live_collection(options), collections(options)) == (name, {name})


@pytest.mark.parametrize("step", ["create_collection", "insert", "flush", "create_index", "load_collection", "query"])
@pytest.mark.parametrize("error", [GenerationError, KeyboardInterrupt])
def test_milvus_retriever_write_failing_step_drops_collection(
    options: MilvusOptions, monkeypatch: pytest.MonkeyPatch, step: str, error: type[BaseException]
) -> None:
    ask, asked = MilvusServer.ask, []

    def failing(server: MilvusServer, what: str, *arguments: Any, **named: Any) -> Any:
        found = ask(server, what, *arguments, **named)
        asked.append(what)
        if what == step:
            raise error("the power is out")
        return found

    monkeypatch.setattr(MilvusServer, "ask", failing)
    with pytest.raises(error, match="the power is out"):
        MilvusRetriever.write(options, vectors(0), BM25Index.build(TEXTS), OWNERS)
    assert asked[-2:] == [step, "drop_collection"]
    monkeypatch.undo()
    assert collections(options) == set()


def test_milvus_retriever_write_failing_drop_raises_original_error(
    options: MilvusOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = MilvusServer.ask

    def failing(server: MilvusServer, what: str, *arguments: Any, **named: Any) -> Any:
        if what in {"flush", "drop_collection"}:
            raise GenerationError(what)
        return ask(server, what, *arguments, **named)

    monkeypatch.setattr(MilvusServer, "ask", failing)
    with pytest.raises(GenerationError, match=r"^flush$"):
        MilvusRetriever.write(options, vectors(0), BM25Index.build(TEXTS), OWNERS)
    monkeypatch.undo()
    assert len(collections(options)) == 1


def test_milvus_retriever_open_missing_or_incomplete_collection_raises(options: MilvusOptions) -> None:
    missing = problem(MilvusRetriever.open, options, "reports_00000000", OWNERS)
    assert missing == f"{options.uri}: Milvus has no collection reports_00000000; {RUN}"
    name = written(options)
    fewer = problem(MilvusRetriever.open, options, name, OWNERS[:5])
    assert fewer == f"{options.uri}: collection {name} has 6 rows, not 5; {RUN}"


def test_milvus_retriever_nearest_wrong_vector_shape_raises_one_line_error(options: MilvusOptions) -> None:
    store = MilvusRetriever.write(options, vectors(0), BM25Index.build(TEXTS), OWNERS)
    assert problem(store.nearest, np.zeros(3, np.float32), 1).startswith(f"{options.uri}: Milvus, search: ")
    store.close()


@pytest.mark.parametrize(
    "call", [live_collection, lambda o: point_alias(o, "x"), lambda o: settle_alias(o, "x", ()), lambda o: written(o)]
)
@pytest.mark.parametrize("login", ["", "ada:hunter2@", "ada:hunter@2@"])
def test_milvus_server_unreachable_raises_error_without_secrets(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], call: Any, login: str
) -> None:
    monkeypatch.setenv("REPORT_MILVUS_TOKEN", "root:hunter2")
    monkeypatch.setattr(index.retrieval.milvus_retriever, "CONNECTING", 1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = problem(call, MilvusOptions(uri=f"http://{login}127.0.0.1:{port}"))
    assert f"127.0.0.1:{port}: Milvus, connect: Fail connecting to server on 127.0.0.1:{port}" in told
    assert told.endswith("; see that it runs, that [milvus] uri is its address, and that no other process has the file")
    assert "hunter" not in told
    assert capfd.readouterr() == ("", "")


def test_milvus_server_ask_timeout_raises_one_line_error(options: MilvusOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    with connect_client(options) as server:
        monkeypatch.setattr("milvus_lite.db.MilvusLite.list_collections", lambda *_, **__: over.wait() and [])
        told = problem(lambda: server.ask("list_collections", seconds=0.3))
        over.set()
        monkeypatch.undo()
    assert told.startswith(f"{options.uri}: Milvus, list_collections: Deadline Exceeded; ")


@pytest.mark.parametrize("uri", ["", "ftp://ada:hunter2@x", "http://127.0.0.1:port", "/no/such/folder/x.db"])
def test_connect_client_invalid_uri_raises_one_line_error(uri: str, capfd: pytest.CaptureFixture[str]) -> None:
    told = problem(live_collection, MilvusOptions(uri=uri))
    assert ": Milvus, connect: " in told
    assert "hunter2" not in told
    assert capfd.readouterr() == ("", "")


def test_milvus_server_token_is_sent_and_hidden_in_errors(options: MilvusOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_MILVUS_TOKEN", " root:hunter2\n")
    with connect_client(options) as server:
        assert server._client._config.token == "root:hunter2"
        assert problem(server.ask, "describe_collection", "root:hunter2").count("…") == 1


def test_connect_client_file_used_by_other_process_raises_one_line_error(options: MilvusOptions, tmp_path: Path) -> None:
    program = (
        "import sys\nfrom index.config import MilvusOptions\nfrom index.errors import GenerationError\n"
        "from index.retrieval.milvus_retriever import live_collection\n"
        "try:\n    print(live_collection(MilvusOptions(uri=sys.argv[1])))\n"
        "except GenerationError as error:\n    print(error)"
    )
    live_collection(options)
    tried, free = (
        subprocess.run([sys.executable, "-c", program, uri], capture_output=True, text=True, check=True)
        for uri in (options.uri, str(tmp_path / "own.db"))
    )
    assert tried.stdout.startswith(f"{options.uri}: Milvus, connect: Open local milvus failed; ")
    assert tried.stdout.count("\n") == 1
    assert (tried.stderr, free.stdout, free.stderr) == ("", "None\n", "")


@pytest.mark.process
def test_milvus_retriever_import_loads_no_milvus_library() -> None:
    program = "import sys, index.retrieval.milvus_retriever\nprint({'pymilvus', 'grpc', 'milvus_lite'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_import_pymilvus_not_installed_raises_with_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(GenerationError, match=r"^pymilvus is not installed, .*; run: make install-server$"):
        live_collection(MilvusOptions(uri="http://127.0.0.1:9"))


@given(st.sets(st.integers(0, 60)))
def test_id_runs_any_numbers_return_longest_contiguous_runs(numbers: set[int]) -> None:
    found = id_runs(np.array(sorted(numbers), np.int64))
    assert [number for first, last in found for number in range(first, last + 1)] == sorted(numbers)
    assert all(first <= last for first, last in found)
    assert all(last + 1 < first for (_, last), (first, _) in pairwise(found))


def test_filter_expression_too_many_runs_lists_numbers() -> None:
    assert filter_expression(np.array([1, 2, 3, 7])) == "(passage >= 1 and passage <= 3) or (passage >= 7 and passage <= 7)"
    assert filter_expression(np.arange(0, 2 * MOST_RUNS, 2)).count(" or ") == MOST_RUNS - 1
    assert filter_expression(np.arange(0, 2 * MOST_RUNS + 2, 2)) == f"passage in {list(range(0, 2 * MOST_RUNS + 2, 2))}"


@given(st.text(max_size=6))
def test_sparse_dimension_any_term_is_stable_and_within_milvus_range(term: str) -> None:
    assert NO_WORDS < sparse_dimension(term) < 2**32 - 1
    assert sparse_dimension(term) == sparse_dimension(term)


@given(st.lists(st.text("ab c公民空", max_size=12), min_size=1, max_size=6), st.text("ab c公民空z", max_size=8))
def test_bm25_index_weights_of_question_terms_sum_to_scores(texts: list[str], question: str) -> None:
    lexical = BM25Index.build(texts)
    added = [sum(weights.get(term, 0) for term in search_terms(question)) for weights in lexical.weights()]
    assert added == pytest.approx(lexical.scores(question).tolist(), abs=1e-5)


def test_milvus_retriever_write_only_first_sentence_of_passage_has_words(options: MilvusOptions) -> None:
    with connect_client(options) as server:
        rows = server.ask("query", written(options), ids=list(range(6)), output_fields=["id", "passage", "words"])
    assert [row["passage"] for row in rows] == OWNERS.tolist()
    wordless = [set(row["words"]) == {NO_WORDS} for row in rows]
    assert wordless == [False, True, False, False, True, True]
    assert set(rows[2]["words"]) == set(map(sparse_dimension, search_terms(TEXTS[1])))
