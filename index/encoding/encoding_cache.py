"""Encodings that stay on disk between builds, so that a text is encoded once: whatever report, passage or build it is in."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from index.encoding.encoder import Encoder, Encoding
from index.errors import GenerationError

log = logging.getLogger(__name__)

FILE = "encodings.sqlite"
DIGEST = 8  # bytes
TABLE = "CREATE TABLE IF NOT EXISTS encodings (key BLOB PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL)"


class CachedEncoder:
    """An encoder whose results are looked up before they are made. Tokens are in half precision, made anew or looked up:
    a build gives the same index whatever is remembered.

    What is wrong with the file costs time, never a build: then everything is encoded.
    """

    def __init__(self, encoder: Encoder, database: sqlite3.Connection) -> None:
        self.encoder, self.database = encoder, database
        self.dimensions, self.fingerprint, self.dtype = encoder.dimensions, encoder.fingerprint, encoder.dtype
        self._used: set[bytes] = set()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.encoder.count_tokens(texts)

    def queries(self, texts: Sequence[str]) -> list[Encoding]:
        return self._encode("query", texts, self.encoder.queries)

    def stored_queries(self, texts: Sequence[str]) -> list[Encoding]:
        return self._encode("stored query", texts, self.encoder.stored_queries)

    def documents(self, texts: Sequence[str]) -> list[Encoding]:
        return self._encode("document", texts, self.encoder.documents)

    def _encode(self, way: str, texts: Sequence[str], encode: Callable[[Sequence[str]], list[Encoding]]) -> list[Encoding]:
        keys = [self._key(way, text) for text in texts]
        found = self._look_up(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            packed = {key: pack_encoding(each) for key, each in zip(missing, encode(list(missing.values())), strict=True)}
            self._keep(packed)
            found |= {key: unpack_encoding(value, self.dimensions) for key, value in packed.items()}
        self._used.update(keys)
        return [found[key] for key in keys]

    def _key(self, way: str, text: str) -> bytes:
        told = repr((self.fingerprint, self.dtype, way, text))
        return hashlib.sha256(told.encode(errors="surrogatepass")).digest()

    def _look_up(self, keys: Sequence[bytes]) -> dict[bytes, Encoding]:
        found: dict[bytes, Encoding] = {}
        with warn_on_database_error():
            for key in dict.fromkeys(keys):
                row = self.database.execute("SELECT value FROM encodings WHERE key = ?", (key,)).fetchone()
                if row and is_sound_row(row[0], self.dimensions):
                    found[key] = unpack_encoding(row[0], self.dimensions)
        return found

    def _keep(self, packed: dict[bytes, bytes]) -> None:
        # At once, so that a build which is interrupted goes on from here.
        with warn_on_database_error(), self.database:
            self.database.executemany("REPLACE INTO encodings VALUES (?, ?, 0)", packed.items())

    def discard_unconfirmed(self) -> None:
        """Let go of what was made by a build that has not ended: the model may not be what it should be."""
        with warn_on_database_error(), self.database:
            self.database.execute("DELETE FROM encodings WHERE used = 0")

    def forget(self, keep: int) -> None:
        """End a build: let go of what none of the last `keep` builds used."""
        with warn_on_database_error(), self.database:
            build = int(self.database.execute("PRAGMA user_version").fetchone()[0]) + 1
            rows = [(build, key) for key in self._used]
            self.database.executemany("UPDATE encodings SET used = ? WHERE key = ?", rows)
            self.database.execute("DELETE FROM encodings WHERE used <= ?", (build - keep,))
            self.database.execute(f"PRAGMA user_version = {build}")


@contextmanager
def open_encoding_cache(encoder: Encoder, file: Path, keep: int) -> Iterator[CachedEncoder]:
    """Yield an encoder that remembers, in `file`, what it encodes: what one of the last `keep` builds used.

    To be used by one process at a time, under the lock of a build.
    """
    with closing(open_database(file)) as database:
        remembered = CachedEncoder(encoder, database)
        try:
            yield remembered
        except GenerationError:
            remembered.discard_unconfirmed()
            raise
        remembered.forget(keep)


def open_database(file: Path) -> sqlite3.Connection:
    """The database of a file; begun anew if it is damaged, in memory if it cannot be written."""
    for _ in range(2):
        try:
            database = sqlite3.connect(file)
            # Text is encoded again if the machine stops at the wrong moment: not worth waiting for the disk.
            database.executescript("PRAGMA auto_vacuum = FULL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
            database.execute(TABLE)
            database.execute("SELECT key, value, used FROM encodings LIMIT 1")
        except sqlite3.DatabaseError as error:
            log.warning("%s: %s; texts are encoded anew", file, error)
            if isinstance(error, sqlite3.OperationalError):
                break
            file.unlink(missing_ok=True)
        else:
            return database
    database = sqlite3.connect(":memory:")
    database.execute(TABLE)
    return database


@contextmanager
def warn_on_database_error() -> Iterator[None]:
    """Turn what is wrong with the database into a warning."""
    try:
        yield
    except sqlite3.Error as error:
        log.warning("encodings are not remembered (%s)", error)


def pack_encoding(encoded: Encoding) -> bytes:
    """An encoding as bytes: a digest of the rest, the vector in single precision, the tokens in half precision."""
    rest = encoded.vector.astype("<f4").tobytes() + encoded.tokens.astype("<f2").tobytes()
    return hashlib.blake2b(rest, digest_size=DIGEST).digest() + rest


def is_sound_row(value: bytes, dimensions: int) -> bool:
    """Whether bytes are what `pack` made of an encoding of so many dimensions."""
    digest, rest = value[:DIGEST], value[DIGEST:]
    fits = len(rest) > 4 * dimensions and (len(rest) - 4 * dimensions) % (2 * dimensions) == 0
    return fits and hashlib.blake2b(rest, digest_size=DIGEST).digest() == digest


def unpack_encoding(value: bytes, dimensions: int) -> Encoding:
    """The encoding that `pack` made bytes of."""
    vector = np.frombuffer(value, "<f4", dimensions, DIGEST).astype(np.float32)
    tokens = np.frombuffer(value, "<f2", offset=DIGEST + 4 * dimensions).reshape(-1, dimensions).astype(np.float32)
    return Encoding(vector, tokens)
