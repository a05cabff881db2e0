"""Describe the bot and its sources: /help, /about and /reports."""

from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.escaping import inline_text
from bot.cards.layout import make_card
from bot.cards.paging import join_pages
from bot.config import VERSION
from bot.delivery.sender import client_words, send_notice, send_response
from bot.locale.translation import localized_command
from bot.questions.access import asked_reports
from bot.questions.runtime import Runtime
from index.models import ReportInfo
from index.text.localization import Catalogue

Interaction = discord.Interaction[Any]
DESCRIPTION, NAME, PAGE = 300, 300, 3600
CHAT_INPUT = discord.AppCommandType.chat_input


class About(commands.Cog):
    """Commands that describe the bot.

    :param synced: The commands as registered with Discord; filled after the login.
    """

    def __init__(self, runtime: Runtime, synced: list[app_commands.AppCommand]) -> None:
        self.runtime, self.synced = runtime, synced

    @localized_command("help")
    async def help(self, interaction: Interaction) -> None:
        """List every command as Discord shows it to the member."""
        words = client_words(interaction)
        usage = [words("help.mention"), words("help.reply")]
        lines = [line for command in self.synced for line in report_lines(command, interaction.locale)]
        pages = join_pages([words("help.head"), *usage, *lines], PAGE)
        await send_notice(interaction, *pages)

    @localized_command("about")
    async def about(self, interaction: Interaction) -> None:
        """Show the reports with publisher, source and licence, the version, and what is stored."""
        words = client_words(interaction)
        engine = self.runtime.engine
        texts = [words("about.head"), *(about_text(source, words) for source in engine.reports), words("about.stored")]
        footer = f"-# {words('about.version', version=VERSION, generation=inline_text(engine.generation, NAME))}"
        card = make_card(texts, footer, discord.Colour.blurple())
        await send_response(partial(interaction.response.send_message, view=card, ephemeral=True))

    @localized_command("reports")
    async def reports(self, interaction: Interaction) -> None:
        """List every report with publisher, source and licence.

        If the guild searches only some of them, each is marked as searched or not.
        """
        words, published = client_words(interaction), self.runtime.engine.reports
        searched = asked_reports(await self.runtime.access.rules_at(interaction), published)
        marks = {source: words("reports.asked" if source in searched else "reports.named_only") for source in published}
        texts = [about_text(source, words, *([marks[source]] if searched != published else [])) for source in published]
        await send_notice(interaction, *join_pages(texts, PAGE))


def report_lines(command: app_commands.AppCommand, locale: discord.Locale) -> list[str]:
    """Format a command or context menu, or each subcommand of a group, in the locale of the member's client."""
    name = command.name_localizations.get(locale) or command.name
    if command.type is not CHAT_INPUT:
        return [f"- **{inline_text(name, NAME)}**"]
    groups = [option for option in command.options if isinstance(option, app_commands.AppCommandGroup)]
    entries: list[app_commands.AppCommand | app_commands.AppCommandGroup] = [*groups] or [command]
    return [
        f"- {entry.mention} {inline_text(entry.description_localizations.get(locale) or entry.description, DESCRIPTION)}"
        for entry in entries
    ]


def about_text(source: ReportInfo, words: Catalogue, *further: str) -> str:
    """Format title, publisher, source and licence of a report, followed by `further` lines."""
    fields = (("about.publisher", source.publisher), ("about.source", source.source), ("about.licence", source.licence))
    lines = [words(key, text=inline_text(text, NAME)) for key, text in fields if text]
    return "\n".join([f"**{inline_text(source.title, NAME)}**", *lines, *further])
