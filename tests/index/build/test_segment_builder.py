"""Builds of many reports: those that are the same are taken over, as files and to the byte."""

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.build import builder, quality_gate, segment_builder
from index.config import ModelOptions, Settings
from index.encoding.encoder import Encoded
from index.encoding.encoding_cache import FILE
from index.engine import Engine
from index.generations.manifest import Generation
from index.generations.segments import grouped, in_context
from index.generations.store import Store
from index.reports.corpus import read_corpus
from index.retrieval import token_index
from tests.index.corpora import write
from tests.index.encoders import LetterEncoder
from tests.index.tiny import HARBOUR_TEXT, HARBOUR_TOML, OIL, OIL_QUOTE, settings_for, silent

NAMES = [f"harbour-{n}" for n in range(8)]


class Recording(LetterEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def documents(self, texts: Sequence[str]) -> list[Encoded]:
        self.asked += texts
        return super().documents(texts)


@pytest.fixture
def eight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Eight reports, built with a frame that is full after the first."""
    for module in (token_index, segment_builder):
        monkeypatch.setattr(module, "SAMPLE", 100)
    for number, name in enumerate(NAMES):
        write(tmp_path / "corpus", name, HARBOUR_TEXT.replace("40 litres", f"{number} litres"), HARBOUR_TOML)
    settings = settings_for(tmp_path)
    rebuild(settings)
    return settings


def rebuild(settings: Settings) -> list[str]:
    """Build, and tell which texts were encoded that nobody remembered."""
    encoder = Recording()
    builder.build(settings, lambda: encoder, silent)
    return encoder.asked


def everything(settings: Settings) -> list[str]:
    """Every text that a build encodes."""
    return [in_context(sentence) for sentence in read_corpus(settings).sentences]


def live(settings: Settings) -> Generation:
    return Store(settings.index.path, 3).live()


def segments(settings: Settings) -> dict[str, dict[str, tuple[int, bytes]]]:
    """Each segment's files, with the number of the file and what is in it."""
    found: dict[str, dict[str, tuple[int, bytes]]] = {}
    for path in (live(settings).path / "segments").rglob("*"):
        if path.is_file():
            name, _, file = path.relative_to(live(settings).path / "segments").as_posix().partition("/")
            found.setdefault(name, {})[file] = (path.stat().st_ino, path.read_bytes())
    return found


def last_report(settings: Settings) -> Path:
    """A report of the last segment, which the frame was not measured on."""
    return list(grouped(list(settings.corpus.path.iterdir())).values())[-1][-1] / "report.txt"


def test_reports_keep_their_segments_whatever_comes_or_goes() -> None:
    folders = [Path(f"report-{n}") for n in range(3000)]
    groups = grouped(folders)
    assert len(groups) == 256
    assert sorted(path for group in groups.values() for path in group) == sorted(folders)
    assert list(groups) == sorted(groups)
    fewer = grouped(folders[:-1])
    moved = {name for name in groups if groups[name] != fewer.get(name)}
    assert len(moved) == 1
    assert [len(grouped(folders[:count])) for count in (1, 2, 3)] == [1, 1, 1]


def test_a_changed_report_makes_its_segment_anew_and_no_other(eight: Settings) -> None:
    before, report = segments(eight), last_report(eight)
    report.write_text(report.read_text("utf-8").replace("gulls are welcome", "gulls are fed"), "utf-8")
    asked = rebuild(eight)
    (text,) = asked
    assert text.endswith(" said that gulls are fed.")
    after = segments(eight)
    assert len(after) == len(before) == 4
    assert len(before.keys() - after.keys()) == 1
    for name in before.keys() & after.keys():
        assert after[name] == before[name]


def test_what_was_taken_over_answers_as_what_is_built_at_once(eight: Settings, tmp_path: Path) -> None:
    report = last_report(eight)
    report.write_text(report.read_text("utf-8").replace("gulls are welcome", "gulls are fed"), "utf-8")
    rebuild(eight)
    at_once = eight.model_copy(update={"index": eight.index.model_copy(update={"path": tmp_path / "other"})})
    rebuild(at_once)
    first, second = live(eight).manifest, live(at_once).manifest
    assert first.files == second.files
    assert (first.corpus, first.counts) == (second.corpus, second.counts)
    answer = Engine.load(eight, LetterEncoder()).ask(OIL)
    assert OIL_QUOTE.replace("40", "0") in [citation.quote for citation in answer.citations]


def test_of_what_is_taken_over_nothing_is_read(eight: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_builder, "read_reports", lambda *_, **__: pytest.fail("read"))
    planned = segment_builder.plan(eight, live(eight))
    assert (planned.changed, len(planned.files)) == ({}, sum(map(len, segments(eight).values())))


def test_calibration_is_measured_anew_once_much_was_made_anew(eight: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    measure = builder.Calibration.measure
    monkeypatch.setattr(builder.Calibration, "measure", lambda search: measured.append(1) or measure(search))
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


def test_a_damaged_segment_is_made_anew(eight: Settings, caplog: pytest.LogCaptureFixture) -> None:
    before = segments(eight)
    damaged = next(path for path in sorted(live(eight).path.rglob("passages.json")))
    damaged.write_bytes(damaged.read_bytes().replace(b"litres", b"LITRES"))
    with caplog.at_level(logging.WARNING):
        rebuild(eight)
    assert caplog.messages[0].startswith(f"{damaged}: its content is not what manifest.json says")
    assert caplog.messages[0].endswith("; it is made anew")
    contents = [
        {n: {f: c for f, (_, c) in files.items()} for n, files in each.items()} for each in (before, segments(eight))
    ]
    assert contents[0] == contents[1]


def test_reports_that_leave_are_gone_and_reports_that_come_are_found(eight: Settings) -> None:
    folder = eight.corpus.path / NAMES[3]
    shutil.rmtree(folder)
    rebuild(eight)
    assert [source.report for source in live(eight).manifest.corpus] == [name for name in NAMES if name != NAMES[3]]
    write(eight.corpus.path, "pier", HARBOUR_TEXT.replace("gulls", "herons"), HARBOUR_TOML)
    assert any("herons" in text for text in rebuild(eight))
    quotes = [c.quote for c in Engine.load(eight, LetterEncoder()).ask("Are herons welcome?").citations]
    assert any("herons are welcome" in quote for quote in quotes)


def test_a_corpus_too_small_for_a_full_frame_is_measured_whole(tmp_path: Path) -> None:
    write(tmp_path / "corpus", "harbour", HARBOUR_TEXT, HARBOUR_TOML)
    settings = settings_for(tmp_path)
    rebuild(settings)
    assert segment_builder.reusable(Store(settings.index.path, 3), settings) is None


def test_another_model_takes_nothing_over(eight: Settings) -> None:
    class Other(Recording):
        fingerprint = "other letters"

    encoder = Other()
    builder.build(eight, lambda: encoder, silent)
    assert len(encoder.asked) == len(set(encoder.asked)) == len(set(everything(eight)))
    other = eight.model_copy(update={"model": ModelOptions(name="other")})
    assert segment_builder.reusable(Store(eight.index.path, 3), other) is None


def test_vectors_of_what_is_taken_over_are_not_forgotten(eight: Settings) -> None:
    report = last_report(eight)
    for number in range(5):
        report.write_text(report.read_text("utf-8") + f"\n\nThe {number} boat sank.\n", "utf-8")
        rebuild(eight)
    shutil.rmtree(eight.index.path / "generations")
    (eight.index.path / "live.json").unlink()
    assert (eight.index.path / FILE).exists()
    assert rebuild(eight) == []
