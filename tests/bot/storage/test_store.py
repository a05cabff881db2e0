"""What is kept, in SQLite and in PostgreSQL: rules, votes, privacy, retention."""

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, update

from bot.errors import ConflictError, StorageError
from bot.storage import store
from bot.storage.guild_rules import EVERYWHERE, Rules
from bot.storage.store import CACHED_SECONDS, WEEK, DigestClaim, Storage, Versioned, Vote
from bot.storage.tables import digests, guilds, metadata, usage, votes, writer_tokens
from bot.storage.usage import Asked
from tests.bot.storage.samples import DOWN, GUILD, MEMBER, OTHER, UP


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request, tmp_path):
    if request.param == "PostgreSQL":
        return request.getfixturevalue("database")
    return f"sqlite+aiosqlite:///{tmp_path / 'state.sqlite'}"


async def test_storage_open_migrated_tables_match_metadata(storage):
    async with storage.engine.connect() as connection:
        tables = await connection.run_sync(
            lambda sync: {t: {c["name"] for c in inspect(sync).get_columns(t)} for t in metadata.tables}
        )
    assert tables == {name: {column.name for column in table.columns} for name, table in metadata.tables.items()}


async def test_storage_rules_report_choice_persists_and_missing_choice_means_all(url):
    first = await Storage.open(url)
    chosen = Rules(reports=frozenset({"harbour", "tower"}))
    await first.save(GUILD, chosen, 0)
    await first.save(OTHER, EVERYWHERE, 0)
    async with first.engine.begin() as connection:
        await connection.execute(update(guilds).where(guilds.c.id == OTHER).values(rules='{"short": true}'))
    await first.close()
    again = await Storage.open(url)
    assert (await again.rules(GUILD)).rules == chosen
    assert (await again.rules(OTHER)).rules == Rules(short=True)
    await again.close()


async def test_storage_save_stale_version_raises_conflict_error(storage):
    assert await storage.rules(GUILD) == Versioned(EVERYWHERE, 0)
    await storage.save(GUILD, Rules(mentions=False), 0)
    await storage.save(GUILD, Rules(mentions=False, blocked_channels=frozenset({5})), 1)
    with pytest.raises(ConflictError):
        await storage.save(GUILD, Rules(), 1)
    assert await storage.rules(GUILD) == Versioned(Rules(mentions=False, blocked_channels=frozenset({5})), 2)
    assert await storage.rules(OTHER) == await storage.rules(None) == Versioned(EVERYWHERE, 0)


async def test_storage_rules_changed_by_other_process_are_reread_after_cache_expiry(storage, url):
    now = 1000.0
    reader = await Storage.open(url, lambda: now)
    assert (await reader.rules(GUILD)).version == 0
    await storage.save(GUILD, Rules(short=True), 0)
    now += CACHED_SECONDS - 0.1
    assert (await reader.rules(GUILD)).version == 0
    now += 0.2
    assert await reader.rules(GUILD) == Versioned(Rules(short=True), 1)
    await reader.close()


async def test_storage_save_changed_by_other_process_raises_conflict_error(storage, url):
    other = await Storage.open(url)
    await storage.rules(GUILD)
    await other.save(GUILD, Rules(short=True), 0)
    with pytest.raises(ConflictError):
        await storage.save(GUILD, Rules(short=False), 0)
    assert await storage.rules(GUILD) == Versioned(Rules(short=True), 1)
    await other.close()


async def test_storage_greet_returns_true_once_per_guild(storage):
    assert [await storage.greet(GUILD), await storage.greet(GUILD)] == [True, False]
    await storage.save(OTHER, Rules(short=True), 0)
    assert [await storage.greet(OTHER), await storage.greet(OTHER)] == [True, False]
    await storage.save(GUILD, Rules(short=True), 0)
    assert await storage.greet(GUILD) is False


async def test_storage_vote_second_vote_on_answer_replaces_first(storage):
    await storage.vote(MEMBER, DOWN)
    await storage.vote(MEMBER, UP)
    await storage.vote(MEMBER, Vote("ABCDEFGH", 1, "not_covered", "g1", GUILD))
    await storage.vote(MEMBER + 1, DOWN)
    held = [(vote.reference, vote.value, vote.question) for vote in await storage.about(MEMBER)]
    assert held == [("IJKLMNOP", 1, None), ("ABCDEFGH", 1, None)]
    assert await storage.count() == 3


async def test_storage_vote_concurrent_members_keeps_all_votes(storage):
    await asyncio.gather(*(storage.vote(MEMBER + n, DOWN) for n in range(40)))
    assert await storage.count() == 40


async def test_storage_gaps_returns_only_votes_with_question(storage):
    await storage.vote(MEMBER, DOWN)
    await storage.vote(MEMBER, UP)
    await storage.vote(MEMBER + 1, Vote("QRSTUVWX", -1, "answered", "g1", OTHER, "where?"))
    await storage.vote(MEMBER + 2, Vote("YZ234567", -1, "answered", "g1", OTHER))
    assert [gap.question for gap in await storage.gaps()] == ["午餐吃什麼？", "where?"]
    assert [gap.question for gap in await storage.gaps(GUILD)] == ["午餐吃什麼？"]


async def test_storage_forget_guild_deletes_rules_and_votes(storage):
    await storage.vote(MEMBER, DOWN)
    await storage.save(GUILD, Rules(short=True), 0)
    await storage.forget_guild(GUILD)
    assert (await storage.rules(GUILD), await storage.count()) == (Versioned(EVERYWHERE, 0), 0)


@pytest.mark.parametrize(
    ("guild", "days", "kept"), [(GUILD, 6, 1), (GUILD, 8, 0), (OTHER, 89, 1), (None, 89, 1), (None, 91, 0)]
)
async def test_storage_expire_deletes_votes_older_than_guild_retention(storage, guild, days, kept):
    await storage.save(GUILD, Rules(retention_days=7), 0)
    await storage.vote(MEMBER, Vote("ABCDEFGH", 1, "answered", "g1", guild))
    async with storage.engine.begin() as connection:
        await connection.execute(update(votes).values(given=store.utc_now() - timedelta(days=days)))
    assert await storage.expire() == 1 - kept
    assert await storage.count() == kept


async def test_storage_usage_adds_up_questions_of_server_across_restart(storage, url):
    for outcome in ("answered", "answered", "related", "refused"):
        storage.count_question(GUILD, "text", outcome)
    storage.count_question(OTHER, "forum", "not_covered")
    storage.count_question(None, "text", "failed")
    today = store.utc_now().date()
    asked = [
        Asked(today, GUILD, "text", "answered", 2),
        Asked(today, GUILD, "text", "refused", 1),
        Asked(today, GUILD, "text", "related", 1),
    ]
    assert await storage.usage(GUILD, 7) == asked
    storage.count_question(GUILD, "text", "answered")
    await storage.save_usage()
    again = await Storage.open(url)
    asked[0] = Asked(today, GUILD, "text", "answered", 3)
    other = Asked(today, OTHER, "forum", "not_covered", 1)
    assert await again.usage(None, 7) == [Asked(today, 0, "direct", "failed", 1), *asked, other]
    assert await again.known_guilds() == {GUILD, OTHER}
    await again.forget_guild(GUILD)
    assert await again.usage(None, 7) == [Asked(today, 0, "direct", "failed", 1), other]
    await again.close()


async def test_storage_forget_guild_drops_questions_not_saved_yet(storage):
    storage.count_question(GUILD, "text", "answered")
    storage.count_question(OTHER, "text", "answered")
    await storage.forget_guild(GUILD)
    assert [asked.guild for asked in await storage.usage(None, 7)] == [OTHER]


@pytest.mark.parametrize(("days", "shown", "kept"), [(6, 1, 1), (7, 0, 1), (364, 0, 1), (365, 0, 0)])
async def test_storage_usage_returns_last_days_and_expire_deletes_after_a_year(storage, days, shown, kept):
    storage.count_question(GUILD, "text", "answered")
    await storage.save_usage()
    async with storage.engine.begin() as connection:
        await connection.execute(update(usage).values(day=store.utc_now().date() - timedelta(days=days)))
    assert await storage.expire() == 0
    assert (len(await storage.usage(GUILD, 7)), len(await storage.usage(GUILD, 1000))) == (shown, kept)


async def test_storage_save_usage_failed_keeps_questions(storage, monkeypatch):
    storage.count_question(GUILD, "text", "answered")

    async def fail(_):
        raise StorageError("down")

    with monkeypatch.context() as down, pytest.raises(StorageError):
        down.setattr(storage, "_add_usage", fail)
        await storage.save_usage()
    assert [asked.number for asked in await storage.usage(GUILD, 7)] == [1]


IDS = st.frozensets(st.integers(0, 2**63 - 1), max_size=5)


@given(
    st.builds(
        Rules, only_channels=IDS, roles=IDS, retention_days=st.integers(1, 365), language=st.sampled_from([None, "en"])
    )
)
def test_rules_json_round_trip_returns_equal_rules(rules):
    assert Rules.model_validate_json(rules.model_dump_json()) == rules


async def due(storage, week, **changes):
    """Let the digest of the week after `week` be the next one."""
    async with storage.engine.begin() as connection:
        await connection.execute(update(digests).values(week=week, **changes))


MONDAY = date(2030, 5, 6)


async def test_storage_claim_digest_begins_with_the_next_week(storage):
    assert await storage.claim_digest(GUILD, MONDAY) is None
    assert await storage.claim_digest(GUILD, MONDAY) is None
    assert await storage.claim_digest(GUILD, MONDAY + WEEK) == DigestClaim(MONDAY + WEEK, again=False)


async def test_storage_claim_digest_is_exclusive_until_finished_or_old(storage, url):
    other = await Storage.open(url)
    await storage.claim_digest(GUILD, MONDAY - 2 * WEEK)
    assert await storage.claim_digest(GUILD, MONDAY) == DigestClaim(MONDAY - WEEK, again=False)
    assert await other.claim_digest(GUILD, MONDAY) is None
    await due(storage, MONDAY - WEEK, claimed=store.utc_now() - timedelta(seconds=store.CLAIM_SECONDS + 1))
    assert await other.claim_digest(GUILD, MONDAY) == DigestClaim(MONDAY - WEEK, again=True)
    await other.finish_digest(GUILD, MONDAY - WEEK)
    assert await storage.claim_digest(GUILD, MONDAY) == DigestClaim(MONDAY, again=False)
    await storage.finish_digest(GUILD, MONDAY)
    assert await other.claim_digest(GUILD, MONDAY) is None
    await other.close()


async def test_storage_save_without_digest_channel_and_forget_guild_drop_the_digest(storage):
    for drop in (storage.save(GUILD, Rules(), 0), storage.forget_guild(GUILD)):
        await storage.claim_digest(GUILD, MONDAY)
        await storage.claim_digest(OTHER, MONDAY)
        await drop
        assert await storage.claim_digest(GUILD, MONDAY + 5 * WEEK) is None
        assert await storage.claim_digest(OTHER, MONDAY + WEEK) is not None
        await due(storage, MONDAY, done=1)


async def test_storage_digest_rules_returns_servers_that_want_one(storage):
    await storage.save(GUILD, Rules(digest_channel=7), 0)
    await storage.save(OTHER, Rules(short=True), 0)
    assert await storage.digest_rules() == {GUILD: Rules(digest_channel=7)}


async def test_storage_reserve_tokens_within_daily_limit_returns_day_and_beyond_none(storage):
    today = store.utc_now().date()
    assert await storage.tokens_today() == 0
    assert await storage.reserve_tokens(101, 100) is None
    assert await storage.tokens_today() == 0
    assert await storage.reserve_tokens(60, 100) == today
    assert await storage.reserve_tokens(41, 100) is None
    assert await storage.reserve_tokens(40, 100) == today
    assert await storage.tokens_today() == 100
    await storage.add_tokens(today, -30)
    assert (await storage.tokens_today(), await storage.reserve_tokens(30, 100)) == (70, today)


async def test_storage_expire_deletes_old_tokens(storage):
    today = store.utc_now().date()
    days = [today - timedelta(days=age) for age in (0, store.USAGE_DAYS - 1, store.USAGE_DAYS)]
    async with storage.engine.begin() as connection:
        for day in days:
            await connection.execute(writer_tokens.insert().values(day=day, tokens=5))
    await storage.expire()
    async with storage.engine.connect() as connection:
        assert {row.day for row in await connection.execute(writer_tokens.select())} == set(days[:2])
