"""The loopback Discord against a throwaway bot: what it serves, replays, refuses and records."""

import asyncio
from typing import Any

import aiohttp
import discord
import pytest
from discord.ext import commands

from tests.discord import payloads
from tests.discord.faults import dropped, rate_limited, refused
from tests.discord.network import HostRefusedError
from tests.discord.payloads import APPLICATION, CHANNEL, COMPONENTS_V2, DM_CHANNEL, EPHEMERAL, LOADING
from tests.discord.sample_bot import SampleBot
from tests.discord.server import FakeDiscord
from tests.discord.state import WAIT_SECONDS, Violation
from tests.discord.world import discord_server, world

NONE = {"parse": []}


class ShardedBot(commands.AutoShardedBot):
    def __init__(self, connector: aiohttp.TCPConnector) -> None:
        intents, nobody = discord.Intents(guilds=True), discord.AllowedMentions.none()
        super().__init__(command_prefix="!", intents=intents, allowed_mentions=nobody, connector=connector)

    async def setup_hook(self) -> None:
        @self.tree.command(description="Answer")
        async def ping(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("pong")

        await self.tree.sync()


async def replied(fake: FakeDiscord, message: dict[str, Any]) -> dict[str, Any]:
    return (await fake.wait(lambda: fake.replies(message)))[0]


def statuses(fake: FakeDiscord, method: str, path: str) -> list[int | None]:
    return [request.status for request in fake.calls(method, path, ok=False)]


async def test_fake_discord_login_uses_real_hosts_and_syncs_commands():
    async with world(SampleBot) as (fake, bot, _):
        assert bot.user.id == int(APPLICATION)
        assert [guild.name for guild in bot.guilds] == ["guild"]
        assert [str(request) for request in fake.requests] == [
            "GET /users/@me",
            "GET /oauth2/applications/@me",
            f"PUT /applications/{APPLICATION}/commands",
        ]
        assert [command["name"] for command in fake.commands] == ["ask", "raw", "wait", "Quote"]
        assert fake.gateway.session().connection.compress == "zstd-stream"


async def test_fake_discord_deferred_command_gets_layout_edit_and_followup():
    async with world(SampleBot) as (fake, _, _):
        asked = await fake.slash("ask", question="cats", locale="zh-TW")
        await fake.wait(lambda: asked.followups)
        assert asked.callback == {"type": 5}
        assert asked.original["flags"] == COMPONENTS_V2
        assert asked.original["components"][0]["components"][0]["content"] == "# cats in zh-TW"
        assert [(m["content"], m["flags"]) for m in asked.followups] == [("source", EPHEMERAL)]


async def test_fake_discord_sent_messages_allow_no_mentions():
    async with world(SampleBot) as (fake, _, _):
        asked = await fake.slash("ask", question="cats")
        await fake.wait(lambda: asked.followups)
        shown = await fake.slash("raw", what="page")
        await fake.wait(lambda: shown.answered)
        clicked = await fake.click(shown.original, label="Page 1")
        await fake.wait(lambda: clicked.ack)
        filed = await fake.slash("raw", what="file")
        await fake.wait(lambda: filed.answered)
        await replied(fake, await fake.say("hi", mentions_bot=True))
        edit, follow = fake.calls("PATCH", "/messages/@original"), fake.calls("POST", "/webhooks/")
        assert edit[0].body["allowed_mentions"] == follow[0].body["allowed_mentions"] == NONE
        assert (shown.ack, shown.data["allowed_mentions"]) == (4, NONE)
        assert (clicked.ack, clicked.data["allowed_mentions"]) == (7, NONE)
        assert filed.data["allowed_mentions"] == NONE
        assert fake.calls("POST", f"/channels/{CHANNEL}/messages")[0].body["allowed_mentions"] == NONE


async def test_fake_discord_message_allowing_mentions_is_a_violation():
    async with world(lambda connector: SampleBot(connector, mentions=None)) as (fake, _, _):
        await replied(fake, await fake.say("hi", mentions_bot=True))
        where = f"POST /channels/{CHANNEL}/messages"
        problem = "allowed_mentions: missing, so every mention in the text notifies"
        assert fake.drain() == [Violation("promise", where, problem)]


async def test_fake_discord_autocomplete_returns_choices():
    async with world(SampleBot) as (fake, _, _):
        typed = await fake.autocomplete("ask", "question", "al")
        await fake.wait(lambda: typed.ack)
        assert typed.callback == {"type": 8, "data": {"choices": [{"name": "alpha", "value": "alpha"}]}}


async def test_fake_discord_button_opens_form_and_form_is_answered():
    async with world(SampleBot) as (fake, _, _):
        asked = await fake.slash("ask", question="cats")
        await fake.wait(lambda: asked.followups)
        clicked = await fake.click(asked.original, label="More")
        await fake.wait(lambda: clicked.ack == 9)
        form = await fake.submit(clicked, {"question": "why", "kinds": ["B"]})
        await fake.wait(lambda: form.answered)
        assert (form.original["content"], form.original["flags"]) == ("why ['B']", EPHEMERAL)


async def test_fake_discord_component_of_old_message_is_answered():
    async with world(SampleBot) as (fake, _, _):
        row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "Page 7", "custom_id": "page:7"}]}
        old = fake.state.post({"content": "old", "components": [row]}, channel=CHANNEL)
        clicked = await fake.click(old, custom_id="page:7")
        await fake.wait(lambda: clicked.ack == 7)
        assert old["content"] == "page 7"
        assert [c["label"] for c in payloads.walk(old["components"]) if "label" in c] == ["Page 8"]


async def test_fake_discord_context_menu_and_file_upload_are_answered():
    async with world(SampleBot) as (fake, bot, _):
        quoted = await fake.menu("Quote", await fake.say("words"))
        filed = await fake.slash("raw", what="file")
        await fake.wait(lambda: quoted.answered and filed.answered)
        assert quoted.original["content"] == "> words"
        upload = filed.original["attachments"][0]
        assert upload["filename"] == "bot.py"
        assert (await bot.http.get_from_cdn(upload["url"])).startswith(b'"""A throwaway bot')


@pytest.mark.parametrize(("place", "channel"), [("guild", CHANNEL), ("dm", DM_CHANNEL)])
async def test_fake_discord_mention_and_reply_are_answered(place: Any, channel: str):
    async with world(SampleBot) as (fake, bot, _):
        mention = await fake.say(f"<@{APPLICATION}> hi", mentions_bot=True, place=place)
        first = await replied(fake, mention)
        assert (first["content"], first["channel_id"], first["author"]["id"]) == ("hello, alice", channel, APPLICATION)
        second = await replied(fake, await fake.say("and?", reply_to=first, place=place))
        assert second["content"] == "about 'hello, alice', alice"
        assert bot.heard == [f"<@{APPLICATION}> hi", "and?"]


async def test_fake_discord_without_message_content_intent_shows_only_mentions():
    def make(connector: aiohttp.TCPConnector) -> SampleBot:
        bot = SampleBot(connector)
        bot._connection._intents.message_content = False
        return bot

    async with world(make) as (fake, bot, _):
        await fake.say("secret")
        answer = await replied(fake, await fake.say("public", mentions_bot=True))
        await replied(fake, await fake.say("notifying", reply_to=answer))
        await replied(fake, await fake.say("silent", reply_to=answer, mentions_bot=False))
        assert bot.heard == ["", "public", "notifying", ""]


async def test_fake_discord_without_privileged_intents_refuses_login():
    async with world(SampleBot, ready=False, privileged=False) as (_, _, task):
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await asyncio.wait_for(task, WAIT_SECONDS)


async def test_fake_discord_wrong_token_refuses_login():
    with pytest.raises(discord.LoginFailure):
        async with world(SampleBot, token="bad"):
            raise AssertionError("never ready")


async def test_fake_discord_event_during_lost_connection_is_replayed_on_resume():
    async with world(SampleBot) as (fake, _, _):
        session = fake.gateway.session()
        await fake.gateway.close(4000)
        missed = await fake.slash("raw", what="missed")
        assert session.connection is None
        await fake.wait(lambda: missed.answered)
        assert missed.original["content"] == "missed"
        assert [resume["session_id"] for resume in fake.gateway.resumes] == [session.id]
        assert len(fake.gateway.identifies) == 1


async def test_fake_discord_op_7_and_cut_connection_lead_to_resume():
    async with world(SampleBot) as (fake, _, _):
        await fake.gateway.ask_reconnect()
        await fake.wait(lambda: len(fake.gateway.resumes) == 1 and fake.gateway.session().connection)
        fake.gateway.abort()
        await fake.wait(lambda: len(fake.gateway.resumes) == 2)
        said = await fake.slash("raw", what="again")
        await fake.wait(lambda: said.answered)
        assert len(fake.gateway.identifies) == 1


async def test_fake_discord_op_9_starts_new_session():
    async with world(SampleBot) as (fake, _, _):
        await fake.gateway.invalidate()
        await fake.wait(lambda: len(fake.gateway.identifies) == 2 and fake.gateway.sessions)
        said = await fake.slash("raw", what="again")
        await fake.wait(lambda: said.answered)
        assert fake.gateway.resumes == []


async def test_fake_discord_two_shards_log_in_and_guild_shard_answers():
    async with world(ShardedBot, shards=2) as (fake, _, _):
        said = await fake.slash("ping")
        await fake.wait(lambda: said.answered)
        assert sorted(identify["shard"] for identify in fake.gateway.identifies) == [[0, 2], [1, 2]]
        assert len(fake.calls("GET", "/gateway/bot")) == 1


async def test_fake_discord_status_429_is_retried():
    async with world(SampleBot) as (fake, _, _):
        fake.faults.append(rate_limited("POST", r"/channels/\d+/messages"))
        fake.faults.append(rate_limited("PATCH", "/messages/@original"))
        await replied(fake, await fake.say("hi", mentions_bot=True))
        asked = await fake.slash("ask", question="cats")
        await fake.wait(lambda: asked.followups)
        assert statuses(fake, "POST", r"/channels/\d+/messages") == [429, 200]
        assert statuses(fake, "PATCH", "/messages/@original") == [429, 200]


async def test_fake_discord_status_500_is_retried():
    async with world(SampleBot) as (fake, _, _):
        fake.faults.append(refused("POST", r"/channels/\d+/messages", status=500))
        await replied(fake, await fake.say("hi", mentions_bot=True))
        assert statuses(fake, "POST", r"/channels/\d+/messages") == [500, 200]


async def test_fake_discord_connection_dropped_after_request_keeps_result():
    async with world(SampleBot) as (fake, bot, _):
        fake.faults.append(dropped("POST", "/callback", when="after"))
        said = await fake.slash("raw", what="hello")
        await fake.wait(lambda: bot.errors)
        assert isinstance(bot.errors[0], aiohttp.ServerDisconnectedError)
        assert said.original["content"] == "hello"
        assert statuses(fake, "POST", "/callback") == [None]


async def test_fake_discord_oversize_payload_is_refused_and_recorded():
    async with world(SampleBot) as (fake, bot, _):
        said = await fake.slash("raw", what="oversize")
        await fake.wait(lambda: bot.errors)
        assert (bot.errors[0].status, bot.errors[0].code) == (400, 50035)
        where = f"POST /interactions/{said.id}/{said.token}/callback"
        assert fake.drain() == [
            Violation("payload", where, "data/content: maxLength 2000, got 2001"),
            Violation("never acknowledged", str(said), "the member waits for an answer that never comes"),
        ]


async def test_fake_discord_second_acknowledgement_is_refused_and_recorded():
    async with world(SampleBot) as (fake, bot, _):
        said = await fake.slash("raw", what="twice")
        await fake.wait(lambda: bot.errors)
        assert (bot.errors[0].status, bot.errors[0].code) == (400, 40060)
        assert said.original["content"] == "first"
        assert fake.drain() == [Violation("acknowledged twice", str(said), "type 4, then type 4")]


async def test_fake_discord_acknowledgement_after_3_seconds_is_refused_and_recorded():
    async with world(SampleBot) as (fake, bot, _):
        late = await fake.slash("wait", where="before")
        await bot.started.wait()
        fake.advance(3.1)
        bot.go.set()
        await fake.wait(lambda: bot.errors)
        assert (type(bot.errors[0]), bot.errors[0].code) == (discord.NotFound, 10062)
        assert fake.drain() == [Violation("acknowledged late", str(late), "more than 3 s after the member acted")]


async def test_fake_discord_edit_after_15_minutes_is_refused_and_recorded():
    async with world(SampleBot) as (fake, bot, _):
        late = await fake.slash("wait", where="after")
        await fake.wait(lambda: late.ack)
        await bot.started.wait()
        fake.advance(15 * 60 + 1)
        bot.go.set()
        await fake.wait(lambda: bot.errors)
        assert (bot.errors[0].status, bot.errors[0].code) == (401, 50027)
        assert fake.drain() == [Violation("token expired", str(late), "PATCH after 15 minutes")]


async def test_world_unhandled_violation_fails_the_test():
    with pytest.raises(AssertionError, match=r"left thinking: interaction .* of type 2: the member waits"):
        async with world(SampleBot) as (fake, _, _):
            thinking = await fake.slash("raw", what="think")
            await fake.wait(lambda: thinking.ack == 5)
            assert thinking.original["flags"] == LOADING


async def test_discord_server_violations_do_not_hide_test_failure():
    with pytest.raises(ZeroDivisionError):
        async with discord_server() as fake:
            fake.state.violate("rule", "where", "detail")
            raise ZeroDivisionError


async def test_fake_discord_other_host_is_refused_and_recorded():
    async with world(SampleBot) as (fake, bot, _):
        said = await fake.slash("raw", what="elsewhere")
        await fake.wait(lambda: bot.errors)
        assert isinstance(bot.errors[0].os_error, HostRefusedError)
        assert [violation.where for violation in fake.drain()] == ["example.org", str(said)]


async def test_fake_discord_unknown_route_is_recorded():
    async with world(SampleBot) as (fake, bot, _):
        with pytest.raises(discord.NotFound):
            await bot.fetch_guild(1)
        detail = "the loopback Discord does not serve it: see rest.py"
        assert fake.drain() == [Violation("unknown route", "GET /guilds/1", detail)]
