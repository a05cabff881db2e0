"""Copy the database while the bot runs."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.errors import StorageError
from bot.storage.database import BUSY_SECONDS, MEMORY, SQLITE, parse_address, storage_error


def back_up_database(url: str, to: Path) -> None:
    """Copy a SQLite database into a file that only its owner can read. An existing file is replaced atomically.

    :param url: The configured URL of the database.
    :raises StorageError: If there is no such database, it is not a SQLite file, or the copy cannot be written.
    """
    database = parse_address(url)
    if database.get_backend_name() != SQLITE or database.database in (None, "", MEMORY):
        raise StorageError("[bot] storage: only a SQLite file is backed up so; for PostgreSQL use pg_dump")
    source = Path(str(database.database))
    if not source.is_file():
        raise StorageError(f"{source}: does not exist, so there is nothing to back up; the bot makes it when it starts")
    if to.exists() and to.samefile(source):
        raise StorageError(f"{to}: is the database itself; name another file")
    # mode=rw does not create the file if it is removed meanwhile.
    location = f"{source.absolute().as_uri()}?mode=rw"
    with storage_error(str(source)), closing(sqlite3.connect(location, uri=True, timeout=BUSY_SECONDS)) as connection:
        write_whole(connection, to)


def write_whole(connection: sqlite3.Connection, to: Path) -> None:
    """Write a copy of an open database to a file, atomically.

    :raises StorageError: If no file can be created there.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.")  # readable by its owner alone
    except OSError as error:
        raise StorageError(f"{to}: cannot be written ({error.strerror}); name another file") from error
    draft = Path(name)
    try:
        with os.fdopen(descriptor) as stream:
            connection.execute("VACUUM INTO ?", [name])
            os.fsync(stream.fileno())
        draft.replace(to)
    finally:
        draft.unlink(missing_ok=True)
