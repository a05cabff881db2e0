"""A server's own rules for the bot, and what they let whom do. Pure."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from index.text.localization import Language

Refusal = Literal["channel", "role"]


class Rules(BaseModel):
    """The rules of one server. Ids are Discord's; None follows the bot's configuration."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: Language | None = None
    public: bool | None = None
    short: bool = False
    mentions: bool = True
    threads: bool = True
    # Answer only here, if any are named; never here; here also without being asked, if a message ends in a question mark.
    only_channels: frozenset[int] = frozenset()
    blocked_channels: frozenset[int] = frozenset()
    unasked_channels: frozenset[int] = frozenset()
    # Answer only those who have one of these roles, if any are named.
    roles: frozenset[int] = frozenset()
    # Ask only these reports, by their names, if any are named.
    reports: frozenset[str] = frozenset()
    member_rate: int = Field(default=0, ge=0, le=60)  # questions a minute; 0 sets no limit
    channel_rate: int = Field(default=0, ge=0, le=600)
    retention_days: int = Field(default=90, ge=1, le=365)


EVERYWHERE = Rules()


def refusal_reason(rules: Rules, channels: Iterable[int], roles: Iterable[int], *, manages: bool) -> Refusal | None:
    """Which rule keeps a member from asking in a channel or one of its threads; none keeps who manages the server."""
    if manages:
        return None
    here = set(channels)
    if here & rules.blocked_channels or (rules.only_channels and not here & rules.only_channels):
        return "channel"
    return "role" if rules.roles and not rules.roles & set(roles) else None
