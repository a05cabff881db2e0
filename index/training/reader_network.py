"""The network of the reader in PyTorch, for training; `index.reading.e5_reader` runs the same one in OpenVINO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from index.arrays import Array
from index.encoding import e5_weights
from index.encoding.e5_weights import PAD, Weights, dequantize_matrix
from index.reading.e5_reader import InputRow, dequantize_int8, quantize_int8

# Layers of the trunk that are used at all, and how many of them, from below, stay as they are.
DEPTH, LOWER = 8, 2
DROPOUT = 0.1
IGNORED = -100  # a target that no loss counts
MATRICES, NORMS = ("q", "k", "v", "ao", "fi", "fo"), ("aln", "oln")


@dataclass(frozen=True, slots=True)
class Target:
    """What a row should give: whether it answers, and the first and last token of the answer, (0, 0) for none.

    `span` is None if the answer is not marked closely enough to learn from.
    """

    is_answerable: bool
    span: tuple[int, int] | None


class Layer(nn.Module):
    """A layer of BERT with the trunk's weights."""

    def __init__(self, weights: Weights, number: int) -> None:
        super().__init__()
        self.heads, self.epsilon = weights.heads, weights.epsilon
        self.values = nn.ParameterDict()
        for name in MATRICES:
            blocks = weights.matrix(f"l{number}.{name}.w")
            self.values[f"{name}_w"] = nn.Parameter(torch.tensor(dequantize_matrix(blocks).reshape(len(blocks), -1)))
            self.values[f"{name}_b"] = nn.Parameter(torch.tensor(weights.floats(f"l{number}.{name}.b").copy()))
        for name in NORMS:
            for part in "wb":
                self.values[f"{name}_{part}"] = nn.Parameter(torch.tensor(weights.floats(f"l{number}.{name}.{part}").copy()))

    def forward(self, states: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """Run the layer on states of shape (rows, tokens, hidden)."""
        rows, tokens, hidden = states.shape
        query, key, value = (self.dense(states, name).view(rows, tokens, self.heads, -1).transpose(1, 2) for name in "qkv")
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        attended = self.dense(attended.transpose(1, 2).reshape(rows, tokens, hidden), "ao")
        states = self.norm(states + self.drop(attended), "aln")
        widened = functional.gelu(self.dense(states, "fi"))
        return self.norm(states + self.drop(self.dense(widened, "fo")), "oln")

    def dense(self, states: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(states, self.values[f"{name}_w"], self.values[f"{name}_b"])

    def norm(self, states: torch.Tensor, name: str) -> torch.Tensor:
        weight, bias = self.values[f"{name}_w"], self.values[f"{name}_b"]
        return functional.layer_norm(states, (states.shape[-1],), weight, bias, self.epsilon)

    def drop(self, states: torch.Tensor) -> torch.Tensor:
        return functional.dropout(states, DROPOUT, self.training)


class ReaderNetwork(nn.Module):
    """The lower layers of the trunk, marks, and the heads for start, end and answerability."""

    def __init__(self, weights: Weights, lower: int = LOWER, depth: int = DEPTH) -> None:
        """Create a network.

        :param lower: layers that stay as they are.
        :param depth: layers that are used.
        """
        super().__init__()
        self.weights, self.lower, self.depth = weights, lower, depth
        self.words = weights.matrix(e5_weights.WORDS)
        places = weights.floats("emb.pos").reshape(-1, weights.hidden) + weights.floats("emb.type")[: weights.hidden]
        self.places = torch.from_numpy(places)
        self.layers = nn.ModuleList(Layer(weights, number) for number in range(depth))
        for layer in self.layers[:lower]:
            layer.requires_grad_(False)
        self.marks = nn.Parameter(torch.zeros(4, weights.hidden))
        self.heads = nn.Linear(weights.hidden, 3)

    def load(self, trained: Mapping[str, Array]) -> None:
        """Start from the arrays of a reader's file of the same depth, instead of from the trunk and new heads."""
        for number in range(self.lower, self.depth):
            layer: Layer = self.layers[number]  # type: ignore[assignment]  # a ModuleList is typed as modules
            for name in MATRICES:
                layer.values[f"{name}_w"].data = torch.from_numpy(dequantize_int8(trained, f"l{number}.{name}"))
                layer.values[f"{name}_b"].data = torch.from_numpy(trained[f"l{number}.{name}.b"].copy())
            for name in NORMS:
                for part in "wb":
                    layer.values[f"{name}_{part}"].data = torch.from_numpy(trained[f"l{number}.{name}.{part}"].copy())
        self.marks.data = torch.from_numpy(trained["marks"].copy())
        self.heads.weight.data = torch.from_numpy(trained["heads.w"].copy())
        self.heads.bias.data = torch.from_numpy(trained["heads.b"].copy())

    def forward(self, rows: Sequence[InputRow]) -> torch.Tensor:
        """Return the logits of start, end and answerability of each token, shape (rows, tokens, 3)."""
        length = max(len(row.ids) for row in rows)
        ids, marks = np.full((len(rows), length), PAD), torch.zeros(len(rows), length, 3)
        for number, row in enumerate(rows):
            ids[number, : len(row.ids)], marks[number, : len(row.ids)] = row.ids, torch.from_numpy(row.marks)
        bias = torch.from_numpy(np.where(ids == PAD, np.float32(-1e9), np.float32(0)))[:, None, None, :]
        with torch.no_grad():
            states = torch.from_numpy(dequantize_matrix(self.words[ids]).reshape(*ids.shape, -1)) + self.places[:length]
            scale, shift = (torch.tensor(self.weights.floats(f"emb.ln.{part}").copy()) for part in "wb")
            states = functional.layer_norm(states, (states.shape[-1],), scale, shift, self.weights.epsilon)
            for layer in self.layers[: self.lower]:
                states = layer(states, bias)
            directions = functional.normalize(states, dim=-1)
            of_question, of_window = marks[..., 1:2], marks[..., 2:3]
            others = of_question @ of_window.mT + of_window @ of_question.mT
            nearest = ((directions @ directions.mT) * others).amax(dim=2, keepdim=True)
        states = states + torch.cat([marks, nearest], dim=-1) @ self.marks
        for layer in self.layers[self.lower :]:
            states = layer(states, bias)
        logits: torch.Tensor = self.heads(states)
        return logits

    def loss(self, rows: Sequence[InputRow], targets: Sequence[Target]) -> torch.Tensor:
        """Return cross-entropy of answerability plus the mean of those of start and end."""
        logits = self(rows)
        labels = torch.tensor([float(target.is_answerable) for target in targets])
        total = functional.binary_cross_entropy_with_logits(logits[:, 0, 2], labels)
        spans = torch.tensor([target.span or (IGNORED, IGNORED) for target in targets])
        if (spans != IGNORED).any():
            allowed = torch.zeros(logits.shape[:2], dtype=torch.bool)
            allowed[:, 0] = True
            for number, row in enumerate(rows):
                allowed[number, row.first : row.first + len(row.offsets)] = True
            places = logits[..., :2].masked_fill(~allowed[..., None], -1e4)
            total = total + sum(functional.cross_entropy(places[..., n], spans[:, n]) for n in (0, 1)) / 2
        return total

    def export(self) -> dict[str, Array]:
        """Return the trained arrays as a reader's file holds them, matrices in eight bits."""
        made = {"trunk": np.array(e5_weights.SHA256), "lower": np.array(self.lower), "depth": np.array(self.depth)}
        for number in range(self.lower, self.depth):
            layer: Layer = self.layers[number]  # type: ignore[assignment]  # a ModuleList is typed as modules
            values = {name: value.detach().numpy() for name, value in layer.values.items()}
            for name in MATRICES:
                made[f"l{number}.{name}.w"], made[f"l{number}.{name}.s"] = quantize_int8(values[f"{name}_w"])
                made[f"l{number}.{name}.b"] = values[f"{name}_b"]
            for name in NORMS:
                made[f"l{number}.{name}.w"], made[f"l{number}.{name}.b"] = values[f"{name}_w"], values[f"{name}_b"]
        made["marks"] = self.marks.detach().numpy()
        made["heads.w"], made["heads.b"] = self.heads.weight.detach().numpy(), self.heads.bias.detach().numpy()
        return made
