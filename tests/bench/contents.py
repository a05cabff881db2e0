"""What an index holds, a passage and a sentence, as docs/sizing.md reckons: python -m tests.bench.contents [INDEX]"""

import pickle
import sys
import tracemalloc
from pathlib import Path

from index.config import IndexOptions, Settings
from index.engine import Engine
from index.retrieval.searcher import Searcher
from tests.bench.asking import Figures


def averages(searcher: Searcher) -> Figures:
    passages, sentences = len(searcher.passages), len(searcher.sentences)
    words = searcher.store.lexical.model
    tokens, told = searcher.token_index, searcher.expansion_scorer.tokens
    return {
        "passages": passages,
        "sentences a passage": sentences / passages,
        "tokens a sentence": len(tokens.vectors) / sentences,
        "bytes of token vectors a passage": tokens.vectors.stored.nbytes / passages,
        "texts written about a passage": told.size / passages,
        "bytes of their token vectors a passage": told.vectors.stored.nbytes / passages,
        "bytes of text a passage": sum(len(passage.text.encode()) for passage in searcher.passages) / passages,
        "bytes of texts as objects a passage": as_objects([*searcher.passages, *searcher.sentences]) / passages,
        "keyword postings a passage": len(words.scores["data"]) / passages,
        "words known": len(words.vocab_dict),
    }


def as_objects(texts: list[object]) -> int:
    """What a copy of passages and sentences takes in memory."""
    written = pickle.dumps(texts)
    tracemalloc.start()
    kept = pickle.loads(written)  # noqa: S301 what was written above
    taken = tracemalloc.get_traced_memory()[0]
    del kept
    tracemalloc.stop()
    return taken


def main(arguments: list[str]) -> None:
    settings = Settings(index=IndexOptions(path=Path(arguments[0]))) if arguments else Settings()
    engine = Engine.load(settings)
    figures = averages(engine.answerer.searcher)
    by_name: Figures = {}
    for name, entry in engine.manifest.files.items():
        # Whatever segment it is in.
        kind = name.split("/")[0]
        by_name[kind] = by_name.get(kind, 0) + entry.bytes
    for name, value in figures.items():
        print(f"{name:42}{value:12,.1f}")
    for name, value in by_name.items():
        print(f"{name + ', bytes a passage on disk':42}{value / figures['passages']:12,.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
