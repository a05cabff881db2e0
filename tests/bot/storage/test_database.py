"""Files and addresses of databases: what a SQLite file holds on to, and every way in which one can be of no use."""

import sqlite3
import stat
import sys

import pytest

from bot.errors import StorageError
from bot.storage.guild_rules import Rules
from bot.storage.store import Storage, Versioned, Vote
from tests.bot.storage.samples import DOWN, GUILD, MEMBER, UP


@pytest.fixture
def url(tmp_path):
    return f"sqlite+aiosqlite:///{tmp_path / 'folder' / 'state.sqlite'}"


async def test_storage_open_new_file_is_private_and_reopens_with_same_key(url, tmp_path):
    first = await Storage.open(url)
    await first.save(GUILD, Rules(language="en"), 0)
    await first.close()
    assert stat.S_IMODE((tmp_path / "folder" / "state.sqlite").stat().st_mode) == 0o600
    again = await Storage.open(url)
    assert await again.rules(GUILD) == Versioned(Rules(language="en"), 1)
    assert again.key == first.key
    await again.close()


async def test_storage_forget_removes_member_data_from_file(storage, tmp_path):
    await storage.vote(MEMBER, DOWN)
    await storage.vote(MEMBER + 1, Vote("QRSTUVWX", -1, "answered", "g1", None, "stays"))
    assert await storage.forget(MEMBER) == 1
    assert await storage.about(MEMBER) == []
    mark = storage.hashed(MEMBER).encode()
    await storage.close()
    raw = b"".join(path.read_bytes() for path in (tmp_path / "folder").iterdir())
    assert b"stays" in raw
    assert not any(trace in raw for trace in (str(MEMBER).encode(), mark, "午餐".encode(), "沒有用".encode()))


async def refused(url: str) -> str:
    with pytest.raises(StorageError) as caught:
        await Storage.open(url)
    return str(caught.value)


async def test_storage_locked_newer_or_invalid_file_raises_storage_error(url, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.storage.database.BUSY_SECONDS", 0.05)
    path = tmp_path / "folder" / "state.sqlite"
    waiting = await Storage.open(url)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError, match=r"state\.sqlite: is locked by another process; stop that one"):
        await waiting.vote(MEMBER, UP)
    holder.execute("ROLLBACK")
    await waiting.close()
    holder.execute("UPDATE alembic_version SET version_num = '9999'")
    holder.close()
    assert await refused(url) == f"{url}: was written by a newer version of report-bot; install that one"
    for file in path.parent.iterdir():
        file.unlink()
    path.write_bytes(b"this is a letter to my aunt, and no database at all" * 100)
    assert await refused(url) == f"{url}: is no database; move it away"
    blocked = f"sqlite+aiosqlite:///{path}/inside.sqlite"
    assert (await refused(blocked)).startswith(f"{blocked}: cannot be opened (")


async def test_storage_open_missing_driver_raises_storage_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    told = await refused("postgresql+asyncpg://127.0.0.1:1/name")
    assert told.startswith(
        "[bot] storage: asyncpg is not installed, which this kind of database needs; for PostgreSQL run: "
    )


@pytest.mark.parametrize("url", ["nonsense", "mysterious://host/name", "sqlite+nothing:///x"])
async def test_storage_open_invalid_address_raises_storage_error(url):
    assert (await refused(url)).startswith("[bot] storage: not the address of a database (")


async def test_storage_open_unreachable_server_error_omits_password():
    told = await refused("postgresql+asyncpg://user:swordfish@127.0.0.1:1/name")
    assert "swordfish" not in told
    assert told.startswith("postgresql+asyncpg://user:***@127.0.0.1:1/name: cannot be reached")


async def test_storage_vote_read_only_database_raises_storage_error(storage, tmp_path):
    await storage.close()
    path = tmp_path / "folder" / "state.sqlite"
    told = f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true"
    reader = await Storage.open(told)
    with pytest.raises(StorageError, match="cannot be written to; check its permissions"):
        await reader.vote(MEMBER, UP)
    await reader.close()
