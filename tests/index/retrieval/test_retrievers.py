"""Both stores of vectors and words bring the same: what a search of everything, number by number, would bring."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

import numpy as np
import pytest

import index.retrieval.milvus_retriever
from index.arrays import Ids
from index.models import Passage, Sentence
from index.retrieval.bm25_index import BM25Index
from index.retrieval.candidate_retriever import CANDIDATES, CandidateRetriever, LocalRetriever, rows_of, top_indices
from index.retrieval.dense_index import DenseIndex
from index.retrieval.milvus_retriever import MilvusRetriever
from index.retrieval.searcher import Searcher
from index.retrieval.token_index import TokenIndex
from index.text.normalization import search_terms
from tests.index.encoders import LetterEncoder
from tests.index.milvus import milvus

WORDS = [
    *("open", "government", "budget", "2021", "2030", "data", "Ærø", "naïve", "lighthouse", "of", "the", "ministers"),
    *("公民", "空間", "開放", "政府", "透明", "數位", "落差", "反貪腐", "韓國", "信任", "デジタル", "灯台", "한국"),
]
QUESTIONS = (
    "Which ministers opened the lighthouse in 2030?",
    "open open open data",
    "公民空間是什麼？",
    "数位落差与开放政府",
    "デジタル 灯台",
    "the",
    "zebra",
    "🙂",
    " ",
)
MANY = 320
RANDOM = random.Random(7)
# A few passages say the same, a few nothing, and one word stands in one passage alone.
OWNED = [[" ".join(RANDOM.choices(WORDS, k=RANDOM.randint(3, 9))) for _ in range(RANDOM.randint(1, 5))] for _ in range(MANY)]
OWNED[10] = ["🙂 🙂", "!?"]
OWNED[200] = ["A quagga, once."]
HEADINGS = [f"Part {number % 4}: 貳、過程" if number % 9 else "" for number in range(MANY)]
TEXTS = [f"{heading}\n{' '.join(sentences)}" for heading, sentences in zip(HEADINGS, OWNED, strict=True)]
SENTENCES = list(chain.from_iterable(OWNED))
OWNERS: Ids = np.repeat(np.arange(MANY), [len(sentences) for sentences in OWNED])
FIRST: Ids = np.searchsorted(OWNERS, np.arange(MANY + 1))
ENCODER = LetterEncoder()
LEXICAL = BM25Index.build(TEXTS)
VECTORS = np.stack([encoded.vector for encoded in ENCODER.documents(SENTENCES)])
SCOPES = {
    "all": None,
    "every": np.arange(MANY),
    "empty": np.zeros(0, np.int64),
    "one": np.array([200]),
    "a run of few": np.arange(30, 90),
    "as few as candidates": np.arange(5, 5 + CANDIDATES),
    "a run of many": np.arange(40, 300),
    "several runs": np.array([*range(3, 80), *range(90, 91), *range(150, 260), 319]),
    "more runs than a filter holds": np.arange(0, MANY, 2),
}


@pytest.fixture(scope="module")
def local() -> LocalRetriever:
    return LocalRetriever(DenseIndex.build(VECTORS), LEXICAL, OWNERS)


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusRetriever]:
    with milvus(tmp_path_factory.mktemp("milvus")) as options:
        store = MilvusRetriever.write(options, VECTORS, LEXICAL, OWNERS)
        yield store
        store.close()


@pytest.fixture(params=["local", "lite"])
def store(request: pytest.FixtureRequest) -> CandidateRetriever:
    found: CandidateRetriever = request.getfixturevalue(request.param)
    return found


def vector(question: str) -> np.ndarray:
    return ENCODER.queries([question])[0].vector


def best(numbers: list[int]) -> list[int]:
    return list(dict.fromkeys(numbers))[:CANDIDATES]


def expected(question: str, within: Ids | None) -> Ids:
    """The passages that a store has to bring, found by sorting everything."""
    allowed = np.arange(MANY) if within is None else within
    if len(allowed) <= CANDIDATES:
        return allowed
    cosines, keywords = VECTORS @ vector(question), LEXICAL.scores(question)
    rows = rows_of(allowed, FIRST)
    rows = rows[np.argsort(-cosines[rows], kind="stable")]
    dense = best(OWNERS[rows[: 4 * CANDIDATES] if within is None else rows].tolist())
    lexical = allowed[np.argsort(-keywords[allowed], kind="stable")][:CANDIDATES]
    return np.union1d(dense, lexical)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_retriever_candidates_in_scope_equal_exhaustive_search(store: CandidateRetriever, question: str, scope: str) -> None:
    within = SCOPES[scope]
    brought = store.candidates(vector(question), question, within)
    assert brought.passages.tolist() == expected(question, within).tolist()
    np.testing.assert_allclose(brought.keywords, LEXICAL.scores(question)[brought.passages], atol=1e-4)
    cosines = VECTORS[rows_of(brought.passages, FIRST)] @ vector(question)
    np.testing.assert_allclose(brought.cosines, cosines, atol=1e-5)
    assert brought.keywords.dtype == brought.cosines.dtype == np.float32


@pytest.mark.parametrize("question", ["the", "公民空間是什麼？", "open 政府 data 2030"])
@pytest.mark.parametrize("scope", ["a run of many", "several runs", "more runs than a filter holds"])
def test_milvus_retriever_candidates_too_few_passages_widen_search(
    lite: MilvusRetriever, monkeypatch: pytest.MonkeyPatch, question: str, scope: str
) -> None:
    for counts in ("SENTENCES", "PASSAGES"):
        monkeypatch.setattr(index.retrieval.milvus_retriever, counts, (CANDIDATES, CANDIDATES + 1, 2 * CANDIDATES, 2000))
    within = SCOPES[scope]
    assert lite.candidates(vector(question), question, within).passages.tolist() == expected(question, within).tolist()


def test_milvus_retriever_candidates_rows_missed_by_search_get_cosines(
    lite: MilvusRetriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = lite._search

    def approximate(field: str, *asked: Any) -> Any:
        rows, scores = search(field, *asked)
        return rows[::2], scores[::2]

    whole = lite.candidates(vector("the"), "the", SCOPES["a run of few"]).cosines
    monkeypatch.setattr(lite, "_search", approximate)
    found = lite.candidates(vector("the"), "the", SCOPES["a run of few"]).cosines
    assert len(found) == sum(len(sentences) for sentences in OWNED[30:90])
    np.testing.assert_allclose(found, whole, atol=1e-6)


def test_scopes_test_data_has_expected_candidate_counts() -> None:
    sizes = {name: len(expected("the", within)) for name, within in SCOPES.items()}
    assert [sizes[name] for name in ("empty", "one", "a run of few", "as few as candidates")] == [0, 1, 60, CANDIDATES]
    assert all(CANDIDATES < sizes[name] < 2 * CANDIDATES for name in ("all", "a run of many", "several runs"))
    assert len(expected("zebra", None)) > CANDIDATES


@pytest.mark.parametrize("count", [1, 7, 400, 5000])
def test_retriever_nearest_count_returns_most_similar_rows(store: CandidateRetriever, count: int) -> None:
    asked = vector("公民空間是什麼？")
    order = np.argsort(-(VECTORS @ asked), kind="stable")[:count]
    found = store.nearest(asked, count)
    assert sorted(found.tolist()) == sorted(order.tolist())
    np.testing.assert_allclose(VECTORS[found] @ asked, (VECTORS @ asked)[order], atol=1e-6)


@pytest.mark.parametrize("rows", [[0], [5, 3, 300, 4], [9, 9, 2], list(range(900))])
def test_retriever_vectors_rows_follow_requested_order(store: CandidateRetriever, rows: list[int]) -> None:
    rows = [row for row in rows if row < len(VECTORS)]
    np.testing.assert_array_equal(store.vectors(np.array(rows)), VECTORS[rows])


@pytest.mark.parametrize(
    "word", ["2021", "2030", "quagga", "once", "公民", "公", "民空", "数位", "はい", "ærø", "naive", "part"]
)
@pytest.mark.parametrize("more", ["", "x", " "])
def test_retriever_says_word_returns_whether_a_passage_has_the_term(store: CandidateRetriever, word: str, more: str) -> None:
    said = set(chain.from_iterable(map(search_terms, TEXTS)))
    assert store.contains_word(word + more) == (word + more in said)


def test_retriever_says_unfolded_or_partial_word_returns_false(store: CandidateRetriever) -> None:
    assert {"2021", "quagga", "数字"} <= {word for word in ("2021", "quagga", "数字") if store.contains_word(word)}
    assert not any(map(store.contains_word, ("2031", "202", "Quagga", "quag", "數位", "数位落差", "\ud800")))


def test_retriever_candidates_eight_threads_equal_single_thread(store: CandidateRetriever) -> None:
    asked = [(question, within) for question in QUESTIONS for within in SCOPES.values()]

    def ask(pair: tuple[str, Ids | None]) -> list[list[float]]:
        brought = store.candidates(vector(pair[0]), *pair)
        return [part.tolist() for part in (brought.passages, brought.keywords, brought.cosines)]

    alone = list(map(ask, asked))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, asked)) == alone


def searcher(store: CandidateRetriever) -> Searcher:
    passages = [Passage(f"r:{n:04}", "r", text, (), (1, 1), 0, len(text)) for n, text in enumerate(TEXTS)]
    sentences = [
        Sentence(int(owner), text, (), (1, 1), quotable=True) for owner, text in zip(OWNERS, SENTENCES, strict=True)
    ]
    late = TokenIndex.build([encoded.tokens for encoded in ENCODER.documents(SENTENCES)])
    return Searcher(ENCODER, passages, sentences, store, late)


def test_searcher_search_local_and_milvus_retrievers_return_same_results(
    local: LocalRetriever, lite: MilvusRetriever
) -> None:
    one, other = searcher(local), searcher(lite)
    for question in QUESTIONS:
        for within in (SCOPES["all"], SCOPES["several runs"], SCOPES["one"], SCOPES["empty"]):
            here, there = one.search(question, 10, within), other.search(question, 10, within)
            assert [hit.passage.id for hit in there.hits] == [hit.passage.id for hit in here.hits]
            assert [hit.score for hit in there.hits] == pytest.approx([hit.score for hit in here.hits], abs=1e-4)
            assert [each.sentence for each in there.evidence] == [each.sentence for each in here.evidence]
            assert (there.overlap, there.closeness) == pytest.approx((here.overlap, here.closeness), abs=1e-4)


@pytest.mark.parametrize("scores", [[1, 3, 2, 3, 3], [0, 0, 0], [5, 4, 3, 2], [1, 2, 2, 2, 9]])
@pytest.mark.parametrize("count", [1, 2])
def test_top_indices_equal_scores_return_first_indices(scores: list[float], count: int) -> None:
    order = np.argsort(-np.array(scores), kind="stable")
    assert sorted(top_indices(np.array(scores, np.float32), count).tolist()) == sorted(order[:count].tolist())
