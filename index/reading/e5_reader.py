"""A reader on the lower layers of the embedded model, fine-tuned as a cross-encoder and run by OpenVINO.

Question and window are one input, `<s> query: Q </s></s> heading window </s>`. The lowest layers are those of the embedded
model. What enters the trained layers says of each token whether it stands in the other text too, how near the nearest token
of the other text is, and which text it belongs to. Three linear heads give the start and the end of the answer, and at `<s>`
whether there is one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from index import arrays
from index.arrays import Array, Vectors
from index.encoding import e5_weights
from index.encoding.e5_openvino import HINTS, LayerBuilder, Node, effective_dtype, number_constant
from index.encoding.e5_weights import BLOCK, PAD, WORDS, Weights, dequantize_matrix
from index.encoding.openvino_runtime import CompiledGraph, openvino, ops
from index.errors import ModelError
from index.reading.reader import Reading, Span, Window

NAME, FILE = "embedded:reader", "reader.npz"
BOS, EOS = 0, 2
PROMPT = "query:"
# Tokens of the question, of the heading and of the whole input; the rest is left out.
MAX_QUESTION, MAX_HEADING, MAX_INPUT = 48, 20, 176
MAX_ANSWER = 30  # tokens of a span
AROUND = " \n\u3000,.;:，。、；："  # no part of an answer at its ends
SPANS = 5  # spans of a window
# Pieces of the vocabulary that are no words in common: the bare word boundary, the comma and the full stop.
PUNCTUATION = ("▁", ",", ".")


@dataclass(frozen=True, slots=True)
class InputRow:
    """A question and a window as tokens.

    `first` is the position of the window's first token, `offsets` are the offsets of the window's tokens in its `text`, and
    `marks`, of shape (tokens, 3), say whether a token stands in the other text too, is of the question, is of the window.
    """

    ids: tuple[int, ...]
    marks: Vectors
    first: int
    offsets: tuple[tuple[int, int], ...]
    text: str


class InputBuilder:
    """Tokenizes questions and windows."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.prompt_length = len(self.encode(PROMPT)[0])
        self.punctuation = {tokenizer.token_to_id(piece) for piece in PUNCTUATION}

    def encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoding = self.tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets

    def build(self, question: str, heading: str, text: str, max_input: int = MAX_INPUT) -> InputRow:
        """Join a question and a window; what is too long loses its end."""
        asked = self.encode(f"{PROMPT} {question}")[0][:MAX_QUESTION]
        titled = self.encode(heading)[0][:MAX_HEADING] if heading else []
        ids, offsets = self.encode(text)
        room = max_input - len(asked) - len(titled) - 4
        ids, offsets = ids[:room], offsets[:room]
        row = [BOS, *asked, EOS, EOS, *titled, *ids, EOS]
        first = len(asked) + 3 + len(titled)
        common = (set(asked[self.prompt_length :]) & {*ids, *titled}) - self.punctuation
        marks = np.zeros((len(row), 3), np.float32)
        marks[:, 0] = [token in common for token in row]
        marks[1 + self.prompt_length : 1 + len(asked), 1] = 1
        marks[first : first + len(ids), 2] = 1
        return InputRow(tuple(row), marks, first, tuple(offsets), text)


class E5Reader:
    """Reads windows with the trained file of this package."""

    def __init__(self, weights: Weights, trained: Mapping[str, Array], dtype: str) -> None:
        """Compile the reader for this processor.

        :param trained: the arrays of a reader's file.
        :param dtype: number format, as for `GraphBuilder`.
        """
        contents = b"".join(trained[name].tobytes() for name in sorted(trained))
        self.fingerprint = hashlib.sha256(contents).hexdigest()[:16]
        self.trained, self.inputs = trained, InputBuilder(weights.tokenizer)
        self.words = weights.matrix(WORDS)
        places = weights.floats("emb.pos").reshape(-1, weights.hidden)
        self.places = places[:MAX_INPUT] + weights.floats("emb.type")[: weights.hidden]
        self.compiled = CompiledGraph(ReaderLayerBuilder(weights, trained).model(), HINTS[effective_dtype(dtype)])

    @classmethod
    def load(cls, name: str, dtype: str = "int8") -> E5Reader:
        """Load the reader of this package.

        :raises ModelError: if there is none of that name, or it was trained on another model.
        :raises GenerationError: if the file is missing or damaged.
        """
        if name != NAME:
            raise ModelError(f"[reader] name {name}: there is no such embedded reader; try {NAME}")
        trained = load_trained(reader_file())
        return cls(e5_weights.read_weights(), trained, dtype)

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        """Read each window with the question, in one batch."""
        if not windows:
            return []
        rows = [self.inputs.build(question, window.heading, window.text) for window in windows]
        with self.compiled(*self.tensors(rows)) as output:
            return [make_reading(values, row) for values, row in zip(output, rows, strict=True)]

    def tensors(self, rows: Sequence[InputRow]) -> tuple[Vectors, Vectors, Vectors]:
        """Pad inputs: embeddings (rows, tokens, hidden), attention bias (rows, 1, 1, tokens) and marks (rows, tokens, 3)."""
        length = max(len(row.ids) for row in rows)
        ids = np.full((len(rows), length), PAD)
        marks = np.zeros((len(rows), length, 3), np.float32)
        for number, row in enumerate(rows):
            ids[number, : len(row.ids)], marks[number, : len(row.ids)] = row.ids, row.marks
        values = dequantize_matrix(self.words[ids]).reshape(*ids.shape, -1) + self.places[:length]
        return values, np.where(ids == PAD, np.float32(-np.inf), np.float32(0))[:, None, None, :], marks


def reader_file() -> Path:
    """Return the path of the trained file of this package."""
    return Path(__file__).with_name(FILE)


def load_trained(path: Path) -> dict[str, Array]:
    """Read a reader's file.

    :raises GenerationError: if it is missing or damaged.
    :raises ModelError: if it was trained on other weights than the embedded model's.
    """
    trained = arrays.load_arrays(path, "trained reader", lambda loaded: {name: loaded[name] for name in loaded})
    if str(trained.get("trunk", "")) != e5_weights.SHA256:
        raise ModelError(f"{path}: was trained on another model than {e5_weights.NAME}; run: report-index train")
    return trained


def make_reading(output: Vectors, row: InputRow) -> Reading:
    """Turn the output for one input into a reading.

    :param output: logits of start, end and answerability of each token, shape (tokens, 3).
    """
    window = output[row.first : row.first + len(row.offsets)]
    spans = best_spans(window[:, 0], window[:, 1], float(output[0, 0] + output[0, 1]))
    trimmed = (Span(*trim(row.text, row.offsets[first][0], row.offsets[last][1]), score) for first, last, score in spans)
    return Reading(float(output[0, 2]), tuple(span for span in trimmed if span.start < span.end))


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets of a span without white space and marks of punctuation at its ends."""
    words = text[start:end].rstrip(AROUND)
    return start + len(words) - len(words.lstrip(AROUND)), start + len(words)


def best_spans(starts: Vectors, ends: Vectors, null: float) -> list[tuple[int, int, float]]:
    """Return up to `SPANS` spans of at most `MAX_ANSWER` tokens that do not overlap, best first.

    :param starts: logits that the answer starts at a token, shape (tokens,).
    :param ends: logits that it ends with a token, shape (tokens,).
    :param null: score of no answer, subtracted from the scores.
    :return: first token, last token, score.
    """
    length = len(starts)
    first, last = np.arange(length)[:, None], np.arange(length)[None]
    scores = np.where((last >= first) & (last < first + MAX_ANSWER), starts[:, None] + ends[None] - null, -np.inf)
    spans: list[tuple[int, int, float]] = []
    while len(spans) < SPANS and length:
        start, end = divmod(int(scores.argmax()), length)
        if not np.isfinite(scores[start, end]):
            break
        spans.append((start, end, float(scores[start, end])))
        scores[(first <= end) & (last >= start)] = -np.inf
    return spans


class ReaderLayerBuilder(LayerBuilder):
    """Builds the graph of a reader: the lowest layers from the embedded model, the others from its file."""

    def __init__(self, weights: Weights, trained: Mapping[str, Array]) -> None:
        super().__init__(weights)
        self.trained, self.lower, self.depth = trained, int(trained["lower"]), int(trained["depth"])

    def model(self) -> openvino.Model:
        """Build the graph.

        :return: from embeddings, shape (rows, tokens, hidden), attention bias, shape (rows, 1, 1, tokens), and marks, shape
            (rows, tokens, 3), to logits of start, end and answerability, shape (rows, tokens, 3).
        """
        values = ops.parameter([-1, -1, self.weights.hidden], openvino.Type.f32)
        attention_bias = ops.parameter([-1, 1, 1, -1], openvino.Type.f32)
        marks = ops.parameter([-1, -1, 3], openvino.Type.f32)
        output = self.norm(values, "emb.ln")
        for number in range(self.lower):
            output = self.layer(output, attention_bias, f"l{number}")
        output = ops.add(output, self.marked(output, marks))
        for number in range(self.lower, self.depth):
            output = self.layer(output, attention_bias, f"l{number}")
        heads = ops.matmul(output, ops.constant(self.trained["heads.w"]), False, True)
        logits = ops.add(heads, ops.constant(self.trained["heads.b"][None, None]))
        return openvino.Model([logits], [values, attention_bias, marks])

    def marked(self, values: Node, marks: Node) -> Node:
        """Add up the vectors of the marks of each token."""
        of_question, of_window = (ops.gather(marks, number_constant(n), number_constant(2)) for n in (1, 2))
        others = ops.add(ops.matmul(of_question, of_window, False, True), ops.matmul(of_window, of_question, False, True))
        directions = ops.normalize_l2(values, number_constant(2), 1e-12, "max")
        cosines = ops.multiply(ops.matmul(directions, directions, False, True), others)
        nearest = ops.reduce_max(cosines, number_constant(2), True)
        told = ops.concat([marks, nearest], 2)
        return ops.matmul(told, ops.constant(self.trained["marks"]), False, False)

    def dense(self, values: Node, *names: str) -> Node:
        """Add linear layers of the same input and concatenate their outputs."""
        if not self.is_trained(names[0]):
            return super().dense(values, *names)
        weights = np.concatenate([self.trained[f"{name}.w"] for name in names])
        scales = np.concatenate([self.trained[f"{name}.s"] for name in names])
        bias = np.concatenate([self.trained[f"{name}.b"] for name in names])
        return ops.add(ops.matmul(values, unpack_int8(weights, scales), False, True), ops.constant(bias[None, None]))

    def norm(self, values: Node, name: str) -> Node:
        """Add a layer norm."""
        if not self.is_trained(name):
            return super().norm(values, name)
        return self.scaled_norm(values, self.trained[f"{name}.w"], self.trained[f"{name}.b"])

    def is_trained(self, name: str) -> bool:
        return name.startswith("l") and int(name[1:].partition(".")[0]) >= self.lower


def quantize_int8(matrix: Array) -> tuple[Array, Array]:
    """Quantize a matrix to eight bits in groups of `BLOCK` inputs.

    :return: int8 of the same shape, and float16 scales of shape (outputs, inputs / BLOCK).
    """
    groups = matrix.reshape(len(matrix), -1, BLOCK)
    # Smaller scales would lose precision.
    smallest = np.finfo(np.float16).smallest_normal
    scales = (np.abs(groups).max(axis=-1, keepdims=True) / 127).astype(np.float16).clip(smallest)
    return np.rint(groups / scales.astype(np.float32)).clip(-127, 127).astype(np.int8).reshape(matrix.shape), scales[..., 0]


def dequantize_int8(trained: Mapping[str, Array], name: str) -> Array:
    """Return a matrix of a reader's file in single precision, shape (outputs, inputs)."""
    weights, scales = trained[f"{name}.w"], trained[f"{name}.s"].astype(np.float32)
    return (weights.reshape(len(weights), -1, BLOCK).astype(np.float32) * scales[..., None]).reshape(weights.shape)


def unpack_int8(weights: Array, scales: Array) -> Node:
    """Build a float32 constant of shape (outputs, inputs) from eight bits and their scales."""
    outputs, inputs = weights.shape
    values: Any = ops.convert(ops.constant(weights.reshape(outputs, -1, BLOCK)), openvino.Type.f32)
    scaled = ops.multiply(values, ops.constant(scales.astype(np.float32)[..., None]))
    return ops.reshape(scaled, number_constant(outputs, inputs), False)
