"""Text -> vectors, through sentence-transformers and nothing else. Importing this module is cheap; loading is not."""

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

# Questions whose vectors are kept, and up to how many tokens: 25 MB at most.
REMEMBERED, REMEMBERED_TOKENS = 256, 64


@dataclass(frozen=True, slots=True)
class Encoding:
    """One text: `vector` of shape (dimensions,) and `tokens` of shape (tokens, dimensions), all of length 1.

    The tokens are the text's own: those of the prompt and the marks of beginning and end are left out.
    """

    vector: Vectors
    tokens: Vectors


class Encoder(Protocol):
    """What search needs of a model; tests give it one of a few lines."""

    dimensions: int
    fingerprint: str
    dtype: str

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How long each text is for the model: the time that it takes goes with that."""

    def queries(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions that are asked, in the numbers that are fastest."""

    def stored_queries(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions that an index keeps, in the numbers of passages: an index is the same on every processor."""

    def documents(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode what is searched."""


class Model(Protocol):
    """A transformer; `origin` says which weights it has, and `dtype` in which numbers it computes."""

    dimensions: int
    dtype: str
    origin: str

    def __call__(self, texts: Sequence[str]) -> list[Pooled]:
        """Run it on texts. One thread at a time."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens it makes of each text."""

    def library(self) -> Model:
        """What embeds passages: the same weights, run by sentence-transformers."""


class SentenceTransformerEncoder:
    """Any sentence-transformers model: `embedded:multilingual-e5-small`, a local folder or a hub's name."""

    def __init__(self, options: ModelOptions) -> None:
        """Load the model. Raises ModelError with the reason in one line."""
        self.options, self.model = options, load_model(options)
        self.dimensions, self.dtype = self.model.dimensions, self.model.dtype
        settings = (self.model.origin, options.query_prompt, options.document_prompt, self.dimensions)
        self.fingerprint = hashlib.sha256(repr(settings).encode()).hexdigest()[:16]
        self._before: dict[str, int] = {}
        self._recent: LRUCache[bytes, Encoding] = LRUCache(REMEMBERED)
        self._lock = threading.Lock()
        self._coalesced = MicroBatcher(self._questions, options.batch_size)
        calm_numpy()

    @cached_property
    def library(self) -> Model:
        """What embeds passages, loaded when there are some. Raises ModelError."""
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
            if known := self._recent.get(key):
                return [known]
        # Together with what other threads ask for meanwhile.
        encoded = self._coalesced(texts[0])
        # Buttons ask a card's question again, and many members ask the same. A long one is asked once.
        if len(encoded.tokens) <= REMEMBERED_TOKENS:
            with self._lock:
                self._recent[key] = encoded
        return [encoded]

    def stored_queries(self, texts: Sequence[str]) -> list[Encoding]:
        return self._encode(self.library, texts, self.options.query_prompt)

    def documents(self, texts: Sequence[str]) -> list[Encoding]:
        return self._encode(self.library, texts, self.options.document_prompt)

    def _encode(self, model: Model, texts: Sequence[str], prompt: str) -> list[Encoding]:
        """Encode texts, longest first, so that those of a batch are of like length and little of it is padding."""
        size, made = self.options.batch_size, dict[int, Encoding]()
        # The texts of one batch may stand in any order.
        lengths = model.count_tokens(texts) if len(texts) > size else [0] * len(texts)
        order = sorted(range(len(texts)), key=lambda number: -lengths[number])
        for start in range(0, len(order), size):
            numbers = order[start : start + size]
            with self._coalesced.running:
                made |= zip(numbers, self._forward(model, [texts[number] for number in numbers], prompt), strict=True)
        return [made[number] for number in range(len(texts))]

    def _questions(self, texts: Sequence[str]) -> list[Encoding]:
        return self._forward(self.model, texts, self.options.query_prompt)

    def _forward(self, model: Model, texts: Sequence[str], prompt: str) -> list[Encoding]:
        """One forward pass; one at a time, since each is spread over all cores."""
        if prompt not in self._before:
            # The mark of the beginning and the prompt, without the mark of the end.
            self._before[prompt] = len(model([prompt.strip()])[0][1]) - 1
        before = self._before[prompt]
        return [
            Encoding(normalize_rows(vector), normalize_rows(own_tokens(tokens, before)))
            for vector, tokens in model([prompt + t for t in texts])
        ]


def calm_numpy() -> None:
    """Give numpy's matrix products one thread, from here on, in the whole process.

    Theirs and those that run the model each wait busily for work, so that on few cores they keep each other from it: one
    question in ten then takes five times as long.
    """
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)


def own_tokens(tokens: Vectors, before: int) -> Vectors:
    """Leave out the tokens before a text's own and the mark of its end; an empty text keeps that mark."""
    return tokens[before:-1] if len(tokens) > before + 1 else tokens[-1:]


def normalize_rows(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays."""
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    scaled: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))[..., None]
    return scaled


def load_model(options: ModelOptions) -> Model:
    """The model that options name. Raises ModelError with the reason in one line."""
    from index.encoding.e5_weights import NAME

    embedded = options.name.startswith(EMBEDDED)
    if embedded and options.name != NAME:
        raise ModelError(f"model {options.name}: there is no such embedded model; try {NAME}")
    dtype = chosen_dtype(options)
    if embedded and options.device == "cpu":
        from index.encoding.e5_openvino import OpenVinoE5

        return OpenVinoE5(dtype, "bfloat16" if options.dtype == "bfloat16" else "float32")
    if dtype == "int8":
        raise ModelError(f'model {options.name}: int8 is for embedded models on a processor; set [model] dtype to "auto"')
    if embedded:
        from index.encoding import e5_torch

        return e5_torch.load_model(dtype, options.device)
    from index.encoding.sentence_transformer import SentenceTransformerModel

    return SentenceTransformerModel.load(options, dtype)


def chosen_dtype(options: ModelOptions) -> str:
    """The number format that options name, or the best one."""
    return options.dtype if options.dtype != "auto" else best_dtype(options.device, options.name.startswith(EMBEDDED))


def best_dtype(device: str, embedded: bool) -> str:
    """The fastest in which the ranking holds; what the processor does not have is computed in single precision.

    Without the tiles of AMX, native bfloat16 takes longer than single precision.
    """
    if device == "cpu" and embedded:
        return "int8"
    import torch

    cpu: Any = torch.cpu
    return "bfloat16" if device != "cpu" or cpu._is_amx_tile_supported() else "float32"


def digest_text(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
