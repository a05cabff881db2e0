"""Commands for operators: /gaps for the managers of a guild, /status for the bot's owner."""

import io
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.escaping import inline_text
from bot.cards.paging import join_pages
from bot.delivery.sender import client_words, send_notice
from bot.locale.translation import localized_command
from bot.questions.access import requester_of
from bot.questions.reported_questions import Gap, gaps_csv, group_questions
from bot.questions.runtime import Runtime
from index.text.localization import Catalogue

Interaction = discord.Interaction[Any]
PAGE, QUESTION, PROBLEM = 3600, 300, 600
FILE = "gaps.csv"


class Admin(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    @localized_command("gaps")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def gaps(self, interaction: Interaction) -> None:
        """List the questions that members of the guild reported, and attach all of them as CSV."""
        words = client_words(interaction)
        if not requester_of(interaction).manages:
            await send_notice(interaction, words("settings.not_yours"))
            return
        gaps = group_questions(await self.runtime.storage.gaps(interaction.guild_id))
        if not gaps:
            await send_notice(interaction, words("gaps.none"))
            return
        head = words("gaps.head", count=sum(gap.count for gap in gaps))
        first = join_pages([head, *(gap_text(gap, words) for gap in gaps)], PAGE)[0]
        await send_notice(interaction, first)
        file = discord.File(io.BytesIO(gaps_csv(gaps).encode()), FILE)
        await interaction.followup.send(file=file, ephemeral=True)

    @localized_command("status")
    @app_commands.default_permissions()
    async def status(self, interaction: Interaction) -> None:
        """Show the index and the metrics to the bot's owner."""
        words = client_words(interaction)
        if not await interaction.client.is_owner(interaction.user):
            await send_notice(interaction, words("status.not_yours"))
            return
        manifest, metrics = self.runtime.engine.manifest, self.runtime.metrics
        median, p95 = metrics.latency(0.5), metrics.latency(0.95)
        values = {
            "generation": inline_text(manifest.id, QUESTION),
            "model": inline_text(f"{manifest.model} ({self.runtime.engine.dtype})", QUESTION),
            "built": inline_text(str(manifest.created), QUESTION),
            **({"stale": inline_text(problem, PROBLEM)} if (problem := self.runtime.live.problem) else {}),
            "answered": " · ".join(f"{verdict} {count}" for verdict, count in metrics.answered.items()) or 0,
            "latency": f"{median:.0f} / {p95:.0f} ms",
            "errors": " · ".join(f"{kind} {count}" for kind, count in metrics.errors.items()) or 0,
            "queue": len(self.runtime.workers),
            "gateway": f"{interaction.client.latency * 1000:.0f} ms",
            "votes": await self.runtime.storage.count(),
        }
        lines = [words("status.head"), *(words(f"status.{name}", value=value) for name, value in values.items())]
        await send_notice(interaction, "\n".join(lines))


def gap_text(gap: Gap, words: Catalogue) -> str:
    """Format a reported question with the reasons that members gave."""
    line = words("gaps.line", count=gap.count, question=inline_text(gap.question, QUESTION))
    return "\n".join(
        [f"- {line}", *(f"  - {words('gaps.reason', text=inline_text(reason, QUESTION))}" for reason in gap.reasons)]
    )
