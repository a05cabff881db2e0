"""Commands for operators: /gaps and /status for the managers of a guild, and /status for the bot's owner."""

import io
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.escaping import inline_text
from bot.cards.paging import join_pages
from bot.delivery.sender import client_words, send_notice
from bot.locale.translation import localized_command
from bot.monitoring.refusal_log import refusal_log
from bot.monitoring.server_report import OF_PERMISSIONS, fixes_text, usage_blocks
from bot.questions.access import answered_forums, missing_under_rules, requester_of
from bot.questions.reported_questions import gap_blocks, gaps_csv, group_questions
from bot.questions.runtime import Runtime
from bot.storage.guild_rules import question_channels
from bot.storage.usage import sum_by_day, sum_by_kind
from index.text.localization import Catalogue

Interaction = discord.Interaction[Any]
PAGE, NAME, PROBLEM = 3600, 300, 600
FILE = "gaps.csv"
USAGE_DAYS = 7  # that /status shows


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
        first = join_pages([head, *gap_blocks(gaps, words)], PAGE)[0]
        await send_notice(interaction, first)
        file = discord.File(io.BytesIO(gaps_csv(gaps).encode()), FILE)
        await interaction.followup.send(file=file, ephemeral=True)

    @localized_command("status")
    @app_commands.default_permissions(manage_guild=True)
    async def status(self, interaction: Interaction) -> None:
        """Show the managers of a guild what to fix there, and the bot's owner the index and the metrics."""
        words, owner = client_words(interaction), await interaction.client.is_owner(interaction.user)
        if not (owner or requester_of(interaction).manages):
            await send_notice(interaction, words("status.not_yours"))
            return
        guild, blocks = interaction.guild, [words("status.head")]
        if owner:
            blocks.append(await self.process_text(interaction.client.latency, words))
        if requester_of(interaction).manages and guild:
            blocks += await self.server_blocks(guild, interaction.channel_id or 0, words)
        elif owner:
            blocks += await self.usage_blocks(None, words)
        await send_notice(interaction, *join_pages(blocks, PAGE))

    async def server_blocks(self, guild: discord.Guild, here: int, words: Catalogue) -> list[str]:
        """List what to change in a guild, in forums and the channels for questions, else `here`; and its usage."""
        refused = refusal_log.of_guild(guild.id)
        of_permissions = {entry.channel for entry in refused if entry.cause in OF_PERMISSIONS}
        rules = await self.runtime.access.rules(guild.id)
        forums, digest = answered_forums(guild, rules), rules.digest_channel
        asking = (question_channels(rules) or {here}) | forums
        places = asking | (of_permissions - {digest})
        missing = missing_under_rules(guild, rules, places)
        return [fixes_text(missing, refused, words, digest=digest), *await self.usage_blocks(guild.id, words)]

    async def usage_blocks(self, guild: int | None, words: Catalogue) -> list[str]:
        """Write how much was asked in a guild; None for everywhere."""
        asked = await self.runtime.storage.usage(guild, USAGE_DAYS)
        return usage_blocks(sum_by_day(asked), sum_by_kind(asked), USAGE_DAYS, words)

    async def process_text(self, gateway_seconds: float, words: Catalogue) -> str:
        """Format the index and the metrics of this process."""
        manifest, metrics = self.runtime.engine.manifest, self.runtime.metrics
        median, p95 = metrics.latency(0.5), metrics.latency(0.95)
        values = {
            "generation": inline_text(manifest.id, NAME),
            "model": inline_text(f"{manifest.model} ({self.runtime.engine.dtype})", NAME),
            "built": inline_text(str(manifest.created), NAME),
            **({"stale": inline_text(problem, PROBLEM)} if (problem := self.runtime.live.problem) else {}),
            "answered": counts_text(metrics.answered),
            "latency": f"{median:.0f} / {p95:.0f} ms",
            "errors": counts_text(metrics.errors),
            "refused": counts_text(refusal_log.counts()),
            "queue": len(self.runtime.workers),
            "gateway": f"{gateway_seconds * 1000:.0f} ms",
            "votes": await self.runtime.storage.count(),
        }
        if self.runtime.heads:
            values |= {
                "writer": counts_text(metrics.written),
                "writer_tokens": await self.runtime.storage.tokens_today(),
            }
        return "\n".join(words(f"status.{name}", value=value) for name, value in values.items())


def counts_text(counts: Mapping[str, int] | Mapping[int, int]) -> str:
    """Format counts by name; 0 if there are none."""
    return " · ".join(f"{name} {count}" for name, count in counts.items()) or "0"
