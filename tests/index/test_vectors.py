"""Dense search, and the files of a generation."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.artifacts import Artifacts
from index.builder import index, read_corpus
from index.config import Settings
from index.embedding import Vectors, unit
from index.errors import GenerationError
from index.late import TokenIndex
from index.vectors import DenseIndex, Kind, kind_for
from tests.index.encoders import DIMENSIONS, LetterEncoder
from tests.index.tiny import OIL, silent

VECTORS = [np.array(row, np.float32) for row in ([1, 0], [0, 1], [0.6, 0.8], [-1, 0])]
AHEAD = np.array([1, 0], np.float32)


def test_the_nearest_rows_come_best_first() -> None:
    dense = DenseIndex.build(VECTORS)
    assert (dense.size, dense.dimensions) == (4, 2)
    assert dense.nearest(AHEAD, 2).tolist() == [0, 2]
    assert dense.nearest(AHEAD, 99).tolist() == [0, 2, 1, 3]


def test_cosines_come_in_the_order_asked_for() -> None:
    cosines = DenseIndex.build(VECTORS).cosines(AHEAD, np.array([3, 2, 0]))
    np.testing.assert_allclose(cosines, [-1, 0.6, 1], atol=1e-6)


def test_a_saved_index_is_the_same_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
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
    return unit(middles[chance.integers(0, 50, size)] + 0.5 * chance.normal(size=(size, 32)))


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_an_approximate_index_finds_nearly_all_and_says_how_much(tmp_path: Path, kind: Kind) -> None:
    vectors = crowd(5000)
    dense = DenseIndex.build(vectors, kind)
    assert dense.kind == kind
    assert dense.recall is not None
    assert 0.9 <= dense.recall <= 1
    dense.save(tmp_path / "a.faiss")
    found = DenseIndex.load(tmp_path / "a.faiss")
    assert (found.size, found.dimensions, found.kind, found.recall) == (5000, 32, kind, None)
    exact = DenseIndex.build(vectors, "flat")
    assert (exact.kind, exact.recall) == ("flat", 1.0)
    asked = vectors[::500]
    shares = [len({*found.nearest(each, 10)} & {*exact.nearest(each, 10)}) / 10 for each in asked]
    assert sum(shares) / len(shares) >= 0.9
    rows = np.array([4999, 0, 17])
    np.testing.assert_allclose(found.cosines(asked[1], rows), vectors[rows] @ asked[1], atol=0.02)


def test_the_kind_goes_by_how_many_vectors_there_are() -> None:
    assert [kind_for(size) for size in (1, 99_999, 100_000, 1_000_000)] == ["flat", "flat", "ivf", "ivf"]
    assert DenseIndex.build(VECTORS).kind == "flat"
    assert DenseIndex.build(VECTORS, "ivf").nearest(AHEAD, 1).tolist() == [0]


@pytest.fixture
def artifacts(built: Settings) -> Artifacts:
    return index(read_corpus(built), LetterEncoder(), built, silent)


def test_what_a_build_writes_is_read_back(artifacts: Artifacts, tmp_path: Path) -> None:
    artifacts.write(tmp_path)
    found = Artifacts.read(tmp_path)
    assert tuple(found.passages) == artifacts.passages
    assert tuple(found.sentences) == artifacts.sentences
    assert tuple(found.sessions) == artifacts.sessions
    assert (found.dense.size, found.dense.dimensions, found.late.size) == (28, DIMENSIONS, 28)
    assert found.lexical.scores(OIL).tolist() == artifacts.lexical.scores(OIL).tolist()
    searchers = [each.searcher(LetterEncoder()) for each in (found, artifacts)]
    hits = [[hit.passage.id for hit in searcher.search(OIL, 9).hits] for searcher in searchers]
    assert hits[0] == hits[1]
    assert len(hits[0]) == 9


FILES = ["passages.json", "sentences.json", "sessions.json", "sentences.faiss"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_what_it_should_be_is_named(artifacts: Artifacts, tmp_path: Path, name: str) -> None:
    artifacts.write(tmp_path)
    (tmp_path / name).write_bytes(b'[{"id": 1}]')
    with pytest.raises(GenerationError) as caught:
        Artifacts.read(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / name}: ")
    assert str(caught.value).endswith("; run: report-index build")


@pytest.mark.parametrize(
    ("kept", "problem"),
    [
        ({"passages": 8}, "lexical: holds 9 entries where passages.json holds 8"),
        ({"sentences": 27}, "sentences.faiss: holds 28 entries where sentences.json holds 27"),
    ],
)
def test_files_of_two_indices_do_not_mix(artifacts: Artifacts, tmp_path: Path, kept: dict[str, int], problem: str) -> None:
    replace(artifacts, **{name: getattr(artifacts, name)[:size] for name, size in kept.items()}).write(tmp_path)
    with pytest.raises(GenerationError) as caught:
        Artifacts.read(tmp_path)
    assert str(caught.value) == f"{tmp_path}/{problem}; run: report-index build"


def test_token_vectors_of_another_index_are_refused(artifacts: Artifacts, tmp_path: Path) -> None:
    other = TokenIndex.build([np.eye(2, dtype=np.float32)])
    replace(artifacts, late=other).write(tmp_path)
    with pytest.raises(GenerationError) as caught:
        Artifacts.read(tmp_path)
    problem = "tokens: holds 1 entries where sentences.json holds 28"
    assert str(caught.value) == f"{tmp_path}/{problem}; run: report-index build"
