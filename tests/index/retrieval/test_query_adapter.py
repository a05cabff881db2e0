"""The adapter: what it does to tokens, that it is read back, and that training moves questions towards their passages."""

from pathlib import Path

import numpy as np
import pytest

from index.encoding.encoder import normalize_rows
from index.engine import Engine
from index.errors import GenerationError
from index.retrieval.query_adapter import QueryAdapter
from index.retrieval.searcher import Searcher
from index.training.query_adapter_trainer import QuestionPair, train_adapter

TOKENS = normalize_rows(np.array([[3, 4], [1, 0]], np.float32))


def test_query_adapter_adapt_moves_tokens_and_keeps_unit_length() -> None:
    turned = QueryAdapter(np.array([[0, 1], [0, 0]], np.float32), "m", []).adapt(TOKENS)
    np.testing.assert_allclose(turned, normalize_rows(np.array([[0.6, 1.4], [1, 1]])), atol=1e-6)
    np.testing.assert_allclose(QueryAdapter(np.zeros((2, 2), np.float32), "m", []).adapt(TOKENS), TOKENS, atol=1e-6)


def test_query_adapter_load_saved_file_returns_matrix_in_half_precision(tmp_path: Path) -> None:
    QueryAdapter(np.array([[0.1, 2], [3, 4]], np.float32), "letters-32", ["b", "a"]).save(tmp_path / "adapter.npz")
    again = QueryAdapter.load(tmp_path / "adapter.npz")
    assert (again.model, again.reports) == ("letters-32", {"a", "b"})
    assert again.matrix.dtype == np.float32
    np.testing.assert_allclose(again.matrix, [[0.1, 2], [3, 4]], rtol=1e-3)


@pytest.mark.parametrize("content", [b"", b"not numpy", b"PK\x03\x04"])
def test_query_adapter_load_invalid_file_raises_generation_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "adapter.npz").write_bytes(content)
    with pytest.raises(GenerationError, match=r"adapter\.npz: is no adapter of questions .*; run: report-index train"):
        QueryAdapter.load(tmp_path / "adapter.npz")


def first(searcher: Searcher, tokens: np.ndarray) -> int:
    """The passage that late interaction puts first."""
    matches = searcher.token_index.max_sim(tokens, range(len(searcher.sentences)))
    best = np.maximum.reduceat(matches, searcher.first_sentences[:-1], axis=1)
    return int(best.mean(axis=0).argmax())


def test_train_adapter_question_pairs_raise_scores_of_their_passages(engine: Engine) -> None:
    searcher = engine.answerer.searcher
    asked = [searcher.token_index.center_tokens(each.tokens) for each in searcher.encoder.queries(["zz", "qq"])]
    made = [QuestionPair(asked[0], (2,)), QuestionPair(asked[1], (5,))]
    steps: list[tuple[int, int]] = []
    adapter = train_adapter(made, searcher, lambda done, total: steps.append((done, total)), epochs=60, rate=0.01)
    assert [first(searcher, adapter.adapt(tokens)) for tokens in asked] != [first(searcher, tokens) for tokens in asked]
    for tokens, right in zip(asked, (2, 5), strict=True):
        assert scores(searcher, adapter.adapt(tokens))[right] > scores(searcher, tokens)[right] + 0.01
    assert (steps[0], steps[-1]) == ((1, 60), (60, 60))
    assert adapter.model == "letters-32"


def scores(searcher: Searcher, tokens: np.ndarray) -> np.ndarray:
    """How much better each passage matches than the average one."""
    matches = searcher.token_index.max_sim(tokens, range(len(searcher.sentences)))
    best = np.maximum.reduceat(matches, searcher.first_sentences[:-1], axis=1).mean(axis=0)
    return best - best.mean()


def test_searcher_search_adapter_applies_only_to_trained_reports(engine: Engine) -> None:
    """With a map that turns every token into its opposite."""
    plain = engine.answerer.searcher
    reports = {passage.report for passage in plain.passages}
    opposite = np.eye(plain.token_index.vectors[:1].shape[1], dtype=np.float32) * -2
    every, none = (
        Searcher(
            plain.encoder,
            plain.passages,
            plain.sentences,
            plain.store,
            plain.token_index,
            adapter=QueryAdapter(opposite, "letters-32", names),
        )
        for names in (reports, {"another"})
    )
    without = Searcher(plain.encoder, plain.passages, plain.sentences, plain.store, plain.token_index)
    question = plain.sentences[0].text
    assert none.search(question, 5).hits == without.search(question, 5).hits
    assert every.search(question, 5).hits != without.search(question, 5).hits
    assert every.search(question, 5).hits[0].passage != without.search(question, 5).hits[0].passage
