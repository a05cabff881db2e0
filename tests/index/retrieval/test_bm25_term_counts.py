"""Counted terms: what is in them, that parts add up, and that scores are the library's own."""

from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import GenerationError
from index.retrieval.bm25_index import LexicalIndex, Postings
from index.text.normalization import terms, tokens

TEXTS = ["open data open", "rivers", "data"]


def test_terms_are_counted_text_by_text() -> None:
    found = Postings.of(TEXTS, str.split)
    assert found.words == ("open", "data", "rivers")
    assert (found.starts.tolist(), found.terms.tolist(), found.counts.tolist()) == ([0, 2, 3, 4], [0, 1, 2, 1], [2, 1, 1, 1])
    assert found.size == 3


@given(
    st.lists(st.text("開放政府 data open。", max_size=30), min_size=1, max_size=8),
    st.integers(0, 8),
    st.text("開放政府 data", max_size=9),
)
def test_parts_score_as_the_whole_and_both_as_the_library_itself(texts: list[str], cut: int, question: str) -> None:
    own = bm25s.BM25()
    own.index([terms(text) for text in texts], show_progress=False)
    parts = [Postings.of(some, terms) for some in (texts[:cut], texts[cut:]) if some]
    joined, whole = LexicalIndex.of(Postings.joined(parts)), LexicalIndex.build(texts)
    known = [term for term in tokens(question) if term in own.vocab_dict]
    expected = own.get_scores(known) if known else np.zeros(len(texts))
    np.testing.assert_allclose(whole.scores(question), expected, atol=1e-6)
    np.testing.assert_allclose(joined.scores(question), expected, atol=1e-6)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    made = Postings.of(["開放 data", "", "x"], terms)
    made.save(tmp_path / "terms.npz")
    found = Postings.load(tmp_path / "terms.npz")
    assert found.words == made.words
    for name in ("starts", "terms", "counts"):
        np.testing.assert_array_equal(getattr(found, name), getattr(made, name))


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "terms.npz").write_bytes(content)
    with pytest.raises(GenerationError) as caught:
        Postings.load(tmp_path / "terms.npz")
    assert str(caught.value).startswith(f"{tmp_path}/terms.npz: is no list of terms (")
    assert str(caught.value).endswith("; run: report-index build")
