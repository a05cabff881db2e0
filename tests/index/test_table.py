"""Products of a question's tokens with many vectors, exact for few and nearly so for many."""

import numpy as np
import pytest

from index import table
from index.embedding import Vectors, unit
from index.table import LARGE, Table


def vectors(rows: int, seed: int) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(rows, 32)).astype(np.float32))


@pytest.mark.parametrize("spans", [[(0, 40)], [(3, 4), (10, 30), (0, 2)]])
def test_a_small_table_is_multiplied_exactly(spans: list[tuple[int, int]]) -> None:
    rows, asked = vectors(40, 0), vectors(5, 1)
    chosen = np.concatenate([rows[start:end] for start, end in spans])
    np.testing.assert_allclose(Table(rows).products(asked, spans), asked @ chosen.T, atol=1e-6)


@pytest.mark.parametrize("native", ["bfloat16", "float32"])
@pytest.mark.parametrize("tokens", [1, 16, 17])
def test_a_large_one_to_two_digits_at_least(monkeypatch: pytest.MonkeyPatch, native: str, tokens: int) -> None:
    monkeypatch.setattr(table, "best_dtype", lambda _: native)
    rows, asked = vectors(LARGE, 0), vectors(tokens, 1)
    made = Table(rows)
    assert len(made) == LARGE
    found = made.products(asked, [(0, LARGE)])
    assert (found.shape, found.dtype) == ((tokens, LARGE), np.float32)
    np.testing.assert_allclose(found, asked @ rows.T, atol=0.01 if native == "bfloat16" else 1e-5)
    few = made.products(asked, [(7, 9), (100, 103)])
    np.testing.assert_allclose(few, asked @ rows[[7, 8, 100, 101, 102]].T, atol=0.01)
    np.testing.assert_allclose(made[7:9], rows[7:9], atol=0.005)
