"""Store rules and numbers of questions by server, and votes by member. A question is stored only if the member sends it."""

import asyncio
import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Self
from weakref import WeakValueDictionary

from cachetools import TTLCache
from sqlalchemy import Executable, Row, Select, Table, delete, func, insert, select, union, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ConflictError, StorageError
from bot.storage.database import open_database, shown_address, storage_error
from bot.storage.guild_rules import EVERYWHERE, Rules
from bot.storage.tables import digests, guilds, keys, usage, votes, writer_tokens
from bot.storage.usage import NOWHERE, Asked, ChannelKind, Outcome

CACHED_GUILDS = 4096
CACHED_SECONDS = 30.0  # another process may have changed them
# For feedback in direct messages.
RETENTION_DAYS = 90
USAGE_DAYS = 365
# For so long nobody else sends the digest that a process has claimed: longer than any attempt to send it takes.
CLAIM_SECONDS = 1800
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Vote:
    """A member's vote on an answer: `value` is 1 or -1. `given` is in UTC."""

    reference: str
    value: int
    verdict: str
    generation: str
    guild: int | None = None
    question: str | None = None
    reason: str | None = None
    given: datetime = datetime.min


@dataclass(frozen=True, slots=True)
class Versioned:
    """A server's rules and their version, the number of changes."""

    rules: Rules
    version: int


class DigestClaim(NamedTuple):
    """The right to send the digest of a week, which is named by its Monday.

    :param again: Whether it was claimed before, by who may have sent it without recording that.
    """

    week: date
    again: bool


class Storage:
    """An open database."""

    def __init__(self, engine: AsyncEngine, where: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.engine, self.where = engine, where
        self.key = b""  # until `open` has read it
        self._rules: TTLCache[int, Versioned] = TTLCache(CACHED_GUILDS, CACHED_SECONDS, clock)
        # One lock a server, so that concurrent questions read its rules once.
        self._reading: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        # Servers that need no query, so that concurrent messages greet a server once.
        self._greeted: set[int] = set()
        # Questions that `save_usage` has not added to the table yet, by `Asked` with a number of 1.
        self._unsaved: Counter[Asked] = Counter()
        self._saving = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, clock: Callable[[], float] = time.monotonic) -> Self:
        """Open and migrate a database.

        :param clock: Seconds by which cached rules expire.
        :raises StorageError: If the database cannot be used.
        """
        storage = cls(await open_database(url), shown_address(url), clock)
        if (stored_key := await storage._fetch_value(select(keys.c.key))) is None:
            await storage._insert(keys, id=1, key=secrets.token_hex(32))
            stored_key = await storage._fetch_value(select(keys.c.key))
        storage.key = bytes.fromhex(stored_key)
        return storage

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

    def hashed(self, member: int) -> str:
        """Return the keyed hash of a member's id.

        It cannot be reversed, but a holder of the whole database can test an id.
        """
        return hashlib.blake2b(str(member).encode(), key=self.key, digest_size=24).hexdigest()

    async def rules(self, guild: int | None) -> Versioned:
        """Return a server's rules, cached for `CACHED_SECONDS`.

        :param guild: None for direct messages, which have the default rules.
        """
        if guild is None:
            return Versioned(EVERYWHERE, 0)
        if cached := self._rules.get(guild):
            return cached
        async with self._reading.setdefault(guild, asyncio.Lock()):
            return self._rules.get(guild) or await self._read_rules(guild)

    async def save(self, guild: int, rules: Rules, version: int) -> None:
        """Save a server's rules.

        :param version: The version that was read before the change.
        :raises ConflictError: If the rules were changed since then.
        """
        values = {"rules": rules.model_dump_json(), "version": version + 1}
        saved = await self._update(guilds, guilds.c.id == guild, guilds.c.version == version, **values)
        if not saved and not version:
            saved = await self._insert(guilds, id=guild, greeted=0, **values)
        if not saved:
            self._rules.pop(guild, None)
            raise ConflictError(f"the rules of guild {guild} were changed meanwhile")
        self._rules[guild] = Versioned(rules, version + 1)
        if rules.digest_channel is None:
            await self._delete(digests, digests.c.guild == guild)

    async def greet(self, guild: int) -> bool:
        """Return whether the bot has not introduced itself in a server yet, and record that it has."""
        if guild in self._greeted:
            return False
        self._greeted.add(guild)
        if await self._fetch_value(select(guilds.c.greeted).where(guilds.c.id == guild)):
            return False
        if await self._insert(guilds, id=guild, rules=EVERYWHERE.model_dump_json(), version=0, greeted=1):
            return True
        return await self._update(guilds, guilds.c.id == guild, guilds.c.greeted == 0, greeted=1)

    async def vote(self, member: int, vote: Vote) -> None:
        """Save a vote. It replaces an earlier one by the same member on the same answer."""
        values = asdict(vote) | {"member": self.hashed(member), "given": utc_now()}
        same = [votes.c[name] == values[name] for name in ("member", "reference")]
        if not await self._update(votes, *same, **values) and not await self._insert(votes, **values):
            await self._update(votes, *same, **values)

    async def about(self, member: int) -> Sequence[Vote]:
        """Return all data about a member, oldest first."""
        return await self._fetch_votes(votes.c.member == self.hashed(member))

    async def forget(self, member: int) -> int:
        """Delete all data about a member, also from the file, and return the number of votes."""
        deleted = await self._delete(votes, votes.c.member == self.hashed(member))
        await self._vacuum()
        return deleted

    async def forget_guild(self, guild: int) -> None:
        """Delete all data about a server, in one transaction."""
        with storage_error(self.where):
            async with self.engine.begin() as connection:
                of_guilds = (votes.c.guild, guilds.c.id, usage.c.guild, digests.c.guild)
                for of_guild in of_guilds:
                    await connection.execute(delete(of_guild.table).where(of_guild == guild))
        for asked in [each for each in self._unsaved if each.guild == guild]:
            del self._unsaved[asked]
        self._rules.pop(guild, None)
        self._greeted.discard(guild)
        await self._vacuum()

    async def gaps(self, guild: int | None = None) -> Sequence[Vote]:
        """Return the votes with a question whose answer did not help, of one server or of all."""
        conditions = [votes.c.guild == guild] if guild is not None else []
        return await self._fetch_votes(votes.c.value < 0, votes.c.question.is_not(None), *conditions)

    def count_question(self, guild: int | None, kind: ChannelKind, outcome: Outcome) -> None:
        """Count a question in memory, until `save_usage`.

        :param guild: None outside of servers, where every channel counts as direct.
        """
        asked = (
            Asked(utc_now().date(), guild, kind, outcome) if guild else Asked(utc_now().date(), NOWHERE, "direct", outcome)
        )
        self._unsaved[asked] += 1

    async def save_usage(self) -> None:
        """Add the counted questions to the table. Those that cannot be added are kept for the next call.

        :raises StorageError: If the database cannot be used.
        """
        async with self._saving:
            while self._unsaved:
                asked, number = self._unsaved.popitem()
                try:
                    await self._add_usage(asked._replace(number=number))
                except StorageError:
                    self._unsaved[asked] += number
                    raise

    async def usage(self, guild: int | None, days: int) -> Sequence[Asked]:
        """Return the questions of the last days in a server, latest day first.

        :param guild: None for all servers and direct messages together, each in rows of its own.
        """
        today = utc_now().date()
        return await self.usage_between(guild, today - timedelta(days=days - 1), today)

    async def usage_between(self, guild: int | None, first: date, last: date) -> Sequence[Asked]:
        """Return the questions of the days from `first` to `last`; otherwise as `usage`."""
        await self.save_usage()
        conditions = [usage.c.day >= first, usage.c.day <= last]
        conditions += [usage.c.guild == guild] if guild is not None else []
        columns = [usage.c[name] for name in Asked._fields]
        rows = await self._fetch_rows(select(*columns).where(*conditions).order_by(usage.c.day.desc(), *columns[1:]))
        return [Asked(**row._mapping) for row in rows]

    async def digest_rules(self) -> dict[int, Rules]:
        """Return the rules of each server that wants a weekly digest, by its id."""
        rows = await self._fetch_rows(select(guilds.c.id, guilds.c.rules))
        rules = {row.id: Rules.model_validate_json(row.rules) for row in rows}
        return {guild: each for guild, each in rules.items() if each.digest_channel is not None}

    async def claim_digest(self, guild: int, latest: date) -> DigestClaim | None:
        """Claim the oldest week without a digest; the first time, only record that digests begin after `latest`.

        :param latest: The latest week whose digest may be sent.
        :return: None if there is none, or if it is claimed by somebody else.
        """
        now = utc_now()
        for row in await self._fetch_rows(select(digests).where(digests.c.guild == guild)):
            week = row.week + WEEK if row.done else row.week
            if week > latest or (not row.done and row.claimed > now - timedelta(seconds=CLAIM_SECONDS)):
                return None
            unchanged = [digests.c[name] == value for name, value in row._mapping.items()]
            claimed = await self._update(digests, *unchanged, week=week, claimed=now, done=0)
            return DigestClaim(week, again=not row.done) if claimed else None
        await self._insert(digests, guild=guild, week=latest, claimed=now, done=1)
        return None

    async def finish_digest(self, guild: int, week: date) -> None:
        """Record that the digest of a week is sent, or that there is nothing to send."""
        await self._update(digests, digests.c.guild == guild, digests.c.week == week, done=1)

    async def reserve_tokens(self, tokens: int, daily: int) -> date | None:
        """Count tokens of a language model before they are used, so that several processes keep one limit.

        :param daily: Tokens that all processes together may use on a day (UTC).
        :return: The day, for `add_tokens`; None if the tokens would exceed the limit, so that none are counted.
        """
        day, total = utc_now().date(), writer_tokens.c.tokens + tokens
        add = partial(self._update, writer_tokens, writer_tokens.c.day == day, total <= daily, tokens=total)
        begin = partial(self._insert, writer_tokens, day=day, tokens=tokens)
        reserved = await add() or (tokens <= daily and (await begin() or await add()))
        return day if reserved else None

    async def add_tokens(self, day: date, tokens: int) -> None:
        """Correct the tokens of a day by a number, which is negative if fewer were used than reserved."""
        await self._update(writer_tokens, writer_tokens.c.day == day, tokens=writer_tokens.c.tokens + tokens)

    async def tokens_today(self) -> int:
        """Return the tokens that a language model has used today (UTC), of all processes together."""
        statement = select(writer_tokens.c.tokens).where(writer_tokens.c.day == utc_now().date())
        return int(await self._fetch_value(statement) or 0)

    async def expire(self) -> int:
        """Delete votes that are older than their server's rules allow, and return their number; delete old counts."""
        last_day = utc_now().date() - timedelta(days=USAGE_DAYS)
        await self._delete(usage, usage.c.day <= last_day)
        await self._delete(writer_tokens, writer_tokens.c.day <= last_day)
        rows = await self._fetch_rows(select(guilds.c.id, guilds.c.rules))
        deleted = 0
        days = {row.id: Rules.model_validate_json(row.rules).retention_days for row in rows}
        for guild, retention_days in days.items():
            deleted += await self._delete(
                votes, votes.c.guild == guild, votes.c.given < utc_now() - timedelta(days=retention_days)
            )
        elsewhere = votes.c.guild.is_(None) | votes.c.guild.not_in(list(days))
        return deleted + await self._delete(votes, elsewhere, votes.c.given < utc_now() - timedelta(days=RETENTION_DAYS))

    async def count(self) -> int:
        """Return the number of votes."""
        return int(await self._fetch_value(select(func.count()).select_from(votes)))

    async def known_guilds(self) -> set[int]:
        """Return the ids of servers with any data."""
        statement = union(
            select(guilds.c.id),
            select(votes.c.guild).where(votes.c.guild.is_not(None)),
            select(usage.c.guild).where(usage.c.guild != NOWHERE),
        )
        return {row[0] for row in await self._fetch_rows(statement)}

    async def _add_usage(self, asked: Asked) -> None:
        same = [usage.c[name] == getattr(asked, name) for name in ("day", "guild", "kind", "outcome")]
        added = usage.c.number + asked.number
        if not await self._update(usage, *same, number=added) and not await self._insert(usage, **asked._asdict()):
            await self._update(usage, *same, number=added)

    async def _fetch_votes(self, *conditions: Any) -> list[Vote]:
        columns = [votes.c[name] for name in Vote.__dataclass_fields__]
        rows = await self._fetch_rows(select(*columns).where(*conditions).order_by(votes.c.given, votes.c.id))
        return [Vote(**row._mapping) for row in rows]

    async def _fetch_rows(self, statement: Executable) -> Sequence[Row[Any]]:
        with storage_error(self.where):
            async with self.engine.connect() as connection:
                return (await connection.execute(statement)).all()

    async def _fetch_value(self, statement: Select[Any]) -> Any:
        """Return the first value of the first row, or None."""
        with storage_error(self.where):
            async with self.engine.connect() as connection:
                return (await connection.execute(statement)).scalar()

    async def _insert(self, table: Table, **values: Any) -> bool:
        """Insert a row. Return False if it exists, possibly from a concurrent task or process."""
        with storage_error(self.where):
            try:
                async with self.engine.begin() as connection:
                    await connection.execute(insert(table).values(**values))
            except IntegrityError:
                return False
        return True

    async def _update(self, table: Table, *conditions: Any, **values: Any) -> bool:
        """Update the rows that meet the conditions, and return whether there are any."""
        with storage_error(self.where):
            async with self.engine.begin() as connection:
                return (await connection.execute(update(table).where(*conditions).values(**values))).rowcount > 0

    async def _delete(self, table: Table, *conditions: Any) -> int:
        with storage_error(self.where):
            async with self.engine.begin() as connection:
                return (await connection.execute(delete(table).where(*conditions))).rowcount

    async def _vacuum(self) -> None:
        """Rewrite a SQLite file: rows that moved within it leave copies, which `secure_delete` does not overwrite."""
        if self.engine.dialect.name != "sqlite":
            return
        with storage_error(self.where):
            async with self.engine.connect() as connection:
                plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await plain.exec_driver_sql("VACUUM")
                await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _read_rules(self, guild: int) -> Versioned:
        rows = await self._fetch_rows(select(guilds.c.rules, guilds.c.version).where(guilds.c.id == guild))
        versioned = Versioned(EVERYWHERE, 0)
        for row in rows:
            versioned = Versioned(Rules.model_validate_json(row.rules), row.version)
        self._rules[guild] = versioned
        return versioned


def utc_now() -> datetime:
    """Return the time in UTC without a time zone, as the tables store it."""
    return datetime.now(UTC).replace(tzinfo=None)
