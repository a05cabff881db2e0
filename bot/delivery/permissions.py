"""Compare the permissions that the bot has in a channel with those that it needs there. Pure functions."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord

# In the order in which Discord's settings list them. The names are also keys of the catalogues, `permission.NAME`.
NEEDED = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "read_message_history",
    "add_reactions",
)
# Where the bot only sends messages of its own.
TO_POST = ("view_channel", "send_messages", "read_message_history")


TAGGING = "manage_threads"  # needed for the tag of solved posts alone
THREADS_ALONE = ("send_messages_in_threads", "create_public_threads")  # which voice and stage channels do not have
# In a thread, and so in the posts of a forum, these change nothing for the bot.
OUTSIDE_THREADS = ("send_messages", "create_public_threads")


def missing_permissions(held: discord.Permissions, needed: Iterable[str] = NEEDED) -> tuple[str, ...]:
    """Return the names of the needed permissions that are not held, in order."""
    return tuple(name for name in needed if not getattr(held, name))


def needed_in(channel: Any) -> tuple[str, ...]:
    """Return the names of the permissions that the bot needs in a channel, thread or category, depending on its kind."""
    useless: tuple[str, ...] = ()
    if isinstance(channel, discord.Thread | discord.ForumChannel):
        useless = OUTSIDE_THREADS
    elif isinstance(channel, discord.VoiceChannel | discord.StageChannel):
        useless = THREADS_ALONE
    return tuple(name for name in NEEDED if name not in useless)


def invitation(application: int) -> str:
    """Return the address of the page on which a server's manager adds the bot with all permissions that it needs."""
    needed = discord.Permissions(**dict.fromkeys(NEEDED, True))
    return discord.utils.oauth_url(application, permissions=needed, scopes=("bot", "applications.commands"))


def missing_by_channel(
    guild: discord.Guild, channels: Iterable[int], tagged: Iterable[int] = (), needed: Sequence[str] = ()
) -> dict[int, tuple[str, ...] | None]:
    """Find the channels in which the bot lacks a needed permission.

    :param channels: Ids of channels, categories or threads.
    :param tagged: Those where the bot sets a tag on posts, for which it needs to manage threads.
    :param needed: Names of the needed permissions; empty for those that questions need in a channel of each kind.
    :return: The names of the missing permissions by id; None for a channel that is deleted or hidden from the bot.
    """
    missing: dict[int, tuple[str, ...] | None] = {}
    for id_ in sorted(channels):
        channel = guild.get_channel_or_thread(id_)
        names_needed = needed or (*needed_in(channel), *([TAGGING] if id_ in tagged else []))
        names = missing_permissions(channel.permissions_for(guild.me), names_needed) if channel else None
        if names != ():
            missing[id_] = names
    return missing
