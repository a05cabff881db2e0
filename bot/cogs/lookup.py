"""Look up the outline, sessions and people: /contents, /agenda, /session, /speaker and /people."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.custom_ids import Target, query_key
from bot.cards.layout import notice_card, unknown_name_text
from bot.delivery.sender import client_language, send_response
from bot.locale.translation import localized_command, localized_text
from bot.lookup import autocomplete
from bot.questions.access import shown_to_all
from bot.questions.runtime import Runtime
from index.errors import UnknownNameError

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
QUERY = 1000


class Lookup(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    @localized_command("contents")
    async def contents(self, interaction: Interaction) -> None:
        await self.show(interaction, lambda: Target("contents", "", client_language(interaction)))

    @localized_command("agenda")
    @app_commands.rename(day=localized_text("command.option.day"))
    @app_commands.describe(day=localized_text("command.agenda.day_description"))
    async def agenda(self, interaction: Interaction, day: app_commands.Range[str, 0, QUERY] = "") -> None:
        await self.show(interaction, lambda: Target("agenda", query_key(day), client_language(interaction)))

    @localized_command("session")
    @app_commands.rename(name=localized_text("command.option.name"))
    @app_commands.describe(name=localized_text("command.session.name_description"))
    async def session(self, interaction: Interaction, name: app_commands.Range[str, 1, QUERY]) -> None:
        await self.show(interaction, lambda: self.runtime.lookup_cards.session(name, client_language(interaction)))

    @localized_command("speaker")
    @app_commands.rename(name=localized_text("command.option.name"))
    @app_commands.describe(name=localized_text("command.speaker.name_description"))
    async def speaker(self, interaction: Interaction, name: app_commands.Range[str, 1, QUERY]) -> None:
        await self.show(interaction, lambda: self.runtime.lookup_cards.person(name, client_language(interaction)))

    @localized_command("people")
    @app_commands.rename(
        organisation=localized_text("command.option.organisation"),
        country=localized_text("command.option.country"),
        session=localized_text("command.option.session"),
    )
    @app_commands.describe(
        organisation=localized_text("command.people.organisation_description"),
        country=localized_text("command.people.country_description"),
        session=localized_text("command.people.session_description"),
    )
    async def people(
        self,
        interaction: Interaction,
        organisation: app_commands.Range[str, 0, QUERY] = "",
        country: app_commands.Range[str, 0, QUERY] = "",
        session: app_commands.Range[str, 0, QUERY] = "",
    ) -> None:
        language = client_language(interaction)
        await self.show(interaction, lambda: self.runtime.lookup_cards.people(organisation, country, session, language))

    async def show(self, interaction: Interaction, find: Callable[[], Target]) -> None:
        """Respond with the card of the target that `find` returns; both are computed in a thread."""
        with self.runtime.in_progress.one():
            if not await self.runtime.access.admits(interaction, client_language(interaction)):
                return
            try:
                card = await asyncio.to_thread(lambda: self.runtime.lookup_cards.show(find()))
            except UnknownNameError as error:
                card = notice_card(unknown_name_text(error, client_language(interaction)))
            public = shown_to_all(await self.runtime.access.rules_at(interaction), self.runtime.settings)
            await send_response(partial(interaction.response.send_message, view=card, ephemeral=not public))

    @agenda.autocomplete("day")
    async def suggest_days(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.suggest_days(self.runtime.engine, typed)

    @session.autocomplete("name")
    @people.autocomplete("session")
    async def suggest_sessions(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.suggest_sessions(self.runtime.engine, typed)

    @speaker.autocomplete("name")
    async def suggest_people(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.suggest_people(self.runtime.engine, typed)

    @people.autocomplete("organisation")
    async def suggest_organisations(self, _: Interaction, typed: str) -> Choices:
        return autocomplete.suggest_organisations(self.runtime.engine, typed)
