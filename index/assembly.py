"""The files of a generation and an encoder -> what searches and answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.config import Settings
from index.generations.manifest import JUDGE, Contents, Generation
from index.models import titles_by_report

if TYPE_CHECKING:
    from index.answering.answerability import AnswerabilityClassifier
    from index.answering.answerer import Answerer
    from index.encoding.encoder import Encoder
    from index.generations.artifacts import Artifacts
    from index.retrieval.candidate_retriever import CandidateRetriever
    from index.structured_qa.structured_answerer import StructuredAnswerer


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A generation, what it holds, the store of its vectors and words, and what tells whether a passage answers."""

    generation: Generation
    artifacts: Artifacts
    vectors: CandidateRetriever
    judge: AnswerabilityClassifier | None


def open_generation(generation: Generation, settings: Settings) -> OpenGeneration:
    """Read a generation's files. Raises GenerationError if one cannot be read or does not fit the others."""
    from index.generations.artifacts import Artifacts, open_store

    artifacts = Artifacts.read(generation.path)
    vectors = open_store(generation.path, artifacts.owners, settings.milvus)
    return OpenGeneration(generation, artifacts, vectors, load_classifier(generation.path))


def load_classifier(folder: Path) -> AnswerabilityClassifier | None:
    """The judge of a generation's folder, if it has one. Raises GenerationError if the file is not one."""
    from index.answering.answerability import AnswerabilityClassifier

    return AnswerabilityClassifier.load(folder / JUDGE) if (folder / JUDGE).exists() else None


def make_structured_answerer(artifacts: Artifacts, made: Contents) -> StructuredAnswerer:
    """What knows the sessions and people of a generation whose contents are given."""
    from index.lookup.directory import Directory
    from index.structured_qa.structured_answerer import StructuredAnswerer

    return StructuredAnswerer(
        Directory(artifacts.corpus.sessions),
        titles_by_report(made.corpus),
        artifacts.corpus.passages,
        artifacts.corpus.sentences,
    )


def make_answerer(
    artifacts: Artifacts,
    vectors: CandidateRetriever,
    encoder: Encoder,
    made: Contents,
    generation: str,
    guide: StructuredAnswerer,
    judge: AnswerabilityClassifier | None,
) -> Answerer:
    """What answers from the artifacts of a generation and the store of its vectors."""
    from index.answering.answerer import Answerer, Thresholds
    from index.answering.coverage import CoverageModel
    from index.reports.sessions import sole_speaker

    calibration = CoverageModel.of(made.calibration)
    speaker_of, cuts = partial(sole_speaker, artifacts.corpus.sessions), Thresholds(**made.cuts)
    return Answerer(artifacts.searcher(encoder, vectors), calibration, speaker_of, generation, guide, judge, cuts)
