"""The embedded model as encoders use it: OpenVINO for questions, sentence-transformers for what an index stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.arrays import Pooled
from index.encoding import e5_weights
from index.encoding.e5_openvino import GraphBuilder, effective_dtype
from index.encoding.e5_weights import PAD

if TYPE_CHECKING:
    from index.encoding.sentence_transformer import SentenceTransformerModel

# Texts are batched by length in tokens, rounded up to a multiple of this.
TOKENS_STEP = 4


class OpenVinoE5:
    """Encodes texts as one vector each and the vectors of all tokens. Not thread-safe: one call at a time."""

    def __init__(self, dtype: str, exact: str) -> None:
        """Read the weights and compile the model.

        :param dtype: number format for questions; `self.dtype` is the one that this processor supports.
        :param exact: number format for texts that an index stores.
        :raises ModelError: if the file of weights is missing or not the pinned one.
        """
        weights = e5_weights.read_weights()
        self.dtype, self.exact = effective_dtype(dtype), effective_dtype(exact)
        self.origin, self.dimensions = e5_weights.SHA256, weights.hidden
        self.tokenizer = weights.tokenizer
        self.graph = GraphBuilder(weights, self.dtype)

    def __call__(self, texts: Sequence[str]) -> list[Pooled]:
        # One by one: for a few short texts, the thread pool of `encode_batch` costs more than it saves.
        ids = [self.tokenizer.encode(text).ids for text in texts]
        by_length: dict[int, list[int]] = {}
        for number, text_ids in enumerate(ids):
            by_length.setdefault(len(text_ids) + -len(text_ids) % TOKENS_STEP, []).append(number)
        pooled: dict[int, Pooled] = {}
        for numbers in by_length.values():
            pooled |= zip(numbers, self._run_batch([ids[number] for number in numbers]), strict=True)
        return [pooled[number] for number in range(len(texts))]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [sum(encoding.attention_mask) for encoding in self.tokenizer.encode_batch(list(texts))]

    def _run_batch(self, ids: Sequence[Sequence[int]]) -> Iterator[Pooled]:
        """Run the model on texts of similar length, because padding costs as much as tokens."""
        length = max(map(len, ids))
        padded, mask = np.full((len(ids), length), PAD), np.zeros((len(ids), length), np.int64)
        for number, text_ids in enumerate(ids):
            padded[number, : len(text_ids)], mask[number, : len(text_ids)] = text_ids, 1
        with self.graph(padded, mask) as output:
            for values, text_ids in zip(output, ids, strict=True):
                tokens = values[: len(text_ids)].copy()
                yield tokens.mean(axis=0), tokens

    def library(self) -> SentenceTransformerModel:
        """Return the model that encodes passages: the same layers, pooled by sentence-transformers."""
        from index.encoding import e5_torch
        from index.encoding.e5_torch import CompiledLayers

        weights = e5_weights.read_weights()
        graph = self.graph if self.exact == self.dtype else GraphBuilder(weights, self.exact)
        return e5_torch.make_transformer(weights, CompiledLayers(graph), self.exact, "cpu")
