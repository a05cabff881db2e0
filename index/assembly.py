"""Assemble the objects that search and answer, from the files of a generation and an encoder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from index.config import Settings
from index.generations.manifest import Contents, Generation
from index.models import titles_by_report

if TYPE_CHECKING:
    from index.answering.answerer import Answerer
    from index.encoding.encoder import Encoder
    from index.generations.artifacts import Artifacts
    from index.reading.reader import Reader
    from index.retrieval.candidate_retriever import CandidateRetriever
    from index.structured_qa.structured_answerer import StructuredAnswerer


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A generation with its artifacts and the retriever of its vectors and words."""

    generation: Generation
    artifacts: Artifacts
    vectors: CandidateRetriever


def open_generation(generation: Generation, settings: Settings) -> OpenGeneration:
    """Read a generation's files.

    :raises GenerationError: if one cannot be read or does not fit the others.
    """
    from index.generations.artifacts import Artifacts, open_store

    artifacts = Artifacts.read(generation.path)
    vectors = open_store(generation.path, artifacts.owners, settings.milvus)
    return OpenGeneration(generation, artifacts, vectors)


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
    reader: Reader | None,
) -> Answerer:
    """Create the answerer of a generation.

    :param contents: contents of the generation's manifest.
    :param generation: id of the generation; empty for one that is not published.
    """
    from index.answering.answerer import Answerer
    from index.answering.coverage import CoverageModel
    from index.reading.reader import is_read
    from index.reports.sessions import sole_speaker
    from index.structured_qa.request_classifier import load_classifier

    calibration = CoverageModel.of(contents.calibration)
    speaker_of = partial(sole_speaker, artifacts.corpus.sessions)
    unread = {source.report for source in contents.corpus if not is_read(source.language)}
    searcher = artifacts.searcher(encoder, vectors)
    weights = contents.answerability.get(reader.fingerprint) if reader else None
    classifier = load_classifier()
    return Answerer(
        searcher,
        calibration,
        speaker_of,
        generation,
        guide,
        reader,
        unread=unread,
        weights=weights,
        sources=contents.corpus,
        classifier=classifier if classifier and classifier.model == encoder.fingerprint else None,
    )
