"""Compute the fingerprint of a generation's inputs. A generation is stale when the fingerprint differs."""

import hashlib
import importlib.metadata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from index.config import EMBEDDED, Settings
from index.generations.manifest import ANSWERABILITY, FORMAT
from index.reports import profile
from index.retrieval.query_adapter import ADAPTER

LIBRARIES = (
    "bm25s",
    "faiss-cpu",
    "langchain-text-splitters",
    "numpy",
    "opencc",
    "openvino",
    "sentence-transformers",
    "torch",
)


def generation_fingerprint(settings: Settings) -> str:
    """Hash everything that a build depends on: reports, settings, trained models, libraries and the code of `index`.

    :raises CorpusError: If a report cannot be read.
    """
    return hash_parts(report_digests(profile.report_folders(settings.corpus.path)), build_fingerprint(settings))


def build_fingerprint(settings: Settings) -> str:
    """Hash everything that a build depends on except the reports."""
    trained = [file_digest(settings.corpus.path / name) for name in (ADAPTER, ANSWERABILITY)]
    stores = settings.index.type, settings.milvus.model_dump_json()
    return hash_parts(trained, settings.reader.name, *stores, *build_inputs(settings))


def report_digests(folders: Sequence[Path]) -> list[tuple[str, str]]:
    """Return name and digest of each report folder."""
    return [(folder.name, profile.folder_digest(folder)) for folder in folders]


def build_inputs(settings: Settings) -> tuple[object, ...]:
    """Return everything that the encoding of any report depends on."""
    model = settings.model.model_dump_json(exclude={"device", "batch_size", "dtype"})
    # The embedded model encodes passages in float32 whatever format it uses for questions, except with bfloat16.
    exact = settings.model.name.startswith(EMBEDDED) and settings.model.dtype != "bfloat16"
    dtype = "float32" if exact else settings.model.dtype
    return FORMAT, model, dtype, settings.passages.model_dump_json(), library_versions(), code_digest()


@cache
def code_digest() -> str:
    """Hash names and contents of all files of the package `index`."""
    package, total = Path(__file__).parents[1], hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            total.update(path.relative_to(package).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def hash_parts(*parts: object) -> str:
    """Hash the `repr` of some values."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def file_digest(file: Path) -> str:
    """Hash a file; a missing file counts as empty."""
    return hashlib.sha256(file.read_bytes() if file.exists() else b"").hexdigest()


@cache
def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that affect an index."""
    return {name: importlib.metadata.version(name) for name in LIBRARIES}
