"""Find whom to welcome in a new guild: who added the bot, or else the channel that greets those who join."""

import discord

from bot.delivery.sender import FAILURES
from bot.errors import explain_error
from index.text.localization import Language

ENTRIES = 25  # of the audit log that name an added bot, newest first


async def find_inviter(guild: discord.Guild, us: int, language: Language) -> discord.User | discord.Member | None:
    """Find who added the bot in the audit log; None if the bot may not read it or the entry is not there.

    :param us: The user id of the bot.
    """
    if not guild.me.guild_permissions.view_audit_log:
        return None
    try:
        async for entry in guild.audit_logs(action=discord.AuditLogAction.bot_add, limit=ENTRIES):
            if entry.target is not None and entry.target.id == us:
                return entry.user
    except FAILURES as error:
        explain_error(error, language)
    return None


def greeting_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Return the system channel if the guild wants messages about those who join there and the bot may write in it."""
    channel = guild.system_channel
    if channel is None or not guild.system_channel_flags.join_notifications:
        return None
    permissions = channel.permissions_for(guild.me)
    return channel if permissions.view_channel and permissions.send_messages else None
