"""A server's rules for the bot and their evaluation, without input or output."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from index.text.localization import Language

Refusal = Literal["channel", "role"]
Asking = Literal["blocked", "dedicated", "unasked", "only"]


class Rules(BaseModel):
    """The rules of one server. Ids are those of Discord. None means the value of the bot's configuration."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: Language | None = None
    public: bool | None = None
    short: bool = False
    mentions: bool = True
    threads: bool = True
    own_threads: bool = False
    forum: bool = False  # whether new posts of forums are answered
    # Channels and categories: only these, if any; never these; those where any question is answered, if the report knows the
    # answer; and those where every message is a question.
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
    digest_channel: int | None = None  # where the weekly digest is sent


EVERYWHERE = Rules()


def asking_at(rules: Rules, places: Iterable[int]) -> Asking | None:
    """Return how the rules let members ask in a channel; None if they name none of its places.

    :param places: Ids of the channel, for a thread of its parent channel, and of their category, the nearest first. The
        nearest that the rules name decides.
    """
    named: dict[Asking, frozenset[int]] = {
        "blocked": rules.blocked_channels,
        "dedicated": rules.dedicated_channels,
        "unasked": rules.unasked_channels,
        "only": rules.only_channels,
    }
    return next((asking for place in places for asking, ids in named.items() if place in ids), None)


def refusal_reason(rules: Rules, places: Iterable[int], roles: Iterable[int], *, manages: bool) -> Refusal | None:
    """Return which rule forbids a member to ask, or None.

    :param places: As for `asking_at`.
    :param manages: Whether the member may manage the server, to whom no rule applies.
    """
    if manages:
        return None
    asking = asking_at(rules, places)
    if asking == "blocked" or (rules.only_channels and not asking):
        return "channel"
    return "role" if rules.roles and not rules.roles & set(roles) else None


def question_channels(rules: Rules) -> frozenset[int]:
    """Return the ids of the channels and categories that the rules name for questions."""
    return rules.only_channels | rules.unasked_channels | rules.dedicated_channels
