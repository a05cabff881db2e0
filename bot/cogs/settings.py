"""Show and change the rules of a guild: /settings, for its managers."""

import io
from collections.abc import Callable
from typing import Any, get_args

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.escaping import inline_text
from bot.cards.layout import unknown_name_text
from bot.delivery.permissions import TO_POST, missing_permissions
from bot.delivery.sender import client_language, client_words, send_notice
from bot.errors import RulesFileError
from bot.guilds.rules_file import export_rules, import_rules, keep_known
from bot.guilds.rules_text import describe_change, describe_rules
from bot.locale.translation import localized_text
from bot.lookup import autocomplete
from bot.monitoring.server_report import missing_line
from bot.questions.access import changed_choice, requester_of
from bot.questions.runtime import Runtime
from bot.storage.guild_rules import EVERYWHERE, Rules
from bot.storage.store import Versioned
from index.errors import UnknownNameError
from index.lookup.scopes import resolve_report
from index.models import titles_by_report
from index.text.localization import Language

Interaction = discord.Interaction[Any]
AnyChannel = app_commands.AppCommandChannel | app_commands.AppCommandThread
CHANGES = (
    "language",
    "public",
    "short",
    "mentions",
    "threads",
    "own_threads",
    "forum",
    "member_rate",
    "channel_rate",
    "retention_days",
)
PLACES = ("anywhere", "only", "blocked", "unasked", "dedicated")
TITLES = 1000  # characters of the titles of the reports that are searched
FIELDS = {
    "only": "only_channels",
    "blocked": "blocked_channels",
    "unasked": "unasked_channels",
    "dedicated": "dedicated_channels",
}
FILE, FILE_BYTES = "report-bot-settings.json", 65536
KEYS = 1000  # characters of the names of keys and ids in a notice


class ChannelOption(app_commands.Transformer):
    """An option for a channel of any kind, also a category, a forum, or a thread, be it archived."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    async def transform(self, _: Interaction, value: AnyChannel, /) -> AnyChannel:
        return value


def settings_option(name: str) -> Callable[[Any], app_commands.Command[Any, ..., None]]:
    """Make a method a subcommand, with name and description from the catalogues."""
    return app_commands.command(
        name=localized_text(f"command.settings.{name}_name"),
        description=localized_text(f"command.settings.{name}_description"),
    )


def settings_choices(option: str, values: tuple[str, ...]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=localized_text(f"command.settings.{option}_{value}"), value=value) for value in values]


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.default_permissions(manage_guild=True)
class Settings(
    commands.GroupCog,
    group_name=localized_text("command.settings.name"),
    group_description=localized_text("command.settings.description"),
):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        group = self.app_command
        if group and not runtime.heads:  # there is no model to switch on
            group.remove_command(self.writer.name)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Permit managers only: Discord hides the command from others, but a guild may override that."""
        if requester_of(interaction).manages:
            return True
        await send_notice(interaction, client_words(interaction)("settings.not_yours"))
        return False

    @settings_option("show")
    async def show(self, interaction: Interaction) -> None:
        rules = (await self.read(interaction)).rules
        await send_notice(
            interaction, describe_rules(rules, self.runtime.engine.reports, client_words(interaction), self.runtime.model)
        )

    @settings_option("change")
    @app_commands.rename(**{name: localized_text(f"command.settings.{name}") for name in CHANGES})
    @app_commands.describe(**{name: localized_text(f"command.settings.{name}_description") for name in CHANGES})
    @app_commands.choices(language=settings_choices("language", (*get_args(Language), "default")))
    async def change(
        self,
        interaction: Interaction,
        language: str | None = None,
        public: bool | None = None,
        short: bool | None = None,
        mentions: bool | None = None,
        threads: bool | None = None,
        own_threads: bool | None = None,
        forum: bool | None = None,
        member_rate: app_commands.Range[int, 0, 60] | None = None,
        channel_rate: app_commands.Range[int, 0, 600] | None = None,
        retention_days: app_commands.Range[int, 1, 365] | None = None,
    ) -> None:
        options = {
            "public": public,
            "short": short,
            "mentions": mentions,
            "threads": threads,
            "own_threads": own_threads,
            "forum": forum,
            "member_rate": member_rate,
            "channel_rate": channel_rate,
            "retention_days": retention_days,
        }
        changed: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        if language:
            changed["language"] = None if language == "default" else language
        stored = await self.read(interaction)
        await self.save(interaction, stored, stored.rules.model_copy(update=changed))

    @settings_option("channel")
    @app_commands.rename(
        channel=localized_text("command.settings.channel_option"), asking=localized_text("command.settings.asking")
    )
    @app_commands.describe(
        channel=localized_text("command.settings.channel_option_description"),
        asking=localized_text("command.settings.asking_description"),
    )
    @app_commands.choices(asking=settings_choices("asking", PLACES))
    async def channel(
        self, interaction: Interaction, channel: app_commands.Transform[AnyChannel, ChannelOption], asking: str
    ) -> None:
        stored = await self.read(interaction)
        changed = {field: getattr(stored.rules, field) - {channel.id} for field in FIELDS.values()}
        if field := FIELDS.get(asking):
            changed[field] |= {channel.id}
        await self.save(interaction, stored, stored.rules.model_copy(update=changed))

    @settings_option("role")
    @app_commands.rename(
        role=localized_text("command.settings.role_option"), may_ask=localized_text("command.settings.may_ask")
    )
    @app_commands.describe(
        role=localized_text("command.settings.role_option_description"),
        may_ask=localized_text("command.settings.may_ask_description"),
    )
    async def role(self, interaction: Interaction, role: discord.Role, may_ask: bool) -> None:
        stored = await self.read(interaction)
        roles = stored.rules.roles | {role.id} if may_ask else stored.rules.roles - {role.id}
        await self.save(interaction, stored, stored.rules.model_copy(update={"roles": roles}))

    @settings_option("report")
    @app_commands.rename(report=localized_text("command.option.report"), asked=localized_text("command.settings.asked"))
    @app_commands.describe(
        report=localized_text("command.settings.report_option_description"),
        asked=localized_text("command.settings.asked_description"),
    )
    async def report(self, interaction: Interaction, report: app_commands.Range[str, 1, 1000], asked: bool) -> None:
        stored, published = await self.read(interaction), self.runtime.engine.reports
        try:
            name = resolve_report(titles_by_report(published), report)
        except UnknownNameError as error:
            await send_notice(interaction, unknown_name_text(error, client_language(interaction)))
            return
        reports = changed_choice(stored.rules, published, name, wanted=asked)
        await self.save(interaction, stored, stored.rules.model_copy(update={"reports": reports}))

    @report.autocomplete("report")
    async def suggest_reports(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return autocomplete.suggest_reports(self.runtime.engine.reports, typed)

    @settings_option("digest")
    @app_commands.rename(channel=localized_text("command.settings.channel_option"))
    @app_commands.describe(channel=localized_text("command.settings.digest_channel_description"))
    async def digest(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Choose the channel of the weekly digest; the notes say what to know about that channel."""
        stored, words = await self.read(interaction), client_words(interaction)
        notes = []
        if channel and channel.id != stored.rules.digest_channel:
            missing = missing_permissions(channel.permissions_for(channel.guild.me), TO_POST)
            notes += [missing_line(channel.mention, missing, words)] if missing else []
            public = channel.permissions_for(channel.guild.default_role).view_channel
            notes += [words("settings.digest_public")] if public else []
            notes += [] if stored.rules.digest_channel else [words("settings.digest_first")]
        changed = {"digest_channel": channel.id if channel else None}
        await self.save(interaction, stored, stored.rules.model_copy(update=changed), *notes)

    @settings_option("writer")
    @app_commands.rename(on=localized_text("command.settings.writer_on"))
    @app_commands.describe(on=localized_text("command.settings.writer_on_description"))
    async def writer(self, interaction: Interaction, on: bool) -> None:
        """Switch what a language model writes above answers on or off, and tell which model that is and what it is sent."""
        stored = await self.read(interaction)
        await self.save(interaction, stored, stored.rules.model_copy(update={"writer": on}))

    @settings_option("export")
    async def export(self, interaction: Interaction) -> None:
        content = export_rules((await self.read(interaction)).rules)
        await interaction.response.send_message(file=discord.File(io.BytesIO(content), FILE), ephemeral=True)

    @settings_option("import")
    @app_commands.rename(file=localized_text("command.settings.file"))
    @app_commands.describe(file=localized_text("command.settings.file_description"))
    async def import_file(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Replace the rules by those of a file; channels, roles and reports that the guild lacks are left out."""
        words, guild = client_words(interaction), interaction.guild
        try:
            imported = import_rules(await file.read() if file.size <= FILE_BYTES else b"")
        except RulesFileError as error:
            keys = inline_text(words("scope.between").join(error.keys), KEYS)
            await send_notice(
                interaction, words("settings.file_wrong", keys=keys) if keys else words("settings.file_unreadable")
            )
            return
        if guild is None:
            raise RuntimeError("a command for guilds came from elsewhere")
        channels = {channel.id for channel in (*guild.channels, *guild.threads)}
        rules, missing = keep_known(
            imported, channels, {role.id for role in guild.roles}, {source.report for source in self.runtime.engine.reports}
        )
        names = inline_text(words("scope.between").join(missing), KEYS)
        notes = [words("settings.file_dropped", names=names)] if missing else []
        await self.save(interaction, await self.read(interaction), rules, *notes)

    @settings_option("reset")
    async def reset(self, interaction: Interaction) -> None:
        await self.save(interaction, await self.read(interaction), EVERYWHERE)

    async def read(self, interaction: Interaction) -> Versioned:
        return await self.runtime.storage.rules(interaction.guild_id)

    async def save(self, interaction: Interaction, stored: Versioned, rules: Rules, *notes: str) -> None:
        """Save the rules and tell the manager what changed, followed by `notes`."""
        await self.runtime.storage.save(interaction.guild_id or 0, rules, stored.version)
        words, model = client_words(interaction), self.runtime.model
        change = describe_change(stored.rules, rules, self.runtime.engine.reports, words, model)
        if rules.writer and model and not stored.rules.writer:
            notes = (*notes, words("settings.writer_sends", **model))
        needs_content = rules.forum or rules.unasked_channels | rules.dedicated_channels
        if needs_content and not self.runtime.settings.bot.message_content:
            notes = (*notes, words("settings.content_needed"))
        await send_notice(interaction, "\n".join([change, *notes]))
