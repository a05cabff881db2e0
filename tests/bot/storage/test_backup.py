"""report-bot backup: what it refuses, and that a failure leaves the earlier copy as it was."""

import pytest

from bot.errors import StorageError
from bot.storage.backup import back_up_database
from bot.storage.store import Storage


@pytest.fixture
async def database(tmp_path):
    file = tmp_path / "state.sqlite"
    await (await Storage.open(f"sqlite+aiosqlite:///{file}")).close()
    return file


def refusal(url, to):
    with pytest.raises(StorageError) as caught:
        back_up_database(url, to)
    return str(caught.value)


def test_back_up_database_not_an_existing_sqlite_file_raises_storage_error(tmp_path):
    problem = "[bot] storage: only a SQLite file is backed up so; for PostgreSQL use pg_dump"
    assert refusal("postgresql+asyncpg://host/name", tmp_path / "copy") == problem
    assert refusal("sqlite+aiosqlite:///:memory:", tmp_path / "copy") == problem
    missing = f"{tmp_path}/no.sqlite: does not exist, so there is nothing to back up; the bot makes it when it starts"
    assert refusal(f"sqlite+aiosqlite:///{tmp_path}/no.sqlite", tmp_path / "copy") == missing
    assert list(tmp_path.iterdir()) == []


async def test_back_up_database_target_is_database_raises_storage_error(database):
    before = database.read_bytes()
    problem = f"{database}: is the database itself; name another file"
    assert refusal(f"sqlite+aiosqlite:///{database}", database) == problem
    assert database.read_bytes() == before


async def test_back_up_database_missing_folder_raises_storage_error(database, tmp_path):
    to = tmp_path / "missing" / "copy.sqlite"
    problem = f"{to}: cannot be written (No such file or directory); name another file"
    assert refusal(f"sqlite+aiosqlite:///{database}", to) == problem


async def test_back_up_database_damaged_database_keeps_earlier_copy(database, tmp_path):
    copy = tmp_path / "copy.sqlite"
    back_up_database(f"sqlite+aiosqlite:///{database}", copy)
    before = copy.read_bytes()
    database.write_bytes(b"no database at all" * 100)
    problem = refusal(f"sqlite+aiosqlite:///{database}", copy)
    assert problem == f"{database}: cannot be opened (file is not a database); check the path and its permissions"
    assert copy.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.sqlite", "state.sqlite"]
