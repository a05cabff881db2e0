"""Steps that all trainings share."""

import pytest
import torch

from index.training.fine_tuning import average_weights, copy_weights


def test_average_weights_is_weighted_mean_of_the_last() -> None:
    ends = [{"w": row} for row in torch.eye(3)]
    assert average_weights(ends, (0.2, 0.3, 0.5))["w"].tolist() == pytest.approx([0.2, 0.3, 0.5])
    assert average_weights(ends, (0.5, 0.5))["w"].tolist() == pytest.approx([0.0, 0.5, 0.5])
    assert average_weights(ends[:1], (0.2, 0.3, 0.5))["w"].tolist() == pytest.approx([1.0, 0.0, 0.0])


def test_copy_weights_keeps_them_when_the_network_goes_on() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.ones_(network.weight)
    copied = copy_weights(network)
    torch.nn.init.zeros_(network.weight)
    assert copied["weight"].tolist() == [[1.0]]
