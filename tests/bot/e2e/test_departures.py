"""Servers that removed the bot while it was off: what is kept about them goes, and nothing else."""

from contextlib import asynccontextmanager

import pytest
import structlog

from bot.app.client import make_bot
from bot.errors import StorageError
from bot.storage.guild_rules import EVERYWHERE, Rules
from bot.storage.store import Storage, Vote
from tests.bot.fakes import settings
from tests.discord.payloads import GUILD, OTHER_GUILD
from tests.discord.world import world

HERE, OTHER = int(GUILD), int(OTHER_GUILD)
SHARD = (HERE >> 22) % 2
# Removed the bot: one of the shard of GUILD if there are two, one of the other.
GONE, GONE_ELSEWHERE = HERE + (20 << 22), HERE + (21 << 22)
OUT_OF_ORDER = HERE + (30 << 22)
ALL = {HERE, OTHER, GONE, GONE_ELSEWHERE, OUT_OF_ORDER}


@pytest.fixture
async def url(tmp_path):
    address = f"sqlite+aiosqlite:///{tmp_path}/state.sqlite"
    storage = await Storage.open(address)
    for guild in ALL:
        await storage.save(guild, Rules(short=True), 0)
        await storage.vote(1, Vote(f"{guild:X}"[-8:], -1, "answered", "g1", guild, "where?"))
    await storage.vote(1, Vote("ABCDEFGH", 1, "answered", "g1"))
    await storage.close()
    return address


@asynccontextmanager
async def started(engine, url, **bot):
    """The bot once its shards are ready, in GUILD and in a server that is out of order."""

    def prepared(connector):
        return make_bot(settings(storage=url, **bot), engine=engine, connector=connector)

    async with world(prepared, ready=False) as (fake, bot, task):
        fake.gateway.guilds.append(str(OUT_OF_ORDER))
        fake.gateway.out_of_order.add(str(OUT_OF_ORDER))
        with structlog.testing.capture_logs() as records:
            await fake.wait(lambda: any("servers" in record["event"] for record in records) or task.done())
        yield fake, bot, records


async def kept(url):
    storage = await Storage.open(url)
    guilds = await storage.known_guilds()
    rules = {guild for guild in ALL if (await storage.rules(guild)).rules != EVERYWHERE}
    votes = {vote.guild for vote in await storage.about(1)} - {None}
    count = await storage.count()
    await storage.close()
    assert guilds == rules == votes
    assert count == len(votes) + 1  # one was given in direct messages
    return guilds


async def test_startup_guild_no_longer_listed_is_forgotten(engine, url):
    async with started(engine, url) as (_, _, records):
        pass
    assert await kept(url) == {HERE, OUT_OF_ORDER}
    assert [record["servers"] for record in records if "forgot" in record["event"]] == [3]


async def test_startup_sharded_forgets_only_guilds_of_own_shards(engine, url):
    async with started(engine, url, shard_count=2, shard_ids=[SHARD]):
        pass
    elsewhere = {guild for guild in ALL if (guild >> 22) % 2 != SHARD}
    assert GONE_ELSEWHERE in elsewhere
    assert await kept(url) == {HERE, OUT_OF_ORDER} | elsewhere


async def test_startup_known_guilds_storage_error_is_logged_and_keeps_data(engine, url, monkeypatch):
    async def broken(_):
        raise StorageError("the disk is full; make room")

    monkeypatch.setattr(Storage, "known_guilds", broken)
    async with started(engine, url) as (_, bot, records):
        assert bot.runtime is not None
    monkeypatch.undo()
    assert [str(record["exc_info"]) for record in records if record["event"] == "servers cannot be forgotten"] == [
        "the disk is full; make room"
    ]
    assert await kept(url) == ALL
