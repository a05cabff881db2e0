"""Compare the permissions that the bot has in a channel with those that it needs there. Pure functions."""

from collections.abc import Iterable, Sequence

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


def missing_permissions(held: discord.Permissions, needed: Sequence[str] = NEEDED) -> tuple[str, ...]:
    """Return the names of the needed permissions that are not held, in order."""
    return tuple(name for name in needed if not getattr(held, name))


def invitation(application: int) -> str:
    """Return the address of the page on which a server's manager adds the bot with all permissions that it needs."""
    needed = discord.Permissions(**dict.fromkeys(NEEDED, True))
    return discord.utils.oauth_url(application, permissions=needed, scopes=("bot", "applications.commands"))


def missing_by_channel(
    guild: discord.Guild, channels: Iterable[int], needed: Sequence[str] = NEEDED
) -> dict[int, tuple[str, ...] | None]:
    """Find the channels in which the bot lacks a needed permission.

    :param channels: Ids of channels, categories or threads.
    :return: The names of the missing permissions by id; None for a channel that is deleted or hidden from the bot.
    """
    missing: dict[int, tuple[str, ...] | None] = {}
    for id_ in sorted(channels):
        channel = guild.get_channel_or_thread(id_)
        names = missing_permissions(channel.permissions_for(guild.me), needed) if channel else None
        if names != ():
            missing[id_] = names
    return missing
