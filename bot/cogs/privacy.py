"""/privacy: what is kept about a member, shown, exported and deleted."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.cards.escaping import inline_text
from bot.cards.paging import join_pages
from bot.delivery.sender import client_words, send_notice
from bot.errors import StorageError
from bot.locale.translation import localized_command, localized_text
from bot.questions.runtime import Runtime
from bot.reference_ids import new_reference
from bot.storage.store import Vote
from index.text.localization import Catalogue

Interaction = discord.Interaction[Any]
PAGE, QUESTION, REASON = 3600, 300, 300
FILE = "report-bot-privacy.json"
log = structlog.get_logger(__name__)


class Privacy(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    @localized_command("privacy")
    @app_commands.rename(action=localized_text("command.privacy.action"))
    @app_commands.describe(action=localized_text("command.privacy.action_description"))
    @app_commands.choices(
        action=[
            app_commands.Choice(name=localized_text(f"command.privacy.{action}"), value=action)
            for action in ("show", "export", "delete")
        ]
    )
    async def privacy(self, interaction: Interaction, action: str = "show") -> None:
        words = client_words(interaction)
        member, storage = interaction.user.id, self.runtime.storage
        if action == "delete":
            count = await storage.forget(member)
            await send_notice(interaction, words("privacy.deleted", count=count))
            return
        held = await storage.about(member)
        if action == "export":
            await interaction.response.send_message(file=discord.File(io.BytesIO(export_votes(held)), FILE), ephemeral=True)
            return
        pages = join_pages([words("privacy.kept"), *(vote_text(vote, words) for vote in held)], PAGE)
        await send_notice(interaction, *pages)


def export_votes(held: Sequence[Vote]) -> bytes:
    """All that is kept, as JSON."""
    votes = [asdict(vote) | {"given": vote.given.isoformat(timespec="seconds") + "Z"} for vote in held]
    return json.dumps({"votes": votes}, ensure_ascii=False, indent=2).encode()


def vote_text(vote: Vote, words: Catalogue) -> str:
    """A vote in a few lines."""
    head = words("privacy.vote", value="👍" if vote.value > 0 else "👎", day=vote.given.date(), reference=vote.reference)
    sent = (("privacy.question", vote.question, QUESTION), ("privacy.reason", vote.reason, REASON))
    return "\n".join(
        [f"- {head}", *(f"  - {words(key, text=inline_text(text, limit))}" for key, text, limit in sent if text)]
    )


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
            log_failure(error)
            return
        of_shard = {guild for guild in known if shard_of_guild(guild, self.client.shard_count or 1) == shard}
        await self.forget({guild for guild in of_shard if self.client.get_guild(guild) is None})

    async def forget(self, guilds: set[int]) -> None:
        for guild in guilds:
            try:
                await self.runtime.storage.forget_guild(guild)
            except StorageError as error:
                log_failure(error)
                return
        if guilds:
            log.info("forgot servers that removed the bot", servers=len(guilds))


def log_failure(error: StorageError) -> None:
    """Log a failure; the next start tries again."""
    log.error("servers cannot be forgotten", reference=new_reference(), exc_info=error)


def shard_of_guild(guild: int, count: int) -> int:
    """The shard that Discord gives a server to."""
    return (guild >> 22) % count
