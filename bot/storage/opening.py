"""Opens the database and brings its tables up to date."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"
# How long a process waits for another one that writes.
BUSY_SECONDS = 5.0
SQLITE, MEMORY = "sqlite", ":memory:"


async def opened(url: str) -> AsyncEngine:
    """An engine on a database whose tables are up to date. Raises StorageError."""
    with told(url):
        try:
            parsed = make_url(url)
            engine = create_async_engine(url, **options(parsed))
        except ImportError as error:
            raise StorageError(
                f"[bot] storage: {error.name} is not installed, which this kind of database needs; "
                "for PostgreSQL run: pip install -e '.[postgresql]' -c constraints.txt"
            ) from error
        except (ArgumentError, NoSuchModuleError) as error:
            raise StorageError(
                f"[bot] storage: not the address of a database ({type(error).__name__}); "
                "try sqlite+aiosqlite:///state.sqlite or postgresql+asyncpg://host/name"
            ) from error
        if parsed.get_backend_name() == SQLITE:
            event.listen(engine.sync_engine, "connect", prepare)
            private(parsed.database)
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    return engine


def options(url: Any) -> dict[str, Any]:
    """How to connect: a database in memory is one connection, a file waits for other writers."""
    if url.get_backend_name() != SQLITE:
        return {"pool_pre_ping": True}
    memory = url.database in (None, "", MEMORY)
    return {"connect_args": {"timeout": BUSY_SECONDS}, **({"poolclass": StaticPool} if memory else {})}


def prepare(connection: Any, _: Any) -> None:
    """Readers and one writer at once, and nothing deleted that can still be read from the file."""
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "secure_delete = ON", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def private(database: str | None) -> None:
    """Make a new file that only its owner can read."""
    if database and database != MEMORY and not database.startswith("file:"):
        path = Path(database)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def told(url: str) -> Iterator[None]:
    """Turn what a database says into a StorageError that says what to do; of the address, never the password."""
    where = url if "@" not in url else make_url(url).render_as_string(hide_password=True)
    try:
        yield
    except CommandError as error:
        raise StorageError(f"{where}: was written by a newer version of report-bot; install that one") from error
    except OperationalError as error:
        raise StorageError(f"{where}: {reason(str(error.orig))}") from error
    except DBAPIError as error:
        said = str(error.orig)
        told_by = "is no database; move it away" if "not a database" in said else reason(said)
        raise StorageError(f"{where}: {told_by}") from error
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"{where}: cannot be opened ({error}); check the path and its permissions") from error


def reason(said: str) -> str:
    """What SQLite or PostgreSQL says, and what to do about it."""
    remedies = {
        "locked": "is locked by another process; stop that one",
        "readonly": "cannot be written to; check its permissions",
        "read-only": "cannot be written to; check its permissions",
        "unable to open": "cannot be opened; check the path and its permissions",
        "full": "the disk is full; make room",
    }
    return next(
        (remedy for sign, remedy in remedies.items() if sign in said), f"cannot be used ({' '.join(said.split())[:120]})"
    )
