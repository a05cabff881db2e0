"""Connect to Discord as the bot does, without answering, and find what has to be changed there."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

import aiohttp
import discord
from discord import app_commands

from bot.app.client import intents_of
from bot.app.runner import start_errors
from bot.cards.escaping import clean_text
from bot.config import BotSettings
from bot.delivery.permissions import invitation, missing_permissions
from bot.errors import StartError
from bot.locale.catalogue import bot_catalogue
from bot.locale.translation import command_names
from bot.questions.access import answered_forums, missing_under_rules
from bot.storage.guild_rules import Rules, question_channels
from bot.storage.store import Storage

# Discord's time has whole seconds, and an answer takes a moment to arrive.
CLOCK_SECONDS = 5.0
READY_SECONDS = 60.0
SETTINGS = "Edit Channel › Permissions"
# A thread has the permissions of its channel.
SETTINGS_OF: dict[type, str] = {
    discord.CategoryChannel: "Edit Category › Permissions",
    discord.Thread: f"{SETTINGS} of its channel",
}


class Finding(NamedTuple):
    """A line for the operator; if it is not sound, the line says what to do."""

    sound: bool
    text: str


class Doctor(discord.AutoShardedClient):
    """A client that only looks. It may be connected beside the bot, since it handles no events."""

    def __init__(self, config: BotSettings, **options: Any) -> None:
        self.clock_skew = 0.0
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._read_clock)
        super().__init__(intents=intents_of(config), http_trace=trace, shard_count=config.bot.shard_count or None, **options)
        self.message_content = config.bot.message_content

    async def _read_clock(self, _: aiohttp.ClientSession, __: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
        if date := ended.response.headers.get("Date"):
            self.clock_skew = time.time() - parsedate_to_datetime(date).timestamp()

    async def examine(self, token: str, storage: Storage) -> AsyncIterator[Finding]:
        """Log in, connect, and yield what is sound and what is not.

        :raises TokenError: If Discord rejects the token.
        :raises IntentError: If Discord does not grant an intent.
        :raises StartError: If Discord cannot be reached or ends the connection.
        :raises StorageError: If the rules of the servers cannot be read.
        """
        with start_errors():
            await self.login(token)
            yield Finding(True, f"login: as {clean_text(str(self.user))}")
            yield clock_finding(self.clock_skew)
            registered = {command.name for command in await app_commands.CommandTree(self).fetch_commands()}
            yield commands_finding(registered)
            await self.connect_once()
        yield Finding(True, f"gateway: connected, with{'' if self.message_content else 'out'} Message Content Intent")
        if not self.guilds:
            yield Finding(False, f"servers: none; add the bot to one at {invitation(self.application_id or 0)}")
        for guild in self.guilds:
            rules = (await storage.rules(guild.id)).rules
            for finding in server_findings(guild, rules, self.application_id or 0):
                yield finding

    async def connect_once(self) -> None:
        """Connect to the gateway and wait until the servers are known."""
        connecting, ready = asyncio.create_task(self.connect()), asyncio.create_task(self.wait_until_ready())
        await asyncio.wait({connecting, ready}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if connecting.done():
            await connecting
        if not ready.done():
            raise StartError(f"Discord does not get ready within {READY_SECONDS:g} s; try again later")


def clock_finding(skew: float) -> Finding:
    """Judge by how many seconds this machine's clock is ahead of Discord's."""
    if abs(skew) <= CLOCK_SECONDS:
        return Finding(True, "clock: agrees with Discord's")
    way = "ahead of" if skew > 0 else "behind"
    return Finding(
        False, f"clock: {abs(skew):.0f} s {way} Discord's; switch on time synchronisation: timedatectl set-ntp true"
    )


def commands_finding(registered: set[str]) -> Finding:
    """Compare the names of the commands that Discord knows with those of this version."""
    ours = command_names()
    if missing := sorted(ours - registered):
        remedy = "start report-bot run, which registers them, then reload Discord with Ctrl+R"
        return Finding(False, f"commands: not registered: {', '.join(missing)}; {remedy}")
    if unknown := sorted(registered - ours):
        remedy = "restart report-bot run in this version"
        return Finding(False, f"commands: registered by another version: {', '.join(map(clean_text, unknown))}; {remedy}")
    return Finding(True, f"commands: {len(ours)} registered")


def server_findings(guild: discord.Guild, rules: Rules, application: int) -> Iterator[Finding]:
    """Check the permissions in the channels that the rules of a server name, else in the server as a whole, and in forums.

    A forum is checked if its new posts are answered.
    """
    name = clean_text(guild.name)
    configured, forums, digest = question_channels(rules), answered_forums(guild, rules), rules.digest_channel
    channels = configured | forums
    missing_in = missing_under_rules(guild, rules, channels)
    if not configured:
        if missing := missing_permissions(guild.me.guild_permissions):
            where = f"open Server Settings › Roles, or add it again at {invitation(application)}"
            yield Finding(False, f"server {name}: allow the bot's role {shown_names(missing)}; {where}")
        else:
            yield Finding(True, f"server {name}: every permission, no channels for questions configured")
    for id_, names in missing_in.items():
        if names is None:
            remedy = f"allow the bot's role View Channel in {SETTINGS}, or use /settings"
            yield Finding(False, f"server {name}, channel {id_}: deleted or hidden from the bot; {remedy}")
        else:
            channel = guild.get_channel_or_thread(id_)
            where = SETTINGS_OF.get(type(channel), SETTINGS)
            yield Finding(
                False, f"server {name}, {shown_channel(channel)}: allow the bot's role {shown_names(names)} in {where}"
            )
    checked = channels | ({digest} if digest else set())
    if sound := len(checked) - len(missing_in):
        kind = "configured channels" if configured or digest else "forums"
        yield Finding(True, f"server {name}: every permission in {sound} of {len(checked)} {kind}")


def shown_channel(channel: Any) -> str:
    """Name a channel as Discord shows it; a category has no mark."""
    name = clean_text(str(channel))
    return f"category {name}" if isinstance(channel, discord.CategoryChannel) else f"#{name}"


def shown_names(permissions: tuple[str, ...]) -> str:
    """List permissions as Discord's settings name them."""
    words = bot_catalogue("en")
    return ", ".join(words(f"permission.{name}") for name in permissions)
