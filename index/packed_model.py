"""The embedded default model for questions, on a processor: tokenizer, compiled graph and mean, and nothing else.

Importing sentence-transformers takes longer than all else that a bot does before it answers, and a processor has faster
numbers than those of single precision, in which `index/packed_e5.py` embeds passages.
"""

from collections.abc import Sequence

import numpy as np

from index import packed_weights
from index.embedding import Model, Pooled
from index.graph import Graph


class PackedModel:
    """Gives of each text its vector and those of all its tokens. One thread at a time may call it."""

    def __init__(self, dtype: str, exact: str) -> None:
        """Read the weights, for questions in one number format and passages in another, which PyTorch has.

        Raises ModelError if their file is missing or not the pinned one.
        """
        weights = packed_weights.read()
        self.dtype, self.exact, self.origin, self.dimensions = dtype, exact, packed_weights.SHA256, weights.hidden
        self.tokenizer = packed_weights.build_tokenizer(weights.pieces)
        self.graph = Graph(weights, dtype)

    def __call__(self, texts: Sequence[str]) -> list[Pooled]:
        encodings = self.tokenizer.encode_batch(list(texts))
        ids, mask = (np.array([getattr(each, name) for each in encodings]) for name in ("ids", "attention_mask"))
        with self.graph(ids, mask) as found:
            own = [values[:count].copy() for values, count in zip(found, mask.sum(axis=1).tolist(), strict=True)]
        return [(values.mean(axis=0), values) for values in own]

    def library(self) -> Model:
        from index import packed_e5

        return packed_e5.load(self.exact, "cpu")
