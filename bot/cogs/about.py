"""Describe the bot and its sources: /help, /about and /reports."""

import asyncio
from functools import partial
from typing import Any

import discord
from discord.ext import commands

from bot.cards.escaping import inline_text
from bot.cards.layout import make_card
from bot.cards.paging import join_pages
from bot.config import VERSION
from bot.delivery.sender import client_words, send_followups, send_notice, send_response
from bot.guilds.help_text import CommandList, help_cards, help_lines
from bot.locale.translation import localized_command
from bot.questions.access import asked_reports, requester_of
from bot.questions.runtime import Runtime
from index.models import ReportInfo
from index.text.localization import Catalogue

Interaction = discord.Interaction[Any]
NAME, PAGE = 300, 3600
EXAMPLES = 3


class About(commands.Cog):
    """Commands that describe the bot."""

    def __init__(self, runtime: Runtime, registered: CommandList) -> None:
        self.runtime, self.registered = runtime, registered

    @localized_command("help")
    async def help(self, interaction: Interaction) -> None:
        """Show what the member can do here, with examples that the report answers and every command that they may use."""
        words, engine = client_words(interaction), self.runtime.engine
        managing = interaction.permissions if requester_of(interaction).manages else None
        examples = await asyncio.to_thread(engine.complete_question, "", words.language, EXAMPLES)
        lines = help_lines(self.registered, managing, interaction.locale, words)
        first, *more = help_cards(lines, examples, words)
        await send_response(partial(interaction.response.send_message, view=first, ephemeral=True))
        await send_followups(interaction, more, words.language)

    @localized_command("about")
    async def about(self, interaction: Interaction) -> None:
        """Show the reports with publisher, source and licence, the version, and what is stored."""
        words = client_words(interaction)
        engine = self.runtime.engine
        model = self.runtime.model
        written = [words("about.writer", **model)] if model else []
        texts = [
            words("about.head"),
            *(about_text(source, words) for source in engine.reports),
            *written,
            words("about.stored"),
        ]
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


def about_text(source: ReportInfo, words: Catalogue, *further: str) -> str:
    """Format what is known of a report's publication in the language of `words`, followed by `further` lines.

    A translated title is followed by the printed one.
    """
    told = source.in_language(words.language)
    printed = [inline_text(source.title, NAME)] if told.title != source.title else []
    fields = {key: getattr(told, key) for key in ("author", "publisher", "published", "source", "licence")}
    lines = [words(f"about.{key}", text=inline_text(text, NAME)) for key, text in fields.items() if text]
    original = [words("about.original", url=source.url)] if source.url else []
    return "\n".join([f"**{inline_text(told.title, NAME)}**", *printed, *lines, *original, *further])
