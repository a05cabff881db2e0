"""A generation's files: what is written is read back, and what does not fit together is named."""

import json
from pathlib import Path

import numpy as np
import pytest

from index.config import MilvusOptions, Settings
from index.errors import GenerationError
from index.generations.artifacts import Artifacts, make, open_store
from index.generations.segments import Legs, Segment, in_context
from index.reports.corpus import read_corpus, read_reports
from index.retrieval.bm25_index import LexicalIndex, Postings
from index.retrieval.candidate_retriever import LocalStore, VectorStore
from index.retrieval.dense_index import DenseIndex
from index.retrieval.int8_matrix import EXACT
from index.retrieval.token_index import Frame, TokenIndex
from tests.index.encoders import DIMENSIONS, LetterEncoder
from tests.index.tiny import OIL, made, store_of

FILES = ["passages.json", "sentences.json", "sessions.json", "sources.json", "expansions.json"]


@pytest.fixture
def folder(built: Settings, tmp_path: Path) -> Path:
    """A generation of one segment."""
    segment, legs = made(read_corpus(built))
    segment.write(tmp_path / "segments" / "00")
    legs.write(tmp_path / "segments" / "00")
    made_of = make(tmp_path, [legs], Artifacts.read(tmp_path).owners, built, None)
    assert made_of == {"type": "flat", "recall@10": 1.0}
    return tmp_path


def read(folder: Path) -> tuple[Artifacts, VectorStore]:
    """A generation's artifacts, and its store."""
    artifacts = Artifacts.read(folder)
    return artifacts, open_store(folder, artifacts.owners, MilvusOptions())


def hits(artifacts: Artifacts, store: VectorStore) -> dict[str, float]:
    """The passages that are found for a question, with their scores."""
    return {hit.passage.id: hit.score for hit in artifacts.searcher(LetterEncoder(), store).search(OIL, 9).hits}


def test_what_a_build_writes_is_read_back(built: Settings, folder: Path) -> None:
    corpus = read_corpus(built)
    segment, legs = made(corpus)
    (found, store), in_memory = read(folder), Artifacts.of([segment])
    assert tuple(found.passages) == corpus.passages
    assert tuple(found.sentences) == corpus.sentences
    assert tuple(found.sessions) == corpus.sessions
    assert tuple(found.sources) == corpus.sources
    assert (store.dense.size, store.dense.dimensions, found.late.size) == (28, DIMENSIONS, 28)
    assert hits(found, store) == pytest.approx(hits(in_memory, store_of(legs, corpus)), abs=1e-3)
    assert len(hits(found, store)) == 9


def test_segments_together_hold_what_one_of_all_reports_holds(built: Settings) -> None:
    whole = read_corpus(built)
    segment, legs = made(whole)
    halves = [read_reports([built.corpus.path / name], built, alone=False) for name in ("tower", "harbour")]
    encoded = [LetterEncoder().documents([in_context(sentence) for sentence in half.sentences]) for half in halves]
    frame = Frame(segment.late.mean, EXACT, EXACT, full=False)
    parts = [Segment.of(half, some, [], frame) for half, some in zip(halves, encoded, strict=True)]
    others = [Legs.of(half, some) for half, some in zip(halves, encoded, strict=True)]
    apart, one = Artifacts.of(parts), Artifacts.of([segment])
    assert (apart.sources, apart.sessions) == (one.sources, one.sessions)
    assert [passage.report for passage in apart.passages] == ["tower"] * 2 + ["harbour"] * 7
    dense, lexical = np.concatenate([each.vectors for each in others]), Postings.joined([each.postings for each in others])
    first = hits(apart, LocalStore(DenseIndex.build(dense), LexicalIndex.of(lexical), apart.owners))
    second = hits(one, store_of(legs, whole))
    assert list(first) == list(second)
    assert first == pytest.approx(second, abs=1e-4)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_what_it_should_be_is_named(folder: Path, name: str) -> None:
    path = folder / "segments" / "00" / name
    path.write_bytes(b'[{"id": 1}]')
    with pytest.raises(GenerationError) as caught:
        read(folder)
    assert str(caught.value) == f"{path}: cannot be read as what it should be; run: report-index build"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("passages.json", "segments/00/sentences.json: holds 9 entries where passages.json holds 8"),
        ("sentences.json", "segments/00/tokens: holds 28 entries where sentences.json holds 27"),
    ],
)
def test_files_of_two_indices_do_not_mix(folder: Path, name: str, problem: str) -> None:
    path = folder / "segments" / "00" / name
    path.write_text(json.dumps(json.loads(path.read_text("utf-8"))[:-1]), "utf-8")
    with pytest.raises(GenerationError) as caught:
        read(folder)
    assert str(caught.value) == f"{folder}/{problem}; run: report-index build"


def test_a_dense_index_of_other_sentences_is_refused(folder: Path) -> None:
    DenseIndex.build([np.eye(DIMENSIONS, dtype=np.float32)[0]]).save(folder / "sentences.faiss")
    with pytest.raises(GenerationError) as caught:
        read(folder)
    wanted = "sentences.faiss: holds 1 entries where sentences.json holds 28; run: report-index build"
    assert str(caught.value) == f"{folder}/{wanted}"


def test_token_vectors_of_another_index_are_refused(folder: Path) -> None:
    tokens = folder / "segments" / "00" / "tokens"
    for file in tokens.iterdir():
        file.unlink()
    tokens.rmdir()
    TokenIndex.build([np.eye(2, dtype=np.float32)]).save(tokens)
    with pytest.raises(GenerationError) as caught:
        read(folder)
    assert str(caught.value) == f"{tokens}: holds 1 entries where sentences.json holds 28; run: report-index build"
