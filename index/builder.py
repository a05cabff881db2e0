"""A corpus -> a published generation: read, cut, encode, write beside the live one, verify by searching, publish."""

import hashlib
import importlib.metadata
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from index import chunking, profile, reader
from index.artifacts import Artifacts
from index.calibration import Calibration
from index.config import Settings
from index.embedding import Encoded, Encoder
from index.errors import CorpusError, GenerationError
from index.late import TokenIndex
from index.lexical import LexicalIndex
from index.manifest import FORMAT, Contents, Manifest, Source
from index.models import Document, Passage, Session
from index.search import Searcher
from index.sentences import Sentence, split
from index.sessions import sessions
from index.store import Store
from index.vectors import DenseIndex

log = logging.getLogger(__name__)

LIBRARIES = ("bm25s", "faiss-cpu", "langchain-text-splitters", "numpy", "opencc", "sentence-transformers", "torch")
SELF_CHECKS = 8

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All reports of a folder, cut up. Sentence n belongs to passage `sentences[n].passage`."""

    sources: tuple[Source, ...]
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    sessions: tuple[Session, ...]


def build(settings: Settings, load_encoder: Callable[[], Encoder], progress: Progress) -> Manifest:
    """Build a generation and publish it. Raises ReportIndexError; the live generation then stays as it is."""
    store = Store(settings.index.path, settings.index.keep)
    with store.building() as staging:
        progress("read", 0, 1)
        mark = fingerprint(settings)
        corpus = read_corpus(settings)
        progress("read", 1, 1)
        progress("model", 0, 1)
        encoder = load_encoder()
        progress("model", 1, 1)
        artifacts = index(corpus, encoder, settings.model.batch_size, progress)
        progress("write", 0, 1)
        artifacts.write(staging)
        progress("write", 1, 1)
        searcher = Artifacts.read(staging).searcher(encoder)
        verify(searcher, progress)
        calibration = Calibration.measure(lambda probe: searcher.search(probe, 1))
        return store.publish(staging, contents(settings, encoder, corpus, calibration, mark))


def read_corpus(settings: Settings) -> Corpus:
    """Read and cut every report. Raises CorpusError naming the file that cannot be used."""
    sources: list[Source] = []
    passages: list[Passage] = []
    sentences: list[Sentence] = []
    found: list[Session] = []
    folders = profile.folders(settings.corpus.path)
    for folder in folders:
        about, text = profile.load(folder), profile.text(folder)
        document = reader.read(text, about)
        cut = chunking.passages(document, settings.passages.max_characters)
        if not cut:
            raise CorpusError(f"{folder / profile.TEXT_FILE}: holds nothing but white space; put the report's text there")
        offset = len(passages)
        sentences += [replace(sentence, passage=offset + sentence.passage) for sentence in split(document, cut)]
        passages += cut
        warn = partial(warning, folder / profile.TEXT_FILE, text, document)
        found += sessions(document, about, f"{about.name}:" if len(folders) > 1 else "", warn)
        sources.append(
            Source(
                report=about.name,
                title=about.title,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                time_zone=about.time_zone,
                time_zone_stated=about.time_zone_stated,
            )
        )
    return Corpus(tuple(sources), tuple(passages), tuple(sentences), tuple(found))


def warning(file: Path, text: str, document: Document, offset: int, problem: str) -> None:
    """Log what a report says at an offset of its document and nobody can make sense of."""
    page, _ = document.pages(offset, offset)
    log.warning("%s, line %d, page %d: %s", file, document.line(offset, text), page, problem)


def index(corpus: Corpus, encoder: Encoder, batch_size: int, progress: Progress) -> Artifacts:
    """Encode every sentence under its headings, and index it for each way of searching."""
    texts = [in_context(sentence) for sentence in corpus.sentences]
    encoded = encode(texts, encoder, batch_size, progress)
    return Artifacts(
        corpus.passages,
        corpus.sentences,
        corpus.sessions,
        DenseIndex.build([each.vector for each in encoded]),
        LexicalIndex.build([in_context(passage) for passage in corpus.passages]),
        TokenIndex.build([each.tokens for each in encoded]),
    )


def encode(texts: Sequence[str], encoder: Encoder, batch_size: int, progress: Progress) -> list[Encoded]:
    """Encode in batches of like length, so that little is padded; the result is in the order of `texts`."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    encoded: dict[int, Encoded] = {}
    progress("encode", 0, len(texts))
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        encoded |= zip(batch, encoder.documents([texts[n] for n in batch]), strict=True)
        progress("encode", len(encoded), len(texts))
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
    nearest = searcher.dense.nearest(searcher.encoder.queries([text])[0].vector, 10)
    return text in hits and text in [searcher.passages[owner].text for owner in searcher.owners[nearest]]


def contents(settings: Settings, encoder: Encoder, corpus: Corpus, calibration: Calibration, mark: str) -> Contents:
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
        },
        calibration=asdict(calibration),
    )


def versions() -> dict[str, str]:
    """The versions of the libraries that shape an index."""
    return {name: importlib.metadata.version(name) for name in LIBRARIES}


def fingerprint(settings: Settings) -> str:
    """A hash of everything that a build depends on: reports, settings, libraries and this package's own code."""
    code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.*"))))
    parts = (
        FORMAT,
        [(folder.name, profile.digest(folder)) for folder in profile.folders(settings.corpus.path)],
        settings.model.model_dump_json(exclude={"device", "batch_size"}),
        settings.passages.model_dump_json(),
        versions(),
        code.hexdigest(),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()
