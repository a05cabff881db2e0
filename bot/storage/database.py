"""Open the database and migrate its tables."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"
# Time to wait for a lock while another process writes.
BUSY_SECONDS = 5.0
SQLITE, POSTGRESQL, MEMORY = "sqlite", "postgresql", ":memory:"
# Of a database in memory, which lives as long as its connection; transactions take turns on it.
ONE_CONNECTION = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
# Key of the PostgreSQL advisory lock for migrations. The number is arbitrary.
UPGRADING = 7365


async def open_database(url: str) -> AsyncEngine:
    """Open a database and migrate it.

    :param url: An SQLAlchemy URL.
    :raises StorageError: If it cannot be opened.
    """
    with storage_error(shown_address(url)):
        parsed = parse_address(url)
        try:
            # Parameters contain members' texts and the hash key: keep them out of error messages.
            engine = create_async_engine(parsed, hide_parameters=True, **engine_options(parsed))
        except ImportError as error:
            raise StorageError(
                f"[bot] storage: {error.name} is not installed, which this kind of database needs; "
                "for PostgreSQL run: make install-server"
            ) from error
        except NoSuchModuleError as error:
            raise bad_address(error) from error
        if parsed.get_backend_name() == SQLITE:
            event.listen(engine.sync_engine, "connect", prepare_sqlite)
            make_private(parsed.database)
        async with engine.begin() as connection:
            await connection.run_sync(upgrade_schema)
    return engine


def parse_address(url: str) -> URL:
    """Parse a database URL.

    :raises StorageError: If it is not valid. The message contains no part of it, because that may be a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise bad_address(error) from None
    if "@" in (parsed.host or ""):
        raise StorageError("[bot] storage: the address has two @; write the one that is part of the password as %40")
    return parsed


def bad_address(error: Exception) -> StorageError:
    """Return the error for a URL that is not valid."""
    return StorageError(
        f"[bot] storage: not the address of a database ({type(error).__name__}); "
        "try sqlite+aiosqlite:///state.sqlite or postgresql+asyncpg://host/name"
    )


def shown_address(url: str) -> str:
    """Return a URL that may be logged: without password and options, which may contain one too."""
    parsed = parse_address(url)
    return url if parsed.get_backend_name() == SQLITE else parsed.set(query={}).render_as_string(hide_password=True)


def engine_options(url: URL) -> dict[str, Any]:
    """Return the engine options: a database in memory has a single connection, a file waits for other writers."""
    if url.get_backend_name() != SQLITE:
        return {"pool_pre_ping": True}
    memory = url.database in (None, "", MEMORY)
    return {"connect_args": {"timeout": BUSY_SECONDS}, **(ONE_CONNECTION if memory else {})}


def prepare_sqlite(connection: Any, _: Any) -> None:
    """Allow reads during a write, overwrite deleted data and enforce foreign keys on a new connection."""
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "secure_delete = ON", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def make_private(database: str | None) -> None:
    """Create a missing database file that only its owner can read."""
    if database and database != MEMORY and not database.startswith("file:"):
        path = Path(database)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def upgrade_schema(connection: Connection) -> None:
    """Run the missing migrations in the current transaction. On PostgreSQL a lock makes other processes wait."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def storage_error(where: str) -> Iterator[None]:
    """Raise errors of the database as a StorageError with a remedy.

    :param where: URL or path of the database for the message.
    :raises StorageError: For any error of the database or the file system.
    """
    try:
        yield
    except CommandError as error:
        raise StorageError(f"{where}: was written by a newer version of report-bot; install that one") from error
    except DBAPIError as error:
        raise StorageError(f"{where}: {error_reason(str(error.orig))}") from error
    except storage_errors() as error:
        raise StorageError(f"{where}: {error_reason(str(error))}") from error
    except (OSError, sqlite3.Error) as error:
        is_file = where.startswith(SQLITE) or "://" not in where
        remedy = "check the path and its permissions" if is_file else "check that the server runs and may be reached"
        raise StorageError(f"{where}: cannot be {'opened' if is_file else 'reached'} ({error}); {remedy}") from error


def storage_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions of SQLAlchemy and those of asyncpg, which it passes through while connecting."""
    asyncpg = sys.modules.get("asyncpg")
    return (SQLAlchemyError, *((asyncpg.PostgresError, asyncpg.InterfaceError) if asyncpg else ()))


def error_reason(message: str) -> str:
    """Translate a message of SQLite or PostgreSQL into a reason and a remedy."""
    remedies = {
        "not a database": "is no database; move it away",
        "locked": "is locked by another process; stop that one",
        "readonly": "cannot be written to; check its permissions",
        "read-only": "cannot be written to; check its permissions",
        "unable to open": "cannot be opened; check the path and its permissions",
        "full": "the disk is full; make room",
    }
    return next(
        (remedy for sign, remedy in remedies.items() if sign in message),
        f"cannot be used ({' '.join(message.split())[:120]})",
    )
