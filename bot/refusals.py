"""Know what an error code of Discord's means: what the member is told, and what someone has to change.

The codes are those of Discord's documentation, page "Opcodes and Status Codes". A cause is also a key of the catalogues:
`told.CAUSE` is for the member, `fix.CAUSE` for whoever manages the server.
"""

from collections.abc import Set
from typing import Literal

import discord

Cause = Literal["history", "filter", "access", "permission", "archived", "locked", "threads", "full", "slow", "deleted"]

CAUSES: dict[int, Cause] = {
    10003: "deleted",  # unknown channel
    10008: "deleted",  # unknown message
    20016: "slow",  # slow mode
    30033: "full",  # most members of a thread
    50001: "access",
    50013: "permission",
    50083: "archived",
    160002: "history",  # a reply without Read Message History
    160005: "locked",
    160006: "threads",  # most active threads
    160007: "threads",  # most active threads for announcements
    200000: "filter",  # AutoMod blocks a message
    200001: "filter",  # AutoMod blocks a title
}
# Nobody can bring back what was deleted. All other causes can be fixed in the server.
UNFIXABLE: Set[Cause] = {"deleted"}


def refusal_cause(error: BaseException) -> Cause | None:
    """Return why Discord refuses a request, or None if the reason is unknown."""
    return CAUSES.get(error.code) if isinstance(error, discord.HTTPException) else None
