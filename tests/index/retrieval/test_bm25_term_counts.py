"""Counted terms, and that scores are the library's own."""

import bm25s
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.retrieval.bm25_index import BM25Index, TermCounts
from index.text.normalization import index_terms, search_terms

TEXTS = ["open data open", "rivers", "data"]


def test_term_counts_of_texts_count_terms_per_text() -> None:
    found = TermCounts.of(TEXTS, str.split)
    assert found.words == ("open", "data", "rivers")
    assert (found.starts.tolist(), found.terms.tolist(), found.counts.tolist()) == ([0, 2, 3, 4], [0, 1, 2, 1], [2, 1, 1, 1])
    assert found.size == 3


@given(st.lists(st.text("開放政府 data open。", max_size=30), min_size=1, max_size=8), st.text("開放政府 data", max_size=9))
def test_bm25_index_scores_precounted_terms_equal_library_scores(texts: list[str], question: str) -> None:
    own = bm25s.BM25()
    own.index([index_terms(text) for text in texts], show_progress=False)
    known = [term for term in search_terms(question) if term in own.vocab_dict]
    expected = own.get_scores(known) if known else np.zeros(len(texts))
    np.testing.assert_allclose(BM25Index.build(texts).scores(question), expected, atol=1e-6)
