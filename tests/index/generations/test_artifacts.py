"""A generation's files: what is written is read back, and what does not fit together is named."""

import json
from pathlib import Path

import numpy as np
import pytest

from index.config import MilvusOptions, Settings
from index.errors import GenerationError
from index.generations.artifacts import Artifacts, open_store, write_store
from index.indexing.corpus_encoder import encode_corpus
from index.reports.corpus import read_corpus
from index.retrieval.candidate_retriever import CandidateRetriever
from index.retrieval.dense_index import DenseIndex
from index.retrieval.token_index import TokenIndex
from tests.index.encoders import DIMENSIONS, LetterEncoder
from tests.index.tiny import OIL, made, silent

FILES = ["passages.json", "sentences.json", "sessions.json", "sources.json", "expansions.json"]


@pytest.fixture
def folder(built: Settings, tmp_path: Path) -> Path:
    """The folder of a generation."""
    corpus = read_corpus(built)
    encoded = encode_corpus(corpus, LetterEncoder(), 32, silent)
    artifacts = Artifacts(corpus, encoded.token_index, encoded.expansion_index)
    artifacts.write(tmp_path)
    assert write_store(tmp_path, encoded.vectors, artifacts, built) == {"type": "flat", "recall@10": 1.0}
    return tmp_path


def read(folder: Path) -> tuple[Artifacts, CandidateRetriever]:
    """A generation's artifacts, and its store."""
    artifacts = Artifacts.read(folder)
    return artifacts, open_store(folder, artifacts.owners, MilvusOptions())


def hits(artifacts: Artifacts, store: CandidateRetriever) -> dict[str, float]:
    """The passages that are found for a question, with their scores."""
    return {hit.passage.id: hit.score for hit in artifacts.searcher(LetterEncoder(), store).search(OIL, 9).hits}


def test_read_written_artifacts_finds_the_same(built: Settings, folder: Path) -> None:
    corpus = read_corpus(built)
    (found, store), in_memory = read(folder), made(corpus)
    assert found.corpus == corpus
    assert (store.dense.size, store.dense.dimensions, found.token_index.size) == (28, DIMENSIONS, 28)
    assert hits(found, store) == pytest.approx(hits(*in_memory), abs=1e-3)
    assert len(hits(found, store)) == 9


@pytest.mark.parametrize("name", FILES)
def test_artifacts_read_invalid_file_raises_generation_error(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(b'[{"id": 1}]')
    with pytest.raises(GenerationError) as caught:
        read(folder)
    assert str(caught.value) == f"{path}: cannot be read as what it should be; run: report-index build"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("passages.json", "sentences.json: holds 9 entries where passages.json holds 8"),
        ("sentences.json", "tokens: holds 28 entries where sentences.json holds 27"),
    ],
)
def test_artifacts_read_mismatched_counts_raise_generation_error(folder: Path, name: str, problem: str) -> None:
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text("utf-8"))[:-1]), "utf-8")
    with pytest.raises(GenerationError) as caught:
        read(folder)
    assert str(caught.value) == f"{folder}/{problem}; run: report-index build"


def test_open_store_dense_index_of_other_size_raises_generation_error(folder: Path) -> None:
    DenseIndex.build([np.eye(DIMENSIONS, dtype=np.float32)[0]]).save(folder / "sentences.faiss")
    with pytest.raises(GenerationError) as caught:
        read(folder)
    wanted = "sentences.faiss: holds 1 entries where sentences.json holds 28; run: report-index build"
    assert str(caught.value) == f"{folder}/{wanted}"


def test_artifacts_read_token_vectors_of_other_size_raise_generation_error(folder: Path) -> None:
    tokens = folder / "tokens"
    for file in tokens.iterdir():
        file.unlink()
    tokens.rmdir()
    TokenIndex.build([np.eye(2, dtype=np.float32)]).save(tokens)
    with pytest.raises(GenerationError) as caught:
        read(folder)
    assert str(caught.value) == f"{tokens}: holds 1 entries where sentences.json holds 28; run: report-index build"
