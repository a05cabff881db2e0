"""Weekly digests that become due while faults strike: how many were sent, lost or sent twice."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from unittest import mock

import structlog
from sqlalchemy import delete, insert, select, update

from bot.app import weekly_digest
from bot.app.client import make_bot
from bot.guilds.digest_text import is_digest_of, latest_week
from bot.storage import store
from bot.storage.guild_rules import Rules
from bot.storage.store import WEEK, Storage, utc_now
from bot.storage.tables import digests, usage
from tests.bot.fakes import FakeEngine, settings, texts
from tests.discord.payloads import APPLICATION, CHANNEL, GUILD
from tests.discord.server import FakeDiscord
from tests.discord.state import WAIT_SECONDS
from tests.discord.world import world
from tests.reliability.faults import Case, cases


@dataclass
class Digests:
    """The digests of the first server, each of a week of its own.

    :param storage: The database of the bot.
    """

    fake: FakeDiscord
    storage: Storage
    owed: int = 0

    async def begin(self) -> None:
        """Choose the channel."""
        stored = await self.storage.rules(int(GUILD))
        await self.storage.save(int(GUILD), Rules(digest_channel=int(CHANNEL)), stored.version)
        await self.storage.claim_digest(int(GUILD), latest_week(utc_now()))

    async def owe(self) -> bool:
        """Make the digest of one more week due, unless the one before is not done yet."""
        if not await self.is_done():
            return False
        self.owed += 1
        week = self.week(self.owed)
        asked = {"day": week, "guild": int(GUILD), "kind": "text", "outcome": "answered", "number": 1}
        async with self.storage.engine.begin() as connection:
            await connection.execute(delete(usage).where(usage.c.day <= latest_week(utc_now()) + timedelta(days=6)))
            await connection.execute(insert(usage).values(**asked))
            await connection.execute(update(digests).values(week=week - WEEK, claimed=datetime(2000, 1, 1), done=1))
        return True

    async def settle(self) -> None:
        """Wait until no digest is due."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not await self.is_done():
                await asyncio.sleep(0.05)

    async def is_done(self) -> bool:
        async with self.storage.engine.connect() as connection:
            row = (await connection.execute(select(digests))).one()
        return (row.week, row.done) == (latest_week(utc_now()), 1)

    def week(self, number: int) -> date:
        return latest_week(utc_now()) - (number - 1) * WEEK

    def sent(self) -> Counter[int]:
        """How often each digest stands in the channel, by its number from 1."""
        messages = [each for each in self.fake.messages.values() if each["author"]["id"] == APPLICATION]
        heads = [texts(each["components"])[0] for each in messages if "interaction_metadata" not in each]
        return Counter(n for head in heads for n in range(1, self.owed + 1) if is_digest_of(self.week(n), head))

    @property
    def lost(self) -> int:
        return self.owed - len(self.sent())

    @property
    def duplicated(self) -> int:
        return self.sent().total() - len(self.sent())


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Let the bot look for digests all the time, and try again soon after a refusal."""
    with mock.patch.object(weekly_digest, "EVERY_SECONDS", 0.05), mock.patch.object(store, "CLAIM_SECONDS", 0.2):
        yield


def digest_cases() -> list[Case]:
    """The faults of the matrix that strike the connection or a message."""
    return [case for case in cases() if case.strike or case.name.endswith("message")]


async def send_while(case: Case, count: int = 1) -> tuple[int, Digests]:
    """Let digests become due, one after the other, while a fault strikes each.

    :return: How often the fault struck, and the digests.
    """
    with in_a_hurry(), structlog.testing.capture_logs():
        make = lambda connector: make_bot(settings(), engine=FakeEngine(), connector=connector, **case.bot)  # noqa: E731
        async with world(make, **case.world) as (fake, bot, _):
            made, struck = Digests(fake, bot.runtime.storage), 0
            await made.begin()
            for _ in range(count):
                faults = [fault() for fault in case.rest]
                fake.faults.extend(faults)
                await asyncio.gather(made.owe(), *([case.strike(fake)] if case.strike else []))
                await made.settle()
                struck += bool(case.strike) + sum(fault.struck for fault in faults)
            fake.drain()
            return struck, made
