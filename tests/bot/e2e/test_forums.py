"""Posts in forum and media channels, against the loopback Discord: first suggestions, solved posts, posts left to people.

Discord documents posts on the pages https://docs.discord.com/developers/topics/threads#forums and
https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel.
"""

import pytest

from tests.bot.fakes import expand, serving, serving_again, texts
from tests.discord.faults import dropped, rate_limited, refused
from tests.discord.interactions import MESSAGE
from tests.discord.payloads import APPLICATION, EPHEMERAL, FORUM, GUILD, MEDIA, MEMBER, ORDINARY, user, walk
from tests.discord.refusals import refused_with

PING, BOB, BOT = f"<@{APPLICATION}>", "1300000000000000777", "1300000000000000999"
SEND, MANAGE_THREADS, CREATE_PUBLIC_THREADS, SEND_IN_THREADS = 1 << 11, 1 << 34, 1 << 35, 1 << 38
NOTES = {
    "zh-TW": "💡 **初步建議**　我是機器人，先附上報告的原文，歡迎大家補充。",
    "en-US": "💡 **First suggestion** by a bot, in the report's own words. Please add what you know.",
}
TITLES = {"zh-TW": "會議在哪裡？", "en-US": "Where was it?"}
SOLVED = {"zh-TW": "已解決", "en-US": "Solved"}
PEOPLE = {"zh-TW": "問人", "en-US": "Ask people"}
LOCALES = pytest.mark.parametrize("locale", ["zh-TW", "en-US"])


async def used(fake, command, **options):
    made = await fake.slash(command, **options)
    await fake.wait(lambda: made.answered)
    return texts(made.original["components"])


async def forum_of(fake, kind=FORUM, tags=(), **rules):
    """A forum in a server whose new posts get a first suggestion."""
    await used(fake, "settings change", **{"forum": True, **rules})
    return await fake.open_channel(kind, "help", tags=tags)


def said(fake, post):
    """What the bot wrote in a post."""
    return [m for m in fake.messages.values() if m["channel_id"] == post["id"] and m["author"]["id"] == APPLICATION]


async def suggested(fake, post):
    (card,) = await fake.wait(lambda: post["id"] in fake.state.joined and said(fake, post))
    return card


def labels(card):
    return [each["label"] for each in walk(card["components"]) if each.get("custom_id", "").startswith("act:")]


async def pressed(fake, card, label, locale="en-US"):
    """Press a button, and wait until the card is edited or a notice is there."""
    made = await fake.click(card, label=label, locale=locale)
    await fake.wait(lambda: made.ack == MESSAGE or made.answered_after is not None)
    return made


@LOCALES
@pytest.mark.parametrize("kind", [FORUM, MEDIA])
@pytest.mark.parametrize("message_first", [False, True])
async def test_new_post_is_answered_once_from_title_and_text(engine, locale, kind, message_first):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake, kind)
        post, message = await fake.post(forum, TITLES[locale], "2021?", message_first=message_first)
        card = await suggested(fake, post)
        assert texts(card["components"])[:2] == [
            NOTES[locale],
            ("-# 提問：" if locale == "zh-TW" else "-# Question: ") + TITLES[locale] + " 2021?",
        ]
        assert [m["id"] for m in fake.replies(message)] == [card["id"]]
        assert labels(card)[-2:] == [SOLVED[locale], PEOPLE[locale]]
        assert set(engine.asked) == {f"{TITLES[locale]}\n2021?"}


async def test_new_post_without_message_content_is_answered_from_its_title(engine):
    async with serving(engine) as (fake, _, _):
        forum = await forum_of(fake)
        post, _ = await fake.post(forum, "Where was it?", "I could not find it.")
        assert texts((await suggested(fake, post))["components"])[1] == "-# Question: Where was it?"


async def test_new_post_is_left_alone_unless_the_server_wishes(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await fake.open_channel(FORUM, "help")
        post, _ = await fake.post(forum, "Where was it?", "2021?")
        named, message = await fake.post(forum, "Where was it?", f"{PING} 2021?", mentions_bot=True)
        await fake.wait(lambda: fake.replies(message))
        (card,) = said(fake, named)
        assert (said(fake, post), engine.asked) == ([], ["Where was it?\n  2021?"])
        assert (texts(card["components"])[0][:2], "Solved" in labels(card)) == ("-#", False)


@pytest.mark.parametrize(
    ("title", "content", "more"),
    [
        ("unknown food", "does the report say?", {}),
        ("fail?", "", {}),
        ("自我介紹", "大家好，我是小明。", {}),
        ("Hello everybody!", "", {}),
        ("謝謝大家", "", {}),
        ("Where was it?", "Bob, do you know?", {"mentions": [user(BOB)]}),
        ("Where was it?", "", {"author": BOT, "webhook_id": BOT}),
        ("Where was it?", "", {"author": APPLICATION}),
    ],
    ids=["not in the report", "error", "no question", "greeting", "thanks", "another member", "webhook", "bot"],
)
async def test_new_post_without_an_answer_is_left_alone(engine, title, content, more):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        post, _ = await fake.post(forum, title, content, **more)
        other, _ = await fake.post(forum, "Where was the last one?", "")
        await suggested(fake, other)
        assert [m for m in said(fake, post) if m["id"] != post["id"]] == []
        assert post["id"] not in fake.state.joined


@pytest.mark.parametrize("asking", ["blocked", "only"])
async def test_new_post_outside_the_channels_for_questions_is_left_alone(engine, asking):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum, open_one = await forum_of(fake), await fake.open_channel(FORUM, "open")
        await used(fake, "settings channel", channel=(forum if asking == "blocked" else open_one)["id"], asking=asking)
        fake.permissions = ORDINARY
        post, _ = await fake.post(forum, "Where was it?", "", author=BOB)
        other, _ = await fake.post(open_one, "Where was the last one?", "", author=BOB)
        await suggested(fake, other)
        assert (said(fake, post), set(engine.asked)) == ([], {"Where was the last one?"})


async def test_new_post_of_a_member_who_may_not_ask_or_asks_too_often_is_left_alone(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake, per_member=1)
        first, _ = await fake.post(forum, "Where was it?", "", author=BOB)
        await suggested(fake, first)
        second, _ = await fake.post(forum, "Where was it again?", "", author=BOB)
        third, _ = await fake.post(forum, "Where was the last one?", "")
        await suggested(fake, third)
        assert said(fake, second) == []


async def test_talk_below_a_post_is_left_alone_and_replies_to_the_bot_are_answered(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        post, message = await fake.post(forum, "Where was it?", "")
        card = await suggested(fake, post)
        for talk in ("When was it?", "thanks!"):
            await fake.say(talk, thread=post, author=BOB)
        await fake.say("And when?", thread=post, reply_to=message, author=BOB)
        asked = await fake.say("When was it?", thread=post, reply_to=card, author=BOB)
        await fake.wait(lambda: fake.replies(asked))
        assert len(said(fake, post)) == 2


async def test_reply_to_the_answer_of_a_command_in_a_post_is_answered(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await fake.open_channel(FORUM, "help")
        post, _ = await fake.post(forum, "Where was it?", "")
        made = await fake.slash("ask", question="where?", visibility="public", thread=post)
        await fake.wait(lambda: made.answered and post["id"] in fake.state.joined)
        asked = await fake.say("When was it?", thread=post, reply_to=made.original, author=BOB)
        await fake.wait(lambda: fake.replies(asked))
        other, _ = await fake.post(forum, "Where was it?", "")
        made = await fake.slash("ask", question="where?", visibility="private", thread=other)
        await fake.wait(lambda: made.answered)
        assert fake.state.joined == {post["id"]}


@LOCALES
async def test_edited_post_gets_another_answer_in_place_of_the_first_also_after_a_restart(engine, locale):
    async with serving(engine, message_content=True) as (fake, bot, _):
        forum = await forum_of(fake)
        post, message = await fake.post(forum, TITLES[locale], "2020?")
        card = await suggested(fake, post)
        bot.get_cog("Messages").replies.clear()  # as a restart does, but for the connection
        await fake.edit(message, "2021?")
        await fake.wait(lambda: card["edited_timestamp"])
        assert texts(card["components"])[:2] == [
            NOTES[locale],
            ("-# 提問：" if locale == "zh-TW" else "-# Question: ") + TITLES[locale] + " 2021?",
        ]
        assert len(said(fake, post)) == 1


async def test_edited_post_that_had_no_answer_is_answered(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        post, message = await fake.post(forum, "Where was it?", "unknown food")
        await fake.wait(lambda: len(engine.asked) == 1)
        await fake.edit(message, "2021?")
        await suggested(fake, post)


async def test_same_post_announced_again_is_answered_once(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        post, message = await fake.post(forum, "Where was it?", "")
        await suggested(fake, post)
        await fake.gateway.session().dispatch("THREAD_CREATE", post)
        await fake.gateway.publish("MESSAGE_CREATE", message, forum["guild_id"])
        other, _ = await fake.post(forum, "Where was the last one?", "")
        await suggested(fake, other)
        assert len(said(fake, post)) == 1


FAULTS = {
    "rate limit": rate_limited,
    "server error": lambda *where: refused(*where, status=500),
    "cut before": dropped,
    "cut after": lambda *where: dropped(*where, when="after"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_new_post_is_answered_once_while_discord_fails(engine, fault):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        routes = (("GET", r"/channels/\d+$"), ("POST", r"/channels/\d+/messages$"), ("PUT", "/thread-members/@me"))
        fake.faults.extend(FAULTS[fault](*route) for route in routes)
        post, message = await fake.post(forum, "Where was it?", "", message_first=True)
        card = await suggested(fake, post)
        assert [m["id"] for m in fake.replies(message)] == [card["id"]]
        fake.faults.append(FAULTS[fault]("DELETE", "/thread-members/@me"))
        await pressed(fake, card, "Ask people")
        assert (texts(card["components"])[0][0], post["id"] in fake.state.joined) == ("🙋", False)
        assert [each.struck for each in fake.faults] == [1, 1, 1, 1]


async def test_new_post_while_the_connection_is_lost_is_answered_once(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        await fake.gateway.close(4000)
        post, message = await fake.post(forum, "Where was it?", "")
        await suggested(fake, post)
        session = fake.gateway.session()
        for event in [each for each in session.log if each["t"] in ("THREAD_CREATE", "MESSAGE_CREATE")]:
            await session.dispatch(event["t"], event["d"])
        other, _ = await fake.post(forum, "Where was the last one?", "")
        await suggested(fake, other)
        assert len(fake.replies(message)) == 1


async def test_new_post_that_discord_does_not_return_is_left_alone(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        fake.faults.append(refused("GET", r"/channels/\d+$", status=404, code=10003))
        post, _ = await fake.post(forum, "Where was it?", "", message_first=True)
        other, _ = await fake.post(forum, "Where was the last one?", "")
        await suggested(fake, other)
        assert (said(fake, post), set(engine.asked)) == ([], {"Where was the last one?"})


@LOCALES
async def test_post_after_restart_is_not_answered_again_and_its_buttons_work(engine, tmp_path, locale):
    kept = {"message_content": True, "storage": f"sqlite+aiosqlite:///{tmp_path / 'state.sqlite'}"}
    async with serving(engine, **kept) as (fake, bot, _):
        forum = await forum_of(fake, tags=["Question", SOLVED[locale]])
        post, message = await fake.post(forum, TITLES[locale], "", tags=["Question"])
        card = await suggested(fake, post)
        await bot.close()
        async with serving_again(engine, fake, **kept):
            await fake.gateway.publish("MESSAGE_CREATE", message, forum["guild_id"])
            other, _ = await fake.post(forum, "Where was the last one?", "")
            await suggested(fake, other)
            assert len(said(fake, post)) == 1
            await pressed(fake, card, SOLVED[locale], locale)
            assert (
                texts(card["components"])[0]
                == {
                    "zh-TW": f"✅ <@{MEMBER}> 把這則貼文標成**已解決**，並加上標籤「已解決」。",
                    "en-US": f"✅ <@{MEMBER}> marked this post as **solved**, with the tag “Solved”.",
                }[locale]
            )
            assert post["applied_tags"] == [each["id"] for each in forum["available_tags"]]
            assert labels(card) == ["更多" if locale == "zh-TW" else "More", "👍", "👎"]


@pytest.mark.parametrize(
    ("who", "permitted", "may"),
    [(MEMBER, ORDINARY, True), (BOB, ORDINARY, True), (BOB, str(int(ORDINARY) & ~MANAGE_THREADS), False)],
    ids=["author", "moderator", "member"],
)
@pytest.mark.parametrize("label", ["Solved", "Ask people"])
async def test_buttons_of_a_post_are_for_its_author_and_moderators(engine, who, permitted, may, label):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        post, _ = await fake.post(forum, "Where was it?", "")
        card = await suggested(fake, post)
        fake.actor, fake.permissions = who, str(int(permitted) & ~(0 if who == BOB else MANAGE_THREADS))
        made = await pressed(fake, card, label)
        marks = {"Solved": f"✅ <@{who}> marked this post as **solved**.", "Ask people": f"🙋 <@{who}> would like"}
        if may:
            assert texts(card["components"])[0].startswith(marks[label])
        else:
            told = "Only the author of the post, and those who manage threads, can press this button."
            assert (texts(made.original["components"]), texts(card["components"])[0]) == ([told], NOTES["en-US"])


@LOCALES
async def test_solved_without_permission_for_tags_says_what_is_missing(engine, locale):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake, tags=[SOLVED[locale]])
        post, _ = await fake.post(forum, TITLES[locale], "")
        card = await suggested(fake, post)
        fake.faults.append(refused_with(50013, "PATCH", f"/channels/{post['id']}$"))
        fake.gateway.denied[forum["id"]] = MANAGE_THREADS
        made = await pressed(fake, card, SOLVED[locale], locale)
        (notice,) = await fake.wait(lambda: made.followups)
        assert notice["flags"] & EPHEMERAL
        assert texts(notice["components"]) == [
            {
                "zh-TW": "已標成已解決，但加不上標籤「已解決」：我的身分組需要「管理討論串」權限，請通知管理者。",
                "en-US": "The post is marked as solved, but without the tag “Solved”: "
                "my role needs “Manage Threads”. Please tell a manager of the server.",
            }[locale]
        ]
        assert (texts(card["components"])[0][0], post["applied_tags"]) == ("✅", [])


@pytest.mark.parametrize("code", [50083, 160005, 50035])
async def test_solved_with_a_tag_that_discord_refuses_is_solved_without_it(engine, code):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake, tags=["Solved"])
        post, _ = await fake.post(forum, "Where was it?", "")
        card = await suggested(fake, post)
        fake.faults.append(refused("PATCH", f"/channels/{post['id']}$", status=400, code=code))
        made = await pressed(fake, card, "Solved")
        (notice,) = await fake.wait(lambda: made.followups)
        assert texts(notice["components"]) == [
            "The post is marked as solved, but without the tag “Solved”: "
            "Discord does not accept it now. Somebody who manages threads can add it."
        ]
        assert texts(card["components"])[0] == f"✅ <@{MEMBER}> marked this post as **solved**."


@LOCALES
async def test_status_names_what_is_missing_in_forums_also_for_the_tag(engine, locale):
    async with serving(engine) as (fake, _, _):
        forum = await forum_of(fake, tags=[SOLVED[locale]])
        plain = await fake.open_channel(FORUM, "plain")
        # In a forum, the bot needs neither to write posts nor to open threads.
        denied = MANAGE_THREADS | SEND | CREATE_PUBLIC_THREADS | SEND_IN_THREADS
        for each in fake.state.channels.values():
            each["permission_overwrites"] = [{"id": GUILD, "type": 0, "allow": "0", "deny": str(denied)}]
            await fake.gateway.session().dispatch("CHANNEL_UPDATE", each)
        shown = [line for text in await used(fake, "status", locale=locale) for line in text.split("\n")]
        assert [line for line in shown if "<#" in line] == {
            "zh-TW": [
                f"- <#{forum['id']}>：請給我的身分組 「在討論串中傳送訊息」、「管理討論串」 權限（編輯頻道 › 權限）。",
                f"- <#{plain['id']}>：請給我的身分組 「在討論串中傳送訊息」 權限（編輯頻道 › 權限）。",
            ],
            "en-US": [
                f"- <#{forum['id']}>: allow my role “Send Messages in Threads”, “Manage Threads” "
                "(Edit Channel › Permissions).",
                f"- <#{plain['id']}>: allow my role “Send Messages in Threads” (Edit Channel › Permissions).",
            ],
        }[locale]


@LOCALES
async def test_ask_people_takes_the_bot_out_of_the_post_also_after_a_restart(engine, tmp_path, locale):
    kept = {"message_content": True, "storage": f"sqlite+aiosqlite:///{tmp_path / 'state.sqlite'}"}
    async with serving(engine, **kept) as (fake, bot, _):
        forum = await forum_of(fake)
        await used(fake, "settings channel", channel=forum["id"], asking="unasked")
        post, message = await fake.post(forum, TITLES[locale], "")
        card = await suggested(fake, post)
        await pressed(fake, card, PEOPLE[locale], locale)
        assert (
            texts(card["components"])[0]
            == {
                "zh-TW": f"🙋 <@{MEMBER}> 想請大家回答，我先離開這則貼文。需要我時請再提及我。",
                "en-US": f"🙋 <@{MEMBER}> would like to hear from people, so I have left this post. "
                "Mention me if you need me.",
            }[locale]
        )
        assert (labels(card)[-1], post["id"] in fake.state.joined) == (SOLVED[locale], False)
        await stays_silent(fake, post, message, card)
        await bot.close()
        async with serving_again(engine, fake, **kept):
            await stays_silent(fake, post, message, card)
            called = await fake.say(f"{PING} {TITLES[locale]}", thread=post, mentions_bot=True)
            await fake.wait(lambda: fake.replies(called) and post["id"] in fake.state.joined)
            again = await fake.say(TITLES[locale], thread=post, reply_to=card)
            await fake.wait(lambda: fake.replies(again))
            assert len(said(fake, post)) == 3


async def stays_silent(fake, post, message, card):
    """Say what the bot would answer in a post that it did not leave."""
    before = len(said(fake, post))
    await fake.say("When was it?", thread=post)
    await fake.say("When was it?", thread=post, reply_to=card)
    await fake.say("thanks!", thread=post, reply_to=card)
    await fake.edit(message, "2021?")
    other = await fake.say("Where was the last one?", place="dm")
    await fake.wait(lambda: fake.replies(other))
    assert (len(said(fake, post)), fake.calls("PUT", "/reactions/")) == (before, [])


@LOCALES
async def test_turned_page_of_an_answer_keeps_what_it_says_of_the_post(engine, locale):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        post, _ = await fake.post(forum, TITLES[locale], "all")
        card = await suggested(fake, post)
        await expand(fake, card, locale=locale)
        assert (texts(card["components"])[0], labels(card)[-2:]) == (NOTES[locale], [SOLVED[locale], PEOPLE[locale]])
        await pressed(fake, card, PEOPLE[locale], locale)
        await pressed(fake, card, "下一頁 ▶" if locale == "zh-TW" else "Next page ▶", locale)
        assert (texts(card["components"])[0][0], labels(card)[-1]) == ("🙋", SOLVED[locale])


@pytest.mark.parametrize("code", [50013, 50083, 160005, 200000])
async def test_refused_answer_to_a_post_tells_nobody_but_managers(engine, code):
    async with serving(engine, message_content=True) as (fake, _, _):
        forum = await forum_of(fake)
        fake.faults.append(refused_with(code, "POST", r"/channels/\d+/messages$"))
        post, _ = await fake.post(forum, "Where was it?", "")
        await fake.wait(lambda: fake.calls("POST", f"/channels/{post['id']}/messages", ok=False))
        assert f"<#{post['id']}>" in (await used(fake, "status"))[0]
        assert (said(fake, post), fake.calls("POST", "/users/@me/channels")) == ([], [])
