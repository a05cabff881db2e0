"""The loopback Discord's channels, posts and threads, against Discord's own description of them."""

import json
from contextlib import asynccontextmanager

import discord
import pytest
from discord.ext import commands
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.discord.payloads import (
    ANNOUNCEMENTS,
    APPLICATION,
    CATEGORY,
    FORUM,
    MEDIA,
    MEMBER,
    STAGE,
    TEXT,
    VOICE,
    tag,
    thread_member,
)
from tests.discord.validator import ROOT, SNOWFLAKE, SPECIFICATION
from tests.discord.world import logged_in, world

KINDS = (TEXT, ANNOUNCEMENTS, VOICE, STAGE, CATEGORY, FORUM, MEDIA)


class Listener(commands.Bot):
    """A bot that keeps what it hears of posts, in order."""

    def __init__(self, connector):
        intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
        nobody = discord.AllowedMentions.none()
        super().__init__(command_prefix="!", intents=intents, allowed_mentions=nobody, connector=connector)
        self.heard = []

    async def on_thread_create(self, thread):
        self.heard.append(("thread", thread.id, thread.name, [each.name for each in thread.applied_tags]))

    async def on_message(self, message):
        self.heard.append(("message", message.id, message.content, message.channel.id))


@asynccontextmanager
async def listening():
    async with world(Listener) as (fake, bot, _):
        yield fake, bot, bot.guilds[0]


def problems(schema, payload):
    """What Discord's description of a response says against a payload."""
    specification = json.loads(SPECIFICATION.read_text("utf-8"))
    specification["components"]["schemas"]["SnowflakeType"] = SNOWFLAKE
    registry = Registry().with_resource(ROOT, Resource(contents=specification, specification=DRAFT202012))
    validator = Draft202012Validator({"$ref": f"{ROOT}#/components/schemas/{schema}"}, registry=registry)
    return [problem.message for problem in validator.iter_errors(payload)]


@pytest.mark.parametrize("kind", KINDS)
async def test_channel_of_each_kind_is_what_discord_describes_and_the_client_knows_it(kind):
    async with listening() as (fake, bot, guild):
        category = await fake.open_channel(CATEGORY, "all")
        made = await fake.open_channel(kind, "one", parent=None if kind == CATEGORY else category, tags=[])
        found = await fake.wait(lambda: guild.get_channel(int(made["id"])))
        assert (found.type.value, found.category_id) == (kind, None if kind == CATEGORY else int(category["id"]))
        assert (await bot.fetch_channel(found.id)).id == found.id
        # The description leaves media channels out, which the documentation calls similar to forums and in beta.
        described = made | {"type": FORUM} if kind == MEDIA else made
        assert problems("GuildChannelResponse", described) == []


def test_tag_and_thread_member_are_what_discord_describes():
    assert problems("ForumTagResponse", tag("1", "Solved")) == []
    assert problems("ThreadMemberResponse", thread_member("1")) == []


@pytest.mark.parametrize("kind", [FORUM, MEDIA])
@pytest.mark.parametrize("message_first", [False, True])
async def test_post_is_a_thread_and_a_message_of_one_id_with_tags(kind, message_first):
    """https://docs.discord.com/developers/topics/threads#creating-threads-in-forum-and-media-channels."""
    async with listening() as (fake, bot, _):
        forum = await fake.open_channel(kind, "help", tags=["Question", "Solved"])
        post, message = await fake.post(forum, "Where?", "in 2021", tags=["Question"], message_first=message_first)
        await fake.wait(lambda: len(bot.heard) == 2)
        id_ = int(post["id"])
        events = [("thread", id_, "Where?", ["Question"]), ("message", id_, "in 2021", id_)]
        assert bot.heard == (events[::-1] if message_first else events)
        assert problems("ThreadResponse", post) == []
        fetched = await (await bot.fetch_channel(id_)).fetch_message(id_)
        assert (fetched.content, fetched.author.id, message["id"]) == ("in 2021", int(MEMBER), post["id"])


async def test_forum_takes_no_messages_and_unknown_tags_are_refused():
    """50008 of https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""
    async with listening() as (fake, _, guild):
        forum = await fake.open_channel(FORUM, "help", tags=["Solved"])
        post, _ = await fake.post(forum, "Where?", "")
        thread = await fake.wait(lambda: guild.get_thread(int(post["id"])))
        with pytest.raises(discord.HTTPException, match="50008"):
            await thread.parent._state.http.request(
                discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=int(forum["id"])),
                json={"content": "hi", "allowed_mentions": {"parse": []}},
            )
        await thread.add_tags(*thread.parent.available_tags)
        await fake.wait(lambda: thread.applied_tags)
        with pytest.raises(discord.HTTPException, match="not a tag"):
            await thread.add_tags(discord.Object(7))


async def test_membership_of_a_thread_is_kept_while_the_client_is_away():
    """https://docs.discord.com/developers/topics/threads#syncing-for-the-current-user: Guild Create tells it."""
    async with listening() as (fake, bot, guild):
        forum = await fake.open_channel(FORUM, "help")
        posts = [(await fake.post(forum, f"Where {n}?", ""))[0] for n in range(2)]
        joined, left = [await fake.wait(lambda post=post: guild.get_thread(int(post["id"]))) for post in posts]
        for thread in (joined, left):
            await thread.join()
        await left.leave()
        await bot.close()
        async with logged_in(fake, Listener) as (again, _):
            found = [again.guilds[0].get_thread(thread.id) for thread in (joined, left)]
            assert [thread.me is not None for thread in found] == [True, False]
            assert (await found[0].fetch_member(int(APPLICATION))).id == int(APPLICATION)
            with pytest.raises(discord.NotFound):
                await found[1].fetch_member(int(APPLICATION))
