"""Store token vectors in eight bits, and compute the best match of each question token in each group of rows (MaxSim)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from index.arrays import Array, Vectors

if TYPE_CHECKING:
    from index.encoding.openvino_runtime import CompiledGraph

# With at least this many vectors, eight bits are faster; fewer stay in floating point.
LARGE = 4096
# The scale of a matrix that is not quantized.
EXACT = 0.0
# Rows are padded to a multiple of this: OpenVINO keeps a kernel for each shape, so few shapes bound the memory.
ROWS_STEP = 1024
# Elements up to which a matrix is compiled in single precision where int8 products are not exact: 256 MB.
LAID_OUT = 1 << 26
Offsets = np.ndarray[Any, Any]
TOP = 127
# Tokens are padded to a multiple of these, to bound the number of shapes. In eight bits, sixteen tokens take as long as
# one; in single precision, time grows with their number.
TOKENS_STEP, TOKENS_STEP_SINGLE = 16, 4
# Rows converted to float32 at a time, so that the result fits in a processor cache of a few megabytes.
CONVERTED_ROWS = 4096
# Added to products, it makes them positive and keeps them exact up to 520 dimensions; with more, only products near the
# minimum would lose their order. Positive floats sort like their bits, and numpy finds the maximum of integers in half the
# time.
LIFT = np.float32(2**23)


class QuantizedMatrix:
    """Vectors of shape (rows, dimensions), which may be memory-mapped. Immutable; threads may share one.

    A large matrix is int8 with one `scale` for all elements, so that maxima are known before anything is scaled. Integer
    products are exact, so every processor returns the same result. A cosine differs by 0.001 from that of the original
    vectors, and a product takes a quarter of the time of half precision.
    """

    def __init__(self, values: Array, scale: float = EXACT) -> None:
        """Wrap values.

        :param values: shape (rows, dimensions); int8, kept without a copy, or any float format if `scale` is `EXACT`.
        :param scale: value of one unit of int8.
        """
        self.scale = scale
        self._values = np.asarray(values) if scale else values.astype(np.float32)

    @classmethod
    def of(cls, vectors: Vectors, scale: float | None = None) -> QuantizedMatrix:
        """Quantize float32 vectors.

        :param scale: value of one unit; computed by `quantization_scale` if None.
        """
        scale = quantization_scale(vectors) if scale is None else scale
        if not scale:
            return cls(vectors)
        integers = vectors / np.float32(scale)
        np.rint(integers, out=integers)
        return cls(np.clip(integers, -TOP, TOP, out=integers).astype(np.int8), scale)

    @classmethod
    def joined(cls, matrices: Sequence[QuantizedMatrix]) -> QuantizedMatrix:
        """Concatenate matrices that have the same scale."""
        return cls(np.concatenate([matrix._values for matrix in matrices]), matrices[0].scale)

    @property
    def stored(self) -> Array:
        """The values as written to a file: int8, or float16 if not quantized."""
        return self._values if self.scale else self._values.astype(np.float16)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, rows: slice) -> Vectors:
        """Return rows as float32."""
        vectors: Vectors = self._values[rows].astype(np.float32) * np.float32(self.scale or 1.0)
        return vectors

    @cached_property
    def _compiled(self) -> CompiledGraph | None:
        """Products with the whole matrix in single precision; None where int8 is exact or the matrix is too large."""
        if not self.scale or is_int8_exact() or self._values.size > LAID_OUT:
            return None
        return products_with(self._values)

    def _slices(self, spans: list[tuple[int, int]]) -> list[Array]:
        return [self._values[start:end] for start, end in spans]

    def best(self, tokens: Vectors, spans: list[tuple[int, int]], starts: Array) -> Vectors:
        """Return the largest product of each token with the rows of each group.

        :param tokens: float32, shape (tokens, dimensions).
        :param spans: rows to compare with, as (start, end), end exclusive.
        :param starts: first row of each group, ascending, counted in the concatenation of the spans.
        :return: float32, shape (tokens, groups).
        """
        if not self.scale:
            best: Vectors = np.maximum.reduceat(tokens @ concatenate_matrices(self._slices(spans), 1).T, starts, axis=1)
            return best
        units = np.maximum(np.abs(tokens).max(axis=1, keepdims=True), np.float32(1e-12)) / TOP
        integers = np.round(tokens / units)
        if spans == [(0, len(self))] and self._compiled:
            best = max_products_of(self._compiled, integers, starts)
        else:
            pieces = self._slices(spans)
            # The number of candidate rows varies from question to question; padding bounds the number of shapes.
            best = max_products(integers, concatenate_matrices(pieces, ROWS_STEP), starts, sum(map(len, pieces)))
        best *= units * np.float32(self.scale)
        return best


def concatenate_matrices(pieces: Sequence[Array], step: int) -> Array:
    """Concatenate rows and pad them with zeros to a multiple of `step`; a single piece is returned as it is."""
    if len(pieces) == 1:
        return pieces[0]
    count = sum(map(len, pieces))
    rows = np.zeros((count + -count % step, pieces[0].shape[1]), pieces[0].dtype)
    np.concatenate(pieces, out=rows[:count])
    return rows


def quantization_scale(vectors: Vectors) -> float:
    """Return the unit in which int8 covers the range of the vectors, or `EXACT` if there are too few to quantize."""
    return EXACT if len(vectors) < LARGE else float(max(vectors.max(), -vectors.min())) / TOP or 1.0


def max_products(tokens: Vectors, rows: Array, starts: Offsets, count: int) -> Vectors:
    """Return the largest product of each token with the rows of each group; exact, so the same on every processor.

    :param tokens: float32 holding integers from -127 to 127, shape (tokens, dimensions).
    :param rows: int8, shape (rows, dimensions). Use few different numbers of rows: OpenVINO keeps a kernel for each.
    :param starts: first row of each group, ascending.
    :param count: end of the last group, exclusive; the rows after it are padding.
    :return: float32, shape (tokens, groups).
    """
    if not is_int8_exact():
        return reduce_max(converted_products(tokens, rows[:count]), starts)
    with whole_number_products()(pad_rows(tokens, TOKENS_STEP), rows) as lifted:
        best = np.maximum.reduceat(lifted.view(np.int32)[: len(tokens), :count], starts, axis=1)
    return best.view(np.float32) - LIFT


def max_products_of(products: CompiledGraph, tokens: Vectors, starts: Offsets) -> Vectors:
    """Return the same as `max_products`, for all rows of a graph that `products_with` compiled."""
    with products(pad_rows(tokens, TOKENS_STEP_SINGLE)) as values:
        return reduce_max(values[: len(tokens)], starts)


def reduce_max(products: Vectors, starts: Offsets) -> Vectors:
    """Reduce products of shape (tokens, rows) to the maximum of each group, shape (tokens, groups)."""
    best: Vectors = np.maximum.reduceat(products, starts, axis=1)
    return best


def pad_rows(tokens: Vectors, step: int) -> Vectors:
    """Pad tokens with zeros to a multiple of `step`."""
    return np.concatenate([tokens, np.zeros((-len(tokens) % step, tokens.shape[1]), np.float32)])


def converted_products(tokens: Vectors, rows: Array) -> Vectors:
    """Multiply tokens with int8 rows, converted to float32 block by block.

    :return: float32, shape (tokens, rows).
    """
    products = np.empty((len(tokens), len(rows)), np.float32)
    for start in range(0, len(rows), CONVERTED_ROWS):
        part = rows[start : start + CONVERTED_ROWS].astype(np.float32)
        products[:, start : start + CONVERTED_ROWS] = tokens @ part.T
    return products


@cache
def whole_number_products() -> CompiledGraph:
    """Compile a graph that multiplies tokens with rows by int8 instructions and adds `LIFT`.

    :return: a graph from float32 tokens (tokens, dimensions) and int8 rows (rows, dimensions) to float32 (tokens, rows).
    """
    # Imported here because most programs that import this module compute no products.
    from index.encoding.openvino_runtime import CompiledGraph, openvino, ops

    tokens, rows = ops.parameter([-1, -1], openvino.Type.f32), ops.parameter([-1, -1], openvino.Type.i8)
    low, top, unit, lift = (ops.constant(np.float32(value)) for value in (-TOP, TOP, 1, LIFT))
    # Integers pass unchanged; by this pattern of operations OpenVINO recognizes a product of integers.
    whole = ops.fake_quantize(tokens, low, top, low, top, 2 * TOP + 1)
    products = ops.matmul(whole, ops.multiply(ops.convert(rows, openvino.Type.f32), unit), False, True)
    return CompiledGraph(openvino.Model([ops.add(products, lift)], [tokens, rows]), {"INFERENCE_PRECISION_HINT": "f32"})


def products_with(rows: Array) -> CompiledGraph:
    """Compile a graph that multiplies tokens with fixed int8 rows in single precision.

    Sums of such small integers are exact in it, and with the rows compiled in, a product takes two thirds of the time.

    :return: a graph from float32 tokens (tokens, dimensions) to float32 products (tokens, rows).
    """
    from index.encoding.openvino_runtime import CompiledGraph, openvino, ops

    tokens = ops.parameter([-1, rows.shape[1]], openvino.Type.f32)
    units = ops.constant(np.ones((len(rows), 1), np.float32))
    constant = ops.multiply(ops.convert(ops.constant(rows), openvino.Type.f32), units)
    hints = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
    return CompiledGraph(openvino.Model([ops.matmul(tokens, constant, False, True)], [tokens]), hints)


@cache
def is_int8_exact() -> bool:
    """Return whether this processor computes the largest int8 products exactly.

    Processors without VNNI add in sixteen bits, which overflow; there, float32 is as fast.
    """
    tokens, rows = (np.full((count, 512), TOP, kind) for count, kind in ((16, np.float32), (1024, np.int8)))
    tokens[1::2] *= -1
    rows[1::2] *= -1
    with whole_number_products()(tokens, rows) as lifted:
        return bool(np.array_equal(lifted, tokens @ rows.astype(np.float32).T + LIFT))
