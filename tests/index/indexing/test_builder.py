"""Builds: what they make of a corpus, what they report, and that one which fails changes nothing."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from index import engine
from index.config import Settings
from index.encoding.encoder import Encoding, normalize_rows
from index.encoding.encoding_cache import FILE
from index.errors import CorpusError, GenerationError, ModelError
from index.generations import fingerprint as fingerprinting
from index.generations.manifest import FileEntry
from index.generations.store import Store
from index.indexing import builder
from index.indexing.corpus_encoder import encode_texts
from index.models import ReportInfo
from index.reports.corpus import read_corpus
from tests.index.corpora import RIVERS_TEXT
from tests.index.corpora import write as write_report
from tests.index.encoders import DIMENSIONS, LetterEncoder
from tests.index.tiny import (
    BOATS,
    BOATS_QUOTE,
    HARBOUR_TEXT,
    OIL,
    OIL_QUOTE,
    TITLES,
    TOWER_TEXT,
    build,
    settings_for,
    silent,
)


def test_build_english_and_chinese_reports_share_one_index(built: Settings) -> None:
    corpus = read_corpus(built)
    assert corpus.sources == tuple(
        ReportInfo(
            report=name,
            title=title,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            time_zone=zone,
            time_zone_stated=zone is not None,
            language=language,
        )
        for name, title, text, zone, language in zip(
            ("harbour", "tower"),
            TITLES,
            (HARBOUR_TEXT, TOWER_TEXT),
            ("Europe/Lisbon", None),
            ("en", "zh-Hant"),
            strict=True,
        )
    )
    ids = [
        "harbour:2a2e4bff1e",
        "harbour:85180b49da",
        "harbour:1a4ce46b4f",
        "harbour:3d25895b45",
        "harbour:a4dcdbb381",
        "harbour:d5da900fb6",
        "harbour:82d014004c",
        "tower:2753b5189a",
        "tower:72d6834773",
    ]
    assert [passage.id for passage in corpus.passages] == ids
    owners = [sentence.passage for sentence in corpus.sentences]
    assert owners == sorted(owners)
    assert set(owners) == set(range(9))
    assert all(sentence.text in corpus.passages[sentence.passage].text for sentence in corpus.sentences)
    assert [session.id for session in corpus.sessions] == ["harbour:s01", "harbour:s02", "tower:s01"]
    answers = {question: engine.Engine.load(built, LetterEncoder()).ask(question) for question in (OIL, BOATS)}
    assert {answer.citations[0].quote: answer.citations[0].passage_id for answer in answers.values()} == {
        OIL_QUOTE: "harbour:d5da900fb6",
        BOATS_QUOTE: "tower:72d6834773",
    }


def test_read_corpus_unmatched_agenda_or_date_logs_file_line_and_page(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_report(
        tmp_path / "corpus",
        text=RIVERS_TEXT.replace("Date: 12 May 2031", "Date: soon").replace("Rivers after the flood\n\n#", "Lunch\n\n#"),
    )
    corpus = read_corpus(settings_for(tmp_path))
    assert [session.title for session in corpus.sessions] == ["Rivers after the flood", "Evening workshop"]
    assert [message.removeprefix(f"{path / 'report.txt'}, ") for message in caplog.messages] == [
        "line 12, page 2: no heading fits “Opening of the forum” of the agenda, so its times are left out",
        "line 14, page 2: no heading fits “Lunch” of the agenda, so its times are left out",
        "line 16, page 2: the session “Rivers after the flood” has no date that can be read",
    ]


def test_read_corpus_single_report_session_ids_have_no_prefix(tmp_path: Path, built: Settings) -> None:
    shutil.copytree(built.corpus.path / "tower", tmp_path / "corpus" / "tower")
    corpus = read_corpus(settings_for(tmp_path))
    assert [session.id for session in corpus.sessions] == ["s01"]


def test_build_generation_manifest_describes_contents(built: Settings) -> None:
    generation = Store(built.index.path, 3).live()
    manifest = generation.manifest
    assert manifest.corpus == read_corpus(built).sources
    assert (manifest.model, manifest.model_sha256) == ("embedded:multilingual-e5-small", "letters-32")
    assert (manifest.dimensions, manifest.dtype) == (DIMENSIONS, "float32")
    assert manifest.chunking == {"max_characters": 120, "max_latin_characters": 120}
    assert manifest.counts == {"reports": 2, "passages": 9, "sentences": 28, "sessions": 3}
    assert manifest.fingerprint == fingerprinting.generation_fingerprint(built)
    assert manifest.libraries["faiss-cpu"] == fingerprinting.library_versions()["faiss-cpu"]
    assert set(manifest.calibration) == {"cjk", "latin"}
    assert set(manifest.calibration["cjk"]) == {
        f"{measure}_{figure}" for measure in ("closeness", "overlap") for figure in ("mean", "deviation")
    }
    names = {
        *("passages.json", "sentences.json", "sessions.json", "sources.json", "expansions.json"),
        *("tokens/vectors.npy", "expansion-tokens/vectors.npy", "sentences.faiss", "lexical/size.json"),
    }
    assert names < set(manifest.files)
    name = "passages.json"
    passages = (generation.path / name).read_bytes()
    assert manifest.files[name] == FileEntry(sha256=hashlib.sha256(passages).hexdigest(), bytes=len(passages))


def test_build_generation_same_corpus_gives_same_files_and_calibration(built: Settings, tmp_path: Path) -> None:
    shutil.copytree(built.corpus.path, tmp_path / "corpus")
    again, first = build(settings_for(tmp_path)), Store(built.index.path, 3).live().manifest
    assert (again.fingerprint, again.counts) == (first.fingerprint, first.counts)
    # How many threads numpy has at the time changes the last digits.
    for script, figures in first.calibration.items():
        assert again.calibration[script] == pytest.approx(figures, rel=1e-5)
    assert again.files == first.files


def test_build_generation_reports_progress_of_every_stage(own: Settings) -> None:
    seen: list[tuple[str, int, int]] = []
    settings = own.model_copy(update={"model": own.model.model_copy(update={"batch_size": 10})})
    builder.build_generation(settings, LetterEncoder, lambda *call: seen.append(call))
    assert seen == [
        *[("read", 0, 1), ("read", 1, 1), ("model", 0, 1), ("model", 1, 1)],
        *[("encode", 0, 28), ("encode", 10, 28), ("encode", 20, 28), ("encode", 28, 28)],
        *[("write", 0, 1), ("write", 1, 1)],
        *[("verify", done, 5) for done in range(6)],
    ]


def test_encode_batches_texts_by_length_and_returns_input_order() -> None:
    batches: list[list[str]] = []

    class Recording(LetterEncoder):
        def documents(self, texts: Sequence[str]) -> list[Encoding]:
            batches.append(list(texts))
            return super().documents(texts)

    texts = ["ccc", "a", "dddd", "bb", "e"]
    encoder = Recording()
    found = encode_texts(texts, encoder, encoder.documents, 2, lambda _done: None)
    assert batches == [["a", "e"], ["bb", "ccc"], ["dddd"]]
    for text, encoded in zip(texts, found, strict=True):
        np.testing.assert_array_equal(encoded.tokens, LetterEncoder().documents([text])[0].tokens)


class Constant(LetterEncoder):
    """Has the same to say of everything."""

    def queries(self, texts: Sequence[str]) -> list[Encoding]:
        return [Encoding(normalize_rows(np.ones(DIMENSIONS)), normalize_rows(np.ones((3, DIMENSIONS)))) for _ in texts]

    documents = queries


class Random(LetterEncoder):
    """Never says the same twice."""

    def __init__(self) -> None:
        self.chance = np.random.default_rng(1)

    def queries(self, texts: Sequence[str]) -> list[Encoding]:
        return [
            Encoding(normalize_rows(rows[0]), normalize_rows(rows))
            for rows in self.chance.normal(size=(len(texts), 3, DIMENSIONS))
        ]

    documents = queries


def missing() -> LetterEncoder:
    raise ModelError("model x: cannot be loaded")


def state(settings: Settings) -> list[tuple[str, bytes]]:
    """Every file of the index folder but the lock and what is remembered, and what is in it."""
    files = (path for path in settings.index.path.rglob("*") if path.is_file() and path.name not in (".lock", FILE))
    return sorted((str(path), path.read_bytes()) for path in files)


@pytest.mark.parametrize("encoder", [Constant, Random])
def test_build_generation_failing_self_search_is_not_published(own: Settings, encoder: Callable[[], LetterEncoder]) -> None:
    before = state(own)
    with pytest.raises(GenerationError) as caught:
        builder.build_generation(own, encoder, silent)
    message = str(caught.value)
    assert message.startswith("the new index does not find passage harbour:")
    assert message.endswith(" by its own text; it was not published: check [model] name and its prompts")
    assert state(own) == before


@pytest.mark.parametrize("stage", ["read", "model", "encode", "write", "verify"])
@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, GenerationError])
def test_build_generation_interrupted_at_any_stage_leaves_index_unchanged(
    own: Settings, stage: str, interrupt: type[BaseException]
) -> None:
    before = state(own)

    def progress(name: str, done: int, _: int) -> None:
        if (name, done) == (stage, 1) or (name == stage == "encode" and done):
            raise interrupt

    with pytest.raises(interrupt):
        builder.build_generation(own, LetterEncoder, progress)
    assert state(own) == before


def test_build_generation_missing_model_or_corpus_leaves_index_unchanged(own: Settings, tmp_path: Path) -> None:
    before = state(own)
    with pytest.raises(ModelError, match="model x: cannot be loaded"):
        builder.build_generation(own, missing, silent)
    shutil.rmtree(own.corpus.path)
    with pytest.raises(CorpusError) as caught:
        builder.build_generation(own, missing, silent)
    problem = "is no folder; set [corpus] path to one that holds a folder for each report"
    assert str(caught.value) == f"{tmp_path}/corpus: {problem}"
    assert state(own) == before


def test_build_generation_second_build_keeps_first_generation(own: Settings) -> None:
    store = Store(own.index.path, 3)
    first = store.live().manifest
    second = build(own)
    assert second.id > first.id
    assert store.live().manifest == second
    assert store.generations() == [second, first]


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


CHANGES: list[Callable[[Path], object]] = [
    lambda corpus: write(corpus / "harbour" / "report.txt", HARBOUR_TEXT + "\n"),
    lambda corpus: write(corpus / "tower" / "report.toml", 'title = "燈塔月報"'),
    lambda corpus: write(corpus / "tower" / "glossary.toml", ""),
    lambda corpus: (corpus / "tower").rename(corpus / "lighthouse"),
    lambda corpus: shutil.rmtree(corpus / "tower"),
    lambda corpus: shutil.copytree(corpus / "tower", corpus / "tower2"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_is_current_changed_report_files_returns_false(own: Settings, change: Callable[[Path], object]) -> None:
    assert engine.is_current(own)
    change(own.corpus.path)
    assert not engine.is_current(own)


@pytest.mark.parametrize(
    ("tables", "same"),
    [
        ({"model": {"name": "other"}}, False),
        ({"model": {"query_prompt": "q: "}}, False),
        ({"model": {"document_prompt": ""}}, False),
        ({"model": {"dtype": "bfloat16"}}, False),
        ({"model": {"dtype": "float32"}}, True),
        ({"model": {"dtype": "int8"}}, True),
        ({"model": {"name": "other", "dtype": "float32"}}, False),
        ({"passages": {"max_characters": 121, "max_latin_characters": 120}}, False),
        ({"model": {"device": "cuda", "batch_size": 1}}, True),
        ({"index": {"path": "elsewhere", "keep": 9}}, True),
    ],
)
def test_generation_fingerprint_changes_only_with_index_settings(built: Settings, tables: object, same: bool) -> None:
    assert isinstance(tables, dict)
    other = settings_for(built.corpus.path.parent, **tables)
    assert (fingerprinting.generation_fingerprint(other) == fingerprinting.generation_fingerprint(built)) is same


def test_generation_fingerprint_changes_with_libraries_format_and_code(
    built: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = Path(fingerprinting.__file__)
    package, name = module.parents[1], module.relative_to(module.parents[1])
    shutil.copytree(package, tmp_path / "index")
    monkeypatch.setattr(fingerprinting, "__file__", str(tmp_path / "index" / name))
    fingerprinting.code_digest.cache_clear()
    seen = [fingerprinting.generation_fingerprint(built)]
    assert seen == [Store(built.index.path, 3).live().manifest.fingerprint]
    write(tmp_path / "index" / "answering" / "everyday_questions.txt", "Why?\n")
    fingerprinting.code_digest.cache_clear()
    seen.append(fingerprinting.generation_fingerprint(built))
    monkeypatch.setattr(fingerprinting, "FORMAT", 99)
    seen.append(fingerprinting.generation_fingerprint(built))
    monkeypatch.setattr(fingerprinting, "library_versions", lambda: {"numpy": "0"})
    seen.append(fingerprinting.generation_fingerprint(built))
    fingerprinting.code_digest.cache_clear()
    assert len(set(seen)) == 4


def test_load_engine_calibration_equals_manifest_calibration(built: Settings) -> None:
    loaded = engine.Engine.load(built, LetterEncoder()).answerer.calibration
    assert asdict(loaded) == Store(built.index.path, 3).live().manifest.calibration
