"""Shards that survive what discord.py's own do not: an outage, and a frame that cannot be read."""

import asyncio
from typing import Any, Literal

import discord.shard
from discord.backoff import ExponentialBackoff
from discord.gateway import ReconnectWebSocket

# Less than the three seconds that Discord gives a command: who asks as soon as Discord is back is answered.
LONGEST_PAUSE_SECONDS = 2.0


class CappedBackoff(ExponentialBackoff[Literal[False]]):
    """Waits longer and longer between two tries to connect, but never so long that members notice once Discord is back."""

    def delay(self) -> float:
        return min(super().delay(), LONGEST_PAUSE_SECONDS)


class ResumingShard(discord.shard.Shard):
    """A shard that takes up its session again whatever happened to its connection.

    discord.py's begins a new one after an outage, which loses what members asked meanwhile; waits minutes after a few
    outages in an hour; and ends the whole program at a frame that is no JSON. Discord says when it has forgotten a session.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._handled_exceptions = (Exception,)
        self._backoff = CappedBackoff()

    async def worker(self) -> None:
        """Handle events as they come, but let the loop breathe after each: of hundreds at once discord.py would begin all
        before it went on with any."""
        ws, poll = self.ws, self.ws.poll_event

        async def poll_event() -> None:
            await poll()
            await asyncio.sleep(0)

        self._backoff = CappedBackoff()
        ws.poll_event = poll_event  # type: ignore[method-assign]  # of this one socket alone, see above
        try:
            await super().worker()
        finally:
            del ws.poll_event  # which holds the connection's buffers

    async def reconnect(self) -> None:
        await self.reidentify(ReconnectWebSocket(self.id, resume=self.ws.session_id is not None))


def resume_after_outages() -> None:
    """Make discord.py use these shards, in the whole process: a module's name is the only place where it looks for them."""
    discord.shard.Shard = ResumingShard  # type: ignore[assignment, misc]  # the one place, see above
