"""Any sentence-transformers model gives vectors of texts and of their own tokens; what is none is refused in one line."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from threadpoolctl import ThreadpoolController, threadpool_info

from index.arrays import Vectors
from index.config import ModelOptions
from index.encoding import encoder as encoder_module
from index.encoding.encoder import Encoder, Encoding, SentenceTransformerEncoder, calm_numpy, normalize_rows
from index.encoding.sentence_transformer import SentenceTransformerModel, pad_to_length
from index.errors import ModelError
from tests.index.encoders import LetterEncoder

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", "open", "government", "civic", "space"]
SHORT, LONG = "open government", "civic space, open civic space and government"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of one layer and eight dimensions, with arbitrary weights."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    base = tmp_path_factory.mktemp("model")
    (base / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    torch.manual_seed(0)
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(WORDS), max_position_embeddings=32, **shape)).save_pretrained(base / "bert")
    BertTokenizerFast(vocab=str(base / "vocab.txt")).save_pretrained(base / "bert")
    modules = [Transformer(str(base / "bert")), Pooling(8, "mean")]
    SentenceTransformer(modules=modules, device="cpu").save(str(base / "whole"))
    return base / "whole"


def options(folder: Path, **changes: object) -> ModelOptions:
    return ModelOptions.model_validate({"name": str(folder), "dtype": "float32", **changes})


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(options(folder))


def transformer(encoder: SentenceTransformerEncoder) -> SentenceTransformerModel:
    assert isinstance(encoder.model, SentenceTransformerModel)
    assert encoder.library is encoder.model
    return encoder.model


def hidden(encoder: SentenceTransformerEncoder, text: str) -> Vectors:
    """The last layer for one text, straight from the transformer, marks of beginning and end included."""
    pieces = re.findall(r"\w+|[^\w\s]", text)
    ids = [2, *(WORDS.index(piece) if piece in WORDS else 1 for piece in pieces), 3]
    with torch.inference_mode():
        output = transformer(encoder).model[0].auto_model(torch.tensor([ids])).last_hidden_state[0]
    return np.asarray(output.numpy(), np.float32)


def lengths(encoded: Encoding) -> Vectors:
    return np.linalg.norm(np.vstack([encoded.vector, encoded.tokens]), axis=1)


def test_encoder_local_folder_loads_model(encoder: SentenceTransformerEncoder) -> None:
    assert (encoder.dimensions, encoder.dtype) == (8, "float32")
    assert re.fullmatch("[0-9a-f]{16}", encoder.fingerprint)


def test_encoder_vector_is_layer_mean_and_tokens_exclude_prompt(encoder: SentenceTransformerEncoder) -> None:
    for encode, prompt in ((encoder.queries, "query: "), (encoder.documents, "passage: ")):
        (found,) = encode([SHORT])
        layer = hidden(encoder, prompt + SHORT)
        assert layer.shape == (6, 8)
        np.testing.assert_allclose(found.vector, normalize_rows(layer.mean(axis=0)), atol=1e-6)
        np.testing.assert_allclose(found.tokens, normalize_rows(layer[3:5]), atol=1e-6)
        assert (found.vector.dtype, found.tokens.dtype) == (np.float32, np.float32)


def test_documents_vectors_do_not_depend_on_batch(encoder: SentenceTransformerEncoder) -> None:
    texts = [SHORT, LONG, "", "space"]
    together = encoder.documents(texts)
    assert [each.tokens.shape for each in together] == [(2, 8), (8, 8), (1, 8), (1, 8)]
    for text, found in zip(texts, together, strict=True):
        (alone,) = encoder.documents([text])
        np.testing.assert_allclose(found.vector, alone.vector, atol=1e-6)
        np.testing.assert_allclose(found.tokens, alone.tokens, atol=1e-6)
        np.testing.assert_allclose(lengths(found), 1, atol=1e-6)


def test_queries_empty_text_keeps_end_token_vector(encoder: SentenceTransformerEncoder) -> None:
    (found,) = encoder.queries([""])
    np.testing.assert_allclose(found.tokens, normalize_rows(hidden(encoder, "query: ")[-1:]), atol=1e-6)
    assert encoder.queries([]) == []


def test_encoder_without_prompts_encodes_queries_and_documents_equally(folder: Path) -> None:
    bare = SentenceTransformerEncoder(options(folder, query_prompt="", document_prompt=""))
    question, passage = bare.queries([LONG])[0], bare.documents([LONG])[0]
    np.testing.assert_array_equal(question.vector, passage.vector)
    assert question.tokens.shape == (8, 8)


def test_documents_batch_size_one_gives_same_vectors(folder: Path, encoder: SentenceTransformerEncoder) -> None:
    small = SentenceTransformerEncoder(options(folder, batch_size=1))
    for found, expected in zip(small.documents([LONG, SHORT]), encoder.documents([LONG, SHORT]), strict=True):
        np.testing.assert_allclose(found.tokens, expected.tokens, atol=1e-6)


def test_encoder_fingerprint_changes_with_prompts_and_model_path_only(
    folder: Path, encoder: SentenceTransformerEncoder
) -> None:
    def fingerprint(at: Path, **changes: object) -> str:
        return SentenceTransformerEncoder(options(at, **changes)).fingerprint

    elsewhere = shutil.copytree(folder, folder.parent / "elsewhere")
    others = [fingerprint(folder, query_prompt=""), fingerprint(folder, document_prompt=""), fingerprint(elsewhere)]
    assert len({encoder.fingerprint, *others}) == 4
    assert fingerprint(folder, batch_size=1, dtype="bfloat16") == encoder.fingerprint


@pytest.mark.parametrize(
    ("amx", "device", "embedded", "expected"),
    [
        (False, "cpu", False, "float32"),
        (True, "cpu", False, "bfloat16"),
        (False, "cpu", True, "int8"),
        (True, "cpu", True, "int8"),
        (False, "cuda", False, "bfloat16"),
        (False, "cuda", True, "bfloat16"),
    ],
)
def test_best_dtype_depends_on_processor_device_and_model(
    monkeypatch: pytest.MonkeyPatch, amx: bool, device: str, embedded: bool, expected: str
) -> None:
    monkeypatch.setattr(torch, "cpu", SimpleNamespace(_is_amx_tile_supported=lambda: amx))
    assert encoder_module.best_dtype(device, embedded) == expected


def test_encoder_int8_for_other_model_or_device_raises_model_error(folder: Path) -> None:
    for named in (options(folder, dtype="int8"), ModelOptions(dtype="int8", device="cuda")):
        with pytest.raises(ModelError) as caught:
            SentenceTransformerEncoder(named)
        expected = f'model {named.name}: int8 is for embedded models on a processor; set [model] dtype to "auto"'
        assert str(caught.value) == expected


@pytest.mark.parametrize("best", ["float32", "bfloat16"])
@pytest.mark.parametrize("chosen", ["auto", "float32", "bfloat16"])
def test_encoder_dtype_auto_uses_best_dtype(folder: Path, monkeypatch: pytest.MonkeyPatch, chosen: str, best: str) -> None:
    monkeypatch.setattr(encoder_module, "best_dtype", lambda device, embedded: {("cpu", False): best}[device, embedded])
    encoder = SentenceTransformerEncoder(options(folder, dtype=chosen))
    expected = best if chosen == "auto" else chosen
    assert encoder.dtype == expected
    assert {parameter.dtype for parameter in transformer(encoder).model.parameters()} == {getattr(torch, expected)}
    assert encoder.queries([SHORT])[0].vector.dtype == np.float32


def refused(name: str) -> str:
    """The reason why a model of that name cannot be had, without what every message says."""
    with pytest.raises(ModelError) as caught:
        SentenceTransformerEncoder(ModelOptions(name=name, dtype="float32"))
    message = str(caught.value)
    assert message.startswith(f"model {name}: ")
    assert "\n" not in message
    assert len(message) < 300 + len(name)
    return message.removeprefix(f"model {name}: ")


def test_encoder_unknown_embedded_model_raises_model_error() -> None:
    assert refused("embedded:other") == "there is no such embedded model; try embedded:multilingual-e5-small"


@pytest.mark.parametrize("name", ["no-such/model", "no-such-model", "/nonexistent/model", "not a name", "../x"])
def test_encoder_invalid_model_name_raises_model_error(name: str) -> None:
    assert re.fullmatch(r"cannot be loaded \(.+\); check \[model\] name", refused(name))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-50])


def rename_pooling(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("Pooling", "Nothing"), "utf-8")


@pytest.mark.parametrize(
    ("file", "damage", "reason"),
    [
        ("model.safetensors", truncate, "incomplete metadata, file not fully covered"),
        ("model.safetensors", Path.unlink, "no file named model.safetensors"),
        ("config.json", Path.unlink, "Unrecognized model"),
        ("config.json", truncate, "not a valid JSON file"),
        ("modules.json", truncate, "Unterminated string"),
        ("modules.json", rename_pooling, "Nothing"),
    ],
)
def test_encoder_damaged_model_folder_raises_model_error(
    folder: Path, tmp_path: Path, file: str, damage: Callable[[Path], None], reason: str
) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    damage(copy / file)
    message = refused(str(copy))
    assert re.fullmatch(r"cannot be loaded \(.+\); check \[model\] name", message)
    assert reason in message


def test_encoder_model_without_token_vectors_raises_model_error(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    words = Tokenizer(WordLevel({"a": 0, "[UNK]": 1}, unk_token="[UNK]"))
    SentenceTransformer(modules=[StaticEmbedding(words, embedding_dim=8)], device="cpu").save(str(tmp_path))
    assert refused(str(tmp_path)) == "gives no sentence or no token vectors; name a transformer that does"


def test_encoder_custom_code_in_model_folder_is_not_executed(folder: Path, tmp_path: Path) -> None:
    copy, marker = shutil.copytree(folder, tmp_path / "copy"), tmp_path / "executed"
    (copy / "own.py").write_text(f"open({str(marker)!r}, 'w')\n", "utf-8")
    modules = json.loads((copy / "modules.json").read_text("utf-8"))
    modules[1]["type"] = "own.Pooling"
    (copy / "modules.json").write_text(json.dumps(modules), "utf-8")
    assert "not part of Sentence Transformers" in refused(str(copy))
    assert not marker.exists()


def test_normalize_rows_scales_to_unit_length_and_keeps_zero_rows() -> None:
    scaled = normalize_rows(np.array([[3, 4], [0, 0], [-2, 0]], np.float32))
    np.testing.assert_allclose(scaled, [[0.6, 0.8], [0, 0], [-1, 0]], atol=1e-7)


def test_letter_encoder_gives_unit_vectors_and_folds_scripts() -> None:
    encoder: Encoder = LetterEncoder()
    one, like, other = encoder.queries(["臺灣開放政府", "台湾　开放政府", "flood"])
    np.testing.assert_array_equal(one.vector, like.vector)
    assert one.tokens.shape == (6, encoder.dimensions)
    assert one.vector @ other.vector < 0.5
    for each in (one, other, *encoder.documents(["", "。"])):
        np.testing.assert_allclose(lengths(each), 1, atol=1e-6)


def test_calm_numpy_limits_openblas_to_one_thread():
    with ThreadpoolController().select(internal_api="openblas").limit(limits=2):
        calm_numpy()
        pools = [pool for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    assert {pool["num_threads"] for pool in pools} == {1}


@pytest.mark.parametrize(("length", "padded"), [(1, 8), (7, 8), (8, 8), (9, 16)])
def test_pad_to_length_pads_ids_to_multiple_of_step(length: int, padded: int) -> None:
    features = {
        "input_ids": torch.full((2, length), 5),
        "attention_mask": torch.ones(2, length, dtype=torch.int64),
        "x": "y",
    }
    found = pad_to_length(features, 8)
    assert pad_to_length(features, 1)["input_ids"].tolist() == features["input_ids"].tolist()
    assert found["input_ids"].tolist() == [[5] * length + [0] * (padded - length)] * 2
    assert found["attention_mask"].sum(dim=1).tolist() == [length, length]
    assert found["x"] == "y"
