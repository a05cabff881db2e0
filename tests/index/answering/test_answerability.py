"""The judge: numpy gives what torch trained, and training tells apart what can be told apart."""

from pathlib import Path

import numpy as np
import pytest
import torch

from index.answering.answerability import FEATURES, AnswerabilityClassifier, AnswerabilityFeatures, clipped_logit
from index.encoding.encoder import normalize_rows
from index.errors import GenerationError
from index.evaluation.metrics import Bin, reliability_bins
from index.training.answerability_trainer import (
    Example,
    fit_ensemble,
    pad_features,
    train_classifier,
    train_network,
    training_figures,
)

DIMENSIONS = 16


def signals(seed: int, *, match: bool) -> AnswerabilityFeatures:
    """A question of five tokens, and a passage that holds them all or none of them."""
    random = np.random.default_rng(seed)
    question = normalize_rows(random.standard_normal((5, DIMENSIONS)).astype(np.float32))
    others = normalize_rows(random.standard_normal((9, DIMENSIONS)).astype(np.float32))
    passage = np.concatenate([others, question]) if match else others
    return AnswerabilityFeatures(question, passage, random.standard_normal(len(FEATURES)).astype(np.float32))


EXAMPLES = [Example(signals(n, match=n % 2 == 0), 0.5, n % 2 == 0, n // 2 % 7 if n < 224 else -1) for n in range(240)]


def test_answerability_classifier_logit_equals_torch_network_output() -> None:
    mean, deviation = np.zeros(len(FEATURES), np.float32), np.ones(len(FEATURES), np.float32)
    network = train_network(EXAMPLES[:8], mean, deviation, 0)
    arrays = {name: np.asarray(value)[None] for name, value in network.arrays().items()}
    shared = {
        "model": "m",
        "reports": ["r"],
        "mean": mean,
        "deviation": deviation,
        "slope": (1.0, 0.0),
        "shift": 0.0,
        "cut": 0.5,
    }
    judge = AnswerabilityClassifier(arrays | {name: np.array(value) for name, value in shared.items()})
    with torch.no_grad():
        wanted = network(*pad_features([example.signals for example in EXAMPLES[:8]], mean, deviation)).tolist()
    assert [judge.logit(example.signals) for example in EXAMPLES[:8]] == pytest.approx(wanted, abs=1e-4)


def test_train_classifier_separable_examples_gives_high_cross_validated_auc() -> None:
    steps: list[tuple[int, int]] = []
    trained = train_classifier(EXAMPLES, "model-1", {"s", "r"}, lambda done, total: steps.append((done, total)))
    found = training_figures(trained)
    assert found["AUC"] > 0.9
    assert found["questions"] == 240
    assert found["answerable, answered"] == pytest.approx(0.94, abs=0.01)
    assert steps == [(2, 14), (4, 14), (6, 14), (8, 14), (10, 14), (14, 14)]
    assert (trained.judge.model, trained.judge.reports) == ("model-1", {"r", "s"})
    assert found["cut"] == pytest.approx(trained.judge.cut, abs=1e-4)


def test_answerability_classifier_saved_and_loaded_gives_same_probability(tmp_path: Path) -> None:
    judge = fit_ensemble(EXAMPLES[:40], "m", 3, reports=["b", "a"], slope=(2.0, 0.5), shift=-1.0, cut=0.25)
    judge.save(tmp_path / "judge.npz")
    again = AnswerabilityClassifier.load(tmp_path / "judge.npz")
    assert (again.cut, again.reports) == (0.25, {"a", "b"})
    for example in EXAMPLES[:5]:
        assert again.probability(example.signals, 0.5) == pytest.approx(judge.probability(example.signals, 0.5), abs=1e-6)
        expected = 1 / (1 + np.exp(-(2.0 * judge.logit(example.signals) - 1.0)))
        assert judge.probability(example.signals, 0.5) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("content", [b"", b"not numpy at all", b"PK\x03\x04"])
def test_answerability_classifier_load_invalid_file_raises_generation_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "judge.npz").write_bytes(content)
    with pytest.raises(GenerationError, match=r"judge\.npz: is no judge of answers .*; run: report-index train"):
        AnswerabilityClassifier.load(tmp_path / "judge.npz")


def test_clipped_logit_high_probability_is_clipped() -> None:
    assert clipped_logit(np.array([0.5, 0.9, 0.99])).tolist() == [0.0, 1.0, 1.0]
    assert clipped_logit(0.1) == pytest.approx(-2.1972, abs=1e-4)


def test_reliability_bins_hold_mean_confidence_and_observed_rate() -> None:
    assert reliability_bins([0.05, 0.15, 0.13, 1.0], [False, True, False, True]) == [
        Bin(0.0, 1, 0.05, 0.0),
        Bin(0.1, 2, 0.14, 0.5),
        Bin(0.9, 1, 1.0, 1.0),
    ]
