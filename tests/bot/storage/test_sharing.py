"""Two processes on one PostgreSQL database do the same thing at the same moment."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import func, select

from bot.errors import ConflictError
from bot.storage.database import UPGRADING, open_database
from bot.storage.guild_rules import Rules
from bot.storage.store import WEEK, DigestClaim, Storage, Vote
from tests.bot.storage.samples import GUILD, MEMBER

VOTE = Vote("ABCDEFGH", -1, "answered", "g1", GUILD, "where?")


@pytest.fixture
async def two(database):
    """As two processes that begin together."""
    pair = await asyncio.gather(Storage.open(database), Storage.open(database))
    yield pair
    await asyncio.gather(*(each.close() for each in pair))


async def test_storage_open_concurrent_on_empty_database_share_one_key(database):
    several = await asyncio.gather(*(Storage.open(database) for _ in range(8)))
    assert len({each.key for each in several}) == 1
    await asyncio.gather(*(each.close() for each in several))


async def test_storage_open_other_migrating_process_dies_completes(two, database):
    dying = await open_database(database)
    holder = await dying.connect()
    await holder.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
    waiting = asyncio.create_task(Storage.open(database))
    assert not (await asyncio.wait({waiting}, timeout=0.5))[0]
    driven = (await holder.get_raw_connection()).driver_connection
    assert driven
    driven.terminate()
    assert (await waiting).key == two[0].key
    await (await waiting).close()
    await holder.invalidate()
    await holder.close()
    await dying.dispose()


async def test_storage_save_concurrent_changes_one_raises_conflict_error(two):
    for version in range(10):
        changes = (each.save(GUILD, Rules(member_rate=n), version) for n, each in enumerate(two))
        outcomes = await asyncio.gather(*changes, return_exceptions=True)
        assert [type(each) for each in outcomes if each] == [ConflictError]
        rules = [(await each.rules(GUILD)) for each in two]
        assert rules[0] == rules[1]
        assert (rules[0].rules.member_rate, rules[0].version) == (outcomes.index(None), version + 1)


async def test_storage_greet_concurrent_calls_return_true_once(two):
    for guild in range(10):
        assert sorted(await asyncio.gather(*(each.greet(guild) for each in two))) == [False, True]


async def test_storage_vote_concurrent_keeps_one_vote_per_member_and_answer(two):
    await asyncio.gather(*(each.vote(MEMBER + n % 10, VOTE) for n, each in enumerate(two * 20)))
    assert [await each.count() for each in two] == [10, 10]
    assert [len(await each.gaps(GUILD)) for each in two] == [10, 10]


async def test_storage_forget_deletes_vote_saved_by_other_process(two):
    await two[0].vote(MEMBER, VOTE)
    assert [vote.question for vote in await two[1].about(MEMBER)] == ["where?"]
    assert await two[1].forget(MEMBER) == 1
    assert await two[0].about(MEMBER) == []


async def test_storage_save_usage_concurrent_adds_every_question(two):
    for each in two:
        each.count_question(GUILD, "text", "answered")
    await asyncio.gather(*(each.save_usage() for each in two))
    assert [asked.number for asked in await two[0].usage(GUILD, 7)] == [2]


async def test_storage_claim_digest_concurrent_calls_return_claim_once(two):
    week = date(2030, 5, 6)
    for guild in range(10):
        assert await asyncio.gather(*(each.claim_digest(guild, week) for each in two)) == [None, None]
        claims = await asyncio.gather(*(each.claim_digest(guild, week + WEEK) for each in two * 4))
        assert [claim for claim in claims if claim] == [DigestClaim(week + WEEK, again=False)]


async def test_storage_reserve_tokens_concurrent_keeps_the_limit_of_both_processes(two):
    reserved = await asyncio.gather(*(each.reserve_tokens(10, 95) for each in two * 10))
    assert sum(day is not None for day in reserved) == 9
    assert [await each.tokens_today() for each in two] == [90, 90]
