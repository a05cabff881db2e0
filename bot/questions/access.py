"""Apply the rules of a guild: who may ask where and how often, and which reports are searched."""

import math
import time
from collections.abc import Callable, Hashable, Iterable, Set
from dataclasses import dataclass, replace
from typing import Any

import discord
import structlog

from bot.config import BotSettings
from bot.delivery.permissions import TO_POST, missing_by_channel
from bot.delivery.sender import send_notice
from bot.errors import StorageError
from bot.forums.posts import tagged_channels
from bot.locale.catalogue import bot_catalogue
from bot.rate_limits import RateLimiter
from bot.reference_ids import current_reference
from bot.storage.guild_rules import EVERYWHERE, Rules, refusal_reason
from bot.storage.store import Storage
from bot.storage.usage import ChannelKind
from index.models import ReportInfo, Scope
from index.text.localization import Catalogue, Language

Interaction = discord.Interaction[Any]
log = structlog.get_logger(__name__)

MINUTE_SECONDS = 60.0  # the rates in the rules are per minute
KINDS: dict[discord.ChannelType | None, ChannelKind] = {
    discord.ChannelType.text: "text",
    discord.ChannelType.news: "announcement",
    discord.ChannelType.voice: "voice",
    discord.ChannelType.stage_voice: "voice",
}


@dataclass(frozen=True, slots=True)
class Requester:
    """A member and the place of their request.

    :param guild: None outside of a guild that the bot was added to.
    :param channels: The channel, for a thread its parent channel, and their category, as far as there are such.
    :param manages: Whether the member has the permission to manage the guild.
    """

    member: int
    guild: int | None
    channels: tuple[int, ...]
    roles: tuple[int, ...] = ()
    manages: bool = False
    kind: ChannelKind = "direct"


class AccessPolicy:
    """Apply the stored rules of guilds to requests."""

    def __init__(self, storage: Storage, clock: Callable[[], float] = time.monotonic) -> None:
        self.storage = storage
        self.limiter = RateLimiter(MINUTE_SECONDS, clock)

    async def rules(self, guild: int | None) -> Rules:
        """Read the rules of a guild; the default rules if the database fails, so that the bot still answers."""
        try:
            return (await self.storage.rules(guild)).rules
        except StorageError as error:
            log.error("rules cannot be read", reference=current_reference(), exc_info=error)
            return EVERYWHERE

    async def rules_at(self, interaction: Interaction) -> Rules:
        """Read the rules of the guild of an interaction."""
        return await self.rules(requester_of(interaction).guild)

    async def refuse(self, visitor: Requester, words: Catalogue) -> str | None:
        """Check whether a member may ask now; if so, count the question against their rate limit.

        :return: The reason for a refusal, for the member; None if they may ask.
        """
        refusal = await self._find_refusal(visitor, words)
        if refusal:
            self.storage.count_question(visitor.guild, visitor.kind, "refused")
        return refusal

    async def _find_refusal(self, visitor: Requester, words: Catalogue) -> str | None:
        rules = await self.rules(visitor.guild)
        if reason := refusal_reason(rules, visitor.channels, visitor.roles, manages=visitor.manages):
            return words(f"refused.{reason}")
        rates: dict[Hashable, int] = {("member", visitor.guild, visitor.member): rules.member_rate}
        rates |= {("channel", visitor.channels[0]): rules.channel_rate} if visitor.guild else {}
        if seconds := self.limiter.wait(rates):
            return words("refused.rate", seconds=math.ceil(seconds))
        return None

    async def admits(self, interaction: Interaction, language: Language) -> bool:
        """Check whether a member may use the bot here; if not, send them an ephemeral notice."""
        refusal = await self.refuse(requester_of(interaction), bot_catalogue(language))
        if refusal:
            await send_notice(interaction, refusal)
        return not refusal


def requester_of(interaction: Interaction) -> Requester:
    """Read the requester of an interaction; a guild that the bot was not added to has no rules."""
    guild = interaction.guild_id if interaction.is_guild_integration() else None
    member = interaction.user
    roles = tuple(role.id for role in member.roles) if isinstance(member, discord.Member) else ()
    manages = guild is not None and interaction.permissions.manage_guild
    channels = channel_and_above(interaction.channel, interaction.channel_id or 0)
    return Requester(member.id, guild, channels, roles, manages, channel_kind(interaction.channel))


def author_of(message: discord.Message) -> Requester:
    """Read the requester of a message."""
    author = message.author
    member = author if isinstance(author, discord.Member) else None
    return Requester(
        author.id,
        message.guild.id if message.guild else None,
        channel_and_above(message.channel, message.channel.id),
        tuple(role.id for role in member.roles) if member else (),
        member is not None and member.guild_permissions.manage_guild,
        channel_kind(message.channel),
    )


def channel_kind(channel: Any) -> ChannelKind:
    """Return the kind of a channel; a post in a forum is of the forum."""
    if isinstance(channel, discord.Thread):
        return "forum" if isinstance(channel.parent, discord.ForumChannel) else "thread"
    return KINDS.get(getattr(channel, "type", None), "direct")


def channel_and_above(channel: Any, channel_id: int) -> tuple[int, ...]:
    """Return the ids of a channel, for a thread of its parent channel, and of their category, the nearest first."""
    parent_id = getattr(channel, "parent_id", None)
    parent = channel.parent if isinstance(channel, discord.Thread) else channel
    return tuple(id_ for id_ in (channel_id, parent_id, getattr(parent, "category_id", None)) if id_)


def answered_forums(guild: discord.Guild, rules: Rules) -> frozenset[int]:
    """Return the ids of the forum and media channels whose new posts get a first suggestion."""
    if not rules.forum:
        return frozenset()
    places = {forum.id: channel_and_above(forum, forum.id) for forum in guild.forums}
    return frozenset(id_ for id_, above in places.items() if not refusal_reason(rules, above, rules.roles, manages=False))


def missing_under_rules(guild: discord.Guild, rules: Rules, channels: Set[int]) -> dict[int, tuple[str, ...] | None]:
    """Find the channels in which the bot lacks a permission, and the channel of the weekly digest if it lacks one there.

    :param channels: Ids of the channels, categories and threads for questions.
    :return: As `missing_by_channel` does.
    """
    tagged = tagged_channels(guild, channels) if answered_forums(guild, rules) else ()
    missing = missing_by_channel(guild, channels, tagged)
    if rules.digest_channel and rules.digest_channel not in channels:
        missing |= missing_by_channel(guild, {rules.digest_channel}, needed=TO_POST)
    return missing


def asked_reports(rules: Rules, published: Iterable[ReportInfo]) -> tuple[ReportInfo, ...]:
    """Select the published reports that a guild chose; all of them if that leaves none."""
    sources = tuple(published)
    return tuple(source for source in sources if source.report in rules.reports) or sources


def changed_choice(rules: Rules, published: Iterable[ReportInfo], report: str, *, wanted: bool) -> frozenset[str]:
    """Add a report to the choice of a guild, or remove it.

    The first report that is added becomes the only one; removing starts from the reports that are searched now.
    """
    if wanted:
        return rules.reports | {report}
    return frozenset(source.report for source in asked_reports(rules, published)) - {report}


def restrict_scope(scope: Scope | None, rules: Rules, published: Iterable[ReportInfo]) -> Scope | None:
    """Restrict a scope to the reports of a guild; a scope with a session or reports of its own stays as it is."""
    sources = tuple(published)
    chosen = asked_reports(rules, sources)
    if chosen == sources or (scope and (scope.session or scope.reports)):
        return scope
    return replace(scope or Scope(), reports=tuple(source.report for source in chosen))


def shown_to_all(rules: Rules, settings: BotSettings) -> bool:
    """Check whether answers are public by default."""
    return settings.bot.answers_public_by_default if rules.public is None else rules.public


def language_here(rules: Rules, settings: BotSettings) -> Language:
    """Return the language for a message that shows none."""
    return rules.language or settings.bot.default_language
