"""The probability that a window answers, from the features of a window."""

import math

import numpy as np
import pytest

from index.answering.answerability import WEIGHTS, AnswerabilityModel, WindowFeatures, make_features
from index.answering.windows import SentenceWindow
from index.reading.reader import Reading, Span, Window


def window(text: str, gap: float = 0.0) -> SentenceWindow:
    return SentenceWindow(0, gap, range(1), (0,), Window("", text))


def test_answerability_model_probability_is_logistic_of_weighted_features() -> None:
    model = AnswerabilityModel(np.array([[1.0, 0.5, 2.0, 0.25, 0.0, 3.0, -1.0, -3.0, 0.5], [0.0] * 8 + [2.0]]))
    features = WindowFeatures(2.0, 4.0, -1.0, 2.0, 7.0, 0.0, 1.0, 1.0)
    assert model.probability(features, "r", is_ideographic=True) == pytest.approx(1 / (1 + math.exp(1.0)))
    assert model.probability(features, "r", is_ideographic=False) == pytest.approx(1 / (1 + math.exp(-2.0)))
    assert model.probability(WindowFeatures(1e6, 0, 0, 0, 0, 0, 0, 0), "r", is_ideographic=True) == pytest.approx(1.0)


def test_answerability_model_of_file_takes_its_weights() -> None:
    weights = np.arange(18.0).reshape(2, 9)
    assert AnswerabilityModel.of({WEIGHTS: weights}).weights.tolist() == weights.tolist()


def test_answerability_model_of_other_reader_is_its_own_probability() -> None:
    model = AnswerabilityModel.of({})
    features = WindowFeatures(1.5, 9.0, -3.0, 2.0, 2.0, 0.0, 1.0, 1.0)
    for is_ideographic in (True, False):
        assert model.probability(features, "r", is_ideographic=is_ideographic) == pytest.approx(1 / (1 + math.exp(-1.5)))


def test_make_features_same_script_has_coverage_and_no_crossing() -> None:
    reading = Reading(1.25, (Span(0, 4, 3.5), Span(5, 6, 1.0)))
    features = make_features("How many came?", window("Nobody came.", -0.75), reading, 0.5)
    assert features == WindowFeatures(1.25, 3.5, -0.75, 0.0, 0.0, 0.0, 0.0, 1.0)


def test_make_features_doubtful_span_is_as_none() -> None:
    features = make_features("How many came?", window("Nobody came."), Reading(1.0, (Span(0, 4, -7.5),)), 0.5)
    assert features.span == 0.0


@pytest.mark.parametrize(("question", "text"), [("有幾人？", "12 came."), ("How many came?", "有 12 人。")])
def test_make_features_other_script_has_coverage_across(question: str, text: str) -> None:
    features = make_features(question, window(text), Reading(-1.0), 0.9)
    assert features == WindowFeatures(-1.0, 0.0, 0.0, 0.0, pytest.approx(math.log(9)), 0.0, 1.0, 0.0)


@pytest.mark.parametrize("coverage", [0.0, 1.0])
def test_make_features_extreme_coverage_has_bounded_logit(coverage: float) -> None:
    features = make_features("Rain?", window("It rained."), Reading(0.0), coverage)
    assert abs(features.covered) == pytest.approx(math.log(9999), abs=1e-6)


def test_make_features_low_coverage_is_uncovered() -> None:
    features = make_features("Rain?", window("It rained."), Reading(0.0), 0.1)
    assert (features.covered, features.uncovered) == (pytest.approx(-math.log(9)), pytest.approx(math.log(9)))


def test_answerability_model_report_with_weights_of_its_own_uses_them() -> None:
    model = AnswerabilityModel.of({}, {"r": [0.0] * 8 + [3.0]})
    features = WindowFeatures(-1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert model.probability(features, "r", is_ideographic=True) == pytest.approx(1 / (1 + math.exp(-3.0)))
    assert model.probability(features, "s", is_ideographic=True) == pytest.approx(1 / (1 + math.exp(1.0)))
