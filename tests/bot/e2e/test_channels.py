"""Rules for channels of every kind that can hold a question, and for categories, against the loopback Discord.

The kinds are those of https://docs.discord.com/developers/resources/channel#channel-object-channel-types.
"""

import pytest

from bot.storage.guild_rules import Rules
from tests.bot.fakes import serving, texts
from tests.discord.payloads import (
    ANNOUNCEMENTS,
    APPLICATION,
    CATEGORY,
    CHANNEL,
    FORUM,
    GUILD,
    MEDIA,
    ORDINARY,
    STAGE,
    TEXT,
    VOICE,
    thread,
)

PING, BOB = f"<@{APPLICATION}>", "1300000000000000777"
CLOSED = {
    "zh-TW": "這個頻道不開放提問。請到其他頻道，或私訊我。",
    "en-US": "This channel is not open for questions. Please use another one, or send me a direct message.",
}
KINDS = {
    "text": TEXT,
    "announcements": ANNOUNCEMENTS,
    "voice": VOICE,
    "stage": STAGE,
    "forum": FORUM,
    "media": MEDIA,
    "category": CATEGORY,
}
LOCALES = pytest.mark.parametrize("locale", ["zh-TW", "en-US"])


async def used(fake, command, **options):
    made = await fake.slash(command, **options)
    await fake.wait(lambda: made.answered)
    return texts(made.original["components"])


async def opened_thread(fake, parent, archived=False):
    """A thread that a member opened below a channel."""
    opened = thread(fake.state.snowflake(), parent, "talk", BOB, GUILD)
    opened["thread_metadata"]["archived"] = archived
    fake.state.threads[opened["id"]] = opened
    if not archived:
        await fake.gateway.session().dispatch("THREAD_CREATE", opened)
    return opened


async def place_below(fake, kind):
    """A channel of a kind for rules, and a channel or thread where its members talk."""
    if kind == "thread":
        opened = await opened_thread(fake, CHANNEL)
        return opened, opened
    channel = await fake.open_channel(KINDS[kind], kind)
    if kind == "category":
        return channel, await fake.open_channel(TEXT, "below", parent=channel)
    return channel, await opened_thread(fake, channel["id"]) if kind in ("forum", "media") else channel


@LOCALES
@pytest.mark.parametrize("kind", [*KINDS, "thread"])
async def test_channel_of_every_kind_may_be_the_only_one_for_questions(engine, kind, locale):
    async with serving(engine) as (fake, bot, _):
        channel, below = await place_below(fake, kind)
        shown = await used(fake, "settings channel", channel=channel["id"], asking="only", locale=locale)
        head = (
            "## 已修改\n- 可以提問的頻道：全部頻道"
            if locale == "zh-TW"
            else "## Changed\n- Channels for questions: all channels"
        )
        assert shown == [f"{head} → **<#{channel['id']}>**"]
        assert (await bot.runtime.storage.rules(int(GUILD))).rules == Rules(only_channels=frozenset({int(channel["id"])}))
        fake.actor, fake.permissions = BOB, ORDINARY
        elsewhere = await fake.say(f"{PING} where?", mentions_bot=True, author=BOB)
        message = await fake.say(f"{PING} where?", mentions_bot=True, author=BOB, thread=below)
        await fake.wait(lambda: fake.replies(message))
        assert fake.replies(elsewhere) == []
        assert await used(fake, "ask", question="where?", locale=locale) == [CLOSED[locale]]
        assert (await used(fake, "ask", question="where?", locale=locale, thread=below))[0].endswith("where?")


async def test_archived_thread_which_discord_does_not_announce_may_be_chosen(engine):
    async with serving(engine) as (fake, _, _):
        opened = await opened_thread(fake, CHANNEL, archived=True)
        shown = await used(fake, "settings channel", channel=opened["id"], asking="only")
        assert shown == [f"## Changed\n- Channels for questions: all channels → **<#{opened['id']}>**"]


async def test_nearest_rule_decides_in_thread_channel_and_category(engine):
    async with serving(engine) as (fake, _, _):
        category = await fake.open_channel(CATEGORY, "questions")
        channels = [await fake.open_channel(kind, "c", parent=category) for kind in (TEXT, VOICE, TEXT)]
        opened = await opened_thread(fake, channels[0]["id"])
        closed = await opened_thread(fake, channels[2]["id"])
        for each, asking in ((category, "only"), (channels[1], "blocked"), (closed, "blocked")):
            await used(fake, "settings channel", channel=each["id"], asking=asking)
        fake.actor, fake.permissions = BOB, ORDINARY
        places = (channels[0], opened, channels[1], channels[2], closed)
        shown = [(await used(fake, "ask", question="where?", thread=each))[0] == CLOSED["en-US"] for each in places]
        assert shown == [False, False, True, False, True]


@pytest.mark.parametrize("kind", [TEXT, ANNOUNCEMENTS, VOICE, STAGE])
async def test_unasked_and_dedicated_category_holds_for_the_channels_in_it(engine, kind):
    async with serving(engine, message_content=True) as (fake, _, _):
        category = await fake.open_channel(CATEGORY, "questions")
        channel = await fake.open_channel(kind, "c", parent=category)
        await used(fake, "settings channel", channel=category["id"], asking="unasked")
        await fake.say("the opening", thread=channel)
        asked = await fake.say("where was it?", thread=channel)
        await fake.wait(lambda: fake.replies(asked))
        await used(fake, "settings channel", channel=category["id"], asking="dedicated")
        asked = await fake.say("the opening", thread=channel)
        await fake.wait(lambda: fake.replies(asked))
        assert engine.asked == ["where was it?", "the opening"]


@pytest.mark.parametrize("by_category", [False, True])
async def test_dedicated_forum_every_post_is_a_question_and_no_further_message(engine, by_category):
    async with serving(engine, message_content=True) as (fake, _, _):
        category = await fake.open_channel(CATEGORY, "questions")
        forum = await fake.open_channel(FORUM, "help", parent=category)
        await used(fake, "settings channel", channel=(category if by_category else forum)["id"], asking="dedicated")
        post, message = await fake.post(forum, "unknown food", "what?")
        (card,) = await fake.wait(lambda: fake.replies(message))
        assert texts(card["components"])[:2] == [
            "-# Question: unknown food what?",
            "**I couldn't find this in the report.**",
        ]
        await fake.say("when was it?", thread=post, author=BOB)
        other = await fake.say(f"{PING} last?", thread=post, mentions_bot=True)
        await fake.wait(lambda: fake.replies(other))
        assert engine.asked == ["unknown food\nwhat?", "last?"]


async def test_new_post_in_a_forum_of_the_only_category_is_answered(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        category = await fake.open_channel(CATEGORY, "questions")
        inside = await fake.open_channel(FORUM, "help", parent=category)
        outside = await fake.open_channel(FORUM, "other")
        await used(fake, "settings change", forum=True)
        await used(fake, "settings channel", channel=category["id"], asking="only")
        fake.permissions = ORDINARY
        await fake.post(outside, "Where was it?", "", author=BOB)
        _, message = await fake.post(inside, "Where was the last one?", "", author=BOB)
        await fake.wait(lambda: fake.replies(message))
        assert set(engine.asked) == {"Where was the last one?"}
