"""First contact: what the bot can do, and what it answers from."""

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
    """`synced` are the commands as Discord has them, filled in after the login."""

    def __init__(self, runtime: Runtime, synced: list[app_commands.AppCommand]) -> None:
        self.runtime, self.synced = runtime, synced

    @localized_command("help")
    async def help(self, interaction: Interaction) -> None:
        """Every command as Discord shows it to the member, from the command tree."""
        words = client_words(interaction)
        asking = [words("help.mention"), words("help.reply")]
        lines = [line for command in self.synced for line in report_lines(command, interaction.locale)]
        pages = join_pages([words("help.head"), *asking, *lines], PAGE)
        await send_notice(interaction, *pages)

    @localized_command("about")
    async def about(self, interaction: Interaction) -> None:
        """Reports, their publishers, sources and licences, the version, and what is stored."""
        words = client_words(interaction)
        engine = self.runtime.engine
        texts = [words("about.head"), *(about_text(source, words) for source in engine.reports), words("about.stored")]
        footer = f"-# {words('about.version', version=VERSION, generation=inline_text(engine.generation, NAME))}"
        shown = make_card(texts, footer, discord.Colour.blurple())
        await send_response(partial(interaction.response.send_message, view=shown, ephemeral=True))

    @localized_command("reports")
    async def reports(self, interaction: Interaction) -> None:
        """Every report that is answered from, with its publisher, source and licence, and where a server leaves some out,
        whether it asks this one."""
        words, published = client_words(interaction), self.runtime.engine.reports
        here = asked_reports(await self.runtime.door.rules_at(interaction), published)
        marks = {source: words("reports.asked" if source in here else "reports.named_only") for source in published}
        texts = [about_text(source, words, *([marks[source]] if here != published else [])) for source in published]
        await send_notice(interaction, *join_pages(texts, PAGE))


def report_lines(command: app_commands.AppCommand, locale: discord.Locale) -> list[str]:
    """A line for a command or a menu, or one for each of its subcommands, named as the member's client names them."""
    name = command.name_localizations.get(locale) or command.name
    if command.type is not CHAT_INPUT:
        return [f"- **{inline_text(name, NAME)}**"]
    groups = [option for option in command.options if isinstance(option, app_commands.AppCommandGroup)]
    shown: list[app_commands.AppCommand | app_commands.AppCommandGroup] = [*groups] or [command]
    return [
        f"- {each.mention} {inline_text(each.description_localizations.get(locale) or each.description, DESCRIPTION)}"
        for each in shown
    ]


def about_text(source: ReportInfo, words: Catalogue, *further: str) -> str:
    """What a report is and where it comes from, with further lines."""
    about = (("about.publisher", source.publisher), ("about.source", source.source), ("about.licence", source.licence))
    lines = [words(key, text=inline_text(text, NAME)) for key, text in about if text]
    return "\n".join([f"**{inline_text(source.title, NAME)}**", *lines, *further])
