"""Shards that resume their session after an outage or an unreadable frame, which those of discord.py do not."""

import asyncio
from typing import Any, Literal

import discord.shard
from discord.backoff import ExponentialBackoff
from discord.gateway import ReconnectWebSocket

# Less than the three seconds within which Discord expects a response to a command.
LONGEST_PAUSE_SECONDS = 2.0


class CappedBackoff(ExponentialBackoff[Literal[False]]):
    """Exponential backoff between connection attempts, capped at `LONGEST_PAUSE_SECONDS`."""

    def delay(self) -> float:
        """Return the seconds to wait before the next attempt."""
        return min(super().delay(), LONGEST_PAUSE_SECONDS)


class ResumingShard(discord.shard.Shard):
    """A shard that resumes its session after any failure of its connection.

    The shard of discord.py starts a new session after an outage, which loses the events in between. After several outages in
    an hour it waits for minutes, and an invalid JSON frame ends the program. Discord reports when a session has expired.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._handled_exceptions = (Exception,)
        self._backoff = CappedBackoff()

    async def worker(self) -> None:
        """Handle events in order and yield to the event loop after each one.

        discord.py would start the handlers of hundreds of queued events before any of them continues.
        """
        ws, poll = self.ws, self.ws.poll_event

        async def poll_event() -> None:
            await poll()
            await asyncio.sleep(0)

        self._backoff = CappedBackoff()
        ws.poll_event = poll_event  # type: ignore[method-assign]  # only for this socket, see above
        try:
            await super().worker()
        finally:
            del ws.poll_event  # it refers to the connection's buffers

    async def reconnect(self) -> None:
        """Request a new connection that resumes the session if there is one."""
        await self.reidentify(ReconnectWebSocket(self.id, resume=self.ws.session_id is not None))


def resume_after_outages() -> None:
    """Make discord.py use `ResumingShard` in the whole process. It looks the class up by its module attribute only."""
    discord.shard.Shard = ResumingShard  # type: ignore[assignment, misc]  # the only hook, see above
