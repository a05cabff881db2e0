"""First contact: what the bot can do, and what it answers from."""

from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.escaping import inline
from bot.cards.layout import card
from bot.cards.paging import paged
from bot.config import VERSION
from bot.delivery.sender import client_words, notify, respond
from bot.locale.translation import named
from bot.questions.access import asked
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

    @named("help")
    async def help(self, interaction: Interaction) -> None:
        """Every command as Discord shows it to the member, from the command tree."""
        words = client_words(interaction)
        asking = [words("help.mention"), words("help.reply")]
        lines = [line for command in self.synced for line in lines_of(command, interaction.locale)]
        pages = paged([words("help.head"), *asking, *lines], PAGE)
        await notify(interaction, *pages)

    @named("about")
    async def about(self, interaction: Interaction) -> None:
        """Reports, their publishers, sources and licences, the version, and what is stored."""
        words = client_words(interaction)
        engine = self.runtime.engine
        texts = [words("about.head"), *(told(source, words) for source in engine.reports), words("about.stored")]
        footer = f"-# {words('about.version', version=VERSION, generation=inline(engine.generation, NAME))}"
        shown = card(texts, footer, discord.Colour.blurple())
        await respond(partial(interaction.response.send_message, view=shown, ephemeral=True))

    @named("reports")
    async def reports(self, interaction: Interaction) -> None:
        """Every report that is answered from, with its publisher, source and licence, and where a server leaves some out,
        whether it asks this one."""
        words, published = client_words(interaction), self.runtime.engine.reports
        here = asked(await self.runtime.door.rules_at(interaction), published)
        marks = {source: words("reports.asked" if source in here else "reports.named_only") for source in published}
        texts = [told(source, words, *([marks[source]] if here != published else [])) for source in published]
        await notify(interaction, *paged(texts, PAGE))


def lines_of(command: app_commands.AppCommand, locale: discord.Locale) -> list[str]:
    """A line for a command or a menu, or one for each of its subcommands, named as the member's client names them."""
    name = command.name_localizations.get(locale) or command.name
    if command.type is not CHAT_INPUT:
        return [f"- **{inline(name, NAME)}**"]
    groups = [option for option in command.options if isinstance(option, app_commands.AppCommandGroup)]
    shown: list[app_commands.AppCommand | app_commands.AppCommandGroup] = [*groups] or [command]
    return [
        f"- {each.mention} {inline(each.description_localizations.get(locale) or each.description, DESCRIPTION)}"
        for each in shown
    ]


def told(source: ReportInfo, words: Catalogue, *further: str) -> str:
    """What a report is and where it comes from, with further lines."""
    about = (("about.publisher", source.publisher), ("about.source", source.source), ("about.licence", source.licence))
    lines = [words(key, text=inline(text, NAME)) for key, text in about if text]
    return "\n".join([f"**{inline(source.title, NAME)}**", *lines, *further])
