"""Encode texts as vectors, with the embedded model or any sentence-transformers model.

Importing this module is cheap; loading a model takes seconds.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from cachetools import LRUCache
from threadpoolctl import ThreadpoolController

from index.arrays import Pooled, Vectors
from index.config import EMBEDDED, ModelOptions
from index.encoding.micro_batching import MicroBatcher
from index.errors import ModelError
from index.limits.memory import FOR_PASSAGES, require_memory

# Questions in the cache, and the maximum tokens of each: 25 MB at most.
REMEMBERED, REMEMBERED_TOKENS = 256, 64


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoded text: `vector` of shape (dimensions,) and `tokens` of shape (tokens, dimensions), all of length 1.

    The tokens are those of the text, without the prompt and the special tokens.
    """

    vector: Vectors
    tokens: Vectors


class Encoder(Protocol):
    """Encodes questions and passages.

    `fingerprint` identifies the weights and prompts, and `dtype` is the number format for questions.
    """

    dimensions: int
    fingerprint: str
    dtype: str

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text."""

    def queries(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions to search for, in the fastest number format."""

    def stored_queries(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions that an index stores, in the number format of passages: the same on every processor."""

    def documents(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode texts that an index stores, such as passages."""


class Model(Protocol):
    """A transformer. `origin` identifies its weights, and `dtype` is the number format that it computes in."""

    dimensions: int
    dtype: str
    origin: str

    def __call__(self, texts: Sequence[str]) -> list[Pooled]:
        """Compute the vector and token vectors of each text, not scaled to length 1. Not thread-safe."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text."""

    def library(self) -> Model:
        """Return the model that encodes passages: the same weights, run by sentence-transformers."""


class SentenceTransformerEncoder:
    """Encodes with `embedded:multilingual-e5-small` or a sentence-transformers model, in a folder or on the hub."""

    def __init__(self, options: ModelOptions) -> None:
        """Load the model.

        :raises ModelError: if it cannot be loaded.
        """
        self.options, self.model = options, load_model(options)
        self.dimensions, self.dtype = self.model.dimensions, self.model.dtype
        settings = (self.model.origin, options.query_prompt, options.document_prompt, self.dimensions)
        self.fingerprint = hashlib.sha256(repr(settings).encode()).hexdigest()[:16]
        self._prefix_lengths: dict[str, int] = {}
        self._recent: LRUCache[bytes, Encoding] = LRUCache(REMEMBERED)
        self._lock = threading.Lock()
        self._batcher = MicroBatcher(self._encode_questions, options.batch_size)
        calm_numpy()

    @cached_property
    def library(self) -> Model:
        """The model that encodes passages, loaded on first use. Raises ModelError if there is not enough memory."""
        if self.options.name.startswith(EMBEDDED) and self.options.device == "cpu":
            require_memory(FOR_PASSAGES)
        return self.model.library()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.model.count_tokens(texts)

    def queries(self, texts: Sequence[str]) -> list[Encoding]:
        if len(texts) != 1:
            return self._encode(self.model, texts, self.options.query_prompt)
        key = digest_text(texts[0])
        with self._lock:
            if cached := self._recent.get(key):
                return [cached]
        # Batched with concurrent calls of other threads.
        encoded = self._batcher(texts[0])
        # Buttons of a card repeat its question, and members ask the same questions; long questions rarely repeat.
        if len(encoded.tokens) <= REMEMBERED_TOKENS:
            with self._lock:
                self._recent[key] = encoded
        return [encoded]

    def stored_queries(self, texts: Sequence[str]) -> list[Encoding]:
        return self._encode(self.library, texts, self.options.query_prompt)

    def documents(self, texts: Sequence[str]) -> list[Encoding]:
        return self._encode(self.library, texts, self.options.document_prompt)

    def _encode(self, model: Model, texts: Sequence[str], prompt: str) -> list[Encoding]:
        """Encode texts in batches of similar length, longest first, so that there is little padding."""
        size, encoded = self.options.batch_size, dict[int, Encoding]()
        # Order does not matter within a single batch.
        lengths = model.count_tokens(texts) if len(texts) > size else [0] * len(texts)
        order = sorted(range(len(texts)), key=lambda number: -lengths[number])
        for start in range(0, len(order), size):
            numbers = order[start : start + size]
            with self._batcher.running:
                encoded |= zip(numbers, self._forward(model, [texts[number] for number in numbers], prompt), strict=True)
        return [encoded[number] for number in range(len(texts))]

    def _encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        return self._forward(self.model, texts, self.options.query_prompt)

    def _forward(self, model: Model, texts: Sequence[str], prompt: str) -> list[Encoding]:
        """Run one forward pass. The caller allows only one at a time, since each uses all cores."""
        if prompt not in self._prefix_lengths:
            # The start token and the prompt, without the end token.
            self._prefix_lengths[prompt] = len(model([prompt.strip()])[0][1]) - 1
        prefix = self._prefix_lengths[prompt]
        return [
            Encoding(normalize_rows(vector), normalize_rows(own_tokens(tokens, prefix)))
            for vector, tokens in model([prompt + t for t in texts])
        ]


def calm_numpy() -> None:
    """Limit numpy's matrix products to one thread, permanently and in the whole process.

    The threads of OpenBLAS and of the model busy-wait for work, so that on few cores they block each other: one question in
    ten then takes five times as long.
    """
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)


def own_tokens(tokens: Vectors, before: int) -> Vectors:
    """Drop the first `before` tokens and the end token; an empty text keeps the end token."""
    return tokens[before:-1] if len(tokens) > before + 1 else tokens[-1:]


def normalize_rows(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; rows of zeros stay zero."""
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    scaled: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))[..., None]
    return scaled


def load_model(options: ModelOptions) -> Model:
    """Load the model that the options name.

    :raises ModelError: if it cannot be loaded.
    """
    from index.encoding.e5_weights import NAME

    embedded = options.name.startswith(EMBEDDED)
    if embedded and options.name != NAME:
        raise ModelError(f"model {options.name}: there is no such embedded model; try {NAME}")
    dtype = chosen_dtype(options)
    if embedded and options.device == "cpu":
        from index.encoding.e5_model import OpenVinoE5

        return OpenVinoE5(dtype, "bfloat16" if options.dtype == "bfloat16" else "float32")
    if dtype == "int8":
        raise ModelError(f'model {options.name}: int8 is for embedded models on a processor; set [model] dtype to "auto"')
    if embedded:
        from index.encoding import e5_torch

        return e5_torch.load_model(dtype, options.device)
    from index.encoding.sentence_transformer import SentenceTransformerModel

    return SentenceTransformerModel.load(options, dtype)


def chosen_dtype(options: ModelOptions) -> str:
    """Return the number format that the options name, or the best one for `auto`."""
    return options.dtype if options.dtype != "auto" else best_dtype(options.device, options.name.startswith(EMBEDDED))


def best_dtype(device: str, embedded: bool) -> str:
    """Return the fastest number format that preserves the ranking.

    Without AMX tiles, bfloat16 takes longer than single precision on a CPU.
    """
    if device == "cpu" and embedded:
        return "int8"
    import torch

    cpu: Any = torch.cpu
    return "bfloat16" if device != "cpu" or cpu._is_amx_tile_supported() else "float32"


def digest_text(text: str) -> bytes:
    """Hash a text to 16 bytes."""
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
