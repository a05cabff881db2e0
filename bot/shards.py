"""Shards that resume after an outage, where discord.py's own begin anew and lose what happened meanwhile."""

import discord.shard
from discord.gateway import ReconnectWebSocket


class ResumingShard(discord.shard.Shard):
    """A shard that takes up its session whenever there is one; Discord invalidates those that it forgot."""

    async def reconnect(self) -> None:
        await self.reidentify(ReconnectWebSocket(self.id, resume=self.ws.session_id is not None))


def resume_after_outages() -> None:
    """Make discord.py use these shards, in the whole process: a module's name is the only place where it looks for them."""
    discord.shard.Shard = ResumingShard  # type: ignore[misc]
