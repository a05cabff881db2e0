"""The forward pass of a BERT on a processor: the same sums as transformers', without its overhead of each call.

A question is a handful of tokens: going through a hundred modules takes as long as the arithmetic in them. Here the layers
are a loop over tensors, the three projections of attention are one, and weights lie as the library under torch wants them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch.nn import functional

from index.packed_weights import WORDS, Weights

# Rows that weights are laid out for; any number may be multiplied.
ROWS = 32
# The largest number of eight bits. Few numbers of rows mean few shapes: the library keeps a kernel for each.
TOP, STEP, FEW = 127, 64, 64
# A row of nothing but zeros has units too.
TINY = 1e-12


class Dense(NamedTuple):
    """What a linear layer holds."""

    weight: torch.Tensor
    bias: torch.Tensor


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


class WholeLinear:
    """A linear layer in whole numbers of eight bits, each output's weights and each token's values in units of their own.

    It takes less time and a quarter of the memory, where the processor multiplies such numbers natively. What is rounded
    in values weighs ten times as much as what is rounded in weights; `FineLinear` rounds them less.
    """

    def __init__(self, *layers: Any) -> None:
        """Layers of one input, whose outputs stand one after the other."""
        weight = torch.cat([layer.weight.detach().float() for layer in layers])
        self.units = weight.abs().amax(1).clamp_min(TINY) / TOP
        self.weight = (weight / self.units[:, None]).round().to(torch.int8).T
        self.bias = torch.cat([layer.bias.detach().float() for layer in layers])

    def __call__(self, values: torch.Tensor, then: str = "none") -> torch.Tensor:
        """The layer and what comes `then`: nothing, or "gelu", the exact Gaussian error linear unit."""
        rows = values.reshape(-1, values.shape[-1])
        units = rows.abs().amax(1, keepdim=True).clamp_min_(TINY).div_(TOP)
        product = self.product(rows / units).mul_(units)
        scaled = torch.addcmul(self.bias, product, self.units, out=product).view(*values.shape[:-1], -1)
        return functional.gelu(scaled) if then == "gelu" else scaled

    def product(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows in their units times the weights in theirs."""
        return multiplied(rows.round_(), self.weight)


class FineLinear(WholeLinear):
    """The same with values as two whole numbers, the second of what the first leaves: as good as sixteen bits.

    For what a layer norm gives, whose rounding counts most: since the least difference in a sum may round the other way, a
    text's vectors would else depend on the texts beside it.
    """

    def product(self, rows: torch.Tensor) -> torch.Tensor:
        whole = rows.round()
        product = multiplied(torch.cat([whole, (rows - whole).mul_(2 * TOP).round_()]), self.weight)
        return product[: len(rows)].add_(product[len(rows) :], alpha=1 / (2 * TOP))


def multiplied(rows: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """The product of whole numbers, of which `weight` is eight bits each, in single precision."""
    lacking = -len(rows) % STEP if len(rows) > FEW else 0
    whole = functional.pad(rows, (0, 0, 0, lacking)) if lacking else rows
    return torch._int_mm(whole.to(torch.int8), weight)[: len(rows)].float()


class Norm:
    """A layer norm."""

    def __init__(self, weights: Weights, name: str) -> None:
        self.weight, self.bias, self.epsilon = weights.tensors[f"{name}.w"], weights.tensors[f"{name}.b"], weights.epsilon

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(values, self.weight.shape, self.weight, self.bias, self.epsilon)


class Layer:
    """Attention and what follows it, each added to what came in."""

    def __init__(self, weights: Weights, name: str, whole: bool) -> None:
        linear, fine = (WholeLinear, FineLinear) if whole else (Linear, Linear)
        query, key, value, attended, widened, narrowed = (
            Dense(weights.matrix(f"{name}.{part}.w"), weights.tensors[f"{name}.{part}.b"])
            for part in ("q", "k", "v", "ao", "fi", "fo")
        )
        self.heads = weights.heads
        self.projected, self.attended = fine(query, key, value), linear(attended)
        self.widened, self.narrowed = fine(widened), linear(narrowed)
        self.attended_norm, self.norm = Norm(weights, f"{name}.aln"), Norm(weights, f"{name}.oln")

    def __call__(self, values: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        texts, tokens, _ = values.shape
        query, key, value = self.projected(values).view(texts, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(query, key, value, mask).transpose(1, 2).reshape(values.shape)
        values = self.attended_norm(values + self.attended(found))
        return self.norm(values + self.narrowed(self.widened(values, "gelu")))


class Trunk(torch.nn.Module):
    """What a `transformers.BertModel` with absolute positions computes of the same weights.

    With `whole`, what is multiplied are whole numbers of eight bits; everything else stays as it is.
    """

    def __init__(self, weights: Weights, whole: bool = False) -> None:
        super().__init__()
        # The only parameter: where it lies says where the model is.
        self.words = torch.nn.Parameter(weights.matrix(WORDS), requires_grad=False)
        self.places = weights.matrix("emb.pos") + weights.matrix("emb.type")[0]
        self.norm = Norm(weights, "emb.ln")
        self.layers = [Layer(weights, f"l{number}", whole) for number in range(weights.layers)]

    def forward(self, ids: torch.Tensor, attention: torch.Tensor) -> torch.Tensor:
        """Token ids and which of them count, both of shape (texts, tokens) -> vectors (texts, tokens, hidden)."""
        values = self.norm(functional.embedding(ids, self.words).to(self.places.dtype) + self.places[: ids.shape[1]])
        # What is added to the products of queries and keys; from truth values each layer would make this anew.
        ignored = attention[:, None, None, :] == 0
        mask = values.new_zeros(ignored.shape).masked_fill_(ignored, -torch.inf) if bool(ignored.any()) else None
        for layer in self.layers:
            values = layer(values, mask)
        return values


def suits(device: str) -> bool:
    """Whether weights can be laid out for a device."""
    mkldnn: Any = torch.backends.mkldnn
    return device == "cpu" and bool(mkldnn.is_available())
