"""Products of whole numbers are exact, however large they become and whatever the processor has for them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import numpy as np
import pytest

from index.encoding.openvino_runtime import REQUESTS
from index.retrieval import int8_matrix
from index.retrieval.int8_matrix import TOP


@pytest.mark.parametrize("laid_out", [False, True])
@pytest.mark.parametrize(("tokens", "rows", "count"), [(16, 1024, 1000), (1, 9, 9), (17, 5000, 4999)])
def test_max_products_extreme_int8_values_are_exact(laid_out: bool, tokens: int, rows: int, count: int) -> None:
    rng = np.random.default_rng(0)
    asked, held = (rng.integers(-TOP, TOP + 1, (n, 512)) for n in (tokens, rows))
    asked[:1], held[0], held[1] = TOP, -TOP, TOP
    products_of_all = asked @ held.T
    for starts in ([0, 1, 3, 8], list(range(count))):
        if laid_out:
            rows_of = int8_matrix.products_with(held.astype(np.int8)[:count])
            found = int8_matrix.max_products_of(rows_of, asked.astype(np.float32), np.array(starts))
        else:
            found = int8_matrix.max_products(asked.astype(np.float32), held.astype(np.int8), np.array(starts), count)
        ends = [*starts[1:], count]
        expected = [products_of_all[:, start:end].max(axis=1) for start, end in zip(starts, ends, strict=True)]
        assert (found.shape, found.dtype) == ((tokens, len(starts)), np.float32)
        np.testing.assert_array_equal(found, np.stack(expected, axis=1))
    assert found[0, :2].tolist() == [-TOP * TOP * 512, TOP * TOP * 512]


@pytest.mark.parametrize(("most", "exact"), [(1e7, False), (np.inf, True)])
def test_is_int8_exact_overflowing_processor_returns_false(
    monkeypatch: pytest.MonkeyPatch, most: float, exact: bool
) -> None:
    def multiply(asked: np.ndarray, rows: np.ndarray) -> nullcontext:
        return nullcontext((asked @ rows.astype(np.float32).T + int8_matrix.LIFT).clip(0, most))

    monkeypatch.setattr(int8_matrix, "whole_number_products", lambda: multiply)
    assert int8_matrix.is_int8_exact.__wrapped__() == exact


@pytest.mark.parametrize("exact", [True, False])
def test_max_products_converted_rows_return_same_products(monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    rng = np.random.default_rng(2)
    asked, held = (rng.integers(-9, 10, (n, 64)) for n in (5, 9000))
    expected = (asked @ held.T).reshape(5, 900, 10).max(axis=2)
    # So small that no processor overflows.
    monkeypatch.setattr(int8_matrix, "is_int8_exact", lambda: exact)
    found = int8_matrix.max_products(asked.astype(np.float32), held.astype(np.int8), np.arange(0, 9000, 10), 9000)
    np.testing.assert_array_equal(found, expected)


def test_max_products_many_threads_return_correct_products() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(-TOP, TOP + 1, (1024, 64)).astype(np.int8)
    questions = [rng.integers(-TOP, TOP + 1, (1 + number % 20, 64)).astype(np.float32) for number in range(64)]
    starts = np.arange(0, 1024, 8)
    for _ in range(3):
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(lambda asked: int8_matrix.max_products(asked, rows, starts, 1024), questions))
        for asked, best in zip(questions, found, strict=True):
            expected = (asked @ rows.astype(np.float32).T).reshape(len(asked), 128, 8).max(axis=2)
            np.testing.assert_array_equal(best, expected)


def test_products_with_error_in_context_releases_inference_request() -> None:
    compiled = int8_matrix.products_with(np.ones((3, 8), np.int8))
    for _ in range(3):
        with pytest.raises(KeyError), compiled(np.ones((16, 8), np.float32)):
            raise KeyError
    assert compiled._idle.qsize() == REQUESTS
