"""Exact products of whole numbers of eight bits, by the processor's own instructions for them if it has some."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from index.shapes import Vectors

if TYPE_CHECKING:
    from index.compiled import Compiled

Rows = np.ndarray[Any, np.dtype[np.int8]]
TOP = 127
# So many tokens at a time, for few shapes.
TOKENS_STEP = 16
# Added to products, it makes all positive and leaves them whole, up to 520 dimensions; of more, only products near the least
# there can be would fall out of order. Positive numbers are in the order of their bits, and numpy finds the largest of
# integers in half the time.
LIFT = np.float32(2**23)


def largest(asked: Vectors, rows: Rows, starts: np.ndarray[Any, Any], count: int) -> Vectors:
    """The largest product of each token with the rows of each group, float32 of shape (tokens, groups).

    Both are whole numbers from -127 to 127, of shapes (tokens, dimensions) and (rows, dimensions); groups begin at `starts`,
    and the last one ends before row `count`. For few numbers of rows: a kernel is kept for each, and memory grows with them.
    """
    padded = np.zeros((len(asked) + -len(asked) % TOKENS_STEP, asked.shape[1]), np.float32)
    padded[: len(asked)] = asked
    with products(padded, rows) as lifted:
        best = np.maximum.reduceat(lifted.view(np.int32)[: len(asked), :count], starts, axis=1)
    return best.view(np.float32) - LIFT


def products(asked: Vectors, rows: Rows) -> AbstractContextManager[Vectors]:
    """The products of tokens and rows, lifted, for as long as they are looked at."""
    return compiled()(asked, rows) if exact() else nullcontext(in_single_precision(asked, rows))


def in_single_precision(asked: Vectors, rows: Rows) -> Vectors:
    """The products and what is added to them. Sums so small are exact in single precision, too."""
    lifted: Vectors = asked @ rows.astype(np.float32).T + LIFT
    return lifted


@cache
def compiled() -> Compiled:
    """The same by the processor's own instructions."""
    # Most programs that know of products make none.
    from index.compiled import Compiled, openvino, ops

    asked, rows = ops.parameter([-1, -1], openvino.Type.f32), ops.parameter([-1, -1], openvino.Type.i8)
    low, top, unit, lift = (ops.constant(np.float32(value)) for value in (-TOP, TOP, 1, LIFT))
    # What is whole already stays as it is; these are the forms by which the library knows a product of whole numbers.
    whole = ops.fake_quantize(asked, low, top, low, top, 2 * TOP + 1)
    found = ops.matmul(whole, ops.multiply(ops.convert(rows, openvino.Type.f32), unit), False, True)
    return Compiled(openvino.Model([ops.add(found, lift)], [asked, rows]), {"INFERENCE_PRECISION_HINT": "f32"})


@cache
def exact() -> bool:
    """Whether the largest sums come out as they should: some processors add in sixteen bits, which overflow."""
    asked, rows = (np.full((count, 512), TOP, kind) for count, kind in ((16, np.float32), (1024, np.int8)))
    asked[1::2] *= -1
    rows[1::2] *= -1
    with compiled()(asked, rows) as lifted:
        return bool(np.array_equal(lifted, in_single_precision(asked, rows)))
