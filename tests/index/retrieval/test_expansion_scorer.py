"""Texts about passages score the passages and sentences that they are about, and no others."""

import numpy as np

from index.models import Expansion
from index.retrieval.expansion_scorer import ExpansionScorer
from index.retrieval.token_index import TokenIndex

# Four sentences of three passages; the third has no text about it.
OWNERS = np.array([0, 0, 1, 2])
EAST, NORTH, UP = np.eye(3, dtype=np.float32)
TOLD = (
    Expansion("question", "en", "east?", (1,)),
    Expansion("question", "en", "north?", (2,)),
    Expansion("question", "en", "both?", (0, 2)),
    Expansion("gist", "en", "up", (0, 1)),
)
TOKENS = TokenIndex.build([EAST[None], NORTH[None], np.stack([EAST, NORTH]), UP[None]], np.zeros(3, np.float32))


def test_expansion_scorer_passage_and_sentence_take_best_expansion_score() -> None:
    seen = ExpansionScorer(TOLD, TOKENS, OWNERS).score(np.stack([EAST, UP]), np.arange(3))["question"]
    assert seen.passages.tolist() == [0, 1]
    assert seen.sentences.tolist() == [0, 1, 2]
    # No text tells the passages apart by any token, so all tokens count alike.
    assert seen.passage_scores.tolist() == [0.5, 0.5]
    assert seen.sentence_scores.tolist() == [0.5, 0.5, 0.5]


def test_expansion_scorer_discriminating_token_gets_more_weight() -> None:
    told = (*TOLD[:2], TOLD[3])
    tokens = TokenIndex.build([EAST[None], NORTH[None], UP[None]], np.zeros(3, np.float32))
    seen = ExpansionScorer(told, tokens, OWNERS).score(np.stack([EAST, UP]), np.arange(3))["question"]
    assert np.allclose(seen.passage_scores, [1, 0], atol=1e-6)
    assert np.allclose(seen.sentence_scores, [1, 0], atol=1e-6)


def test_expansion_scorer_kinds_are_scored_separately() -> None:
    seen = ExpansionScorer(TOLD, TOKENS, OWNERS).score(np.stack([EAST, UP]), np.arange(3))
    assert list(seen) == ["question", "gist"]
    # Both tokens tell gists of one passage as little apart as none at all.
    assert seen["gist"].passages.tolist() == [0]
    assert seen["gist"].sentences.tolist() == [0, 1]
    assert np.allclose(seen["gist"].sentence_scores, [0.5, 0.5], atol=1e-6)


def test_expansion_scorer_only_candidates_are_scored_and_empty_kinds_omitted() -> None:
    views = ExpansionScorer(TOLD, TOKENS, OWNERS)
    some = views.score(UP[None], np.array([0, 2]))
    assert (some["gist"].passages.tolist(), some["question"].sentences.tolist()) == ([0], [0, 1])
    assert list(views.score(UP[None], np.array([1, 2]))) == ["question"]
    assert views.score(UP[None], np.array([2])) == {}
    assert ExpansionScorer((), TokenIndex.build([], np.zeros(3, np.float32)), OWNERS).score(UP[None], np.arange(3)) == {}


def test_expansion_scorer_expansion_equal_to_question_is_left_out() -> None:
    seen = ExpansionScorer(TOLD, TOKENS, OWNERS).score(np.stack([EAST, UP]), np.arange(3), "both?")["question"]
    assert (seen.passages.tolist(), seen.sentences.tolist()) == ([0, 1], [1, 2])


def test_expansion_scorer_readings_language_returns_text_by_sentence() -> None:
    told = (Expansion("reading", "en", "east", (0, 3)), Expansion("reading", "zh-Hant", "東", (1,)), *TOLD)
    tokens = TokenIndex.build([EAST[None]] * len(told), np.zeros(3, np.float32))
    assert ExpansionScorer(told, tokens, OWNERS).readings("en") == {0: "east", 3: "east"}
