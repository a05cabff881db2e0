"""The Discord client: intents, mentions, command registration, background services and a graceful shutdown."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.app.index_reload import reload_when_newer
from bot.app.resuming_shards import resume_after_outages
from bot.app.retention import expire_feedback, keep_usage, save_usage
from bot.app.weekly_digest import WeeklyDigests
from bot.cards.buttons import ITEMS
from bot.cards.layout import error_card
from bot.cogs.about import About
from bot.cogs.admin import Admin
from bot.cogs.answer_actions import AnswerActions
from bot.cogs.ask import Ask
from bot.cogs.context_menus import ContextMenus
from bot.cogs.lookup import Lookup
from bot.cogs.messages import Messages
from bot.cogs.navigation import Navigation
from bot.cogs.privacy import Departures, Privacy
from bot.cogs.settings import Settings
from bot.config import BotOptions, BotSettings
from bot.delivery.acknowledgements import Acknowledgements
from bot.delivery.request_order import request_order
from bot.delivery.seen_ids import SeenIds
from bot.delivery.sender import FAILURES, client_language, deliver_card, explain_refusal, send_response
from bot.engine import Engine
from bot.errors import StartError, StorageError, explain_error
from bot.guilds.help_text import CommandList
from bot.guilds.welcome import Welcome
from bot.guilds.welcome_buttons import WELCOME_ITEMS
from bot.locale.translation import CatalogueTranslator
from bot.monitoring.event_loop import watch_lag
from bot.monitoring.systemd import report_to_systemd
from bot.monitoring.web_server import WebServer, make_application
from bot.questions.runtime import Runtime
from bot.reference_ids import begin_reference
from bot.storage.store import Storage
from index.engine import Engine as IndexEngine
from index.engine import load_newer
from index.generations.build_failure import last_failure

Interaction = discord.Interaction[Any]
log = structlog.get_logger(__name__)

# The whole shutdown must take less than ten seconds, the shortest usual timeout of a service manager.
FAREWELL_SECONDS = 7.0
# For notifying members whose answer was not finished.
LAST_WORDS_SECONDS = 1.5


def make_bot(
    config: BotSettings,
    *,
    engine: Engine | None = None,
    connector: aiohttp.BaseConnector | None = None,
    **options: Any,
) -> "ReportBot":
    """Create the bot, ready for `start(token)`.

    :param engine: By default the live generation is loaded during the login.
    """
    return ReportBot(config, engine, connector=connector, **options)


async def open_storage(options: BotOptions) -> Storage:
    """Open the configured database. If the default location cannot be used, open one in memory instead.

    :raises StorageError: If a location that the configuration names cannot be used.
    """
    try:
        return await Storage.open(options.storage_url)
    except StorageError as error:
        if options.named_storage:
            raise
        log.warning("settings and feedback are kept until the restart alone", reason=str(error))
        return await Storage.open("sqlite+aiosqlite:///:memory:")


def intents_of(config: BotSettings) -> discord.Intents:
    """Return the gateway intents.

    Direct messages, mentions and replies that notify contain their content even without the message content intent.
    """
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=config.bot.message_content)


class Tree(app_commands.CommandTree["ReportBot"]):
    """The command tree. It handles each interaction once and answers every failure."""

    def __init__(self, client: "ReportBot", **options: Any) -> None:
        super().__init__(client, **options)
        self.seen = SeenIds()

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Return whether the interaction is new, and start its acknowledgement deadline and reference id."""
        new = self.seen.is_new(interaction.id)
        if new:
            self.client.acknowledgements.expect(interaction.id)
        if new and interaction.type is not discord.InteractionType.autocomplete:
            begin_reference("command")
        return new

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer a failed command with one sentence. A failed check has already answered."""
        if isinstance(error, app_commands.CheckFailure):
            return
        language = client_language(interaction)
        card = error_card(explain_refusal(getattr(error, "original", error), interaction, language), language)
        if interaction.response.is_done():
            await deliver_card(interaction, card, language)
            return
        try:
            await send_response(partial(interaction.response.send_message, view=card, ephemeral=True))
        except FAILURES as send_error:
            explain_error(send_error, language)


class ReportBot(commands.AutoShardedBot):
    """The client, with the recommended number of shards or those that the configuration assigns to this process."""

    def __init__(self, config: BotSettings, engine: Engine | None, **options: Any) -> None:
        resume_after_outages()
        self.acknowledgements = Acknowledgements()
        # Voice libraries are not installed on purpose: suppress the warnings.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=intents_of(config),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            max_messages=None,
            http_trace=request_order(self.acknowledgements),
            shard_count=config.bot.shard_count or None,
            **options,
        )
        self.shard_ids = list(config.bot.shard_ids) or None
        self.config, self.engine = config, engine
        self.runtime: Runtime | None = None
        self.left_in_peace = True
        self.farewell = FAREWELL_SECONDS
        self.jobs: list[asyncio.Task[None]] = []
        self.web: WebServer | None = None
        self.port = 0

    async def setup_hook(self) -> None:
        """Load the engine if there is none, open the database, start the services and register commands."""
        engine, self.engine = self.engine, None
        if engine is None:
            engine = await asyncio.to_thread(IndexEngine.load, self.config)
        self.runtime = Runtime.start(self.config, engine, await open_storage(self.config.bot), self.acknowledgements)
        await self.start_services(self.runtime)
        synced: list[app_commands.AppCommand] = []
        for cog in (
            Ask(self.runtime),
            Messages(self.application_user, self.runtime),
            AnswerActions(self.runtime),
            Lookup(self.runtime),
            Navigation(self.runtime),
            ContextMenus(self.runtime, self.tree),
            Settings(self.runtime),
            Departures(self, self.runtime),
            Privacy(self.runtime),
            Admin(self.runtime),
            About(self.runtime, CommandList(synced)),
            Welcome(self, self.runtime, CommandList(synced)),
        ):
            await self.add_cog(cog)
        self.add_dynamic_items(*ITEMS, *WELCOME_ITEMS)
        await self.tree.set_translator(CatalogueTranslator())
        synced += await self.tree.sync()
        self.jobs.append(asyncio.create_task(watch_lag(self.runtime.metrics)))
        log.info("logged in", bot=str(self.user), index=engine.generation)

    async def start_services(self, runtime: Runtime) -> None:
        """Start the background tasks: index reload, expiry of feedback, weekly digests, gauges and the web server."""
        options = self.config.bot
        self.jobs = [
            asyncio.create_task(expire_feedback(runtime.storage)),
            asyncio.create_task(keep_usage(runtime.storage)),
            asyncio.create_task(WeeklyDigests(self, runtime).run()),
            asyncio.create_task(report_to_systemd(self.wait_until_ready)),
        ]
        if isinstance(runtime.engine, IndexEngine):
            failure = partial(last_failure, self.config.index.path)
            self.jobs.append(asyncio.create_task(reload_when_newer(runtime, partial(load_newer, self.config), failure)))
            stale = "1 if the last build failed or its index cannot be used"
            runtime.metrics.gauge("index_stale", stale, lambda: bool(runtime.live.problem))
        runtime.metrics.gauge("questions_under_way", "Questions being answered or waiting", lambda: len(runtime.workers))
        runtime.metrics.gauge("gateway_seconds", "Delay of the gateway's heartbeat", lambda: self.latency)
        if options.web:
            site = Path(options.site) if options.site else None
            hosts = {options.web.rpartition(":")[0].strip("[]"), *options.web_hosts}
            web = WebServer(make_application(runtime.metrics, self.is_ready, site, hosts), runtime.metrics.malformed)
            try:
                self.port = await web.start(options.web)
                self.web = web
            except StartError as error:
                log.warning("no web server", reason=str(error))

    @property
    def application_user(self) -> discord.ClientUser:
        """The bot's own user. Raises RuntimeError before the login."""
        if self.user is None:
            raise RuntimeError("asked for the bot's user before the login")
        return self.user

    async def on_message(self, message: discord.Message, /) -> None:
        """Override the default, which looks for prefix commands: the cog `Messages` handles messages."""

    async def close(self) -> None:
        """Wait up to `FAREWELL_SECONDS` for answers in progress, cancel the rest with an apology, and disconnect.

        Sets `left_in_peace` to whether every answer was sent.
        """
        runtime, self.runtime = self.runtime, None
        if runtime:
            self.left_in_peace = await runtime.in_progress.ended(self.farewell)
            if not self.left_in_peace:
                log.warning("left before every answer was given", seconds=self.farewell)
            if runtime.heads:
                await runtime.heads.close()
            runtime.workers.close()
            await runtime.in_progress.ended(LAST_WORDS_SECONDS)
            for job in self.jobs:
                job.cancel()
            await asyncio.gather(*self.jobs, return_exceptions=True)
            if self.web:
                await self.web.close()
            await save_usage(runtime.storage)
            await runtime.storage.close()
        await super().close()
