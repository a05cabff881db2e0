"""Deletes what is kept about a server when it removes the bot, also if it did so while the bot was off."""

import discord
import structlog
from discord.ext import commands

from bot.errors import StorageError
from bot.questions.runtime import Runtime
from bot.references import new_reference

log = structlog.get_logger(__name__)


class Departures(commands.Cog):
    def __init__(self, client: commands.AutoShardedBot, runtime: Runtime) -> None:
        self.client, self.runtime = client, runtime

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server that is out of order for a while has not removed the bot."""
        await self.forget({guild.id})

    @commands.Cog.listener()
    async def on_shard_ready(self, shard: int) -> None:
        """Discord has listed all servers of a shard, those that are out of order too; of other shards this tells nothing."""
        try:
            known = await self.runtime.storage.known_guilds()
        except StorageError as error:
            complain(error)
            return
        of_shard = {guild for guild in known if shard_of(guild, self.client.shard_count or 1) == shard}
        await self.forget({guild for guild in of_shard if self.client.get_guild(guild) is None})

    async def forget(self, guilds: set[int]) -> None:
        for guild in guilds:
            try:
                await self.runtime.storage.forget_guild(guild)
            except StorageError as error:
                complain(error)
                return
        if guilds:
            log.info("forgot servers that removed the bot", servers=len(guilds))


def complain(error: StorageError) -> None:
    """Log a failure; the next start tries again."""
    log.error("servers cannot be forgotten", reference=new_reference(), exc_info=error)


def shard_of(guild: int, count: int) -> int:
    """The shard that Discord gives a server to."""
    return (guild >> 22) % count
