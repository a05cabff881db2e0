"""Token vectors in the number format that the processor multiplies fastest, and how well they match a question's tokens."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from index.arrays import Array, Vectors
from index.retrieval import products
from index.retrieval.products import TOP, largest, largest_of

if TYPE_CHECKING:
    from index.encoding.openvino_runtime import Compiled

# Vectors from which on eight bits pay; fewer are kept, and multiplied, as they are.
LARGE = 4096
# The scale of what is not held in eight bits.
EXACT = 0.0
# Few lengths mean few shapes of products: the library keeps a kernel for each, and memory grows with them.
ROWS_STEP = 1024
# Numbers, up to which a table is laid out for single precision where products of eight bits would not be exact: 256 MB.
LAID_OUT = 1 << 26


class Table:
    """Vectors of shape (rows, dimensions), in parts of which each may lie in a file. Immutable; threads may share one.

    Many are held as whole numbers of `scale`, the same for all, so that what is nearest is known before anything is scaled.
    Products of whole numbers are exact, so every processor finds the same. A cosine differs by 0.001 from that of the
    vectors, and a product takes a quarter of the time that half precision would.
    """

    def __init__(self, parts: Sequence[Array], scale: float = EXACT) -> None:
        """Take int8 in units of `scale`, as it lies in memory; or, where that is `EXACT`, any other format as float32."""
        self.scale = scale
        self._parts = [np.asarray(part) if scale else part.astype(np.float32) for part in parts]
        self._starts = [0, *accumulate(map(len, parts))]

    @classmethod
    def of(cls, vectors: Vectors, scale: float | None = None) -> Table:
        """A table of float32 vectors, in units of a scale, or of their own."""
        scale = scale_of(vectors) if scale is None else scale
        if not scale:
            return cls([vectors])
        whole = vectors / np.float32(scale)
        np.rint(whole, out=whole)
        return cls([np.clip(whole, -TOP, TOP, out=whole).astype(np.int8)], scale)

    @classmethod
    def joined(cls, tables: Sequence[Table]) -> Table:
        """Tables of one scale after one another."""
        return cls([values for table in tables for values in table._parts], tables[0].scale)

    @property
    def stored(self) -> Array:
        """The vectors as a file keeps them: in eight bits, or in half precision."""
        values = self._parts[0] if len(self._parts) == 1 else np.concatenate(self._parts)
        return values if self.scale else values.astype(np.float16)

    def __len__(self) -> int:
        return self._starts[-1]

    def __getitem__(self, rows: slice) -> Vectors:
        """Some rows as float32."""
        start, end, _ = rows.indices(len(self))
        values = np.concatenate(list(self._pieces(start, end)) or [self._parts[0][:0]])
        found: Vectors = values.astype(np.float32) * np.float32(self.scale or 1.0)
        return found

    def _pieces(self, start: int, end: int) -> Iterator[Array]:
        """The rows from one to another, part by part."""
        for number in range(bisect_right(self._starts, start) - 1, len(self._parts)):
            first = self._starts[number]
            if first >= end:
                return
            yield self._parts[number][max(0, start - first) : end - first]

    @cached_property
    def _laid_out(self) -> Compiled | None:
        """Products with the whole table, where this processor multiplies single precision and there is memory for them."""
        if not self.scale or products.exact() or len(self) * self._parts[0].shape[1] > LAID_OUT:
            return None
        return products.products_with(np.concatenate(self._parts))

    def _gathered(self, spans: list[tuple[int, int]]) -> list[Array]:
        """The rows of spans, part by part."""
        return [piece for start, end in spans for piece in self._pieces(start, end)]

    def best(self, tokens: Vectors, spans: list[tuple[int, int]], starts: Array) -> Vectors:
        """The largest product of each token with the rows of each group, shape (tokens, groups).

        The rows of spans stand one after the other, and groups begin at `starts` among them.
        """
        if not self.scale:
            best: Vectors = np.maximum.reduceat(tokens @ joined(self._gathered(spans), 1).T, starts, axis=1)
            return best
        units = np.maximum(np.abs(tokens).max(axis=1, keepdims=True), np.float32(1e-12)) / TOP
        whole = np.round(tokens / units)
        if spans == [(0, len(self))] and self._laid_out:
            best = largest_of(self._laid_out, whole, starts)
        else:
            pieces = self._gathered(spans)
            # Of those that are gathered for a question there is any number, while a table has always as many.
            best = largest(whole, joined(pieces, ROWS_STEP), starts, sum(map(len, pieces)))
        best *= units * np.float32(self.scale)
        return best


def joined(pieces: Sequence[Array], step: int) -> Array:
    """Rows after one another, with rows of zeros up to a multiple of a step; one piece as it is."""
    if len(pieces) == 1:
        return pieces[0]
    count = sum(map(len, pieces))
    rows = np.zeros((count + -count % step, pieces[0].shape[1]), pieces[0].dtype)
    np.concatenate(pieces, out=rows[:count])
    return rows


def scale_of(vectors: Vectors) -> float:
    """The unit in which whole numbers up to `TOP` hold the vectors; few are kept `EXACT`."""
    return EXACT if len(vectors) < LARGE else float(max(vectors.max(), -vectors.min())) / TOP or 1.0
