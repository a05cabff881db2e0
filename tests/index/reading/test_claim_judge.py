"""The judge of claims computes what its network was trained to."""

from pathlib import Path

import numpy as np
import pytest
import torch

from index.encoding import e5_weights
from index.encoding.e5_weights import Weights
from index.errors import GenerationError
from index.reading import claim_judge, registry
from index.reading.claim_judge import ClaimJudge
from index.reading.e5_reader import InputBuilder, dequantize_int8, quantize_int8
from index.reading.reader import Window
from index.training.claim_trainer import claim_loss
from index.training.reader_network import ReaderNetwork


@pytest.fixture
def weights(small_weights: Path) -> Weights:
    """The small weight file, of one layer."""
    assert small_weights.exists()
    return e5_weights.read_weights()


def test_judge_probabilities_are_those_of_the_trained_network(weights: Weights) -> None:
    torch.manual_seed(0)
    network = ReaderNetwork(weights, 0, depth=1).eval()
    trained = network.export()
    network.load(trained)  # what eight bits hold
    rows = [InputBuilder(weights.tokenizer).build(*each) for each in (("open", "", "data open"), ("data", "open", "data"))]
    with torch.no_grad():
        expected = torch.softmax(network(rows)[:, 0], dim=1).numpy()
    judge = ClaimJudge(weights, trained, "float32")
    found = judge.judge([("open", Window("", "data open")), ("data", Window("open", "data"))])
    np.testing.assert_allclose(found, expected, atol=2e-3)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)


def test_dequantize_int8_gives_what_was_quantized(weights: Weights) -> None:
    matrix = np.random.default_rng(0).normal(size=(3, 64)).astype(np.float32)
    values, scales = quantize_int8(matrix)
    restored = dequantize_int8({"m.w": values, "m.s": scales}, "m")
    assert np.abs(restored - matrix).max() <= scales.astype(np.float32).max() * 0.6
    assert weights.hidden


def test_claim_loss_unsupported_is_either_of_the_others(weights: Weights) -> None:
    network = ReaderNetwork(weights, 0, depth=1).eval()
    torch.nn.init.zeros_(network.heads.weight)
    network.heads.bias.data = torch.log(torch.tensor([0.5, 0.3, 0.2]))
    row = InputBuilder(weights.tokenizer).build("open", "", "data")
    losses = [float(claim_loss(network, [row], [label])) for label in ("supported", "contradicted", "open", "unsupported")]
    assert losses == pytest.approx([-np.log(0.5), -np.log(0.3), -np.log(0.2), -np.log(0.5)], abs=1e-5)


def test_load_claim_judge_damaged_file_is_logged_and_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = tmp_path / claim_judge.FILE
    damaged.write_bytes(b"no arrays")
    monkeypatch.setattr(claim_judge, "judge_file", lambda: damaged)
    with pytest.raises(GenerationError):
        ClaimJudge.load()
    registry.load_claim_judge.cache_clear()
    assert registry.load_claim_judge() is None
    registry.load_claim_judge.cache_clear()
    assert "only statements that stand in the report word by word are supported" in caplog.text


@pytest.mark.model
def test_shipped_judge_is_loaded_and_tells_an_edit_from_the_sentence() -> None:
    judge = ClaimJudge.load()
    sentence = Window("", "承諾事項近年來持續減少，由政府與公民團體共同檢討。")
    found = judge.judge([("承諾事項持續減少", sentence), ("承諾事項持續增加", sentence), ("午餐很好吃", sentence)])
    assert found.argmax(axis=1).tolist() == [0, 1, 2]
