"""Send each server that wants it the digest of a week: once, also across restarts and processes; late rather than never."""

import asyncio
from datetime import UTC, date
from functools import partial

import discord
import structlog

from bot.cards.layout import notice_card
from bot.delivery.sender import FAILURES, PAUSE_SECONDS, retry_when_cut
from bot.errors import explain_error
from bot.guilds.digest_text import digest_text, due_at, is_digest_of, last_day, latest_week
from bot.locale.catalogue import bot_catalogue
from bot.monitoring.refusal_log import refusal_log
from bot.questions.access import language_here
from bot.questions.card_history import card_texts
from bot.questions.runtime import Runtime
from bot.reference_ids import begin_reference, current_reference
from bot.refusals import refusal_cause
from bot.storage.guild_rules import Rules
from bot.storage.store import WEEK, DigestClaim, utc_now

log = structlog.get_logger(__name__)
EVERY_SECONDS = 300.0
LOOKED_THROUGH = 1000  # messages after the moment at which a digest was due


class WeeklyDigests:
    """The digests of the servers that this process serves."""

    def __init__(self, client: discord.Client, runtime: Runtime) -> None:
        self.client, self.runtime = client, runtime

    async def run(self) -> None:
        """Send the digests that are due, again and again until cancelled. A failure is logged."""
        await self.client.wait_until_ready()
        while True:
            try:
                wanted = await self.runtime.storage.digest_rules()
                for guild, rules in wanted.items():
                    if self.client.get_guild(guild):
                        await self.send_due(guild, rules)
            except Exception as error:
                log.error("digests failed", reference=current_reference(), exc_info=error)
            await asyncio.sleep(EVERY_SECONDS)

    async def send_due(self, guild: int, rules: Rules) -> None:
        """Send a server the digests of all weeks that have none, oldest first, up to the first that Discord refuses."""
        storage, channel = self.runtime.storage, rules.digest_channel or 0
        while claim := await storage.claim_digest(guild, latest_week(utc_now())):
            begin_reference("digest")
            with self.runtime.in_progress.one():
                try:
                    await self.send_claimed(guild, rules, claim)
                except FAILURES as error:
                    refusal_log.note(error, guild, channel)
                    explain_error(error, language_here(rules, self.runtime.settings))
                    return
                await storage.finish_digest(guild, claim.week)

    async def send_claimed(self, guild: int, rules: Rules, claim: DigestClaim) -> None:
        """Send the digest of a week, unless nothing was asked or an earlier attempt has sent it.

        If the server's filter blocks the texts of questions, their number is sent alone.

        :raises discord.HTTPException: If Discord refuses it.
        """
        storage, words = self.runtime.storage, bot_catalogue(language_here(rules, self.runtime.settings))
        channel = self.client.get_partial_messageable(rules.digest_channel or 0, guild_id=guild)
        asked = await storage.usage_between(guild, claim.week - WEEK, last_day(claim.week))
        write = partial(digest_text, claim.week, asked, await storage.gaps(guild), words)
        if not (text := write()) or (claim.again and await self.is_sent(channel, claim.week)):
            return
        try:
            await send_text(channel, claim.week, text)
        except discord.HTTPException as error:
            numbers = write(show_questions=False)
            if refusal_cause(error) != "filter" or numbers == text:
                raise
            refusal_log.note(error, guild, channel.id)
            await send_text(channel, claim.week, numbers)
        log.info("delivered", reference=current_reference())

    async def is_sent(self, channel: discord.PartialMessageable, week: date) -> bool:
        """Look in the channel for the digest of a week."""
        us = self.client.user
        async for message in channel.history(after=due_at(week).replace(tzinfo=UTC), limit=LOOKED_THROUGH):
            if message.author == us and any(is_digest_of(week, text) for text in card_texts(message)):
                return True
        return False


async def send_text(channel: discord.PartialMessageable, week: date, text: str) -> None:
    """Send a digest. Discord accepts its nonce once, so that no retry sends it twice."""
    await retry_when_cut(partial(channel.send, view=notice_card(text), nonce=f"digest-{week}"), PAUSE_SECONDS)
