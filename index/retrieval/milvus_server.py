"""A connection to Milvus: the only place that knows its library."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from index.config import MILVUS_TOKEN, MilvusOptions
from index.errors import GenerationError

# Seconds for a connection, for a question, and for a step of a build.
CONNECTING, ASKING, WRITING = 10, 10, 600


class Server:
    """A connection of its own. What is asked has a time limit; what fails is a GenerationError of one line."""

    def __init__(self, options: MilvusOptions) -> None:
        self.place = options.uri.rpartition("@")[2]
        token = os.environ.get(MILVUS_TOKEN, "").strip()
        self._unsaid = [secret for secret in (options.uri.removesuffix(self.place), token) if secret]
        self.library = pymilvus()
        with self._told("connect"):
            self._client = self.library.MilvusClient(uri=options.uri, token=token, timeout=CONNECTING, dedicated=True)

    def ask(self, what: str, *arguments: Any, seconds: int = ASKING, **named: Any) -> Any:
        """Call a method of the client."""
        with self._told(what):
            return getattr(self._client, what)(*arguments, timeout=seconds, **named)

    def close(self) -> None:
        self._client.close()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except failures() as error:
            # An error of gRPC tells its details when it is asked, and otherwise its whole state.
            reason = str(getattr(error, "message", None) or getattr(error, "details", error.__str__)())
            for secret in self._unsaid:
                reason = reason.replace(secret, "…")
            problem = f"{self.place}: Milvus, {what}: {' '.join(reason.split())[:300]}"
            # Not `from error`, which may repeat the address with its password.
            raise GenerationError(
                f"{problem}; see that it runs, that [milvus] uri is its address, and that no other process has the file"
            ) from None


@contextmanager
def connected(options: MilvusOptions) -> Iterator[Server]:
    server = Server(options)
    try:
        yield server
    finally:
        server.close()


def pymilvus() -> Any:
    """The library, once it is needed: it takes a second to load."""
    # It would read a file .env that somebody has somewhere above it, and print a traceback for what we tell in a line.
    os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")
    try:
        import pymilvus
    except ImportError as error:
        raise GenerationError(
            f"{error.name} is not installed, which [milvus] uri needs; run: make install-server"
        ) from error
    for logger in ("pymilvus", "pymilvus.milvus_client", "milvus_lite", "grpc"):
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    return pymilvus


def failures() -> tuple[type[Exception], ...]:
    """What a question to Milvus raises: pymilvus's errors, gRPC's, and ValueError for an address or a closed connection."""
    from grpc import RpcError

    return pymilvus().MilvusException, RpcError, ValueError
