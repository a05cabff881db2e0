"""Milvus as tests have it: milvus-lite, with a file of their own, served by threads of this process on 127.0.0.1."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from milvus_lite import server_manager_instance

from index.config import MilvusOptions


@contextmanager
def milvus(folder: Path) -> Iterator[MilvusOptions]:
    """A Milvus that keeps all in a folder and ends with the block."""
    file = str(folder / "milvus.db")
    try:
        yield MilvusOptions(uri=file, alias="reports")
    finally:
        server_manager_instance.release_server(file)
