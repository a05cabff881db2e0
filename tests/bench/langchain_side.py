"""The common pipeline, measured: langchain's own classes, one vector a split, exact FAISS search, and nothing else."""

import time
from pathlib import Path
from typing import Any

from tests.bench.asking import Ask, Figures, asked, bytes_in_memory
from tests.bench.material import build_figures, save_model, splits


def building(folder: Path) -> Figures:
    from langchain_community.vectorstores import FAISS

    save_model(folder / "model")
    model = embeddings(folder)
    began = time.perf_counter()
    texts = splits()
    FAISS.from_texts(texts, model).save_local(str(folder))
    seconds = time.perf_counter() - began
    return build_figures(seconds, len(texts), sum(file.stat().st_size for file in folder.glob("index.*")))


def asking(folder: Path) -> Figures:
    """The ten nearest splits, from an index on disk."""
    from langchain_community.vectorstores import FAISS

    model = embeddings(folder)

    def load() -> tuple[Any, Ask]:
        store = FAISS.load_local(str(folder), model, allow_dangerous_deserialization=True)
        return store, lambda question: store.similarity_search(question, 10)

    store, ask = load()
    figures = asked(ask)
    return figures | {"bytes a passage in memory": bytes_in_memory(lambda: load()[1]) / store.index.ntotal}


def embeddings(folder: Path) -> Any:
    import warnings

    warnings.simplefilter("ignore")  # of classes that moved to a package which cannot be installed beside transformers 5
    from langchain_community.embeddings import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=str(folder / "model"), encode_kwargs={"normalize_embeddings": True})
