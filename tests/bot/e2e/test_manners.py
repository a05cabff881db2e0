"""The bot among members, against the loopback Discord: in channels for questions and threads, at thanks, in slow mode."""

from contextlib import AsyncExitStack

import pytest

from bot.questions import card_history
from tests.bot.fakes import expand, serving, texts
from tests.discord.faults import dropped, rate_limited, refused, slow_mode
from tests.discord.payloads import APPLICATION, CHANNEL, MEMBER, ORDINARY, thread, user

PING, BOB = f"<@{APPLICATION}>", "1300000000000000777"
ASKED = {"en-US": "where?", "zh-TW": "在哪裡？"}
MENTIONS_BOB = {"mentions": [user(BOB)]}
POST = ("POST", r"/channels/\d+/messages$")


async def replied(fake, message):
    return texts((await fake.wait(lambda: fake.replies(message)))[0]["components"])


async def used(fake, command, **options):
    made = await fake.slash(command, **options)
    await fake.wait(lambda: made.answered)
    return made


async def opened_thread(fake, locale="en-US"):
    """Ask, and open a thread from the answer."""
    made = await used(fake, "ask", question=ASKED[locale], locale=locale)
    await expand(fake, made.original)
    await fake.click(made.original, label="Continue in a thread" if locale == "en-US" else "開討論串追問", locale=locale)
    await fake.wait(lambda: fake.state.threads)
    (opened,) = fake.state.threads.values()
    return opened


def reactions(fake):
    return [request.path.split("/messages/")[1].split("/")[0] for request in fake.calls("PUT", "/reactions/")]


@pytest.mark.parametrize("question", ["the opening", "開幕式", "unknown food"])
async def test_dedicated_channel_every_message_is_answered(engine, question):
    async with serving(engine, message_content=True) as (fake, _, _):
        await used(fake, "settings channel", channel=CHANNEL, asking="dedicated")
        message = await fake.say(question)
        assert (await replied(fake, message))[0].endswith(question)


async def test_dedicated_channel_talk_of_members_is_left_alone(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        await used(fake, "settings channel", channel=CHANNEL, asking="dedicated")
        told = await fake.say("the opening", author=BOB)
        await replied(fake, told)
        for content, more in (
            (f"<@{BOB}> did you see it?", MENTIONS_BOB),
            ("did you see it?", {"reply_to": told}),
            ("@everyone look", {"mention_everyone": True}),
            ("haha", {}),
            ("😀", {}),
            ("", {"files": {"photo.png": b""}}),
        ):
            await fake.say(content, **more)
        await replied(fake, await fake.say("last"))
        assert engine.asked == ["the opening", "last"]


@pytest.mark.parametrize(
    ("question", "name"), [("會議在哪裡？", "報告：會議在哪裡？"), ("where was it?", "Report: where was it?")]
)
async def test_own_threads_answer_and_follow_up_stand_in_a_thread_of_the_question(engine, question, name):
    async with serving(engine, message_content=True) as (fake, _, _):
        await used(fake, "settings channel", channel=CHANNEL, asking="dedicated")
        await used(fake, "settings change", own_threads=True)
        message = await fake.say(question)
        (answer,) = await fake.wait(lambda: [m for m in fake.messages.values() if m["channel_id"] == message["id"]])
        opened = fake.state.threads[message["id"]]
        assert (opened["name"], texts(answer["components"])[0].endswith(question)) == (name, True)
        assert fake.replies(message) == []
        follow_up = await fake.say("and when?", thread=opened)
        assert (await replied(fake, follow_up))[1] == f"-# I understood: {question} and when?"
        await fake.edit(message, f"{question} really?")
        await fake.wait(lambda: answer["edited_timestamp"])
        assert texts(answer["components"])[0].endswith("really?")
        fake.permissions = ORDINARY
        await expand(fake, answer)
        label = "🗑️ Delete" if question.isascii() else "🗑️ 刪除"
        await fake.click(answer, label=label)
        await fake.wait(lambda: answer["id"] not in fake.messages)


@pytest.mark.parametrize(
    ("typo", "mended", "echo"),
    [
        ("where wsa it?", "where was it?", "-# Question: where was it?"),
        ("會一在哪裡？", "會議在哪裡？", "-# 提問：會議在哪裡？"),
    ],
)
async def test_own_threads_edit_after_restart_edits_the_answer_in_the_thread(engine, typo, mended, echo):
    async with serving(engine) as (fake, bot, _):
        await used(fake, "settings change", own_threads=True)
        message = await fake.say(f"{PING} {typo}", mentions_bot=True)
        (answer,) = await fake.wait(lambda: [m for m in fake.messages.values() if m["channel_id"] == message["id"]])
        bot.get_cog("Messages").replies.clear()  # as a restart does, but for the connection
        await fake.edit(message, f"{PING} {mended}", mentions_bot=True)
        await fake.wait(lambda: answer["edited_timestamp"])
        assert texts(answer["components"])[0] == echo
        assert len([m for m in fake.messages.values() if m["channel_id"] == message["id"]]) == 1


async def test_own_threads_message_that_has_a_thread_is_answered_in_it(engine):
    async with serving(engine) as (fake, _, _):
        await used(fake, "settings change", own_threads=True)
        # The thread is opened, but the bot does not hear of it.
        fake.faults.append(dropped("POST", "/threads", when="after"))
        message = await fake.say(f"{PING} where was it?", mentions_bot=True)
        await fake.wait(lambda: [m for m in fake.messages.values() if m["channel_id"] == message["id"]])
        assert [request.status for request in fake.calls("POST", "/threads", ok=False)] == [None, 400]
        assert fake.replies(message) == []


@pytest.mark.parametrize(("question", "follow_up"), [("where?", "and when?"), ("在哪裡？", "and 何時？")])
async def test_own_threads_follow_up_after_restart_is_answered(engine, question, follow_up):
    async with serving(engine, message_content=True) as (fake, _, _):
        await used(fake, "settings change", own_threads=True)
        message = await fake.say(f"{PING} {question}", mentions_bot=True)
        await fake.wait(lambda: [m for m in fake.messages.values() if m["channel_id"] == message["id"]])
        kept, (opened,) = dict(fake.messages), fake.state.threads.values()
    async with serving(engine, message_content=True) as (fake, _, _):
        fake.messages.update(kept)
        fake.state.threads[opened["id"]] = opened
        await fake.gateway.session().dispatch("THREAD_CREATE", opened)
        await replied(fake, await fake.say(follow_up, thread=opened))
        assert engine.asked[-1] == f"{question} {follow_up}"


@pytest.mark.parametrize(
    "fault", [refused("POST", "/threads", status=403, code=50013), refused("POST", "/threads", status=400, code=160007)]
)
async def test_own_threads_refused_thread_gives_reply_in_channel(engine, fault):
    async with serving(engine) as (fake, _, _):
        await used(fake, "settings change", own_threads=True)
        fake.faults.append(fault)
        message = await fake.say(f"{PING} where was it?", mentions_bot=True)
        assert (await replied(fake, message))[0] == "-# Question: where was it?"
        assert fake.state.threads == {}


@pytest.mark.parametrize("restarted", [False, True], ids=["", "after a restart"])
@pytest.mark.parametrize(
    ("locale", "first", "laugh", "to_bob", "last"),
    [("en-US", "and when?", "haha", "and you?", "and who?"), ("zh-TW", "and 何時？", "哈哈", "你覺得呢？", "and 誰主持？")],
    ids=["en", "zh-TW"],
)
async def test_answer_thread_talk_of_members_is_left_alone_unless_bot_is_mentioned(
    engine, locale, first, laugh, to_bob, last, restarted
):
    async with AsyncExitStack() as worlds:
        fake, _, _ = await worlds.enter_async_context(serving(engine, message_content=True))
        opened, kept = await opened_thread(fake, locale), dict(fake.messages)
        if restarted:
            await worlds.aclose()
            card_history.threads.clear()
            fake, _, _ = await worlds.enter_async_context(serving(engine, message_content=True))
            fake.messages.update(kept)
            fake.state.threads[opened["id"]] = opened
            await fake.gateway.session().dispatch("THREAD_CREATE", opened)
        engine.asked.clear()
        await replied(fake, await fake.say(first, thread=opened))
        said = await fake.say(laugh, thread=opened, author=BOB)
        await fake.say(f"<@{BOB}> {to_bob}", thread=opened, **MENTIONS_BOB)
        await fake.say(to_bob, thread=opened, reply_to=said)
        both = await fake.say(f"{PING} <@{BOB}> {last}", thread=opened, mentions_bot=True, **MENTIONS_BOB)
        await replied(fake, both)
        assert engine.asked == [f"{ASKED[locale]} {first}", f"<@{BOB}> {last}"]


@pytest.mark.parametrize(
    ("asking", "messages"),
    [
        ("dedicated", {"the opening": True, "開幕式": True, "haha": False, "哈哈": False}),
        ("unasked", {"where was it?": True, "有人知道會議在哪裡嗎 謝謝": True, "we met": False, "大家好": False}),
    ],
)
async def test_channels_for_questions_are_such_after_a_restart(engine, tmp_path, asking, messages):
    storage = f"sqlite+aiosqlite:///{tmp_path}/state.sqlite"
    async with serving(engine, message_content=True, storage=storage) as (fake, _, _):
        await used(fake, "settings channel", channel=CHANNEL, asking=asking)
        await used(fake, "settings change", own_threads=True)
    async with serving(engine, message_content=True, storage=storage) as (fake, _, _):
        said = [await fake.say(content) for content in messages]
        await fake.wait(lambda: len(fake.state.threads) == 2)
        await replied(fake, await fake.say("last?", place="dm"))
        assert [message["id"] in fake.state.threads for message in said] == [*messages.values()]
        assert sorted(engine.asked) == sorted([*(content for content, meant in messages.items() if meant), "last?"])


@pytest.mark.parametrize("thanks", ["謝謝！", "Thanks a lot!"])
async def test_thanks_get_a_reaction_and_no_reply(engine, thanks):
    async with serving(engine, message_content=True) as (fake, _, _):
        opened = await opened_thread(fake)
        said = [
            await fake.say(thanks, place="dm"),
            await fake.say(f"{PING} {thanks}", mentions_bot=True),
            await fake.say(thanks, thread=opened),
        ]
        await fake.say(thanks)
        await fake.wait(lambda: len(reactions(fake)) == 3)
        assert reactions(fake) == [message["id"] for message in said]
        assert [fake.replies(message) for message in said] == [[], [], []]
        assert engine.asked == ["where?", "where?"]


async def test_thanks_refused_reaction_is_left(engine):
    async with serving(engine) as (fake, _, _):
        fake.faults.append(refused("PUT", "/reactions/", status=403, code=50013))
        message = await fake.say("thanks", place="dm")
        await replied(fake, await fake.say("last?", place="dm"))
        assert (fake.replies(message), engine.asked) == ([], ["last?"])


@pytest.mark.parametrize("question", ["and when?", "and 什麼時候？"])
async def test_thread_of_member_failed_fetch_of_starter_is_tried_again(engine, question):
    async with serving(engine, message_content=True) as (fake, _, _):
        card_history.threads.clear()
        answer = (await used(fake, "ask", question="where?")).original
        opened = fake.state.threads[answer["id"]] = thread(answer["id"], CHANNEL, "talk", MEMBER)
        await fake.gateway.session().dispatch("THREAD_CREATE", opened)
        starter = f"/channels/{CHANNEL}/messages/{answer['id']}"
        fake.faults.append(refused("GET", starter, status=403, code=50001))
        await fake.say(question, thread=opened)
        await fake.wait(lambda: fake.calls("GET", starter, ok=False))
        second = await fake.say(question, thread=opened)
        assert (await replied(fake, second))[0].endswith(question)
        assert engine.asked == ["where?", f"where? {question}"]


@pytest.mark.parametrize(
    "make_fault",
    [
        lambda: slow_mode(*POST, times=2),
        lambda: rate_limited(*POST, times=3),
        lambda: rate_limited(*POST, via=False, times=2),
    ],
    ids=["slow mode", "rate limit", "rate limit of the proxy"],
)
@pytest.mark.parametrize(
    ("question", "echo"), [("where was it?", "-# Question: where was it?"), ("會議在哪裡？", "-# 提問：會議在哪裡？")]
)
async def test_slow_or_limited_channel_is_waited_for(engine, make_fault, question, echo):
    async with serving(engine) as (fake, _, _):
        fault = make_fault()
        times = fault.times
        fake.faults.append(fault)
        message = await fake.say(f"{PING} {question}", mentions_bot=True)
        assert (await replied(fake, message))[0] == echo
        assert (fault.struck, len(fake.replies(message))) == (times, 1)
