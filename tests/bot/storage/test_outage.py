"""A database that goes away while the bot runs: every call says so, and members are told."""

import inspect
from datetime import date

import pytest
import structlog
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import StorageError
from bot.storage.database import storage_error
from bot.storage.guild_rules import Rules
from bot.storage.store import Storage
from tests.bot.fakes import MEMORY, serving, texts
from tests.bot.storage.samples import GUILD, MEMBER, UP

asyncpg = pytest.importorskip("asyncpg")
DOWN = "postgresql+asyncpg://127.0.0.1:1/name"
CALLS = {
    "rules": (GUILD,),
    "save": (GUILD, Rules(), 0),
    "greet": (GUILD,),
    "vote": (MEMBER, UP),
    "about": (MEMBER,),
    "forget": (MEMBER,),
    "forget_guild": (GUILD,),
    "gaps": (),
    "expire": (),
    "count": (),
    "known_guilds": (),
    "save_usage": (),
    "usage": (GUILD, 7),
    "usage_between": (GUILD, date(2030, 5, 6), date(2030, 5, 12)),
    "digest_rules": (),
    "claim_digest": (GUILD, date(2030, 5, 6)),
    "finish_digest": (GUILD, date(2030, 5, 6)),
    "reserve_tokens": (10, 100),
    "add_tokens": (date(2030, 5, 6), -5),
    "tokens_today": (),
}


def test_outage_calls_cover_every_storage_method():
    public = {name for name, _ in inspect.getmembers(Storage, inspect.iscoroutinefunction) if not name.startswith("_")}
    assert public - {"open", "close"} == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
async def test_storage_methods_unreachable_server_raise_storage_error(name):
    storage = Storage(create_async_engine(DOWN), DOWN)
    storage.count_question(GUILD, "text", "answered")
    with pytest.raises(StorageError) as raised:
        await getattr(storage, name)(*CALLS[name])
    begin, end = f"{DOWN}: cannot be reached (", "); check that the server runs and may be reached"
    assert str(raised.value).startswith(begin)
    assert str(raised.value).endswith(end)
    assert isinstance(raised.value.__cause__, OSError)
    await storage.close()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (asyncpg.CannotConnectNowError("the system is starting up"), "cannot be used (the system is starting up)"),
        (asyncpg.InterfaceError("connection is closed"), "cannot be used (connection is closed)"),
        (PoolTimeoutError("no connection within 30 s"), "cannot be used (no connection within 30 s)"),
    ],
)
def test_storage_error_driver_or_pool_error_raises_storage_error(error, message):
    with pytest.raises(StorageError) as raised, storage_error("where"):
        raise error
    assert str(raised.value) == f"where: {message}"


async def test_commands_database_unreachable_tell_error_and_ask_still_answers(engine, monkeypatch):
    sentence = "I can't read or write my own data right now. Please tell the maintainer."
    # Without the tracebacks of the log, whose usual form takes seconds.
    with structlog.testing.capture_logs():
        async with serving(engine, storage=MEMORY) as (fake, bot, _):
            working = bot.runtime.storage.engine
            monkeypatch.setattr(bot.runtime.storage, "engine", create_async_engine(DOWN))
            for command in ("privacy", "settings show", "gaps", "status"):
                made = await fake.slash(command)
                await fake.wait(lambda made=made: made.answered)
                assert texts(made.original["components"])[0] == sentence, command
            # Questions are answered all the same.
            asked = await fake.slash("ask", question="where?")
            await fake.wait(lambda: asked.answered)
            assert texts(asked.original["components"])[0] == "-# Question: where?"
            monkeypatch.setattr(bot.runtime.storage, "engine", working)
