"""The quality gate: what is worse than the live generation beyond its interval is not published."""

from pathlib import Path

import pytest

from index.config import Settings
from index.errors import QualityError
from index.generations.store import Store
from index.indexing import builder
from index.indexing.quality_gate import HELDOUT, find_regressions, gate_questions, measure_quality
from index.reports.corpus import read_corpus
from tests.index.encoders import LetterEncoder
from tests.index.tiny import OIL, settings_for, silent, write_corpus

GOOD = f'{{"id": "1", "question": "{OIL}", "lang": "en", "answerable": true, "evidence": ["40litresofoil"]}}\n'
LIVE = {
    "MRR": {"value": 0.8, "low": 0.7, "high": 0.9, "n": 9.0},
    "off-topic, answered": {"value": 0.1, "low": 0.0, "high": 0.2, "n": 9.0},
    "asked": {"digest": 1.0},
}


def changed(**values: float) -> dict[str, dict[str, float]]:
    return {name: {**each, "value": values.get(name, each.get("value", 0.0))} for name, each in LIVE.items()}


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (LIVE, []),
        (changed(MRR=0.7), []),
        (changed(MRR=0.69), ["MRR 0.690, live 0.800 (at least 0.700)"]),
        (changed(**{"off-topic, answered": 0.2}), []),
        (changed(**{"off-topic, answered": 0.3}), ["off-topic, answered 0.300, live 0.100 (at most 0.200)"]),
        ({}, []),
        ({**changed(MRR=0.1), "asked": {"digest": 2.0}}, []),
    ],
)
def test_find_regressions_reports_only_values_outside_live_interval(
    new: dict[str, dict[str, float]], found: list[str]
) -> None:
    live = {name: {**each, "value": each.get("value", 0.0)} for name, each in LIVE.items()}
    assert find_regressions(new, live) == found


def test_measure_quality_without_questions_returns_empty() -> None:
    assert measure_quality([], lambda _: pytest.fail("asked"), lambda *_: None) == {}


def test_build_generation_worse_quality_is_refused_unless_accept_worse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path)
    write_corpus(settings.corpus.path)
    (settings.corpus.path / "harbour" / HELDOUT).write_text(GOOD, "utf-8")
    questions = gate_questions(settings.corpus.path, read_corpus(settings))
    assert next(question.id for question in questions if question.answerable) == "1"
    first = builder.build_generation(settings, LetterEncoder, silent)
    assert first.quality["recall@1"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 2.0}
    assert first.quality["quotations not in their passage"]["value"] == 0

    # Far more than what would leave the figures as they are.
    grow(settings, 40)
    monkeypatch.setattr("index.indexing.quality_gate.HIGHER_IS_BETTER", ("recall@1",))
    monkeypatch.setattr("index.indexing.builder.measure_quality", lambda *_: {**first.quality, "recall@1": {"value": 0.5}})
    with pytest.raises(QualityError) as caught:
        builder.build_generation(settings, LetterEncoder, silent)
    assert str(caught.value) == (
        f"worse than the live generation {first.id} on held-out questions, so not published: recall@1 0.500, live 1.000 "
        "(at least 1.000); mend what changed, or run: report-index build --accept-worse"
    )
    store = Store(settings.index.path, 3)
    assert store.live().manifest.id == first.id
    second = builder.build_generation(settings, LetterEncoder, silent, accept_worse=True)
    assert store.live().manifest.id == second.id


def grow(settings: Settings, sentences: int) -> None:
    report = settings.corpus.path / "harbour" / "report.txt"
    report.write_text(report.read_text("utf-8") + "\n\n".join(f"Boat {n} sank." for n in range(sentences)) + "\n", "utf-8")


@pytest.fixture
def built(tmp_path: Path) -> Settings:
    """A built corpus with a held-out question, where one sentence more in a hundred moves nothing."""
    settings = settings_for(tmp_path)
    write_corpus(settings.corpus.path)
    grow(settings, 100)
    (settings.corpus.path / "harbour" / HELDOUT).write_text(GOOD, "utf-8")
    builder.build_generation(settings, LetterEncoder, silent)
    return settings


def asked_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a build asks the held-out questions, instead of taking the figures over."""
    live = Store(settings.index.path, 3).live().manifest
    with monkeypatch.context() as patched:
        asked: list[int] = []
        patched.setattr("index.indexing.builder.measure_quality", lambda *_: asked.append(1) or live.quality)
        made = builder.build_generation(settings, LetterEncoder, silent)
    assert made.quality == live.quality
    assert (made.calibration == live.calibration) or asked
    return bool(asked)


def test_build_generation_small_drift_reuses_quality_figures(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    report = built.corpus.path / "harbour" / "report.txt"
    report.write_text(report.read_text("utf-8").replace("Boat 7 sank", "Boat 7 came home"), "utf-8")
    assert not asked_again(built, monkeypatch)
    drift = Store(built.index.path, 3).live().manifest.drift
    assert 0 < drift < 0.05
    assert not asked_again(built, monkeypatch)
    assert Store(built.index.path, 3).live().manifest.drift == drift


def test_build_generation_changed_questions_or_code_measures_quality_again(
    built: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = built.corpus.path / "harbour" / HELDOUT
    questions.write_text(GOOD.replace('"1"', '"2"'), "utf-8")
    assert asked_again(built, monkeypatch)
    questions.write_text(GOOD, "utf-8")
    monkeypatch.setattr("index.generations.fingerprint.code_digest", lambda: "other")
    assert asked_again(built, monkeypatch)


def test_build_generation_damaged_live_generation_measures_quality_again(
    built: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    next(Store(built.index.path, 3).live().path.rglob("sentences.json")).write_bytes(b"{")
    assert asked_again(built, monkeypatch)
