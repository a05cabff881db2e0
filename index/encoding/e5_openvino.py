"""Run the embedded model with OpenVINO on the CPU; the computation is that of BERT in transformers.

The weights stay quantized to four bits, as in their file. With "int8", activations are quantized too, in groups of 32 values
with a scale for each group, so that a large value affects only its own group.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numpy as np

from index.arrays import Array
from index.encoding.e5_weights import BLOCK, BLOCK_TYPE, WORDS, Weights, dequantize_matrix
from index.encoding.openvino_runtime import CompiledGraph, openvino, ops

# OpenVINO's settings for each number format.
HINTS = {
    "int8": {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(BLOCK)},
    "float32": {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"},
    "bfloat16": {"INFERENCE_PRECISION_HINT": "bf16", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"},
}
Node = Any


@cache
def is_dtype_supported(dtype: str) -> bool:
    """Return whether this processor computes in a number format; otherwise OpenVINO silently uses single precision."""
    if dtype == "float32":
        return True
    random = np.random.default_rng(0)
    # The size of a real layer, because OpenVINO may choose other kernels for small matrices.
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
    """Return a number format if this processor supports it, else `float32`."""
    return dtype if is_dtype_supported(dtype) else "float32"


class GraphBuilder:
    """A compiled BERT with absolute position embeddings."""

    def __init__(self, weights: Weights, dtype: str) -> None:
        """Compile the layers for this processor, which takes a third of a second."""
        self.words = weights.matrix(WORDS)
        self.places = weights.floats("emb.pos").reshape(-1, weights.hidden) + weights.floats("emb.type")[: weights.hidden]
        self.compiled = CompiledGraph(LayerBuilder(weights).model(), HINTS[dtype])

    def __call__(self, ids: Array, attention: Array) -> AbstractContextManager[Array]:
        """Compute token vectors.

        :param ids: int64 token ids, padded, shape (texts, tokens).
        :param attention: int64, 1 for a token and 0 for padding, shape (texts, tokens).
        :return: a context manager that yields float32 vectors, shape (texts, tokens, hidden), valid while it is open.
        """
        values = dequantize_matrix(self.words[ids]).reshape(*ids.shape, -1) + self.places[: ids.shape[1]]
        bias = np.where(attention == 0, np.float32(-np.inf), np.float32(0))[:, None, None, :]
        return self.compiled(values, bias)


class LayerBuilder:
    """Builds the graph of the layers."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def model(self) -> openvino.Model:
        """Build the graph.

        :return: from embeddings, shape (texts, tokens, hidden), and an attention bias, shape (texts, 1, 1, tokens), to token
            vectors, shape (texts, tokens, hidden).
        """
        values = ops.parameter([-1, -1, self.weights.hidden], openvino.Type.f32)
        attention_bias = ops.parameter([-1, 1, 1, -1], openvino.Type.f32)
        output = self.norm(values, "emb.ln")
        for number in range(self.weights.layers):
            output = self.layer(output, attention_bias, f"l{number}")
        return openvino.Model([output], [values, attention_bias])

    def layer(self, values: Node, attention_bias: Node, name: str) -> Node:
        """Add a layer: attention and a feed-forward network, each with a residual connection and a layer norm."""
        attended = self.dense(self.attention(values, attention_bias, name), f"{name}.ao")
        values = self.norm(ops.add(values, attended), f"{name}.aln")
        widened = ops.gelu(self.dense(values, f"{name}.fi"), "ERF")
        return self.norm(ops.add(values, self.dense(widened, f"{name}.fo")), f"{name}.oln")

    def attention(self, values: Node, attention_bias: Node, name: str) -> Node:
        """Add multi-head self-attention."""
        hidden, heads = self.weights.hidden, self.weights.heads
        projected = self.dense(values, f"{name}.q", f"{name}.k", f"{name}.v")
        split = ops.reshape(projected, number_constant(0, 0, 3, heads, hidden // heads), special_zero=True)
        parts = ops.split(ops.transpose(split, number_constant(2, 0, 3, 1, 4)), ops.constant(np.int64(0)), 3).outputs()
        attended = ops.scaled_dot_product_attention(
            *(ops.squeeze(part, number_constant(0)) for part in parts), attention_bias
        )
        return ops.reshape(
            ops.transpose(attended, number_constant(0, 2, 1, 3)), number_constant(0, 0, hidden), special_zero=True
        )

    def dense(self, values: Node, *names: str) -> Node:
        """Add linear layers of the same input and concatenate their outputs."""
        blocks = np.concatenate([self.weights.matrix(f"{name}.w") for name in names])
        bias = np.concatenate([self.weights.floats(f"{name}.b") for name in names])
        return ops.add(ops.matmul(values, unpack_weights(blocks), False, True), ops.constant(bias[None, None]))

    def norm(self, values: Node, name: str) -> Node:
        """Add a layer norm."""
        return self.scaled_norm(values, self.weights.floats(f"{name}.w"), self.weights.floats(f"{name}.b"))

    def scaled_norm(self, values: Node, scale: Array, shift: Array) -> Node:
        """Add a layer norm with its scale and shift, both float32 of shape (hidden,)."""
        standardized = ops.mvn(values, number_constant(-1), True, self.weights.epsilon, "inside_sqrt")
        return ops.add(ops.multiply(standardized, ops.constant(scale[None, None])), ops.constant(shift[None, None]))


def unpack_weights(blocks: Array) -> Node:
    """Build a constant of shape (outputs, inputs) from quantized blocks of shape (outputs, inputs / 32)."""
    outputs, count = blocks.shape
    unit = ops.constant(blocks["scale"].astype(np.float32)[..., None])
    weight = ops.multiply(four_bit_constant(half_constant(blocks), outputs, count, BLOCK), unit)
    return ops.reshape(weight, number_constant(outputs, count * BLOCK), False)


def number_constant(*values: int) -> Node:
    return ops.constant(np.array(values, np.int64))


def four_bit_constant(packed: Array, *shape: int) -> Node:
    """Build a float32 constant from bytes that hold two signed four-bit numbers each."""
    # The tensor must own its memory: one created from an array does not keep the array alive.
    tensor = openvino.Tensor(openvino.Type.i4, openvino.Shape(shape))
    tensor.data[:] = packed
    return ops.convert(ops.constant(tensor), openvino.Type.f32)


def half_constant(blocks: Array) -> Array:
    """Repack the numbers of blocks for OpenVINO: two neighbours in a byte, the first in the lower half.

    :return: uint8 bytes of two signed numbers from -8 to 7 each, shape (bytes,).
    """
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=-1)
    # Flipping the top bit of each half subtracts eight, in two's complement.
    packed: Array = (nibbles[..., 0::2] | nibbles[..., 1::2] << 4) ^ 0x88
    return packed.reshape(-1)
