"""The highest of many scores are the first highest of all, however they are found."""

import numpy as np
import pytest

from index.retrieval.candidate_retriever import BLOCK, top_indices

COUNT = 10
SIZES = (COUNT + 1, COUNT * BLOCK, (COUNT + 1) * BLOCK, (COUNT + 5) * BLOCK + 7)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("digits", [0, 1, 6])
@pytest.mark.parametrize("share", [0.0, 0.01, 1.0])
def test_top_indices_any_scores_equal_first_of_stable_sort(size: int, digits: int, share: float) -> None:
    chance = np.random.default_rng(size)
    scores = (chance.random(size).round(digits) * (chance.random(size) < share)).astype(np.float32)
    found = top_indices(scores, COUNT)
    assert sorted(found.tolist()) == sorted(np.argsort(-scores, kind="stable")[:COUNT].tolist())


@pytest.mark.parametrize("at", [0, BLOCK, -1])
def test_top_indices_single_nonzero_score_is_found(at: int) -> None:
    scores = np.zeros(SIZES[-1], np.float32)
    scores[at] = 1
    assert at % len(scores) in top_indices(scores, COUNT)
