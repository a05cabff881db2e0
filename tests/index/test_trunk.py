"""Linear layers in whole numbers of eight bits, beside the same in float arithmetic."""

import pytest
import torch
from torch.nn import functional

from index.trunk import TOP, FineLinear, WholeLinear


def whole_numbers(rows: int, columns: int) -> torch.Tensor:
    """Whole numbers up to 127, which stands once in each row, so that eight bits hold them exactly."""
    values = torch.randint(-TOP, TOP + 1, (rows, columns), generator=torch.Generator().manual_seed(rows)).float()
    values[:, 0] = TOP
    return values


def layer(outputs: int, inputs: int) -> torch.nn.Linear:
    """A layer that eight bits hold exactly, each output's weights in units of their own."""
    made = torch.nn.Linear(inputs, outputs)
    with torch.no_grad():
        made.weight.copy_(whole_numbers(outputs, inputs) * 2.0 ** -torch.arange(outputs)[:, None])
    return made


@pytest.mark.parametrize("rows", [1, 7, 8, 64, 65, 130])
@pytest.mark.parametrize("then", ["none", "gelu"])
@pytest.mark.parametrize("kind", [WholeLinear, FineLinear])
def test_what_eight_bits_hold_is_multiplied_exactly(kind: type[WholeLinear], rows: int, then: str) -> None:
    layers = layer(16, 32), layer(8, 32)
    values = whole_numbers(rows, 32) * 2.0 ** -(torch.arange(rows) % 9)[:, None]
    with torch.inference_mode():
        found = kind(*layers)(values[None], then)
        expected = torch.cat([each(values) for each in layers], dim=1)
    if then == "gelu":
        expected = functional.gelu(expected)
    assert found.shape == (1, rows, 24)
    torch.testing.assert_close(found[0], expected, rtol=1e-6, atol=1e-3)


def test_what_is_rounded_differs_by_no_more_than_half_a_unit_each() -> None:
    torch.manual_seed(1)
    made, values = torch.nn.Linear(64, 16), torch.randn(24, 64)
    with torch.inference_mode():
        found, expected = WholeLinear(made)(values), made(values)
    weights, sizes = made.weight.detach().abs(), values.abs()
    half_weights, half_values = weights.amax(1) / TOP / 2, sizes.amax(1) / TOP / 2
    # |xy - x'y'| <= |x||y - y'| + |y||x - x'| + |x - x'||y - y'|, summed over the inputs.
    bound = sizes.sum(1)[:, None] * half_weights + half_values[:, None] * (weights.sum(1) + 64 * half_weights)
    assert bool(((found - expected).abs() <= bound + 1e-5).all())
    assert float((found - expected).abs().mean()) < 0.01


def test_two_numbers_round_values_two_hundred_times_less() -> None:
    torch.manual_seed(1)
    made, values = layer(16, 64), torch.randn(24, 64)
    with torch.inference_mode():
        expected = made(values)
        coarse, fine = (float((kind(made)(values) - expected).abs().mean()) for kind in (WholeLinear, FineLinear))
    assert fine < coarse / 200


@pytest.mark.parametrize("kind", [WholeLinear, FineLinear])
def test_rows_do_not_depend_on_each_other(kind: type[WholeLinear]) -> None:
    torch.manual_seed(2)
    linear, values = kind(torch.nn.Linear(32, 16)), torch.randn(70, 32)
    values[5] *= 1000
    with torch.inference_mode():
        together, alone = linear(values), torch.cat([linear(row[None]) for row in values])
    assert torch.equal(together, alone)


def test_zeros_give_the_bias() -> None:
    made = torch.nn.Linear(8, 8)
    with torch.inference_mode():
        made.weight[0] = 0
        found = WholeLinear(made)(torch.zeros(3, 8))
    assert torch.equal(found, made.bias.detach().expand(3, 8))
