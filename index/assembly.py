"""The files of a generation and an encoder -> what searches and answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.config import Settings
from index.generations.manifest import JUDGE, Contents, Generation
from index.models import titles_of

if TYPE_CHECKING:
    from index.answering.answerability import Judge
    from index.answering.answerer import Answerer
    from index.encoding.encoder import Encoder
    from index.generations.artifacts import Artifacts
    from index.retrieval.candidate_retriever import VectorStore
    from index.structured_qa.structured_answerer import Guide


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A generation, what it holds, the store of its vectors and words, and what tells whether a passage answers."""

    generation: Generation
    artifacts: Artifacts
    vectors: VectorStore
    judge: Judge | None


def open_generation(generation: Generation, settings: Settings) -> OpenGeneration:
    """Read a generation's files. Raises GenerationError if one cannot be read or does not fit the others."""
    from index.generations.artifacts import Artifacts, open_store

    artifacts = Artifacts.read(generation.path)
    vectors = open_store(generation.path, artifacts.owners, settings.milvus)
    return OpenGeneration(generation, artifacts, vectors, read_judge(generation.path))


def read_judge(folder: Path) -> Judge | None:
    """The judge of a generation's folder, if it has one. Raises GenerationError if the file is not one."""
    from index.answering.answerability import Judge

    return Judge.load(folder / JUDGE) if (folder / JUDGE).exists() else None


def guide_of(artifacts: Artifacts, made: Contents) -> Guide:
    """What knows the sessions and people of a generation whose contents are given."""
    from index.lookup.directory import Directory
    from index.structured_qa.structured_answerer import Guide

    return Guide(
        Directory(artifacts.corpus.sessions), titles_of(made.corpus), artifacts.corpus.passages, artifacts.corpus.sentences
    )


def answerer_of(
    artifacts: Artifacts,
    vectors: VectorStore,
    encoder: Encoder,
    made: Contents,
    generation: str,
    guide: Guide,
    judge: Judge | None,
) -> Answerer:
    """What answers from the artifacts of a generation and the store of its vectors."""
    from index.answering.answerer import Answerer, Cuts
    from index.answering.coverage import Calibration
    from index.reports.sessions import sole_speaker

    calibration = Calibration.of(made.calibration)
    speaker_of, cuts = partial(sole_speaker, artifacts.corpus.sessions), Cuts(**made.cuts)
    return Answerer(artifacts.searcher(encoder, vectors), calibration, speaker_of, generation, guide, judge, cuts)
