"""A corpus -> a published generation: read, cut, encode, write beside the live one, verify by searching, publish."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from index.adapter import ADAPTER, Adapter
from index.answering import Cuts
from index.artifacts import Artifacts
from index.calibration import ANSWERED, RELATED, Calibration
from index.config import Settings
from index.embedding import Encoded, Encoder
from index.engine import answerer_of, guide_of
from index.errors import GenerationError, QualityError
from index.expansion import Expansion
from index.fingerprint import fingerprint, versions
from index.gate import Quality, measure, questions, worse
from index.judge import JUDGE, Judge
from index.late import TokenIndex
from index.lexical import LexicalIndex
from index.manifest import Contents, Manifest
from index.models import Passage
from index.remembering import FILE, remembering
from index.search import Searcher
from index.sentences import Sentence
from index.sources import Corpus, read_corpus
from index.store import Store
from index.vectors import DenseIndex

log = logging.getLogger(__name__)

SELF_CHECKS = 8

Progress = Callable[[str, int, int], None]
Trained = TypeVar("Trained", Judge, Adapter)


def build(
    settings: Settings, load_encoder: Callable[[], Encoder], progress: Progress, *, accept_worse: bool = False
) -> Manifest:
    """Build a generation and publish it. Raises ReportIndexError; the live generation then stays as it is.

    One that answers held-out questions worse than the live one is a QualityError, unless that is accepted.
    """
    store = Store(settings.index.path, settings.index.keep)
    with store.building() as staging:
        progress("read", 0, 1)
        mark = fingerprint(settings)
        corpus = read_corpus(settings)
        progress("read", 1, 1)
        progress("model", 0, 1)
        encoder = load_encoder()
        progress("model", 1, 1)
        with remembering(encoder, store.root / FILE, settings.index.keep) as remembered:
            artifacts = index(corpus, remembered, settings, progress)
            judge = of_model(settings.corpus.path / JUDGE, Judge.load, encoder)
            adapter = of_model(settings.corpus.path / ADAPTER, Adapter.load, encoder)
            artifacts = replace(artifacts, judge=judge, adapter=adapter)
            progress("write", 0, 1)
            artifacts.write(staging)
            progress("write", 1, 1)
            written = Artifacts.read(staging)
            # With the model itself, lest what is remembered covers up for it.
            verify(written.searcher(encoder), progress)
            calibration = Calibration.measure(written.searcher(remembered).nearness)
            cuts = Cuts(artifacts.judge.cut if artifacts.judge else ANSWERED, RELATED)
            made = contents(settings, encoder, corpus, artifacts.dense, calibration, cuts, mark)
            answerer = answerer_of(written, remembered, made, "", guide_of(written, made))
            quality = measure(questions(settings.corpus.path), answerer.ask, partial(progress, "measure"))
        if not accept_worse:
            refuse_worse(quality, store)
        return store.publish(staging, made.model_copy(update={"quality": quality}))


def refuse_worse(quality: Quality, store: Store) -> None:
    """Raise QualityError if held-out questions are answered worse than by the live generation, where there is one."""
    try:
        live = store.load(lambda generation: generation.manifest)
    except GenerationError:
        return
    if found := worse(quality, live.quality):
        raise QualityError(
            f"worse than the live generation {live.id} on held-out questions, so not published: {'; '.join(found)}; "
            "mend what changed, or run: report-index build --accept-worse"
        )


def of_model(file: Path, load: Callable[[Path], Trained], encoder: Encoder) -> Trained | None:
    """What was trained on a corpus, if it is there and was trained for this encoder. Raises GenerationError."""
    trained = load(file) if file.exists() else None
    if trained and trained.model != encoder.fingerprint:
        log.warning("%s: was trained for another model, so it is left out; run: report-index train", file)
        return None
    return trained


def index(corpus: Corpus, encoder: Encoder, settings: Settings, progress: Progress) -> Artifacts:
    """Encode every sentence under its headings, and index it for each way of searching."""
    batch_size = settings.model.batch_size
    texts = [in_context(sentence) for sentence in corpus.sentences]
    encoded = encode(texts, encoder.documents, batch_size, partial(progress, "encode"))
    late = TokenIndex.build([each.tokens for each in encoded])
    told = encode_expansions(corpus.expansions, encoder, batch_size, partial(progress, "expand"))
    return Artifacts(
        corpus.passages,
        corpus.sentences,
        corpus.sessions,
        DenseIndex.build([each.vector for each in encoded], settings.index.type),
        LexicalIndex.build([in_context(passage) for passage in corpus.passages]),
        late,
        corpus.expansions,
        TokenIndex.build([each.tokens for each in told], late.mean),
    )


def encode_expansions(
    told: Sequence[Expansion], encoder: Encoder, batch_size: int, progress: Callable[[int, int], None]
) -> list[Encoded]:
    """Encode questions as what they are, for they are to meet questions, and all else as what is searched."""
    asked = [number for number, each in enumerate(told) if each.kind == "question"]
    rest = [number for number, each in enumerate(told) if each.kind != "question"]
    encoded: dict[int, Encoded] = {}
    for numbers, way in ((asked, encoder.queries), (rest, encoder.documents)):
        if numbers:
            encoded |= zip(numbers, encode([told[n].text for n in numbers], way, batch_size, progress), strict=True)
    return [encoded[number] for number in range(len(told))]


def encode(
    texts: Sequence[str],
    encoder: Callable[[Sequence[str]], list[Encoded]],
    batch_size: int,
    progress: Callable[[int, int], None],
) -> list[Encoded]:
    """Encode in batches of like length, so that little is padded; the result is in the order of `texts`."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    encoded: dict[int, Encoded] = {}
    progress(0, len(texts))
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        encoded |= zip(batch, encoder([texts[n] for n in batch]), strict=True)
        progress(len(encoded), len(texts))
    return [encoded[n] for n in range(len(texts))]


def in_context(piece: Passage | Sentence) -> str:
    """A text with the headings it stands under, which say what it is about."""
    return f"{' › '.join(piece.section)}\n{piece.text}" if piece.section else piece.text


def verify(searcher: Searcher, progress: Progress) -> None:
    """Search for some passages by their own text. Raises GenerationError unless each is found."""
    passages = searcher.passages[:: max(1, len(searcher.passages) // SELF_CHECKS)][:SELF_CHECKS]
    progress("verify", 0, len(passages))
    for done, passage in enumerate(passages, 1):
        if not finds(searcher, passage.text):
            raise GenerationError(
                f"the new index does not find passage {passage.id} by its own text; it was not published: "
                "check [model] name and its prompts"
            )
        progress("verify", done, len(passages))


def finds(searcher: Searcher, text: str) -> bool:
    """Whether a passage's text finds it among the five best, and by vectors alone, lest keywords cover up for a model."""
    hits = [hit.passage.text for hit in searcher.search(text, 5).hits]
    nearest = searcher.store.nearest(searcher.encoder.queries([text])[0].vector, 10)
    return text in hits and text in [searcher.passages[owner].text for owner in searcher.owners[nearest]]


def contents(
    settings: Settings,
    encoder: Encoder,
    corpus: Corpus,
    dense: DenseIndex,
    calibration: Calibration,
    cuts: Cuts,
    mark: str,
) -> Contents:
    """What the manifest says of a build."""
    return Contents(
        fingerprint=mark,
        corpus=corpus.sources,
        model=settings.model.name,
        model_sha256=encoder.fingerprint,
        dimensions=encoder.dimensions,
        dtype=encoder.dtype,
        chunking={"max_characters": settings.passages.max_characters},
        libraries=versions(),
        counts={
            "reports": len(corpus.sources),
            "passages": len(corpus.passages),
            "sentences": len(corpus.sentences),
            "sessions": len(corpus.sessions),
            **({"expansions": len(corpus.expansions)} if corpus.expansions else {}),
        },
        dense={"type": dense.kind, "recall@10": round(dense.recall or 0.0, 4)},
        calibration=asdict(calibration),
        cuts=asdict(cuts),
        quality={},
    )
