"""What is kept: rules by server, votes by member. Questions only where the member sent them."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from weakref import WeakValueDictionary

from cachetools import TTLCache
from sqlalchemy import Executable, Row, Select, Table, delete, func, insert, select, union, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ConflictError
from bot.storage.database import open_database, shown_address, storage_error
from bot.storage.guild_rules import EVERYWHERE, Rules
from bot.storage.tables import guilds, keys, votes

CACHED_GUILDS = 4096
CACHED_SECONDS = 30.0  # another process may have changed them
# For feedback that was given in direct messages.
RETENTION_DAYS = 90


@dataclass(frozen=True, slots=True)
class Vote:
    """What a member said of an answer: `value` is 1 or -1. `given` is UTC."""

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
    """A server's rules and how often they were changed."""

    rules: Rules
    version: int


class Storage:
    """A database that is open."""

    def __init__(self, engine: AsyncEngine, where: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.engine, self.where = engine, where
        self.key = b""  # until `open` has read it
        self._rules: TTLCache[int, Versioned] = TTLCache(CACHED_GUILDS, CACHED_SECONDS, clock)
        # So that many members of a server at once have its rules read once.
        self._reading: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        # So that a server is asked about once, and two messages at once greet it once.
        self._greeted: set[int] = set()

    @classmethod
    async def open(cls, url: str, clock: Callable[[], float] = time.monotonic) -> Self:
        """Open a database and bring it up to date; rules in memory age by a clock. Raises StorageError."""
        storage = cls(await open_database(url), shown_address(url), clock)
        if (found := await storage._only(select(keys.c.key))) is None:
            await storage._added(keys, id=1, key=secrets.token_hex(32))
            found = await storage._only(select(keys.c.key))
        storage.key = bytes.fromhex(found)
        return storage

    async def close(self) -> None:
        await self.engine.dispose()

    def hashed(self, member: int) -> str:
        """A member's id as it is kept: it cannot be read back, though who holds the whole database can test a guess."""
        return hashlib.blake2b(str(member).encode(), key=self.key, digest_size=24).hexdigest()

    async def rules(self, guild: int | None) -> Versioned:
        """A server's rules, from memory if they were read lately; those of direct messages for None."""
        if guild is None:
            return Versioned(EVERYWHERE, 0)
        if found := self._rules.get(guild):
            return found
        async with self._reading.setdefault(guild, asyncio.Lock()):
            return self._rules.get(guild) or await self._read_rules(guild)

    async def save(self, guild: int, rules: Rules, version: int) -> None:
        """Keep a server's rules. Raises ConflictError if somebody changed them since they were read as `version`."""
        values = {"rules": rules.model_dump_json(), "version": version + 1}
        saved = await self._changed(guilds, guilds.c.id == guild, guilds.c.version == version, **values)
        if not saved and not version:
            saved = await self._added(guilds, id=guild, greeted=0, **values)
        if not saved:
            self._rules.pop(guild, None)
            raise ConflictError(f"the rules of guild {guild} were changed meanwhile")
        self._rules[guild] = Versioned(rules, version + 1)

    async def greet(self, guild: int) -> bool:
        """Whether the bot has yet to introduce itself in a server; from now on it has not."""
        if guild in self._greeted:
            return False
        self._greeted.add(guild)
        if await self._only(select(guilds.c.greeted).where(guilds.c.id == guild)):
            return False
        if await self._added(guilds, id=guild, rules=EVERYWHERE.model_dump_json(), version=0, greeted=1):
            return True
        return await self._changed(guilds, guilds.c.id == guild, guilds.c.greeted == 0, greeted=1)

    async def vote(self, member: int, vote: Vote) -> None:
        """Keep a vote, in the place of an earlier one on the same answer."""
        values = asdict(vote) | {"member": self.hashed(member), "given": utc_now()}
        same = [votes.c[name] == values[name] for name in ("member", "reference")]
        if not await self._changed(votes, *same, **values) and not await self._added(votes, **values):
            await self._changed(votes, *same, **values)

    async def about(self, member: int) -> Sequence[Vote]:
        """All that is kept about a member, oldest first."""
        return await self._votes(votes.c.member == self.hashed(member))

    async def forget(self, member: int) -> int:
        """Delete all that is kept about a member, from the file too; how much that was."""
        deleted = await self._delete(votes, votes.c.member == self.hashed(member))
        await self._wipe()
        return deleted

    async def forget_guild(self, guild: int) -> None:
        """Delete all that is kept about a server."""
        await self._delete(votes, votes.c.guild == guild)
        await self._delete(guilds, guilds.c.id == guild)
        self._rules.pop(guild, None)
        self._greeted.discard(guild)
        await self._wipe()

    async def gaps(self, guild: int | None = None) -> Sequence[Vote]:
        """The questions that members sent because the answer was of no use, of one server or of all."""
        here = [votes.c.guild == guild] if guild is not None else []
        return await self._votes(votes.c.value < 0, votes.c.question.is_not(None), *here)

    async def expire(self) -> int:
        """Delete what is older than its server's rules allow; how much that was."""
        known = await self._rows(select(guilds.c.id, guilds.c.rules))
        deleted = 0
        days = {row.id: Rules.model_validate_json(row.rules).retention_days for row in known}
        for guild, kept in days.items():
            deleted += await self._delete(votes, votes.c.guild == guild, votes.c.given < utc_now() - timedelta(days=kept))
        elsewhere = votes.c.guild.is_(None) | votes.c.guild.not_in(list(days))
        return deleted + await self._delete(votes, elsewhere, votes.c.given < utc_now() - timedelta(days=RETENTION_DAYS))

    async def count(self) -> int:
        """How many votes are kept."""
        return int(await self._only(select(func.count()).select_from(votes)))

    async def known_guilds(self) -> set[int]:
        """The servers about which anything is kept."""
        kept = union(select(guilds.c.id), select(votes.c.guild).where(votes.c.guild.is_not(None)))
        return {row[0] for row in await self._rows(kept)}

    async def _votes(self, *conditions: Any) -> list[Vote]:
        columns = [votes.c[name] for name in Vote.__dataclass_fields__]
        rows = await self._rows(select(*columns).where(*conditions).order_by(votes.c.given, votes.c.id))
        return [Vote(**row._mapping) for row in rows]

    async def _rows(self, statement: Executable) -> Sequence[Row[Any]]:
        with storage_error(self.where):
            async with self.engine.connect() as connection:
                return (await connection.execute(statement)).all()

    async def _only(self, statement: Select[Any]) -> Any:
        """The first value of the first row, or None."""
        with storage_error(self.where):
            async with self.engine.connect() as connection:
                return (await connection.execute(statement)).scalar()

    async def _added(self, table: Table, **values: Any) -> bool:
        """Add a row; not if there is one already, which another task or process may have added a moment ago."""
        with storage_error(self.where):
            try:
                async with self.engine.begin() as connection:
                    await connection.execute(insert(table).values(**values))
            except IntegrityError:
                return False
        return True

    async def _changed(self, table: Table, *conditions: Any, **values: Any) -> bool:
        """Change the rows that meet the conditions; whether there were any."""
        with storage_error(self.where):
            async with self.engine.begin() as connection:
                return (await connection.execute(update(table).where(*conditions).values(**values))).rowcount > 0

    async def _delete(self, table: Table, *conditions: Any) -> int:
        with storage_error(self.where):
            async with self.engine.begin() as connection:
                return (await connection.execute(delete(table).where(*conditions))).rowcount

    async def _wipe(self) -> None:
        """Rewrite a SQLite file: rows that were moved within it leave copies, which `secure_delete` does not reach."""
        if self.engine.dialect.name != "sqlite":
            return
        with storage_error(self.where):
            async with self.engine.connect() as connection:
                plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await plain.exec_driver_sql("VACUUM")
                await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _read_rules(self, guild: int) -> Versioned:
        rows = await self._rows(select(guilds.c.rules, guilds.c.version).where(guilds.c.id == guild))
        found = Versioned(EVERYWHERE, 0)
        for row in rows:
            found = Versioned(Rules.model_validate_json(row.rules), row.version)
        self._rules[guild] = found
        return found


def utc_now() -> datetime:
    """The time in UTC as the tables hold it, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)
