"""Who may ask where and how often, and which reports, by the rules of the server that they are in."""

import math
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import discord
import structlog

from bot.config import BotSettings
from bot.delivery.sender import send_notice
from bot.errors import StorageError
from bot.locale.catalogue import bot_catalogue
from bot.rate_limits import RateLimiter
from bot.reference_ids import current_reference
from bot.storage.guild_rules import EVERYWHERE, Rules, refusal_reason
from bot.storage.store import Storage
from index.models import ReportInfo, Scope
from index.text.localization import Catalogue, Language

Interaction = discord.Interaction[Any]
log = structlog.get_logger(__name__)

MINUTE_SECONDS = 60.0  # rules count by the minute


@dataclass(frozen=True, slots=True)
class Requester:
    """A member where they ask; `channels` are the channel and, of a thread, what it belongs to."""

    member: int
    guild: int | None
    channels: tuple[int, ...]
    roles: tuple[int, ...] = ()
    manages: bool = False


class AccessPolicy:
    """Applies servers' rules."""

    def __init__(self, storage: Storage, clock: Callable[[], float] = time.monotonic) -> None:
        self.storage = storage
        self.limiter = RateLimiter(MINUTE_SECONDS, clock)

    async def rules(self, guild: int | None) -> Rules:
        """A server's rules; those of any server while they cannot be read, for an answer matters more."""
        try:
            return (await self.storage.rules(guild)).rules
        except StorageError as error:
            log.error("rules cannot be read", reference=current_reference(), exc_info=error)
            return EVERYWHERE

    async def rules_at(self, interaction: Interaction) -> Rules:
        """The rules where an interaction happens."""
        return await self.rules(requester_of(interaction).guild)

    async def refuse(self, visitor: Requester, words: Catalogue) -> str | None:
        """Why a member may not ask here and now, in words; None if they may, which takes one of their turns."""
        rules = await self.rules(visitor.guild)
        if why := refusal_reason(rules, visitor.channels, visitor.roles, manages=visitor.manages):
            return words(f"refused.{why}")
        rates: dict[Hashable, int] = {("member", visitor.guild, visitor.member): rules.member_rate}
        rates |= {("channel", visitor.channels[0]): rules.channel_rate} if visitor.guild else {}
        if seconds := self.limiter.wait(rates):
            return words("refused.rate", seconds=math.ceil(seconds))
        return None

    async def admits(self, interaction: Interaction, language: Language) -> bool:
        """Whether a member may use the bot where the interaction happens; if not, they alone are told why."""
        told = await self.refuse(requester_of(interaction), bot_catalogue(language))
        if told:
            await send_notice(interaction, told)
        return not told


def requester_of(interaction: Interaction) -> Requester:
    """Who makes an interaction, where; a server that the bot was not added to has no rules."""
    guild = interaction.guild_id if interaction.is_guild_integration() else None
    member = interaction.user
    roles = tuple(role.id for role in member.roles) if isinstance(member, discord.Member) else ()
    manages = guild is not None and interaction.permissions.manage_guild
    return Requester(member.id, guild, channel_and_parent(interaction.channel, interaction.channel_id or 0), roles, manages)


def author_of(message: discord.Message) -> Requester:
    """Who wrote a message, where."""
    author = message.author
    member = author if isinstance(author, discord.Member) else None
    return Requester(
        author.id,
        message.guild.id if message.guild else None,
        channel_and_parent(message.channel, message.channel.id),
        tuple(role.id for role in member.roles) if member else (),
        member is not None and member.guild_permissions.manage_guild,
    )


def channel_and_parent(channel: Any, channel_id: int) -> tuple[int, ...]:
    """A channel, and the one that it is a thread of."""
    parent = getattr(channel, "parent_id", None)
    return (channel_id, parent) if parent else (channel_id,)


def asked_reports(rules: Rules, published: Iterable[ReportInfo]) -> tuple[ReportInfo, ...]:
    """The reports that a server chose, as far as they are published; all where that leaves none."""
    every = tuple(published)
    return tuple(source for source in every if source.report in rules.reports) or every


def changed_choice(rules: Rules, published: Iterable[ReportInfo], report: str, *, wanted: bool) -> frozenset[str]:
    """A server's choice with one report more or less: the first that is wanted is wanted alone."""
    if wanted:
        return rules.reports | {report}
    return frozenset(source.report for source in asked_reports(rules, published)) - {report}


def restrict_scope(scope: Scope | None, rules: Rules, published: Iterable[ReportInfo]) -> Scope | None:
    """A scope within a server's reports; one that names a report, or a session of one, says itself which is asked."""
    every = tuple(published)
    here = asked_reports(rules, every)
    if here == every or (scope and (scope.session or scope.reports)):
        return scope
    return replace(scope or Scope(), reports=tuple(source.report for source in here))


def shown_to_all(rules: Rules, settings: BotSettings) -> bool:
    """Whether answers are shown to everybody unless a member chooses otherwise."""
    return settings.bot.answers_public_by_default if rules.public is None else rules.public


def language_here(rules: Rules, settings: BotSettings) -> Language:
    """The language of the bot's own words where a message shows none."""
    return rules.language or settings.bot.default_language
