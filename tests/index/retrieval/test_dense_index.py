"""Dense search, and the files of a generation."""

from pathlib import Path

import numpy as np
import pytest

from index.arrays import Vectors
from index.encoding.encoder import normalize_rows
from index.errors import GenerationError
from index.retrieval.dense_index import DenseIndex, kind_for

VECTORS = [np.array(row, np.float32) for row in ([1, 0], [0, 1], [0.6, 0.8], [-1, 0])]
AHEAD = np.array([1, 0], np.float32)


def test_dense_index_nearest_returns_rows_best_first() -> None:
    dense = DenseIndex.build(VECTORS)
    assert (dense.size, dense.dimensions) == (4, 2)
    assert dense.nearest(AHEAD, 2).tolist() == [0, 2]
    assert dense.nearest(AHEAD, 99).tolist() == [0, 2, 1, 3]


def test_dense_index_cosines_follow_requested_row_order() -> None:
    cosines = DenseIndex.build(VECTORS).cosines(AHEAD, np.array([3, 2, 0]))
    np.testing.assert_allclose(cosines, [-1, 0.6, 1], atol=1e-6)


def test_dense_index_load_saved_file_matches_and_damaged_file_raises(tmp_path: Path) -> None:
    file = tmp_path / "a.faiss"
    DenseIndex.build(VECTORS).save(file)
    assert DenseIndex.load(file).nearest(AHEAD, 4).tolist() == [0, 2, 1, 3]
    file.write_bytes(b"nonsense")
    with pytest.raises(GenerationError, match="FAISS cannot read it") as caught:
        DenseIndex.load(file)
    assert str(caught.value).startswith(f"{file}: FAISS cannot read it (")
    assert str(caught.value).endswith("); run: report-index build")
    assert "\n" not in str(caught.value)


def crowd(size: int) -> Vectors:
    """Unit vectors about fifty middles, as sentences lie about topics."""
    chance = np.random.default_rng(0)
    middles = chance.normal(size=(50, 32))
    return normalize_rows(middles[chance.integers(0, 50, size)] + 0.5 * chance.normal(size=(size, 32)))


def test_dense_index_approximate_kind_reaches_recall_of_90_percent(tmp_path: Path) -> None:
    vectors = crowd(5000)
    dense = DenseIndex.build(vectors, "ivf")
    assert dense.kind == "ivf"
    assert dense.recall is not None
    assert 0.9 <= dense.recall <= 1
    dense.save(tmp_path / "a.faiss")
    found = DenseIndex.load(tmp_path / "a.faiss")
    assert (found.size, found.dimensions, found.kind, found.recall) == (5000, 32, "ivf", None)
    exact = DenseIndex.build(vectors, "flat")
    assert (exact.kind, exact.recall) == ("flat", 1.0)
    asked = vectors[::500]
    shares = [len({*found.nearest(each, 10)} & {*exact.nearest(each, 10)}) / 10 for each in asked]
    assert sum(shares) / len(shares) >= 0.9
    rows = np.array([4999, 0, 17])
    np.testing.assert_allclose(found.cosines(asked[1], rows), vectors[rows] @ asked[1], atol=0.02)


def test_kind_for_vector_count_selects_index_kind() -> None:
    assert [kind_for(size) for size in (1, 99_999, 100_000, 1_000_000)] == ["flat", "flat", "ivf", "ivf"]
    assert DenseIndex.build(VECTORS).kind == "flat"
    assert DenseIndex.build(VECTORS, "ivf").nearest(AHEAD, 1).tolist() == [0]
