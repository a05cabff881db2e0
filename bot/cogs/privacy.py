"""Show, export and delete what is stored about a member, and delete the data of guilds that remove the bot."""

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
        votes = await storage.about(member)
        if action == "export":
            await interaction.response.send_message(file=discord.File(io.BytesIO(export_votes(votes)), FILE), ephemeral=True)
            return
        model = self.runtime.model
        sent = [words("privacy.writer", **model)] if model else []
        pages = join_pages([words("privacy.kept"), *sent, *(vote_text(vote, words) for vote in votes)], PAGE)
        await send_notice(interaction, *pages)


def export_votes(votes: Sequence[Vote]) -> bytes:
    """Export the stored votes of a member as UTF-8 JSON."""
    entries = [asdict(vote) | {"given": vote.given.isoformat(timespec="seconds") + "Z"} for vote in votes]
    return json.dumps({"votes": entries}, ensure_ascii=False, indent=2).encode()


def vote_text(vote: Vote, words: Catalogue) -> str:
    """Format a vote with its question and reason."""
    head = words("privacy.vote", value="👍" if vote.value > 0 else "👎", day=vote.given.date(), reference=vote.reference)
    details = (("privacy.question", vote.question, QUESTION), ("privacy.reason", vote.reason, REASON))
    return "\n".join(
        [f"- {head}", *(f"  - {words(key, text=inline_text(text, limit))}" for key, text, limit in details if text)]
    )


class Departures(commands.Cog):
    """Delete the data of guilds that remove the bot, also while it is offline."""

    def __init__(self, client: commands.AutoShardedBot, runtime: Runtime) -> None:
        self.client, self.runtime = client, runtime

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Delete the data of a guild; Discord does not send this event for a guild that is only unavailable."""
        await self.forget({guild.id})

    @commands.Cog.listener()
    async def on_shard_ready(self, shard: int) -> None:
        """Delete the data of the shard's guilds that are gone: at this event, Discord has listed all of its guilds."""
        try:
            guilds = await self.runtime.storage.known_guilds()
        except StorageError as error:
            log_failure(error)
            return
        of_shard = {guild for guild in guilds if shard_of_guild(guild, self.client.shard_count or 1) == shard}
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
    """Log a failed deletion; the next start retries it."""
    log.error("servers cannot be forgotten", reference=new_reference(), exc_info=error)


def shard_of_guild(guild: int, count: int) -> int:
    """Compute the shard of a guild, as Discord's gateway documentation defines it."""
    return (guild >> 22) % count
