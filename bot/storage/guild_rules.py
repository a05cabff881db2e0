"""A server's rules for the bot and their evaluation, without input or output."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from index.text.localization import Language

Refusal = Literal["channel", "role"]


class Rules(BaseModel):
    """The rules of one server. Ids are those of Discord. None means the value of the bot's configuration."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: Language | None = None
    public: bool | None = None
    short: bool = False
    mentions: bool = True
    threads: bool = True
    own_threads: bool = False
    # Channels: only these, if any; never these; those where any question is answered, if the report knows the answer; and
    # those where every message is a question.
    only_channels: frozenset[int] = frozenset()
    blocked_channels: frozenset[int] = frozenset()
    unasked_channels: frozenset[int] = frozenset()
    dedicated_channels: frozenset[int] = frozenset()
    # Answer only members with one of these roles, if any.
    roles: frozenset[int] = frozenset()
    # Search only the reports with these names, if any.
    reports: frozenset[str] = frozenset()
    member_rate: int = Field(default=0, ge=0, le=60)  # questions a minute; 0 sets no limit
    channel_rate: int = Field(default=0, ge=0, le=600)
    writer: bool = False  # whether a language model writes above the answers, if one is configured
    retention_days: int = Field(default=90, ge=1, le=365)


EVERYWHERE = Rules()


def refusal_reason(rules: Rules, channels: Iterable[int], roles: Iterable[int], *, manages: bool) -> Refusal | None:
    """Return which rule forbids a member to ask, or None.

    :param channels: Ids of the channel and, for a thread, its parent.
    :param manages: Whether the member may manage the server, to whom no rule applies.
    """
    if manages:
        return None
    channel_ids = set(channels)
    open_channels = rules.only_channels | rules.unasked_channels | rules.dedicated_channels
    if channel_ids & rules.blocked_channels or (rules.only_channels and not channel_ids & open_channels):
        return "channel"
    return "role" if rules.roles and not rules.roles & set(roles) else None


def question_channels(rules: Rules) -> frozenset[int]:
    """Return the ids of the channels that the rules name for questions."""
    return rules.only_channels | rules.unasked_channels | rules.dedicated_channels
