"""Less common roads through the loopback Discord: places, subcommands, user installs, edits, deletions, outages."""

from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands, ui
from discord.ext import commands

from tests.discord.faults import Fault, delayed, dropped
from tests.discord.network import server_context
from tests.discord.payloads import CHANNEL
from tests.discord.sample_bot import SampleBot
from tests.discord.state import Violation
from tests.discord.world import world

Interaction = discord.Interaction[Any]


class Tree(commands.Bot):
    """A bot of a few more commands; `errors` holds what they raised."""

    def __init__(self, connector: aiohttp.TCPConnector) -> None:
        nobody = discord.AllowedMentions.none()
        super().__init__("!", intents=discord.Intents(guilds=True), allowed_mentions=nobody, connector=connector)
        self.errors: list[Any] = []

    async def setup_hook(self) -> None:
        find = app_commands.Group(name="find", description="Find")

        @find.command(description="Find a page")
        @app_commands.describe(number="Which")
        async def page(interaction: Interaction, number: int) -> None:
            place = interaction.context
            await interaction.response.send_message(f"{number + 1} {place.guild} {place.dm_channel}")

        @self.tree.command(description="Send many")
        async def many(interaction: Interaction) -> None:
            await interaction.response.send_message("one")
            for number in range(6):
                await interaction.followup.send(f"more {number}")

        @self.tree.command(description="Edit")
        async def edit(interaction: Interaction) -> None:
            await interaction.response.send_message("words")
            await interaction.edit_original_response(view=ui.LayoutView().add_item(ui.TextDisplay("x")))

        @self.tree.command(description="First followup")
        async def followed(interaction: Interaction) -> None:
            await interaction.response.defer(thinking=True, ephemeral=True)
            await interaction.followup.send("the answer")

        @self.tree.error
        async def keep(_: Interaction, error: Any) -> None:
            self.errors.append(error.original)

        self.tree.add_command(find)
        await self.tree.sync()


@pytest.mark.parametrize(
    ("place", "answer"), [("guild", "42 True False"), ("dm", "42 False True"), ("group", "42 False False")]
)
async def test_fake_discord_subcommand_in_each_place_is_answered(place: Any, answer: str):
    async with world(Tree) as (fake, _, _):
        used = await fake.slash("find page", place=place, number=41)
        await fake.wait(lambda: used.answered)
        assert used.original["content"] == answer


async def test_fake_discord_invalid_test_action_raises_descriptive_error():
    async with world(Tree) as (fake, _, _):
        with pytest.raises(LookupError, match=r"no command 'lost' is synced: \['many', 'edit', 'followed', 'find'\]"):
            await fake.slash("lost")
        with pytest.raises(LookupError, match=r"'page' has no option 'letter'"):
            await fake.slash("find page", letter="x")
        used = await fake.slash("find page", number=1)
        await fake.wait(lambda: used.answered)
        with pytest.raises(LookupError, match=r"the message has no component 'More'"):
            await fake.click(used.original, label="More")
        with pytest.raises(TimeoutError, match=r"nothing matched within 0.01 s"):
            await fake.wait(lambda: False, timeout=0.01)


async def test_fake_discord_sixth_followup_of_user_install_is_refused():
    async with world(Tree) as (fake, bot, _):
        free = await fake.slash("many")
        await fake.wait(lambda: len(free.followups) == 6)
        used = await fake.slash("many", user_install=True)
        await fake.wait(lambda: bot.errors)
        assert ([m["content"] for m in used.followups], bot.errors[0].code) == ([f"more {n}" for n in range(5)], 40094)
        assert fake.drain() == [Violation("too many followups", str(used), "a user install gets 5")]


async def test_fake_discord_edit_to_components_keeping_content_is_refused():
    async with world(Tree) as (fake, bot, _):
        used = await fake.slash("edit")
        await fake.wait(lambda: bot.errors)
        assert (used.original["content"], bot.errors[0].code) == ("words", 50035)
        problem = "content: a message made of components cannot keep it"
        assert fake.drain() == [Violation("payload", str(used), problem)]


async def test_fake_discord_first_followup_to_deferral_becomes_original():
    async with world(Tree) as (fake, _, _):
        used = await fake.slash("followed")
        await fake.wait(lambda: used.answered)
        assert (used.original["content"], used.original["flags"], used.followups) == ("the answer", 64, [])


async def test_fake_discord_deleted_message_refuses_fetch_and_reply():
    async with world(SampleBot) as (fake, bot, _):
        said = await fake.say("bye")
        channel = bot.get_channel(int(CHANNEL))
        message = await channel.fetch_message(int(said["id"]))
        await fake.delete(said)
        with pytest.raises(discord.NotFound) as unknown:
            await channel.fetch_message(message.id)
        with pytest.raises(discord.HTTPException) as refused:
            await message.reply("too late")
        assert (unknown.value.code, refused.value.code) == (10008, 50035)


async def test_fake_discord_channel_message_is_edited_and_deleted():
    async with world(SampleBot) as (fake, bot, _):
        sent = await bot.get_channel(int(CHANNEL)).send("one")
        await sent.edit(content="two")
        assert fake.messages[str(sent.id)]["content"] == "two"
        await sent.delete()
        assert str(sent.id) not in fake.messages


async def test_fake_discord_event_during_outage_arrives_after_restart():
    async with world(SampleBot) as (fake, _, _):
        await fake.stop()
        missed = await fake.slash("raw", what="missed")
        await fake.start(server_context(), fake.port)
        await fake.wait(lambda: missed.answered)
        assert (len(fake.gateway.identifies), len(fake.gateway.resumes)) == (1, 1)


async def test_fake_discord_silent_gateway_is_resumed():
    def make(connector: aiohttp.TCPConnector) -> SampleBot:
        bot = SampleBot(connector)
        bot._connection.heartbeat_timeout = 0.3
        return bot

    async with world(make, heartbeat_ms=100) as (fake, _, _):
        fake.gateway.acknowledges_heartbeats = False
        await fake.wait(lambda: fake.gateway.resumes)
        assert (len(fake.gateway.identifies), fake.gateway.heartbeats > 0) == (1, True)


async def test_fake_discord_connection_dropped_before_request_is_never_acknowledged():
    async with world(SampleBot) as (fake, bot, _):
        fake.faults.append(dropped("POST", "/callback"))
        used = await fake.slash("raw", what="hello")
        await fake.wait(lambda: bot.errors)
        assert (used.ack, [violation.rule for violation in fake.drain()]) == (None, ["never acknowledged"])


async def test_fake_discord_delayed_callback_is_still_answered():
    async with world(SampleBot) as (fake, _, _):
        fake.faults.append(delayed("POST", "/callback", 0.01))
        used = await fake.slash("raw", what="hello")
        await fake.wait(lambda: used.answered)
        assert (used.original["content"], fake.faults[0].times) == ("hello", 0)


def test_fault_strikes_matching_request_limited_times():
    fault = Fault("POST", r"/messages$", times=1)
    assert fault.strikes("POST", "/channels/1/messages")
    assert not fault.strikes("GET", "/channels/1/messages")
    assert not fault.strikes("POST", "/channels/1/messages/2")
    fault.times = 0
    assert not fault.strikes("POST", "/channels/1/messages")
    assert Fault("*", "").strikes("DELETE", "/anything")
