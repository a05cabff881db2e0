"""Late interaction on matrices small enough for a sheet of paper."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoding.encoder import Encoding
from index.errors import GenerationError
from index.retrieval.int8_matrix import EXACT, LARGE
from index.retrieval.token_index import MANY, TokenCentering, TokenIndex, token_weights

# Three sentences of two, one and one tokens, whose mean is zero.
SENTENCES = [np.array(rows, np.float32) for rows in ([[1, 0], [0, 1]], [[-1, 0]], [[0, -1]])]
QUESTION = np.array([[1, 0], [0.6, 0.8]], np.float32)
MATCHES = [[1.0, -1.0, 0.0], [0.8, -0.6, -0.8]]


def test_token_index_best_matches_return_best_per_sentence_and_token() -> None:
    index = TokenIndex.build(SENTENCES)
    assert index.size == 3
    assert index.offsets.tolist() == [0, 2, 3, 4]
    assert index.mean.tolist() == [0.0, 0.0]
    np.testing.assert_allclose(index.max_sim(QUESTION, [0, 1, 2]), MATCHES, atol=1e-6)


def test_token_index_centred_common_mean_is_removed() -> None:
    shift = np.array([5, -3], np.float32)
    index = TokenIndex.build([tokens + shift for tokens in SENTENCES])
    assert index.mean.tolist() == [5.0, -3.0]
    found = index.max_sim(index.center_tokens(QUESTION + shift), [0, 1, 2])
    np.testing.assert_allclose(found, MATCHES, atol=1e-5)


@pytest.mark.parametrize("chosen", [[0], [1], [2], [0, 2], [1, 2], [2, 0], [2, 1, 0]])
def test_token_index_best_matches_selected_sentences_equal_columns_of_all(chosen: list[int]) -> None:
    matches = TokenIndex.build(SENTENCES).max_sim(QUESTION, chosen)
    np.testing.assert_allclose(matches, np.array(MATCHES)[:, chosen], atol=1e-6)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=8), st.integers(0, 99), st.data())
def test_token_index_best_matches_random_selection_equals_columns_of_all(
    lengths: list[int], seed: int, data: st.DataObject
) -> None:
    chance = np.random.default_rng(seed)
    index = TokenIndex.build([chance.normal(size=(length, 6)).astype(np.float32) for length in lengths])
    question = chance.normal(size=(3, 6)).astype(np.float32)
    chosen = data.draw(st.lists(st.sampled_from(range(len(lengths))), min_size=1, unique=True))
    whole = index.max_sim(question, range(len(lengths)))
    np.testing.assert_allclose(index.max_sim(question, chosen), whole[:, chosen], atol=1e-5)


@pytest.mark.parametrize(
    ("matches", "weights"),
    [
        ([[1.0, 0.0], [0.5, 0.5]], [1.0, 0.0]),
        ([[0.8, 0.2], [0.9, 0.7]], [0.75, 0.25]),
        (MATCHES, [0.5, 0.5]),
        ([[0.9], [0.1], [0.2], [0.3]], [0.25, 0.25, 0.25, 0.25]),
    ],
)
def test_token_weights_distinct_best_passage_increases_weight(matches: list[list[float]], weights: list[float]) -> None:
    found = token_weights(np.array(matches, np.float32))
    assert found.shape == (len(matches), 1)
    np.testing.assert_allclose(found[:, 0], weights, atol=1e-6)


def test_token_index_load_saved_index_has_half_precision(tmp_path: Path) -> None:
    index = TokenIndex.build([np.array([[1, 2], [3, 5]], np.float32), np.array([[0, 7]], np.float32)])
    index.save(tmp_path / "tokens")
    assert sorted(path.name for path in (tmp_path / "tokens").iterdir()) == [
        "directions.npy",
        "mean.npy",
        "offsets.npy",
        "scale.npy",
        "vectors.npy",
    ]
    loaded = TokenIndex.load(tmp_path / "tokens")
    assert loaded.offsets.tolist() == [0, 2, 3]
    assert loaded.vectors[:].dtype == np.float32
    np.testing.assert_array_equal(loaded.vectors[:], index.vectors[:].astype(np.float16).astype(np.float32))
    np.testing.assert_array_equal(loaded.mean, index.mean)


def test_token_index_load_large_index_is_int8_and_memory_mapped(tmp_path: Path) -> None:
    tokens = np.random.default_rng(0).normal(size=(LARGE, 8)).astype(np.float32)
    index = TokenIndex.build([tokens[:3000], tokens[3000:]])
    index.save(tmp_path / "tokens")
    assert np.load(tmp_path / "tokens" / "vectors.npy").dtype == np.int8
    loaded = TokenIndex.load(tmp_path / "tokens")
    assert isinstance(loaded.vectors.stored.base, np.memmap)
    assert loaded.vectors.scale == index.vectors.scale
    np.testing.assert_array_equal(loaded.max_sim(tokens[:5], [0, 1]), index.max_sim(tokens[:5], [0, 1]))


@pytest.mark.parametrize("name", ["vectors", "offsets", "mean", "scale"])
@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93NUMPY", None])
def test_token_index_load_damaged_file_raises_generation_error(tmp_path: Path, name: str, content: bytes | None) -> None:
    TokenIndex.build(SENTENCES).save(tmp_path / "tokens")
    file = tmp_path / "tokens" / f"{name}.npy"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(GenerationError) as caught:
        TokenIndex.load(tmp_path / "tokens")
    assert str(caught.value).startswith(f"{tmp_path}/tokens: token vectors cannot be read (")
    assert str(caught.value).endswith("); run: report-index build")


def test_token_index_load_pickled_object_raises_generation_error(tmp_path: Path) -> None:
    TokenIndex.build(SENTENCES).save(tmp_path / "tokens")
    np.save(tmp_path / "tokens" / "mean.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(GenerationError, match="allow_pickle=False"):
        TokenIndex.load(tmp_path / "tokens")


def test_token_index_joined_parts_match_like_whole_index() -> None:
    whole = TokenIndex.build(SENTENCES)
    parts = [TokenIndex.build(some, whole.mean, EXACT) for some in (SENTENCES[:1], [], SENTENCES[1:])]
    joined = TokenIndex.joined(parts)
    assert joined.offsets.tolist() == [0, 2, 3, 4]
    for chosen in ([0, 1, 2], [2, 0], [1]):
        np.testing.assert_array_equal(joined.max_sim(QUESTION, chosen), whole.max_sim(QUESTION, chosen))


def test_token_index_best_matches_are_projected_onto_kept_directions(tmp_path: Path) -> None:
    """Of three axes the first two are kept; what lies along the third is left out, and length is made up for."""
    sentences = [np.array([[3, 4, 0], [0, 5, 12]], np.float32), np.array([[0, 0, 1]], np.float32)]
    directions = np.eye(3, 2, dtype=np.float32)
    made = TokenIndex.build(sentences, np.zeros(3, np.float32), EXACT, directions)
    made.save(tmp_path / "tokens")
    question = np.array([[0.6, 0, 0.8], [0, 1, 0]], np.float32)
    for index in (made, TokenIndex.load(tmp_path / "tokens"), TokenIndex.joined([made])):
        np.testing.assert_allclose(index.max_sim(question, [0, 1]), [[0.6, 0], [1, 0]], atol=1e-3)
        np.testing.assert_allclose(index.tokens(0, 1), [[0.6, 0.8, 0], [0, 1, 0]], atol=1e-3)
        assert index.vectors.stored.shape == (3, 2)


@pytest.mark.parametrize(("tokens", "kept"), [(MANY - 1, None), (MANY, 4)])
def test_token_centering_measure_many_vectors_keeps_half_of_directions(tokens: int, kept: int | None) -> None:
    """Of eight axes those with odd numbers vary most."""
    spread = np.array([0.1, 5, 0.1, 4, 0.1, 3, 0.1, 2], np.float32)
    vectors = np.random.default_rng(0).normal(size=(tokens, 8)).astype(np.float32) * spread
    frame = TokenCentering.measure([Encoding(vectors[0], vectors)], [])
    if kept is None:
        assert frame.directions is None
    else:
        assert frame.directions is not None
        assert frame.directions.shape == (8, kept)
        np.testing.assert_allclose(frame.directions.T @ frame.directions, np.eye(kept), atol=1e-5)
        assert np.abs(frame.directions[0::2]).max() < 0.1
