"""Search: what each leg brings, how hits are ordered, and that threads may share one engine."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoding.encoder import Encoding, normalize_rows
from index.engine import Engine
from index.models import Expansion, Passage, Sentence
from index.retrieval.bm25_index import BM25Index
from index.retrieval.candidate_retriever import CANDIDATES, LocalRetriever
from index.retrieval.dense_index import DenseIndex
from index.retrieval.expansion_scorer import ExpansionScorer
from index.retrieval.searcher import VIEW_WEIGHTS, Searcher, standardize
from index.retrieval.token_index import TokenIndex
from tests.index.encoders import LetterEncoder
from tests.index.tiny import BOATS, OIL

QUESTIONS = (OIL, BOATS, "Who opened the breakwater?", "gulls", "霧笛", "How do I knit?", "🙂", "a")
MANY = 300
AHEAD = np.eye(4, dtype=np.float32)[0]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([1.0, 3.0], [-1.0, 1.0]),
        ([0.0, 0.0, 3.0], [-(0.5**0.5), -(0.5**0.5), 2**0.5]),
        ([7.0, 7.0], [0.0, 0.0]),
        ([5.0], [0.0]),
    ],
)
def test_standardize_scores_return_zero_mean_and_unit_deviation(scores: list[float], expected: list[float]) -> None:
    np.testing.assert_allclose(standardize(np.array(scores)), expected)


class Planned:
    """A question lies straight ahead, and its only token is like those of sentence `target` and of no other."""

    dimensions, fingerprint, dtype = 4, "planned", "float32"

    def __init__(self, target: int) -> None:
        self.target = target

    def queries(self, texts: Sequence[str]) -> list[Encoding]:
        return [Encoding(AHEAD, np.eye(4, dtype=np.float32)[[3]]) for _ in texts]

    def documents(self, texts: Sequence[str]) -> list[Encoding]:
        """The higher its number, the further a sentence turns away."""
        return [
            Encoding(
                normalize_rows(np.array([MANY - n, n, 0, 0], np.float32)),
                np.eye(4, dtype=np.float32)[[3 if n == self.target else 2]],
            )
            for n in range(len(texts))
        ]


def searcher(target: int, word: str) -> Searcher:
    """Several hundred passages of one sentence; all say `rain` but the target, which says `word`."""
    texts = [word if n == target else f"rain {n}" for n in range(MANY)]
    passages = [Passage(f"r:{n:04}", "r", text, (), (1, 1), 0, len(text)) for n, text in enumerate(texts)]
    sentences = [Sentence(n, text, (), (1, 1), quotable=True) for n, text in enumerate(texts)]
    encoder = Planned(target)
    encoded = encoder.documents(texts)
    dense, late = DenseIndex.build([e.vector for e in encoded]), TokenIndex.build([e.tokens for e in encoded])
    store = LocalRetriever(dense, BM25Index.build(texts), np.arange(MANY))
    return Searcher(encoder, passages, sentences, store, late)


def test_searcher_search_keyword_match_finds_passage_missed_by_vectors() -> None:
    search = searcher(target=MANY - 1, word="zebra")
    assert MANY - 1 not in search.store.nearest(AHEAD, CANDIDATES)
    found = search.search("zebra", 2)
    assert found.closeness == pytest.approx(1, abs=1e-5)
    best, second = found.hits
    assert (best.passage.id, best.passage.text, best.rank) == ("r:0299", "zebra", 1)
    assert best.score > second.score + 1


def test_searcher_search_vector_match_finds_passage_missed_by_keywords() -> None:
    search = searcher(target=50, word="zebra")
    scores = search.store.lexical.scores("rain")
    assert sum(score > scores[50] for score in scores) == MANY - 1
    best, second = search.search("rain", 2).hits
    assert (best.passage.id, best.passage.text, best.rank) == ("r:0050", "zebra", 1)
    assert best.score > second.score + 1


def test_searcher_search_passage_outside_candidates_is_not_returned() -> None:
    search = searcher(target=MANY // 2, word="zebra")
    found = search.search("rain", MANY)
    assert "r:0150" not in [hit.passage.id for hit in found.hits]
    assert CANDIDATES <= len(found.hits) <= 2 * CANDIDATES
    assert len(searcher(target=MANY // 2, word="zebra").search("zebra", MANY).hits) == len(search.search("zebra", MANY).hits)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("top", [1, 5, 9, 50])
def test_searcher_search_hits_are_ranked_by_descending_score(engine: Engine, question: str, top: int) -> None:
    search = engine.answerer.searcher
    found = search.search(question, top)
    assert [hit.rank for hit in found.hits] == list(range(1, min(top, 9) + 1))
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.passage.id for hit in found.hits}) == len(found.hits)
    assert found.hits == search.search(question, 9).hits[:top]


@given(st.text(max_size=60))
def test_searcher_search_arbitrary_text_is_deterministic(engine: Engine, question: str) -> None:
    search = engine.answerer.searcher
    found = search.search(question, 3)
    assert found == search.search(question, 3)
    assert len(found.hits) == 3
    assert -1.001 <= found.closeness <= 1.001
    assert found.overlap >= 0


def test_searcher_search_evidence_is_quotable_sorted_and_from_hits(engine: Engine) -> None:
    search = engine.answerer.searcher
    found = search.search(OIL, 2)
    assert [hit.passage.id for hit in found.hits] == ["harbour:d5da900fb6", "harbour:a4dcdbb381"]
    assert [each.sentence.text for each in found.evidence][:1] == ["The lighthouse burns 40 litres of oil each night."]
    assert {each.sentence.text for each in found.evidence} == {
        "The lighthouse burns 40 litres of oil each night.",
        "She asked for an electric lamp by 2032.",
        "Date: 9 October 2030",
        "Speakers: Dora Wick (Keeper, North Light)",
    }
    assert all(each.passage.text.count(each.sentence.text) == 1 for each in found.evidence)
    scores = [each.score for each in found.evidence]
    assert scores == sorted(scores, reverse=True)
    everything = search.search(OIL, 9).evidence
    assert len(everything) == sum(sentence.quotable for sentence in search.sentences) == 19


def test_searcher_search_equal_sentences_rank_better_passage_first() -> None:
    texts = ["Rain fell.", "Rain fell. A zebra crossed."]
    passages = [Passage(f"r:{n}", "r", text, (), (1, 1), 0, len(text)) for n, text in enumerate(texts)]
    owned = [(0, "Rain fell."), (1, "Rain fell."), (1, "A zebra crossed.")]
    sentences = [Sentence(owner, text, (), (1, 1), quotable=True) for owner, text in owned]
    encoded = LetterEncoder().documents([text for _, text in owned])
    dense, late = DenseIndex.build([e.vector for e in encoded]), TokenIndex.build([e.tokens for e in encoded])
    store = LocalRetriever(dense, BM25Index.build(texts), np.array([owner for owner, _ in owned]))
    search = Searcher(LetterEncoder(), passages, sentences, store, late)
    found = search.search("Rain fell when the zebra crossed", 2)
    rain = [each.passage.id for each in found.evidence if each.sentence.text == "Rain fell."]
    assert rain == ["r:1", "r:0"]


def test_searcher_search_covered_question_has_higher_closeness_and_overlap(engine: Engine) -> None:
    search = engine.answerer.searcher
    inside, outside = search.search(OIL, 1), search.search("How do I knit?", 1)
    assert inside.closeness > outside.closeness
    assert inside.overlap == max(search.store.lexical.scores(OIL).tolist()) > outside.overlap
    assert search.search("蒸蛋", 1).overlap == 0


def test_searcher_search_single_passage_corpus_returns_it() -> None:
    passage = Passage("r:0001", "r", "rain", (), (1, 1), 0, 4)
    sentences, vectors = [Sentence(0, "rain", (), (1, 1), quotable=True)], Planned(0).documents(["rain"])
    dense, late = DenseIndex.build([vectors[0].vector]), TokenIndex.build([vectors[0].tokens])
    store = LocalRetriever(dense, BM25Index.build(["rain"]), np.zeros(1, np.int64))
    found = Searcher(Planned(0), [passage], sentences, store, late).search("rain", 5)
    assert [(hit.passage, hit.rank, hit.score) for hit in found.hits] == [(passage, 1, 0.0)]
    assert [each.sentence for each in found.evidence] == sentences


def test_engine_ask_eight_threads_equal_single_thread(engine: Engine) -> None:
    asked = QUESTIONS * 8
    alone = [replace(engine.ask(question), elapsed_ms=0) for question in asked]
    with ThreadPoolExecutor(8) as pool:
        together = [replace(answer, elapsed_ms=0) for answer in pool.map(engine.ask, asked)]
    assert together == alone


def test_searcher_search_passage_without_expansions_uses_own_text_score() -> None:
    search = searcher(target=5, word="zebra")
    alone = {hit.passage.id: hit.score for hit in search.search("zebra", MANY).hits}
    spread = np.array(list(alone.values()))
    others = [Expansion("gist", "en", f"gist {n}", (n,)) for n in range(MANY) if n != 5]
    told = TokenIndex.build([np.eye(4, dtype=np.float32)[[n % 3]] for n in range(len(others))], search.token_index.mean)
    search.expansion_scorer = ExpansionScorer(others, told, search.owners)
    best = search.search("zebra", MANY).hits[0]
    own = (alone["r:0005"] - spread.mean()) / spread.std()
    assert best.passage.id == "r:0005"
    assert best.score == pytest.approx(alone["r:0005"] + VIEW_WEIGHTS["gist"] * own, rel=1e-3)
