"""Token vectors in the number format that the processor multiplies fastest, and how well they match a question's tokens."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embedding import Vectors

if TYPE_CHECKING:
    import torch

# Vectors from which on eight bits pay; fewer are kept, and multiplied, as they are.
LARGE = 4096
TOP = 127
# The scale of what is not held in eight bits.
EXACT = 0.0
# Few lengths mean few shapes of products: the library keeps a kernel for each, and memory grows with them.
TOKENS_STEP, ROWS_STEP = 16, 1024

Stored = np.ndarray[Any, Any]


class Table:
    """Vectors of shape (rows, dimensions), in parts of which each may lie in a file. Immutable; threads may share one.

    Many are held as whole numbers of `scale`, the same for all, so that what is nearest is known before anything is scaled.
    Products of whole numbers are exact, so every processor finds the same. A cosine differs by 0.001 from that of the
    vectors, and a product takes a quarter of the time that half precision would.
    """

    def __init__(self, parts: Sequence[Stored], scale: float = EXACT) -> None:
        """Take int8 in units of `scale`, as it lies in memory; or, where that is `EXACT`, any other format as float32."""
        import torch

        self.scale = scale
        self._values = [np.asarray(part) if scale else part.astype(np.float32) for part in parts]
        self._parts = [torch.from_numpy(values) for values in self._values]
        self._starts = [0, *accumulate(map(len, parts))]

    @classmethod
    def of(cls, vectors: Vectors, scale: float | None = None) -> Table:
        """A table of float32 vectors, in units of a scale, or of their own."""
        scale = scale_of(vectors) if scale is None else scale
        if not scale:
            return cls([vectors])
        return cls([np.clip(np.round(vectors / scale), -TOP, TOP).astype(np.int8)], scale)

    @classmethod
    def joined(cls, tables: Sequence[Table]) -> Table:
        """Tables of one scale after one another."""
        return cls([values for table in tables for values in table._values], tables[0].scale)

    @property
    def stored(self) -> Stored:
        """The vectors as a file keeps them: in eight bits, or in half precision."""
        values = self._values[0] if len(self._values) == 1 else np.concatenate(self._values)
        return values if self.scale else values.astype(np.float16)

    def __len__(self) -> int:
        return self._starts[-1]

    def __getitem__(self, rows: slice) -> Vectors:
        """Some rows as float32."""
        start, end, _ = rows.indices(len(self))
        values = np.concatenate([piece.numpy() for piece in self._pieces(start, end)] or [self._values[0][:0]])
        found: Vectors = values.astype(np.float32) * np.float32(self.scale or 1.0)
        return found

    def _pieces(self, start: int, end: int) -> Iterator[torch.Tensor]:
        """The rows from one to another, part by part."""
        for number in range(bisect_right(self._starts, start) - 1, len(self._parts)):
            first = self._starts[number]
            if first >= end:
                return
            yield self._parts[number][max(0, start - first) : end - first]

    def best(self, tokens: Vectors, spans: list[tuple[int, int]], starts: Stored) -> Vectors:
        """The largest product of each token with the rows of each group, shape (tokens, groups).

        The rows of spans stand one after the other, and groups begin at `starts` among them.
        """
        import torch

        units = np.ones((len(tokens), 1), np.float32)
        if self.scale:
            units = np.maximum(np.abs(tokens).max(axis=1, keepdims=True), np.float32(1e-12)) / TOP
        asked = torch.from_numpy(np.ascontiguousarray(tokens / units))
        if self.scale:
            asked = asked.round()
        chosen = [piece for start, end in spans for piece in self._pieces(start, end)]
        rows = chosen[0] if len(chosen) == 1 else torch.cat(chosen)
        if self.scale and fast():
            pad = torch.nn.functional.pad
            padded = pad(asked, (0, 0, 0, -len(asked) % TOKENS_STEP)).to(torch.int8)
            # Of those that are gathered for a question there is any number, while a table has always as many.
            even = rows if len(chosen) == 1 else pad(rows, (0, 0, 0, -len(rows) % ROWS_STEP))
            products = torch._int_mm(padded, even.T)[: len(asked), : len(rows)]
        else:
            # Whole numbers so small are exact in single precision too.
            products = asked @ rows.float().T
        largest = np.maximum.reduceat(products.numpy(), starts, axis=1)
        scaled: Vectors = largest.astype(np.float32) * (units * np.float32(self.scale or 1.0))
        return scaled


def scale_of(vectors: Vectors) -> float:
    """The unit in which whole numbers up to `TOP` hold the vectors; few are kept `EXACT`."""
    return EXACT if len(vectors) < LARGE else float(np.abs(vectors).max()) / TOP or 1.0


def fast() -> bool:
    """Whether the processor multiplies whole numbers of eight bits natively."""
    import torch

    cpu: Any = torch.cpu
    return bool(cpu._is_vnni_supported())
