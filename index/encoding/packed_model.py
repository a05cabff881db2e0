"""The embedded default model for questions, on a processor: tokenizer, compiled graph and mean, and nothing else.

Importing sentence-transformers takes longer than all else that a bot does before it answers, and a processor may have faster
numbers than those of single precision, in which passages are embedded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.arrays import Pooled
from index.encoding import e5_weights
from index.encoding.e5_openvino import Graph, computed
from index.encoding.e5_weights import PAD

if TYPE_CHECKING:
    from index.encoding.sentence_transformer import Transformer

# Texts whose lengths differ by less than this are computed together.
TOKENS_STEP = 4


class PackedModel:
    """Gives of each text its vector and those of all its tokens. One thread at a time may call it."""

    def __init__(self, dtype: str, exact: str) -> None:
        """Read the weights.

        :param dtype: number format for questions; `self.dtype` is the one that this processor computes in.
        :param exact: number format for what an index keeps.
        :raises ModelError: if the file of weights is missing or not the pinned one.
        """
        weights = e5_weights.read()
        self.dtype, self.exact = computed(dtype), computed(exact)
        self.origin, self.dimensions = e5_weights.SHA256, weights.hidden
        self.tokenizer = e5_weights.build_tokenizer(weights.pieces)
        self.graph = Graph(weights, self.dtype)

    def __call__(self, texts: Sequence[str]) -> list[Pooled]:
        # One by one: what spreads a batch over threads takes longer to wake them than these take.
        ids = [self.tokenizer.encode(text).ids for text in texts]
        alike: dict[int, list[int]] = {}
        for number, each in enumerate(ids):
            alike.setdefault(len(each) + -len(each) % TOKENS_STEP, []).append(number)
        made: dict[int, Pooled] = {}
        for numbers in alike.values():
            made |= zip(numbers, self._run([ids[number] for number in numbers]), strict=True)
        return [made[number] for number in range(len(texts))]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [sum(each.attention_mask) for each in self.tokenizer.encode_batch(list(texts))]

    def _run(self, ids: Sequence[Sequence[int]]) -> Iterator[Pooled]:
        """Texts of like length: what is computed is computed for every token, and for those that pad as well."""
        length = max(map(len, ids))
        padded, mask = np.full((len(ids), length), PAD), np.zeros((len(ids), length), np.int64)
        for number, each in enumerate(ids):
            padded[number, : len(each)], mask[number, : len(each)] = each, 1
        with self.graph(padded, mask) as found:
            for values, each in zip(found, ids, strict=True):
                own = values[: len(each)].copy()
                yield own.mean(axis=0), own

    def library(self) -> Transformer:
        from index.encoding import e5_torch
        from index.encoding.e5_torch import CompiledLayers

        weights = e5_weights.read()
        graph = self.graph if self.exact == self.dtype else Graph(weights, self.exact)
        return e5_torch.transformer(weights, self.tokenizer, CompiledLayers(graph), self.exact, "cpu")
