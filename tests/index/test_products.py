"""Products of whole numbers are exact, however large they become and whatever the processor has for them."""

from contextlib import nullcontext

import numpy as np
import pytest

from index import products
from index.table import TOP


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize(("tokens", "rows", "count"), [(16, 1024, 1000), (1, 9, 9)])
def test_they_are_exact(monkeypatch: pytest.MonkeyPatch, native: bool, tokens: int, rows: int, count: int) -> None:
    assert products.exact()
    monkeypatch.setattr(products, "exact", lambda: native)
    rng = np.random.default_rng(0)
    asked, held = (rng.integers(-TOP, TOP + 1, (n, 512)) for n in (tokens, rows))
    asked[:1], held[0], held[1] = TOP, -TOP, TOP
    for starts in ([0, 1, 3, 8], list(range(count))):
        found = products.largest(asked.astype(np.float32), held.astype(np.int8), np.array(starts), count)
        ends = [*starts[1:], count]
        expected = [(asked @ held.T)[:, start:end].max(axis=1) for start, end in zip(starts, ends, strict=True)]
        assert (found.shape, found.dtype) == ((tokens, len(starts)), np.float32)
        np.testing.assert_array_equal(found, np.stack(expected, axis=1))
    assert found[0, :2].tolist() == [-TOP * TOP * 512, TOP * TOP * 512]


def test_a_processor_that_overflows_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    overflowing = lambda *given: nullcontext(products.in_single_precision(*given).clip(0, 1e7))  # noqa: E731
    monkeypatch.setattr(products, "compiled", lambda: overflowing)
    assert not products.exact.__wrapped__()
