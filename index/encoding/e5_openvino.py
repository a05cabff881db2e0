"""The embedded model's layers as a graph that OpenVINO compiles for the processor: the same sums as transformers' BERT.

Weights stay in the four bits in which their file has them. In "int8" each 32 values that a matrix multiplies are rounded to
whole numbers in a unit of their own, so that one large value costs its neighbours little and the others nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from index.arrays import Array, Pooled
from index.encoding import e5_weights
from index.encoding.e5_weights import BLOCK, BLOCK_TYPE, PAD, WORDS, Weights, dequantize_matrix
from index.encoding.openvino_runtime import CompiledGraph, openvino, ops

if TYPE_CHECKING:
    from index.encoding.sentence_transformer import SentenceTransformerModel

# How OpenVINO computes, by the name of the number format.
HINTS = {
    "int8": {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(BLOCK)},
    "float32": {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"},
    "bfloat16": {"INFERENCE_PRECISION_HINT": "bf16", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"},
}
Node = Any
# Texts whose lengths differ by less than this are computed together.
TOKENS_STEP = 4


@cache
def is_dtype_supported(dtype: str) -> bool:
    """Whether this processor computes in a number format; OpenVINO takes single precision instead without a word."""
    if dtype == "float32":
        return True
    random = np.random.default_rng(0)
    # As large as a real layer's: what is small might be computed otherwise.
    outputs, count = 384, 12
    blocks = np.zeros((outputs, count), BLOCK_TYPE)
    blocks["scale"], blocks["nibbles"] = 1, random.integers(0, 256, blocks["nibbles"].shape)
    values = random.standard_normal((1, BLOCK, count * BLOCK), np.float32)
    inputs = ops.parameter([-1, -1, count * BLOCK], openvino.Type.f32)
    product = ops.matmul(inputs, unpack_weights(blocks), False, True)
    model = openvino.Model([product], [inputs])
    with CompiledGraph(model, HINTS["float32"])(values) as exact, CompiledGraph(model, HINTS[dtype])(values) as rounded:
        return not np.array_equal(exact, rounded)


def effective_dtype(dtype: str) -> str:
    """The number format in which this processor computes where one is asked for."""
    return dtype if is_dtype_supported(dtype) else "float32"


class GraphBuilder:
    """A compiled BERT with absolute positions."""

    def __init__(self, weights: Weights, dtype: str) -> None:
        """Lay the layers out for this processor, which takes a third of a second."""
        self.words = weights.matrix(WORDS)
        self.places = weights.floats("emb.pos").reshape(-1, weights.hidden) + weights.floats("emb.type")[: weights.hidden]
        self.compiled = CompiledGraph(LayerBuilder(weights).model(), HINTS[dtype])

    def __call__(self, ids: Array, attention: Array) -> AbstractContextManager[Array]:
        """Token ids and which of them count, both of shape (texts, tokens) -> float32 vectors (texts, tokens, hidden)."""
        values = dequantize_matrix(self.words[ids]).reshape(*ids.shape, -1) + self.places[: ids.shape[1]]
        ignored = np.where(attention == 0, np.float32(-np.inf), np.float32(0))[:, None, None, :]
        return self.compiled(values, ignored)


class LayerBuilder:
    """Builds the graph."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def model(self) -> openvino.Model:
        """From sums of words and places, and what is added to the products of queries and keys, to token vectors."""
        values = ops.parameter([-1, -1, self.weights.hidden], openvino.Type.f32)
        ignored = ops.parameter([-1, 1, 1, -1], openvino.Type.f32)
        found = self.norm(values, "emb.ln")
        for number in range(self.weights.layers):
            found = self.layer(found, ignored, f"l{number}")
        return openvino.Model([found], [values, ignored])

    def layer(self, values: Node, ignored: Node, name: str) -> Node:
        """Attention and what follows it, each added to what came in."""
        attended = self.dense(self.attention(values, ignored, name), f"{name}.ao")
        values = self.norm(ops.add(values, attended), f"{name}.aln")
        widened = ops.gelu(self.dense(values, f"{name}.fi"), "ERF")
        return self.norm(ops.add(values, self.dense(widened, f"{name}.fo")), f"{name}.oln")

    def attention(self, values: Node, ignored: Node, name: str) -> Node:
        hidden, heads = self.weights.hidden, self.weights.heads
        projected = self.dense(values, f"{name}.q", f"{name}.k", f"{name}.v")
        split = ops.reshape(projected, number_constant(0, 0, 3, heads, hidden // heads), special_zero=True)
        parts = ops.split(ops.transpose(split, number_constant(2, 0, 3, 1, 4)), ops.constant(np.int64(0)), 3).outputs()
        found = ops.scaled_dot_product_attention(*(ops.squeeze(part, number_constant(0)) for part in parts), ignored)
        return ops.reshape(
            ops.transpose(found, number_constant(0, 2, 1, 3)), number_constant(0, 0, hidden), special_zero=True
        )

    def dense(self, values: Node, *names: str) -> Node:
        """Linear layers of one input, whose outputs stand one after the other."""
        blocks = np.concatenate([self.weights.matrix(f"{name}.w") for name in names])
        bias = np.concatenate([self.weights.floats(f"{name}.b") for name in names])
        return ops.add(ops.matmul(values, unpack_weights(blocks), False, True), ops.constant(bias[None, None]))

    def norm(self, values: Node, name: str) -> Node:
        """A layer norm."""
        even = ops.mvn(values, number_constant(-1), True, self.weights.epsilon, "inside_sqrt")
        scale, shift = (ops.constant(self.weights.floats(f"{name}.{part}")[None, None]) for part in "wb")
        return ops.add(ops.multiply(even, scale), shift)


def unpack_weights(blocks: Array) -> Node:
    """The weights that blocks of shape (outputs, inputs / 32) hold, of shape (outputs, inputs)."""
    outputs, count = blocks.shape
    unit = ops.constant(blocks["scale"].astype(np.float32)[..., None])
    weight = ops.multiply(four_bit_constant(half_constant(blocks), outputs, count, BLOCK), unit)
    return ops.reshape(weight, number_constant(outputs, count * BLOCK), False)


def number_constant(*values: int) -> Node:
    return ops.constant(np.array(values, np.int64))


def four_bit_constant(packed: Array, *shape: int) -> Node:
    """Bytes of two signed numbers each, as numbers of a shape."""
    # A tensor of its own: one made of an array reads what lies there once the array is gone.
    held = openvino.Tensor(openvino.Type.i4, openvino.Shape(shape))
    held.data[:] = packed
    return ops.convert(ops.constant(held), openvino.Type.f32)


def half_constant(blocks: Array) -> Array:
    """The numbers of blocks, -8 to 7, shape (bytes,), with two neighbours in a byte, the first in the lower half."""
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=-1)
    # Eight less, in two's complement.
    packed: Array = (nibbles[..., 0::2] | nibbles[..., 1::2] << 4) ^ 0x88
    return packed.reshape(-1)


class OpenVinoE5:
    """Gives of each text its vector and those of all its tokens. One thread at a time may call it."""

    def __init__(self, dtype: str, exact: str) -> None:
        """Read the weights.

        :param dtype: number format for questions; `self.dtype` is the one that this processor computes in.
        :param exact: number format for what an index keeps.
        :raises ModelError: if the file of weights is missing or not the pinned one.
        """
        weights = e5_weights.read_weights()
        self.dtype, self.exact = effective_dtype(dtype), effective_dtype(exact)
        self.origin, self.dimensions = e5_weights.SHA256, weights.hidden
        self.tokenizer = e5_weights.build_tokenizer(weights.pieces)
        self.graph = GraphBuilder(weights, self.dtype)

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

    def library(self) -> SentenceTransformerModel:
        from index.encoding import e5_torch
        from index.encoding.e5_torch import CompiledLayers

        weights = e5_weights.read_weights()
        graph = self.graph if self.exact == self.dtype else GraphBuilder(weights, self.exact)
        return e5_torch.make_transformer(weights, self.tokenizer, CompiledLayers(graph), self.exact, "cpu")
