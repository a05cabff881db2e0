"""Two processes on one PostgreSQL database do the same thing at the same moment."""

import asyncio

import pytest
from sqlalchemy import func, select

from bot.errors import ConflictError
from bot.storage.database import UPGRADING, opened
from bot.storage.guild_rules import Rules
from bot.storage.store import Storage, Vote
from tests.bot.storage.samples import GUILD, MEMBER

VOTE = Vote("ABCDEFGH", -1, "answered", "g1", GUILD, "where?")


@pytest.fixture
async def two(database):
    """As two processes that begin together."""
    pair = await asyncio.gather(Storage.open(database), Storage.open(database))
    yield pair
    await asyncio.gather(*(each.close() for each in pair))


async def test_many_that_open_an_empty_database_at_once_agree_on_the_key(database):
    several = await asyncio.gather(*(Storage.open(database) for _ in range(8)))
    assert len({each.key for each in several}) == 1
    await asyncio.gather(*(each.close() for each in several))


async def test_one_that_dies_while_it_brings_the_tables_up_to_date_holds_nobody_up(two, database):
    dying = await opened(database)
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


async def test_rules_that_both_change_at_once_are_saved_by_one(two):
    for version in range(10):
        changes = (each.save(GUILD, Rules(member_rate=n), version) for n, each in enumerate(two))
        outcomes = await asyncio.gather(*changes, return_exceptions=True)
        assert [type(each) for each in outcomes if each] == [ConflictError]
        rules = [(await each.rules(GUILD)) for each in two]
        assert rules[0] == rules[1]
        assert (rules[0].rules.member_rate, rules[0].version) == (outcomes.index(None), version + 1)


async def test_a_server_is_greeted_by_one(two):
    for guild in range(10):
        assert sorted(await asyncio.gather(*(each.greet(guild) for each in two))) == [False, True]


async def test_votes_at_once_are_all_kept_and_a_members_two_on_an_answer_are_one(two):
    await asyncio.gather(*(each.vote(MEMBER + n % 10, VOTE) for n, each in enumerate(two * 20)))
    assert [await each.count() for each in two] == [10, 10]
    assert [len(await each.gaps(GUILD)) for each in two] == [10, 10]


async def test_what_one_keeps_about_a_member_the_other_deletes(two):
    await two[0].vote(MEMBER, VOTE)
    assert [vote.question for vote in await two[1].about(MEMBER)] == ["where?"]
    assert await two[1].forget(MEMBER) == 1
    assert await two[0].about(MEMBER) == []
