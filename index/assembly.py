"""Assemble the objects that search and answer, from the files of a generation and an encoder."""

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
    """A generation with its artifacts, the retriever of its vectors and words, and its answerability classifier, if any."""

    generation: Generation
    artifacts: Artifacts
    vectors: CandidateRetriever
    judge: AnswerabilityClassifier | None


def open_generation(generation: Generation, settings: Settings) -> OpenGeneration:
    """Read a generation's files.

    :raises GenerationError: if one cannot be read or does not fit the others.
    """
    from index.generations.artifacts import Artifacts, open_store

    artifacts = Artifacts.read(generation.path)
    vectors = open_store(generation.path, artifacts.owners, settings.milvus)
    return OpenGeneration(generation, artifacts, vectors, load_classifier(generation.path))


def load_classifier(folder: Path) -> AnswerabilityClassifier | None:
    """Load the answerability classifier of a generation's folder, if there is one.

    :raises GenerationError: if the file is invalid.
    """
    from index.answering.answerability import AnswerabilityClassifier

    return AnswerabilityClassifier.load(folder / JUDGE) if (folder / JUDGE).exists() else None


def make_structured_answerer(artifacts: Artifacts, contents: Contents) -> StructuredAnswerer:
    """Create the answerer of questions about sessions and people.

    :param contents: contents of the generation's manifest.
    """
    from index.lookup.directory import Directory
    from index.structured_qa.structured_answerer import StructuredAnswerer

    return StructuredAnswerer(
        Directory(artifacts.corpus.sessions),
        titles_by_report(contents.corpus),
        artifacts.corpus.passages,
        artifacts.corpus.sentences,
    )


def make_answerer(
    artifacts: Artifacts,
    vectors: CandidateRetriever,
    encoder: Encoder,
    contents: Contents,
    generation: str,
    guide: StructuredAnswerer,
    judge: AnswerabilityClassifier | None,
) -> Answerer:
    """Create the answerer of a generation.

    :param contents: contents of the generation's manifest.
    :param generation: id of the generation; empty for one that is not published.
    """
    from index.answering.answerer import Answerer, Thresholds
    from index.answering.coverage import CoverageModel
    from index.reports.sessions import sole_speaker

    calibration = CoverageModel.of(contents.calibration)
    speaker_of, cuts = partial(sole_speaker, artifacts.corpus.sessions), Thresholds(**contents.cuts)
    return Answerer(artifacts.searcher(encoder, vectors), calibration, speaker_of, generation, guide, judge, cuts)
