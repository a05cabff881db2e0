"""Exact products of whole numbers of eight bits, by the processor's own instructions for them if it has some."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from index.arrays import Array, Vectors

if TYPE_CHECKING:
    from index.encoding.openvino_runtime import Compiled

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


def largest(asked: Vectors, rows: Array, starts: Offsets, count: int) -> Vectors:
    """The largest product of each token with the rows of each group. Exact: every processor finds the same.

    :param asked: whole numbers from -127 to 127 of shape (tokens, dimensions).
    :param rows: the same as int8, of shape (rows, dimensions). Of few different numbers of rows: a kernel is kept for each,
        and memory grows with them.
    :param starts: first row of each group, ascending.
    :param count: end of the last group, exclusive; what follows it is padding.
    :return: float32 of shape (tokens, groups).
    """
    if not exact():
        return reduced(converted_products(asked, rows[:count]), starts)
    with whole_number_products()(padded(asked, TOKENS_STEP), rows) as lifted:
        best = np.maximum.reduceat(lifted.view(np.int32)[: len(asked), :count], starts, axis=1)
    return best.view(np.float32) - LIFT


def largest_of(products: Compiled, asked: Vectors, starts: Offsets) -> Vectors:
    """The same for all rows of a table that `products_with` laid out."""
    with products(padded(asked, TOKENS_STEP_SINGLE)) as found:
        return reduced(found[: len(asked)], starts)


def reduced(products: Vectors, starts: Offsets) -> Vectors:
    """The largest of each group, from products of shape (tokens, rows); shape (tokens, groups)."""
    best: Vectors = np.maximum.reduceat(products, starts, axis=1)
    return best


def padded(asked: Vectors, step: int) -> Vectors:
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
def whole_number_products() -> Compiled:
    """Products of shape (tokens, rows) by the processor's instructions for eight bits, with `LIFT` added."""
    # Most programs that know of products make none.
    from index.encoding.openvino_runtime import Compiled, openvino, ops

    asked, rows = ops.parameter([-1, -1], openvino.Type.f32), ops.parameter([-1, -1], openvino.Type.i8)
    low, top, unit, lift = (ops.constant(np.float32(value)) for value in (-TOP, TOP, 1, LIFT))
    # What is whole already stays as it is; these are the forms by which the library knows a product of whole numbers.
    whole = ops.fake_quantize(asked, low, top, low, top, 2 * TOP + 1)
    found = ops.matmul(whole, ops.multiply(ops.convert(rows, openvino.Type.f32), unit), False, True)
    return Compiled(openvino.Model([ops.add(found, lift)], [asked, rows]), {"INFERENCE_PRECISION_HINT": "f32"})


def products_with(rows: Array) -> Compiled:
    """Products of shape (tokens, rows) with int8 rows that are laid out once, in single precision.

    Sums of so small whole numbers are exact in it, and laid out beforehand they take two thirds of the time.
    """
    from index.encoding.openvino_runtime import Compiled, openvino, ops

    asked = ops.parameter([-1, rows.shape[1]], openvino.Type.f32)
    units = ops.constant(np.ones((len(rows), 1), np.float32))
    held = ops.multiply(ops.convert(ops.constant(rows), openvino.Type.f32), units)
    hints = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
    return Compiled(openvino.Model([ops.matmul(asked, held, False, True)], [asked]), hints)


@cache
def exact() -> bool:
    """Whether the largest sums of eight bits come out as they should.

    Processors without VNNI add in sixteen bits, which overflow; they multiply float32 as fast.
    """
    asked, rows = (np.full((count, 512), TOP, kind) for count, kind in ((16, np.float32), (1024, np.int8)))
    asked[1::2] *= -1
    rows[1::2] *= -1
    with whole_number_products()(asked, rows) as lifted:
        return bool(np.array_equal(lifted, asked @ rows.astype(np.float32).T + LIFT))
