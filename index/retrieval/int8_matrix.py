"""Token vectors in the number format that the processor multiplies fastest, and how well they match a question's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from index.arrays import Array, Vectors

if TYPE_CHECKING:
    from index.encoding.openvino_runtime import CompiledGraph

# Vectors from which on eight bits pay; fewer are kept, and multiplied, as they are.
LARGE = 4096
# The scale of what is not held in eight bits.
EXACT = 0.0
# Few lengths mean few shapes of products: the library keeps a kernel for each, and memory grows with them.
ROWS_STEP = 1024
# Numbers, up to which a table is laid out for single precision where products of eight bits would not be exact: 256 MB.
LAID_OUT = 1 << 26
Offsets = np.ndarray[Any, Any]
TOP = 127
# So many tokens at a time, for few shapes: a kernel is kept for each. Sixteen of eight bits are multiplied as fast as
# one; in single precision, time goes with their number.
TOKENS_STEP, TOKENS_STEP_SINGLE = 16, 4
# Rows that are made float32 at a time: what they become stays in a cache of a few megabytes.
CONVERTED_ROWS = 4096
# Added to products, it makes all positive and leaves them whole, up to 520 dimensions; of more, only products near the least
# there can be would fall out of order. Positive numbers are in the order of their bits, and numpy finds the largest of
# integers in half the time.
LIFT = np.float32(2**23)


class QuantizedMatrix:
    """Vectors of shape (rows, dimensions), which may lie in a file. Immutable; threads may share one.

    Many are held as whole numbers of `scale`, the same for all, so that what is nearest is known before anything is scaled.
    Products of whole numbers are exact, so every processor finds the same. A cosine differs by 0.001 from that of the
    vectors, and a product takes a quarter of the time that half precision would.
    """

    def __init__(self, values: Array, scale: float = EXACT) -> None:
        """Take int8 in units of `scale`, as it lies in memory; or, where that is `EXACT`, any other format as float32."""
        self.scale = scale
        self._values = np.asarray(values) if scale else values.astype(np.float32)

    @classmethod
    def of(cls, vectors: Vectors, scale: float | None = None) -> QuantizedMatrix:
        """A table of float32 vectors, in units of a scale, or of their own."""
        scale = quantization_scale(vectors) if scale is None else scale
        if not scale:
            return cls(vectors)
        whole = vectors / np.float32(scale)
        np.rint(whole, out=whole)
        return cls(np.clip(whole, -TOP, TOP, out=whole).astype(np.int8), scale)

    @classmethod
    def joined(cls, tables: Sequence[QuantizedMatrix]) -> QuantizedMatrix:
        """Tables of one scale after one another."""
        return cls(np.concatenate([table._values for table in tables]), tables[0].scale)

    @property
    def stored(self) -> Array:
        """The vectors as a file keeps them: in eight bits, or in half precision."""
        return self._values if self.scale else self._values.astype(np.float16)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, rows: slice) -> Vectors:
        """Some rows as float32."""
        found: Vectors = self._values[rows].astype(np.float32) * np.float32(self.scale or 1.0)
        return found

    @cached_property
    def _laid_out(self) -> CompiledGraph | None:
        """Products with the whole table, where this processor multiplies single precision and there is memory for them."""
        if not self.scale or is_int8_exact() or self._values.size > LAID_OUT:
            return None
        return products_with(self._values)

    def _gathered(self, spans: list[tuple[int, int]]) -> list[Array]:
        """The rows of each span."""
        return [self._values[start:end] for start, end in spans]

    def best(self, tokens: Vectors, spans: list[tuple[int, int]], starts: Array) -> Vectors:
        """The largest product of each token with the rows of each group, shape (tokens, groups).

        The rows of spans stand one after the other, and groups begin at `starts` among them.
        """
        if not self.scale:
            best: Vectors = np.maximum.reduceat(tokens @ concatenate_matrices(self._gathered(spans), 1).T, starts, axis=1)
            return best
        units = np.maximum(np.abs(tokens).max(axis=1, keepdims=True), np.float32(1e-12)) / TOP
        whole = np.round(tokens / units)
        if spans == [(0, len(self))] and self._laid_out:
            best = max_products_of(self._laid_out, whole, starts)
        else:
            pieces = self._gathered(spans)
            # Of those that are gathered for a question there is any number, while a table has always as many.
            best = max_products(whole, concatenate_matrices(pieces, ROWS_STEP), starts, sum(map(len, pieces)))
        best *= units * np.float32(self.scale)
        return best


def concatenate_matrices(pieces: Sequence[Array], step: int) -> Array:
    """Rows after one another, with rows of zeros up to a multiple of a step; one piece as it is."""
    if len(pieces) == 1:
        return pieces[0]
    count = sum(map(len, pieces))
    rows = np.zeros((count + -count % step, pieces[0].shape[1]), pieces[0].dtype)
    np.concatenate(pieces, out=rows[:count])
    return rows


def quantization_scale(vectors: Vectors) -> float:
    """The unit in which whole numbers up to `TOP` hold the vectors; few are kept `EXACT`."""
    return EXACT if len(vectors) < LARGE else float(max(vectors.max(), -vectors.min())) / TOP or 1.0


def max_products(asked: Vectors, rows: Array, starts: Offsets, count: int) -> Vectors:
    """The largest product of each token with the rows of each group. Exact: every processor finds the same.

    :param asked: whole numbers from -127 to 127 of shape (tokens, dimensions).
    :param rows: the same as int8, of shape (rows, dimensions). Of few different numbers of rows: a kernel is kept for each,
        and memory grows with them.
    :param starts: first row of each group, ascending.
    :param count: end of the last group, exclusive; what follows it is padding.
    :return: float32 of shape (tokens, groups).
    """
    if not is_int8_exact():
        return reduce_max(converted_products(asked, rows[:count]), starts)
    with whole_number_products()(pad_rows(asked, TOKENS_STEP), rows) as lifted:
        best = np.maximum.reduceat(lifted.view(np.int32)[: len(asked), :count], starts, axis=1)
    return best.view(np.float32) - LIFT


def max_products_of(products: CompiledGraph, asked: Vectors, starts: Offsets) -> Vectors:
    """The same for all rows of a table that `products_with` laid out."""
    with products(pad_rows(asked, TOKENS_STEP_SINGLE)) as found:
        return reduce_max(found[: len(asked)], starts)


def reduce_max(products: Vectors, starts: Offsets) -> Vectors:
    """The largest of each group, from products of shape (tokens, rows); shape (tokens, groups)."""
    best: Vectors = np.maximum.reduceat(products, starts, axis=1)
    return best


def pad_rows(asked: Vectors, step: int) -> Vectors:
    """Tokens with zeros up to a multiple of a step."""
    return np.concatenate([asked, np.zeros((-len(asked) % step, asked.shape[1]), np.float32)])


def converted_products(asked: Vectors, rows: Array) -> Vectors:
    """Products with rows that are made float32 some at a time, shape (tokens, rows)."""
    products = np.empty((len(asked), len(rows)), np.float32)
    for start in range(0, len(rows), CONVERTED_ROWS):
        part = rows[start : start + CONVERTED_ROWS].astype(np.float32)
        products[:, start : start + CONVERTED_ROWS] = asked @ part.T
    return products


@cache
def whole_number_products() -> CompiledGraph:
    """Products of shape (tokens, rows) by the processor's instructions for eight bits, with `LIFT` added."""
    # Most programs that know of products make none.
    from index.encoding.openvino_runtime import CompiledGraph, openvino, ops

    asked, rows = ops.parameter([-1, -1], openvino.Type.f32), ops.parameter([-1, -1], openvino.Type.i8)
    low, top, unit, lift = (ops.constant(np.float32(value)) for value in (-TOP, TOP, 1, LIFT))
    # What is whole already stays as it is; these are the forms by which the library knows a product of whole numbers.
    whole = ops.fake_quantize(asked, low, top, low, top, 2 * TOP + 1)
    found = ops.matmul(whole, ops.multiply(ops.convert(rows, openvino.Type.f32), unit), False, True)
    return CompiledGraph(openvino.Model([ops.add(found, lift)], [asked, rows]), {"INFERENCE_PRECISION_HINT": "f32"})


def products_with(rows: Array) -> CompiledGraph:
    """Products of shape (tokens, rows) with int8 rows that are laid out once, in single precision.

    Sums of so small whole numbers are exact in it, and laid out beforehand they take two thirds of the time.
    """
    from index.encoding.openvino_runtime import CompiledGraph, openvino, ops

    asked = ops.parameter([-1, rows.shape[1]], openvino.Type.f32)
    units = ops.constant(np.ones((len(rows), 1), np.float32))
    held = ops.multiply(ops.convert(ops.constant(rows), openvino.Type.f32), units)
    hints = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
    return CompiledGraph(openvino.Model([ops.matmul(asked, held, False, True)], [asked]), hints)


@cache
def is_int8_exact() -> bool:
    """Whether the largest sums of eight bits come out as they should.

    Processors without VNNI add in sixteen bits, which overflow; they multiply float32 as fast.
    """
    asked, rows = (np.full((count, 512), TOP, kind) for count, kind in ((16, np.float32), (1024, np.int8)))
    asked[1::2] *= -1
    rows[1::2] *= -1
    with whole_number_products()(asked, rows) as lifted:
        return bool(np.array_equal(lifted, asked @ rows.astype(np.float32).T + LIFT))
