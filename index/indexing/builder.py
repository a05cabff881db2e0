"""Build a generation of the index from a corpus, verify it by searching, and publish it beside the earlier ones."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from index.answering.coverage import CoverageModel, load_probes
from index.assembly import make_answerer, make_structured_answerer
from index.config import Settings
from index.encoding.encoder import Encoder
from index.encoding.encoding_cache import FILE, open_encoding_cache
from index.errors import GenerationError, QualityError
from index.generations.artifacts import Artifacts, open_store, settle_collections, write_store
from index.generations.fingerprint import build_fingerprint, generation_fingerprint, library_versions
from index.generations.manifest import ANSWERABILITY, Contents, Manifest, read_json
from index.generations.store import Store
from index.indexing.corpus_encoder import Progress, encode_corpus
from index.indexing.quality_gate import (
    Quality,
    find_regressions,
    gate_questions,
    is_same_questions,
    measure_quality,
    measured,
)
from index.reading.registry import load_reader
from index.reports import profile
from index.reports.corpus import read_corpus
from index.retrieval.query_adapter import ADAPTER, QueryAdapter
from index.retrieval.searcher import Searcher
from index.text.small_talk import extract_question

log = logging.getLogger(__name__)

SELF_CHECKS = 5  # passages that a build searches for by their own text


def build_generation(
    settings: Settings, load_encoder: Callable[[], Encoder], progress: Progress, *, accept_worse: bool = False
) -> Manifest:
    """Build a generation and publish it.

    :param accept_worse: publish even if the new generation answers held-out questions worse than the live one.
    :raises QualityError: if it answers them worse and that is not accepted.
    :raises ReportIndexError: if the build fails; the live generation is then unchanged.
    """
    store = Store(settings.index.path, settings.index.keep)
    with store.building() as staging:
        progress("read", 0, 1)
        mark = generation_fingerprint(settings)
        corpus = read_corpus(settings)
        progress("read", 1, 1)
        progress("model", 0, 1)
        encoder = load_encoder()
        progress("model", 1, 1)
        making = f"{build_fingerprint(settings)} {encoder.fingerprint} {encoder.dtype}"
        with open_encoding_cache(encoder, store.root / FILE, settings.index.keep) as cached_encoder:
            encoded = encode_corpus(corpus, cached_encoder, settings.model.batch_size, progress)
            progress("write", 0, 1)
            Artifacts(corpus, encoded.token_index, encoded.expansion_index).write(staging)
            copy_adapter(settings, encoder, staging)
            written = Artifacts.read(staging)
            dense = write_store(staging, encoded.vectors, written, settings)
            progress("write", 1, 1)
            vectors = open_store(staging, written.owners, settings.milvus)
            # Without the cache, which could hide a faulty model.
            verify_self_search(written.searcher(encoder, vectors), progress)
            earlier = measured(store, making, corpus.sentences)
            if earlier:
                calibration, drift = earlier.calibration, earlier.drift
            else:
                cached_encoder.queries(load_probes())  # as one batch, which takes half the time of single queries
                calibration, drift = CoverageModel.measure(written.searcher(cached_encoder, vectors).measure_nearness), 0.0
            answerability = read_answerability(settings.corpus.path)
            contents = manifest_contents(settings, encoder, written, dense, calibration, drift, answerability, mark, making)
            questions = gate_questions(settings.corpus.path, corpus)
            if earlier and is_same_questions(questions, earlier.quality):
                quality = earlier.quality
            else:
                cached_encoder.queries([extract_question(question.question) for question in questions])
                guide = make_structured_answerer(written, contents)
                reader = load_reader(settings.reader) if questions else None
                answerer = make_answerer(written, vectors, cached_encoder, contents, "", guide, reader)
                quality = measure_quality(questions, answerer.ask, partial(progress, "measure"))
        if not accept_worse:
            refuse_worse_quality(quality, store)
        manifest = store.publish(staging, contents.model_copy(update={"quality": quality}))
        settle_collections(store, settings.milvus)
        return manifest


def roll_back_generation(settings: Settings) -> Manifest:
    """Make the generation before the live one live.

    :raises GenerationError: if there is no earlier generation or it is damaged.
    :raises BusyError: if a build is running.
    """
    store = Store(settings.index.path, settings.index.keep)
    manifest = store.rollback()
    settle_collections(store, settings.milvus)
    return manifest


def refuse_worse_quality(quality: Quality, store: Store) -> None:
    """Reject a build that answers held-out questions worse than the live generation, if there is one.

    :raises QualityError: if it does.
    """
    if not quality:
        return
    try:
        live = store.load(lambda generation: generation.manifest)
    except GenerationError:
        return
    if regressions := find_regressions(quality, live.quality):
        raise QualityError(
            f"worse than the live generation {live.id} on held-out questions, so not published: {'; '.join(regressions)}; "
            "mend what changed, or run: report-index build --accept-worse"
        )


def copy_adapter(settings: Settings, encoder: Encoder, folder: Path) -> None:
    """Copy the corpus's query adapter into a generation's folder, if it fits the encoder and one of the reports.

    :raises GenerationError: if the file is invalid.
    """
    file = settings.corpus.path / ADAPTER
    if not file.exists():
        return
    adapter = QueryAdapter.load(file)
    if adapter.model != encoder.fingerprint:
        log.warning("%s: was trained for another model, so it is left out; run: report-index train", file)
    elif adapter.reports.intersection(each.name for each in profile.report_folders(settings.corpus.path)):
        adapter.save(folder / ADAPTER)


def read_answerability(corpus: Path) -> dict[str, dict[str, list[float]]]:
    """Read the corpus's own weights of answerability.

    :return: weights by report, by the fingerprint of the reader; empty without a file.
    :raises GenerationError: if the file is invalid.
    """
    file = corpus / ANSWERABILITY
    return read_json(file, dict[str, dict[str, list[float]]]) if file.exists() else {}


def verify_self_search(searcher: Searcher, progress: Progress) -> None:
    """Search for a sample of passages by their own text.

    :raises GenerationError: if one of them is not among the best hits.
    """
    passages = searcher.passages[:: max(1, len(searcher.passages) // SELF_CHECKS)][:SELF_CHECKS]
    progress("verify", 0, len(passages))
    for done, passage in enumerate(passages, 1):
        if not finds_passage(searcher, passage.text):
            raise GenerationError(
                f"the new index does not find passage {passage.id} by its own text; it was not published: "
                "check [model] name and its prompts"
            )
        progress("verify", done, len(passages))


def finds_passage(searcher: Searcher, text: str) -> bool:
    """Return whether the five best hits for a passage's text contain it, and so do the ten nearest sentences.

    The second check uses vectors alone, because keyword search could hide a faulty model.
    """
    encoded = searcher.encoder.queries([text])[0]
    hits = [hit.passage.text for hit in searcher.search(text, 5, encoded=encoded).hits]
    nearest = searcher.store.nearest(encoded.vector, 10)
    return text in hits and text in [searcher.passages[owner].text for owner in searcher.owners[nearest]]


def manifest_contents(
    settings: Settings,
    encoder: Encoder,
    artifacts: Artifacts,
    dense: dict[str, str | float],
    calibration: CoverageModel,
    drift: float,
    answerability: dict[str, dict[str, list[float]]],
    mark: str,
    making: str,
) -> Contents:
    """Collect the contents of the manifest.

    :param dense: kind and recall of the dense index.
    :param drift: share of sentences changed since the calibration was measured.
    :param answerability: weights of reports, by the fingerprint of their reader.
    :param mark: fingerprint of everything that the build depends on.
    :param making: fingerprint of everything but the reports.
    """
    return Contents(
        fingerprint=mark,
        making=making,
        corpus=artifacts.corpus.sources,
        model=settings.model.name,
        model_sha256=encoder.fingerprint,
        dimensions=encoder.dimensions,
        dtype=encoder.dtype,
        chunking=settings.passages.model_dump(),
        libraries=library_versions(),
        counts={
            "reports": len(artifacts.corpus.sources),
            "passages": len(artifacts.corpus.passages),
            "sentences": len(artifacts.corpus.sentences),
            "sessions": len(artifacts.corpus.sessions),
            **({"expansions": len(artifacts.corpus.expansions)} if artifacts.corpus.expansions else {}),
        },
        dense=dense,
        calibration=asdict(calibration),
        drift=drift,
        answerability=answerability,
        quality={},
    )
