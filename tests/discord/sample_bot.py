"""A throwaway bot that proves the loopback Discord; nothing in here knows that Discord is not real."""

import asyncio
import contextlib
import os
import signal
import sys
from typing import Any

import aiohttp
import discord
from discord import app_commands, ui
from discord.ext import commands

Interaction = discord.Interaction[Any]
NOBODY = discord.AllowedMentions.none()


class Ask(ui.Modal, title="Ask"):
    question: ui.Label[Any] = ui.Label(text="Question", component=ui.TextInput(custom_id="question"))
    kinds: ui.Label[Any] = ui.Label(
        text="Kinds",
        component=ui.Select(custom_id="kinds", options=[discord.SelectOption(label="A"), discord.SelectOption(label="B")]),
    )

    async def on_submit(self, interaction: Interaction) -> None:
        question, kinds = self.question.component, self.kinds.component
        await interaction.response.send_message(f"{question.value} {kinds.values}", ephemeral=True)


class Card(ui.LayoutView):
    def __init__(self, text: str) -> None:
        super().__init__(timeout=None)
        more: ui.Button[Any] = ui.Button(label="More", custom_id="more")
        more.callback = self.more  # type: ignore[method-assign]
        self.add_item(ui.Container(ui.TextDisplay(text), ui.ActionRow(more)))

    async def more(self, interaction: Interaction) -> None:
        await interaction.response.send_modal(Ask())


class Page(discord.ui.DynamicItem[ui.Button[Any]], template=r"page:(?P<number>\d+)"):
    def __init__(self, number: int) -> None:
        super().__init__(ui.Button(label=f"Page {number}", custom_id=f"page:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: Any, match: Any) -> "Page":
        return cls(int(match["number"]))

    async def callback(self, interaction: Interaction) -> None:
        view = ui.View(timeout=None).add_item(Page(self.number + 1))
        await interaction.response.edit_message(content=f"page {self.number}", view=view)


class SampleBot(commands.Bot):
    """`errors` holds what its commands raised; `go` holds back /wait until it is set; `started` says that it runs."""

    def __init__(self, connector: aiohttp.TCPConnector | None, mentions: discord.AllowedMentions | None = NOBODY) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
        super().__init__(
            command_prefix=commands.when_mentioned, intents=intents, allowed_mentions=mentions, connector=connector
        )
        self.errors: list[Any] = []
        self.heard: list[str] = []
        self.go, self.started = asyncio.Event(), asyncio.Event()
        self.tree.on_error = self.on_tree_error  # type: ignore[method-assign]

    async def setup_hook(self) -> None:
        self.add_view(Card("seen before a restart"))
        self.add_dynamic_items(Page)
        for command in (ask, raw, wait, quote):
            self.tree.add_command(command)
        await self.tree.sync()

    async def on_tree_error(self, _: Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(getattr(error, "original", error))

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        self.heard.append(message.content)
        referenced = message.reference.resolved if message.reference else None
        to_us = isinstance(referenced, discord.Message) and referenced.author == self.user
        if to_us or self.user in message.mentions or message.guild is None:
            about = f"about {referenced.content!r}" if isinstance(referenced, discord.Message) else "hello"
            await message.reply(f"{about}, {message.author.name}")


@app_commands.command(description="Ask")
@app_commands.describe(question="What to ask")
async def ask(interaction: Interaction, question: str) -> None:
    await interaction.response.defer(thinking=True)
    await interaction.edit_original_response(view=Card(f"# {question} in {interaction.locale}"))
    await interaction.followup.send("source", ephemeral=True)


@ask.autocomplete("question")
async def complete(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=word, value=word) for word in ("alpha", "beta") if typed in word]


@app_commands.command(description="Do one thing")
@app_commands.describe(what="Which thing")
async def raw(interaction: Interaction, what: str) -> None:
    response = interaction.response
    match what:
        case "oversize":
            await response.send_message("x" * 2001)
        case "page":
            await response.send_message("page 0", view=ui.View(timeout=None).add_item(Page(1)))
        case "file":
            await response.send_message(file=discord.File(__file__, "bot.py"))
        case "twice":
            await response.send_message("first")
            response._response_type = None
            await response.send_message("second")
        case "think":
            await response.defer(thinking=True)
        case "elsewhere":
            async with aiohttp.ClientSession(connector=interaction.client.http.connector, connector_owner=False) as http:
                await http.get("https://example.org/")
        case "leak":
            with contextlib.suppress(OSError):
                await asyncio.open_connection("192.0.2.1", 443)
    if not response.is_done():
        await response.send_message(what)


@app_commands.command(description="Wait for the test")
@app_commands.describe(where="Before or after the deferral")
async def wait(interaction: Interaction, where: str) -> None:
    bot: Any = interaction.client
    if where == "after":
        await interaction.response.defer(thinking=True)
    bot.started.set()
    await bot.go.wait()
    if where == "before":
        await interaction.response.defer(thinking=True)
    await interaction.edit_original_response(content="done")


@app_commands.context_menu(name="Quote")
async def quote(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"> {message.content}", ephemeral=True)


async def run(connector: aiohttp.TCPConnector | None = None) -> int:
    """Run until terminated."""
    loop = asyncio.get_running_loop()
    async with SampleBot(connector) as bot:
        loop.add_signal_handler(signal.SIGTERM, lambda: loop.create_task(bot.close()))
        await bot.start(os.environ["DISCORD_TOKEN"])
    return 0


def main() -> None:
    """Run as a script would; "refuse" on the command line stands for a mistake in the configuration."""
    if sys.argv[1:] == ["refuse"]:
        sys.exit(3)
    asyncio.run(run())
