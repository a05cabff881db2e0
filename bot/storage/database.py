"""Opens the database and brings its tables up to date."""

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
from sqlalchemy.pool import StaticPool

from bot.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"
# How long a process waits for another one that writes.
BUSY_SECONDS = 5.0
SQLITE, POSTGRESQL, MEMORY = "sqlite", "postgresql", ":memory:"
# Whoever brings the tables up to date holds this one of PostgreSQL's advisory locks. Any number would do.
UPGRADING = 7365


async def open_database(url: str) -> AsyncEngine:
    """An engine on a database whose tables are up to date. Raises StorageError."""
    with storage_error(shown_address(url)):
        parsed = parse_address(url)
        try:
            # Among parameters are members' words and the key of the hashes.
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
    """An address in its parts. Raises StorageError, which repeats none of them, for what is none."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise bad_address(error) from None
    if "@" in (parsed.host or ""):
        raise StorageError("[bot] storage: the address has two @; write the one that is part of the password as %40")
    return parsed


def bad_address(error: Exception) -> StorageError:
    return StorageError(
        f"[bot] storage: not the address of a database ({type(error).__name__}); "
        "try sqlite+aiosqlite:///state.sqlite or postgresql+asyncpg://host/name"
    )


def shown_address(url: str) -> str:
    """An address as it may be told: without the password, which may stand among the options of a server too."""
    parsed = parse_address(url)
    return url if parsed.get_backend_name() == SQLITE else parsed.set(query={}).render_as_string(hide_password=True)


def engine_options(url: URL) -> dict[str, Any]:
    """How to connect: a database in memory is one connection, a file waits for other writers."""
    if url.get_backend_name() != SQLITE:
        return {"pool_pre_ping": True}
    memory = url.database in (None, "", MEMORY)
    return {"connect_args": {"timeout": BUSY_SECONDS}, **({"poolclass": StaticPool} if memory else {})}


def prepare_sqlite(connection: Any, _: Any) -> None:
    """Readers and one writer at once, and nothing deleted that can still be read from the file."""
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "secure_delete = ON", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def make_private(database: str | None) -> None:
    """Make a new file that only its owner can read."""
    if database and database != MEMORY and not database.startswith("file:"):
        path = Path(database)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def upgrade_schema(connection: Connection) -> None:
    """Run the migrations that are missing, one process after the other; one that dies meanwhile leaves no trace."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def storage_error(where: str) -> Iterator[None]:
    """Turn what a database, shown as `where`, its address or its path, says into a StorageError that says what to do."""
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
    """What SQLAlchemy raises of its own, and what it hands on as it is: asyncpg's errors where a server turns it away."""
    asyncpg = sys.modules.get("asyncpg")
    return (SQLAlchemyError, *((asyncpg.PostgresError, asyncpg.InterfaceError) if asyncpg else ()))


def error_reason(said: str) -> str:
    """What SQLite or PostgreSQL says, and what to do about it."""
    remedies = {
        "not a database": "is no database; move it away",
        "locked": "is locked by another process; stop that one",
        "readonly": "cannot be written to; check its permissions",
        "read-only": "cannot be written to; check its permissions",
        "unable to open": "cannot be opened; check the path and its permissions",
        "full": "the disk is full; make room",
    }
    return next(
        (remedy for sign, remedy in remedies.items() if sign in said), f"cannot be used ({' '.join(said.split())[:120]})"
    )
