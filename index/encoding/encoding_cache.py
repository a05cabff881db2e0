"""Cache encodings on disk between builds, so that each text is encoded only once."""

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
# Which build used an entry last stands apart: beside the values, marking every entry would write every page of the file.
TABLES = """
DROP TABLE IF EXISTS encodings;
CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS uses (key BLOB PRIMARY KEY, build INTEGER NOT NULL) WITHOUT ROWID;
"""


class CachedEncoder:
    """An encoder that looks up texts in a cache first. Not thread-safe.

    Tokens are rounded to half precision in any case, so that a build gives the same index with and without the cache. Errors
    of the database are logged, and texts are then encoded again.
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
        encoded = self._look_up(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in encoded}
        if missing:
            results = encode(list(missing.values()))
            packed = {key: pack_encoding(result) for key, result in zip(missing, results, strict=True)}
            self._store(packed)
            encoded |= {key: unpack_encoding(value, self.dimensions) for key, value in packed.items()}
        self._used.update(keys)
        return [encoded[key] for key in keys]

    def _key(self, way: str, text: str) -> bytes:
        identity = repr((self.fingerprint, self.dtype, way, text))
        return hashlib.sha256(identity.encode(errors="surrogatepass")).digest()

    def _look_up(self, keys: Sequence[bytes]) -> dict[bytes, Encoding]:
        cached: dict[bytes, Encoding] = {}
        with warn_on_database_error():
            for key in dict.fromkeys(keys):
                row = self.database.execute("SELECT value FROM vectors WHERE key = ?", (key,)).fetchone()
                if row and is_sound_row(row[0], self.dimensions):
                    cached[key] = unpack_encoding(row[0], self.dimensions)
        return cached

    def _store(self, packed: dict[bytes, bytes]) -> None:
        # Committed at once, so that an interrupted build resumes from here.
        with warn_on_database_error(), self.database:
            self.database.executemany("REPLACE INTO vectors VALUES (?, ?)", packed.items())

    def discard_unconfirmed(self) -> None:
        """Delete the entries of builds that have not ended, since their model may be faulty."""
        with warn_on_database_error(), self.database:
            self.database.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM uses)")

    def forget(self, keep: int) -> None:
        """End a build: delete the entries that none of the last `keep` builds used."""
        with warn_on_database_error(), self.database:
            build = int(self.database.execute("PRAGMA user_version").fetchone()[0]) + 1
            self.database.executemany("REPLACE INTO uses VALUES (?, ?)", [(key, build) for key in sorted(self._used)])
            self.database.execute("DELETE FROM uses WHERE build <= ?", (build - keep,))
            self.database.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM uses)")
            self.database.execute(f"PRAGMA user_version = {build}")


@contextmanager
def open_encoding_cache(encoder: Encoder, file: Path, keep: int) -> Iterator[CachedEncoder]:
    """Yield an encoder that caches encodings in a file.

    Only one process may use the file at a time; builds hold a lock.

    :param keep: number of builds after which an unused entry is deleted.
    """
    with closing(open_database(file)) as database:
        cached_encoder = CachedEncoder(encoder, database)
        try:
            yield cached_encoder
        except GenerationError:
            cached_encoder.discard_unconfirmed()
            raise
        cached_encoder.forget(keep)


def open_database(file: Path) -> sqlite3.Connection:
    """Open the database; recreate it if it is damaged, and use one in memory if the file cannot be written."""
    for _ in range(2):
        try:
            database = sqlite3.connect(file)
            # A power failure may lose the last entries, which are then encoded again; that is not worth a sync per commit.
            database.executescript("PRAGMA auto_vacuum = FULL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
            database.executescript(TABLES)
            database.execute("SELECT vectors.key, value, build FROM vectors JOIN uses LIMIT 1")
        except sqlite3.DatabaseError as error:
            log.warning("%s: %s; texts are encoded anew", file, error)
            if isinstance(error, sqlite3.OperationalError):
                break
            file.unlink(missing_ok=True)
        else:
            return database
    database = sqlite3.connect(":memory:")
    database.executescript(TABLES)
    return database


@contextmanager
def warn_on_database_error() -> Iterator[None]:
    """Log errors of the database as warnings."""
    try:
        yield
    except sqlite3.Error as error:
        log.warning("encodings are not remembered (%s)", error)


def pack_encoding(encoded: Encoding) -> bytes:
    """Serialize an encoding: a digest of the rest, the vector in single precision, and the tokens in half precision."""
    rest = encoded.vector.astype("<f4").tobytes() + encoded.tokens.astype("<f2").tobytes()
    return hashlib.blake2b(rest, digest_size=DIGEST).digest() + rest


def is_sound_row(value: bytes, dimensions: int) -> bool:
    """Return whether bytes are an undamaged result of `pack_encoding` with this number of dimensions."""
    digest, rest = value[:DIGEST], value[DIGEST:]
    fits = len(rest) > 4 * dimensions and (len(rest) - 4 * dimensions) % (2 * dimensions) == 0
    return fits and hashlib.blake2b(rest, digest_size=DIGEST).digest() == digest


def unpack_encoding(value: bytes, dimensions: int) -> Encoding:
    """Deserialize the result of `pack_encoding`."""
    vector = np.frombuffer(value, "<f4", dimensions, DIGEST).astype(np.float32)
    tokens = np.frombuffer(value, "<f2", offset=DIGEST + 4 * dimensions).reshape(-1, dimensions).astype(np.float32)
    return Encoding(vector, tokens)
