"""Confidence from two measures, by hand; and the language of an answer's own words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.coverage import CoverageModel, ScoreBaseline, load_probes
from index.retrieval.searcher import SearchResult
from index.text.localization import CJK, language_of

BACKGROUND = ScoreBaseline(closeness_mean=0.6, closeness_deviation=0.1, overlap_mean=2.0, overlap_deviation=1.0)


def found(closeness: float, overlap: float) -> SearchResult:
    return SearchResult(closeness=closeness, overlap=overlap)


def test_score_baseline_measure_returns_mean_and_deviation_of_both_measures() -> None:
    measured = ScoreBaseline.measure([found(0.5, 1), found(0.7, 3)])
    assert measured.closeness_mean == pytest.approx(0.6)
    assert measured.closeness_deviation == pytest.approx(0.1)
    assert (measured.overlap_mean, measured.overlap_deviation) == (2.0, 1.0)


def test_score_baseline_measure_identical_scores_uses_unit_deviation() -> None:
    assert ScoreBaseline.measure([found(0.5, 0)] * 3) == ScoreBaseline(0.5, 1.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("closeness", "overlap", "expected"),
    [(0.7, 3, 0.5), (0.9, 3, 1 / (1 + math.exp(-2))), (0.6, 2, 1 / (1 + math.exp(2))), (0.5, 5, 0.5)],
)
def test_score_baseline_confidence_is_logistic_of_mean_standardized_score(
    closeness: float, overlap: float, expected: float
) -> None:
    assert BACKGROUND.confidence(found(closeness, overlap), middle=1.0, steepness=2.0) == pytest.approx(expected)


MEASURES = st.floats(-1, 1), st.floats(0, 60)


@given(*MEASURES, st.floats(0, 1), st.floats(0, 30))
def test_score_baseline_confidence_is_monotonic_in_both_measures(
    closeness: float, overlap: float, more: float, most: float
) -> None:
    base = BACKGROUND.confidence(found(closeness, overlap))
    assert 0 <= base <= BACKGROUND.confidence(found(closeness + more, overlap)) <= 1
    assert 0 <= base <= BACKGROUND.confidence(found(closeness, overlap + most)) <= 1


def test_score_baseline_confidence_extreme_scores_saturate_without_overflow() -> None:
    narrow = ScoreBaseline(0.5, 1e-9, 0.0, 1e-9)
    assert narrow.confidence(found(-1, 0)) == 0.0
    assert narrow.confidence(found(1, 9)) == 1.0


def test_coverage_model_measure_uses_separate_probes_for_each_script() -> None:
    asked: list[str] = []

    def search(question: str) -> SearchResult:
        asked.append(question)
        return found(0.25, 4) if CJK.search(question) else found(0.75, 8)

    measured = CoverageModel.measure(search)
    assert sorted(asked) == sorted(load_probes())
    assert measured == CoverageModel(cjk=ScoreBaseline(0.25, 1.0, 4.0, 1.0), latin=ScoreBaseline(0.75, 1.0, 8.0, 1.0))
    near = found(0.75, 8)
    assert measured.confidence("雨が降る", near) == measured.cjk.confidence(near)
    assert measured.confidence("Will it rain?", near) == measured.latin.confidence(near) < measured.cjk.confidence(near)


def test_load_probes_returns_unique_nonempty_questions_in_both_scripts() -> None:
    everything = load_probes()
    assert len(everything) == len(set(everything))
    assert all(probe == probe.strip() != "" for probe in everything)
    cjk = sum(bool(CJK.search(probe)) for probe in everything)
    assert min(cjk, len(everything) - cjk) >= 10


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("誰來了？", "zh-TW"),
        ("What is OGP 是什麼", "zh-TW"),
        ("カレー", "ja"),
        ("誰が来ましたか？", "ja"),
        ("OGP の加盟国", "ja"),
        ("ｵｰﾌﾟﾝ", "ja"),
        ("開会式司会者", "zh-TW"),
        ("安・波是誰？", "zh-TW"),
        ("豈", "zh-TW"),
        ("Who came?", "en"),
        ("où", "en"),
        ("a 1 ?", "zh-TW"),
        ("🙂", "zh-TW"),
        ("", "zh-TW"),
    ],
)
def test_language_of_returns_language_by_script_or_default(text: str, language: str) -> None:
    assert language_of(text) == language
    assert language_of(text, default="en") == ("en" if language == "zh-TW" and not CJK.search(text) else language)
