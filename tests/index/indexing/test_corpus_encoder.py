"""Encoding of a corpus: in blocks as at once, and only what no build encoded before."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.config import Settings
from index.encoding.encoder import Encoding
from index.encoding.encoding_cache import FILE
from index.engine import Engine
from index.generations.manifest import Generation
from index.generations.store import Store
from index.indexing import builder, quality_gate
from index.indexing.corpus_encoder import encode_corpus
from index.reports.corpus import read_corpus
from index.reports.passages import text_in_context
from tests.index.corpora import write
from tests.index.encoders import LetterEncoder
from tests.index.tiny import HARBOUR_TEXT, HARBOUR_TOML, settings_for, silent

NAMES = [f"harbour-{n}" for n in range(8)]


class Recording(LetterEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def documents(self, texts: Sequence[str]) -> list[Encoding]:
        self.asked += texts
        return super().documents(texts)


@pytest.fixture
def eight(tmp_path: Path) -> Settings:
    """Eight reports, built."""
    for number, name in enumerate(NAMES):
        write(tmp_path / "corpus", name, HARBOUR_TEXT.replace("40 litres", f"{number} litres"), HARBOUR_TOML)
    settings = settings_for(tmp_path)
    rebuild(settings)
    return settings


def rebuild(settings: Settings) -> list[str]:
    """Build, and return the texts that were encoded."""
    encoder = Recording()
    builder.build_generation(settings, lambda: encoder, silent)
    return encoder.asked


def live(settings: Settings) -> Generation:
    return Store(settings.index.path, 3).live()


def last_report(settings: Settings) -> Path:
    return settings.corpus.path / NAMES[-1] / "report.txt"


@pytest.mark.parametrize("block", [1, 7, 10_000])
def test_encode_corpus_in_blocks_equals_all_at_once(eight: Settings, block: int) -> None:
    corpus = read_corpus(eight)
    whole, told = encode_corpus(corpus, LetterEncoder(), 4, silent), []
    parts = encode_corpus(corpus, LetterEncoder(), 4, lambda *done: told.append(done), block)
    np.testing.assert_array_equal(parts.vectors, whole.vectors)
    np.testing.assert_array_equal(parts.token_index.vectors.stored, whole.token_index.vectors.stored)
    np.testing.assert_array_equal(parts.token_index.offsets, whole.token_index.offsets)
    sentences = len(corpus.sentences)
    assert (parts.token_index.size, told[-1]) == (sentences, ("encode", sentences, sentences))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_encode_corpus_small_sample_measures_mean_on_first_block(eight: Settings) -> None:
    corpus = read_corpus(eight)
    first = LetterEncoder().documents([text_in_context(sentence) for sentence in corpus.sentences[:5]])
    encoded = encode_corpus(corpus, LetterEncoder(), 4, silent, block=5, sample=1)
    np.testing.assert_allclose(
        encoded.token_index.mean, np.concatenate([each.tokens for each in first]).mean(axis=0), atol=1e-6
    )
    assert encoded.token_index.size == len(corpus.sentences)


def test_build_changed_paragraph_encodes_it_alone(eight: Settings) -> None:
    report = last_report(eight)
    report.write_text(report.read_text("utf-8").replace("gulls are welcome", "gulls are fed"), "utf-8")
    (text,) = rebuild(eight)
    assert text.endswith(" said that gulls are fed.")
    assert rebuild(eight) == []


def test_build_after_index_was_removed_encodes_nothing_again(eight: Settings) -> None:
    report = last_report(eight)
    for number in range(5):
        report.write_text(report.read_text("utf-8") + f"\n\nThe {number} boat sank.\n", "utf-8")
        rebuild(eight)
    shutil.rmtree(eight.index.path / "generations")
    (eight.index.path / "live.json").unlink()
    assert (eight.index.path / FILE).exists()
    assert rebuild(eight) == []


def test_build_other_model_encodes_everything(eight: Settings) -> None:
    class Other(Recording):
        fingerprint = "other letters"

    encoder = Other()
    builder.build_generation(eight, lambda: encoder, silent)
    texts = {text_in_context(sentence) for sentence in read_corpus(eight).sentences}
    assert len(encoder.asked) == len(texts)
    assert set(encoder.asked) == texts


def test_build_report_left_and_report_came_follows_the_corpus(eight: Settings) -> None:
    shutil.rmtree(eight.corpus.path / NAMES[3])
    rebuild(eight)
    assert [source.report for source in live(eight).manifest.corpus] == [name for name in NAMES if name != NAMES[3]]
    write(eight.corpus.path, "pier", HARBOUR_TEXT.replace("gulls", "herons"), HARBOUR_TOML)
    assert any("herons" in text for text in rebuild(eight))
    quotes = [c.quote for c in Engine.load(eight, LetterEncoder()).ask("Are herons welcome?").citations]
    assert any("herons are welcome" in quote for quote in quotes)


def test_build_small_drift_keeps_calibration_until_it_adds_up(eight: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    measure = builder.CoverageModel.measure
    monkeypatch.setattr(builder.CoverageModel, "measure", lambda search: measured.append(1) or measure(search))
    # A boat that sinks is one sentence more.
    sentences = live(eight).manifest.counts["sentences"]
    monkeypatch.setattr(quality_gate, "DRIFT", 2.5 / sentences)
    first, drifts = live(eight).manifest.calibration, []
    for number in range(3):
        report = last_report(eight)
        report.write_text(report.read_text("utf-8") + f"\n\nThe {number} boat sank.\n", "utf-8")
        rebuild(eight)
        drifts.append(live(eight).manifest.drift)
        if not measured:
            assert live(eight).manifest.calibration == first
    assert len(measured) == 1
    assert drifts == [1 / (sentences + 1), 1 / (sentences + 1) + 1 / (sentences + 2), 0.0]
