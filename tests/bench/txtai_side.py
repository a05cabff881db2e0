"""txtai, measured: its hybrid search, dense and BM25, over the same splits with the same model, the texts stored with it."""

import time
from pathlib import Path
from threading import Lock
from typing import Any

from tests.bench.asking import Ask, Figures, asked, bytes_in_memory
from tests.bench.material import build_figures, save_model, splits


def building(folder: Path) -> Figures:
    from txtai import Embeddings

    save_model(folder / "model")
    embeddings = Embeddings(path=str(folder / "model"), hybrid=True, content=True)
    began = time.perf_counter()
    texts = splits()
    embeddings.index(texts)
    embeddings.save(str(folder / "store"))
    seconds = time.perf_counter() - began
    stored = sum(file.stat().st_size for file in (folder / "store").rglob("*") if file.is_file())
    return build_figures(seconds, len(texts), stored)


def asking(folder: Path) -> Figures:
    """The ten best splits, from an index on disk."""
    from txtai import Embeddings

    models: dict[str, Any] = {}

    def load() -> tuple[Any, Ask]:
        embeddings = Embeddings(models=models)
        embeddings.load(str(folder / "store"))
        # Threads may not search at once where texts are stored: they would share a cursor of its database.
        turn = Lock()

        def ask(question: str) -> Any:
            with turn:
                return embeddings.search(question, 10)

        return embeddings, ask

    embeddings, ask = load()
    figures = asked(ask)
    return figures | {"bytes a passage in memory": bytes_in_memory(lambda: load()[1]) / embeddings.count()}
