"""Welcome whoever adds the bot to a guild, and handle the buttons of the welcome."""

import asyncio
from functools import partial
from typing import Any

import discord
import structlog
from discord.ext import commands

from bot.cards.buttons import OPTIONS
from bot.cards.layout import notice_card
from bot.delivery.sender import (
    FAILURES,
    PAUSE_SECONDS,
    acknowledge_interaction,
    client_language,
    deliver_card,
    retry_when_cut,
)
from bot.errors import explain_error
from bot.guilds.help_text import CommandList
from bot.guilds.inviter import find_inviter, greeting_channel
from bot.guilds.rules_text import describe_change
from bot.guilds.welcome_buttons import Step
from bot.guilds.welcome_cards import (
    EXAMPLES,
    askable_channels,
    channels_card,
    examples_card,
    language_card,
    rules_after,
    welcome_card,
)
from bot.locale.catalogue import bot_catalogue, language_of_locale
from bot.questions.click_guard import ClickGuard
from bot.questions.runtime import Runtime
from bot.reference_ids import begin_reference
from index.text.localization import Catalogue

Interaction = discord.Interaction[Any]
log = structlog.get_logger(__name__)


class Welcome(commands.Cog):
    def __init__(self, client: commands.AutoShardedBot, runtime: Runtime, registered: CommandList) -> None:
        self.client, self.runtime, self.registered = client, runtime, registered
        self.guard = ClickGuard(runtime)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Welcome who added the bot in a direct message, else in the guild's system channel, else nowhere."""
        begin_reference("join")
        language = language_of_locale(guild.preferred_locale.value)
        with self.runtime.in_progress.one():
            inviter = await find_inviter(guild, guild.me.id, language)
            card = welcome_card(guild.name, guild.id, self.registered.mention("help"), bot_catalogue(language))
            places: list[discord.abc.Messageable | None] = [inviter, greeting_channel(guild)]
            for place in filter(None, places):
                try:
                    # Discord accepts a nonce once, so two processes of the bot cannot welcome twice.
                    await retry_when_cut(partial(place.send, view=card, nonce=guild.id), PAUSE_SECONDS)
                except FAILURES as error:
                    explain_error(error, language)
                    continue
                log.info("welcomed", direct=place is inviter)
                return
        log.info("nobody to welcome")

    @commands.Cog.listener()
    async def on_welcome_step(self, interaction: Interaction, step: Step, guild: int) -> None:
        """Show the card of a step."""
        await self.guard(interaction, client_language(interaction), self.show(interaction, step, guild))

    @commands.Cog.listener()
    async def on_welcome_choice(self, interaction: Interaction, step: Step, guild: int, values: frozenset[str]) -> None:
        """Save what was chosen in a menu."""
        await self.guard(interaction, client_language(interaction), self.choose(interaction, step, guild, values))

    async def show(self, interaction: Interaction, step: Step, guild_id: int) -> None:
        words = bot_catalogue(client_language(interaction))
        if not await acknowledge_interaction(interaction, words.language, private=True):
            return
        if step == "try":
            complete = partial(self.runtime.engine.complete_question, "", words.language, EXAMPLES)
            card = examples_card(await asyncio.to_thread(complete), words)
        elif guild := await self.managed_guild(interaction, guild_id, words):
            rules = (await self.runtime.storage.rules(guild.id)).rules
            card = (channels_card if step == "channels" else language_card)(guild, rules, words)
        else:
            return
        await deliver_card(interaction, card, words.language)

    async def choose(self, interaction: Interaction, step: Step, guild_id: int, values: frozenset[str]) -> None:
        words = bot_catalogue(client_language(interaction))
        if not await acknowledge_interaction(interaction, words.language, private=True):
            return
        if guild := await self.managed_guild(interaction, guild_id, words):
            stored = await self.runtime.storage.rules(guild.id)
            offered = frozenset(channel.id for channel in askable_channels(guild)[:OPTIONS])
            rules = rules_after(stored.rules, step, values, offered)
            await self.runtime.storage.save(guild.id, rules, stored.version)
            change = describe_change(stored.rules, rules, self.runtime.engine.reports, words)
            await deliver_card(interaction, notice_card(change), words.language)

    async def managed_guild(self, interaction: Interaction, guild_id: int, words: Catalogue) -> discord.Guild | None:
        """Return the guild if the member manages it; else tell them why not and return None."""
        guild = self.client.get_guild(guild_id)
        if guild and await manages(interaction, guild):
            return guild
        reason = words("settings.not_yours" if guild else "welcome.left")
        await deliver_card(interaction, notice_card(reason), words.language)
        return None


async def manages(interaction: Interaction, guild: discord.Guild) -> bool:
    """Check whether a member manages a guild, also when they click in a direct message."""
    if interaction.guild_id == guild.id:
        return interaction.permissions.manage_guild
    try:
        member = await guild.fetch_member(interaction.user.id)
    except discord.NotFound:
        return False
    return member.guild_permissions.manage_guild
