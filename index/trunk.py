"""The forward pass of a BERT on a processor: the same sums as transformers', without its overhead of each call.

A question is a handful of tokens: going through a hundred modules takes as long as the arithmetic in them. Here the layers
are a loop over tensors, the three projections of attention are one, and weights lie as the library under torch wants them.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

# Rows that weights are laid out for; any number may be multiplied.
ROWS = 32


class Linear:
    """A linear layer, laid out once for the processor."""

    def __init__(self, *layers: Any) -> None:
        """Layers of one input, whose outputs stand one after the other."""
        weight = torch.cat([layer.weight.detach() for layer in layers])
        self.weight = torch.ops.mkldnn._reorder_linear_weight(weight, ROWS)
        self.bias = torch.cat([layer.bias.detach() for layer in layers])

    def __call__(self, values: torch.Tensor, then: str = "none") -> torch.Tensor:
        """The layer and, in one go, what comes `then`: nothing, or "gelu", the exact Gaussian error linear unit."""
        product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(values, self.weight, self.bias, then, [], "none")
        return product


class Norm:
    """A layer norm."""

    def __init__(self, layer: Any) -> None:
        self.weight, self.bias, self.epsilon = layer.weight.detach(), layer.bias.detach(), layer.eps

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(values, self.weight.shape, self.weight, self.bias, self.epsilon)


class Layer:
    """Attention and what follows it, each added to what came in."""

    def __init__(self, layer: Any) -> None:
        attention = layer.attention.self
        self.heads = attention.num_attention_heads
        self.projected = Linear(attention.query, attention.key, attention.value)
        self.attended, self.attended_norm = Linear(layer.attention.output.dense), Norm(layer.attention.output.LayerNorm)
        self.widened, self.narrowed = Linear(layer.intermediate.dense), Linear(layer.output.dense)
        self.norm = Norm(layer.output.LayerNorm)

    def __call__(self, values: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        texts, tokens, _ = values.shape
        query, key, value = self.projected(values).view(texts, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(query, key, value, mask).transpose(1, 2).reshape(values.shape)
        values = self.attended_norm(values + self.attended(found))
        return self.norm(values + self.narrowed(self.widened(values, "gelu")))


class Trunk(torch.nn.Module):
    """What a `transformers.BertModel` with absolute positions computes; keeps nothing of it but its embeddings."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        words = model.embeddings
        # The only parameter: where it lies says where the model is.
        self.words = words.word_embeddings.weight.requires_grad_(False)
        self.places = (words.position_embeddings.weight + words.token_type_embeddings.weight[0]).detach()
        self.norm = Norm(words.LayerNorm)
        self.layers = [Layer(layer) for layer in model.encoder.layer]

    def forward(self, ids: torch.Tensor, attention: torch.Tensor) -> torch.Tensor:
        """Token ids and which of them count, both of shape (texts, tokens) -> vectors (texts, tokens, hidden)."""
        mask = None if bool(attention.all()) else attention[:, None, None, :].bool()
        values = self.norm(functional.embedding(ids, self.words) + self.places[: ids.shape[1]])
        for layer in self.layers:
            values = layer(values, mask)
        return values


def suits(device: str) -> bool:
    """Whether weights can be laid out for a device."""
    mkldnn: Any = torch.backends.mkldnn
    return device == "cpu" and bool(mkldnn.is_available())
