"""How well a question's tokens match many vectors, exact for few and nearly so for many."""

import numpy as np
import pytest

from index.arrays import Vectors
from index.encoding.encoder import normalize_rows
from index.retrieval import int8_matrix
from index.retrieval import int8_matrix as int8_matrix_module
from index.retrieval.int8_matrix import LARGE, QuantizedMatrix


def vectors(rows: int, seed: int) -> Vectors:
    return normalize_rows(np.random.default_rng(seed).normal(size=(rows, 32)).astype(np.float32))


@pytest.mark.parametrize("spans", [[(0, 40)], [(3, 4), (10, 30), (0, 2)]])
def test_quantized_matrix_best_small_matrix_is_exact(spans: list[tuple[int, int]]) -> None:
    rows, asked = vectors(40, 0), vectors(5, 1)
    chosen = np.concatenate([rows[start:end] for start, end in spans])
    found = QuantizedMatrix.of(rows).best(asked, spans, np.arange(len(chosen)))
    np.testing.assert_allclose(found, asked @ chosen.T, atol=1e-6)


def test_quantized_matrix_best_groups_return_their_maximum() -> None:
    rows = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], np.float32)
    asked = np.array([[1, 0], [0.6, 0.8]], np.float32)
    found = QuantizedMatrix.of(rows).best(asked, [(0, 4)], np.array([0, 2]))
    np.testing.assert_allclose(found, [[1, 0], [0.8, -0.6]], atol=1e-6)


@pytest.mark.parametrize(("exact", "laid_out"), [(int8_matrix_module.is_int8_exact(), 0), (False, 0), (False, LARGE * 32)])
@pytest.mark.parametrize("tokens", [1, 16, 17])
def test_quantized_matrix_best_large_matrix_is_close_and_processor_independent(
    monkeypatch: pytest.MonkeyPatch, exact: bool, laid_out: int, tokens: int
) -> None:
    rows, asked = vectors(LARGE, 0), vectors(tokens, 1)
    here = QuantizedMatrix.of(rows)
    assert (len(here), here.stored.dtype) == (LARGE, np.int8)
    each = np.arange(LARGE)
    expected = here.best(asked, [(0, LARGE)], each)
    # Processors that multiply eight bits exactly, and those that do not, with tables too large to lay out and not.
    monkeypatch.setattr(int8_matrix_module, "is_int8_exact", lambda: exact)
    monkeypatch.setattr(int8_matrix, "LAID_OUT", laid_out)
    made = QuantizedMatrix.of(rows)
    found = made.best(asked, [(0, LARGE)], each)
    np.testing.assert_array_equal(found, expected)
    assert (found.shape, found.dtype) == ((tokens, LARGE), np.float32)
    np.testing.assert_allclose(found, asked @ rows.T, atol=0.02)
    few = made.best(asked, [(7, 9), (100, 103)], np.arange(5))
    np.testing.assert_array_equal(few, found[:, [7, 8, 100, 101, 102]])
    np.testing.assert_allclose(made[7:9], rows[7:9], atol=0.01)


def test_quantized_matrix_best_zero_vectors_return_zero() -> None:
    nothing = np.zeros((LARGE, 4), np.float32)
    assert not QuantizedMatrix.of(nothing).best(nothing[:2], [(0, LARGE)], np.array([0, 9])).any()


@pytest.mark.parametrize("size", [40, LARGE])
@pytest.mark.parametrize("spans", [[(0, 40)], [(3, 4), (9, 31), (0, 2)], [(10, 10), (39, 40)]])
def test_quantized_matrix_concatenate_parts_equals_whole_matrix(size: int, spans: list[tuple[int, int]]) -> None:
    rows, asked = vectors(size, 0), vectors(5, 1)
    whole = QuantizedMatrix.of(rows)
    parts = QuantizedMatrix.joined(
        [QuantizedMatrix.of(rows[start:end], whole.scale) for start, end in ((0, 10), (10, 10), (10, 30), (30, size))]
    )
    assert len(parts) == size
    np.testing.assert_array_equal(parts.stored, whole.stored)
    starts = np.cumsum([0, *(end - start for start, end in spans if end > start)])[:-1]
    np.testing.assert_array_equal(parts.best(asked, spans, starts), whole.best(asked, spans, starts))
    for rows_of in (slice(0, 5), slice(5, 35), slice(9, 10), slice(12, 12), slice(None)):
        np.testing.assert_array_equal(parts[rows_of], whole[rows_of])


def test_quantized_matrix_of_given_scale_clips_larger_values() -> None:
    rows = np.array([[0.5, -2.0, 0.1]], np.float32)
    np.testing.assert_allclose(QuantizedMatrix.of(rows, 1 / 127)[:], [[64 / 127, -1, 13 / 127]], atol=1e-6)
