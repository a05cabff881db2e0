"""The real bot with a fake engine against the loopback Discord: commands and messages."""

import asyncio

import pytest
import structlog

from tests.bot.fakes import TITLE, serving, texts
from tests.discord.payloads import APPLICATION, COMPONENTS_V2, DM_CHANNEL, EPHEMERAL

PING = f"<@{APPLICATION}>"
HOW_TO = "想知道報告寫了什麼，請在提及我的訊息裡寫下問題，或使用 `/問報告`。例如：「這份報告的重點是什麼？」"


async def replied(fake, message):
    return texts((await fake.wait(lambda: fake.replies(message)))[0]["components"])


async def answered(fake, interaction):
    await fake.wait(lambda: interaction.answered)
    return texts(interaction.original["components"])


async def test_ask_command_sync_registers_localized_options_once(engine):
    async with serving(engine) as (fake, bot, _):
        assert len(fake.calls("PUT", "/commands")) == 1
        command = next(each for each in fake.commands if each["name"] == "ask")
        question, visibility, *_ = command["options"]
        assert (command["name"], command["name_localizations"]) == (
            "ask",
            {"zh-TW": "問報告", "zh-CN": "問報告", "ja": "質問"},
        )
        assert command["description"] == "Ask the report and see what it says, word for word"
        assert command["description_localizations"]["zh-TW"] == "向報告提問，並看到報告原文怎麼寫"
        assert (command["integration_types"], command["contexts"]) == ([0, 1], [0, 1, 2])
        assert (question["name"], question["name_localizations"]["zh-TW"]) == ("question", "問題")
        assert (question["required"], question["min_length"], question["max_length"]) == (True, 1, 1000)
        assert visibility["name_localizations"]["zh-TW"] == "誰看得到"
        choices = [(c["value"], c["name"], c["name_localizations"]["zh-TW"]) for c in visibility["choices"]]
        assert choices == [("public", "Everyone", "大家"), ("private", "Only me", "只有我")]
        assert fake.gateway.identifies[0]["intents"] == (1 << 0) | (1 << 9) | (1 << 12)
        assert bot.allowed_mentions.to_dict() == {"parse": []}


async def test_gateway_identify_message_content_configured_requests_intent(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        assert fake.gateway.identifies[0]["intents"] == (1 << 0) | (1 << 9) | (1 << 12) | (1 << 15)


@pytest.mark.parametrize("place", ["guild", "dm", "group"])
async def test_ask_command_is_deferred_and_edited_into_card(engine, place):
    async with serving(engine) as (fake, _, _):
        asked = await fake.slash("ask", question="在哪裡？", place=place, user_install=place == "group")
        card = await answered(fake, asked)
        assert (asked.ack, asked.data.get("flags", 0)) == (5, 0)
        assert asked.original["flags"] == COMPONENTS_V2
        assert card[:3] == [
            "-# 提問：在哪裡？",
            "**報告這樣寫：**",
            "> **1.** 會議在首爾舉行。\n-# 唐鳳 · 貳、過程 › 一、開幕 · 第 8 頁",
        ]
        assert card[-1].startswith(f"-# {TITLE} · 代號 ")
        assert engine.asked == ["在哪裡？"]


@pytest.mark.parametrize(
    ("public", "chosen", "flags"),
    [(True, None, 0), (True, "private", EPHEMERAL), (False, None, EPHEMERAL), (False, "public", 0)],
)
async def test_ask_command_visibility_option_overrides_default(engine, public, chosen, flags):
    async with serving(engine, answers_public_by_default=public) as (fake, _, _):
        asked = await fake.slash("ask", question="where?", **({"visibility": chosen} if chosen else {}))
        assert (await answered(fake, asked))[1] == "**The report says:**"
        assert asked.callback["data"] == {"flags": flags} if flags else not asked.data.get("flags")


async def test_mention_triggers_typing_and_reply(engine):
    async with serving(engine) as (fake, _, _):
        message = await fake.say(f"{PING} unknown place?", mentions_bot=True)
        card = await replied(fake, message)
        assert card[:2] == ["-# Question: unknown place?", "**I couldn't find this in the report.**"]
        calls = [request.path.rsplit("/", 1)[1] for request in fake.calls("POST", "/channels/")]
        assert calls == ["typing", "messages"]
        body = fake.calls("POST", "/messages")[0].body
        assert (body["allowed_mentions"], body["nonce"]) == ({"parse": [], "replied_user": False}, message["id"])


async def test_direct_message_and_reply_to_answer_are_answered(engine):
    async with serving(engine) as (fake, _, _):
        await replied(fake, await fake.say("where?", place="dm"))
        (answer,) = [m for m in fake.messages.values() if m["channel_id"] == DM_CHANNEL and m["author"]["bot"]]
        await replied(fake, await fake.say("那什麼時候？", reply_to=answer, place="dm"))
        guild_message = await fake.say(f"{PING} who?", mentions_bot=True)
        await replied(fake, guild_message)
        await replied(fake, await fake.say("why?", reply_to=fake.replies(guild_message)[0], mentions_bot=True))
        assert engine.asked == ["where?", "那什麼時候？", "who?", "why?"]


async def test_mention_without_text_asks_replied_message_or_shows_hint(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        other = await fake.say("會議在哪裡？")
        card = await replied(fake, await fake.say(PING, mentions_bot=True, reply_to=other))
        assert card[0] == "-# 提問：會議在哪裡？"
        assert await replied(fake, await fake.say(f" {PING} ", mentions_bot=True)) == [HOW_TO]
        assert engine.asked == ["會議在哪裡？"]


async def test_reply_without_readable_content_gets_hint(engine):
    async with serving(engine) as (fake, _, _):
        message = await fake.say(f"{PING} who?", mentions_bot=True)
        await replied(fake, message)
        silent = await fake.say("and then?", reply_to=fake.replies(message)[0], mentions_bot=False)
        assert await replied(fake, silent) == ["我看不到這則訊息的內容。請在訊息裡提及我，或使用 `/問報告`。"]
        assert engine.asked == ["who?"]


async def test_message_from_bot_itself_or_without_mention_is_ignored(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        await fake.say(f"{PING} from itself", mentions_bot=True, author=APPLICATION)
        await fake.say("no mention at all")
        joined = fake.state.post({}, channel=DM_CHANNEL, author="1300000000000000002") | {"type": 6}
        await fake.gateway.publish("MESSAGE_CREATE", joined, None)
        await replied(fake, await fake.say(f"{PING} last", mentions_bot=True))
        assert engine.asked == ["last"]
        assert len(fake.calls("POST", "/messages")) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (f"{PING} 😀\x00", "請用文字寫下想問的問題。"),
        (
            f"{PING} " + "x" * 10_000,
            "This question has 10000 characters, more than the 1000 allowed. Please put it in a sentence or two.",
        ),
    ],
)
async def test_mention_question_empty_or_too_long_gets_objection(engine, content, sentence):
    async with serving(engine) as (fake, _, _):
        assert await replied(fake, await fake.say(content, mentions_bot=True)) == [sentence]
        assert engine.asked == []


async def test_ask_command_markdown_and_mentions_are_escaped(engine):
    async with serving(engine) as (fake, _, _):
        card = await answered(fake, await fake.slash("ask", question="# @everyone <@&1> [x](https://e.x) **b**"))
        assert card[0] == r"-# Question: \# @everyone \<@&1\> \[x\](https\://e.x) \*\*b\*\*".replace("@", "@\u200b")
        assert fake.calls("PATCH", "@original")[0].body["allowed_mentions"] == {"parse": []}


async def test_ask_command_engine_error_shows_reference_of_log_record(engine):
    async with serving(engine) as (fake, _, _):
        with structlog.testing.capture_logs() as records:
            card = await answered(fake, await fake.slash("ask", question="fail", locale="zh-TW"))
        (failed,) = [record for record in records if record["event"] == "failed"]
        assert card == ["出了一點問題，這次沒有辦法回答，請稍後再試。", f"-# 代號 {failed['reference']}"]
        assert str(failed["exc_info"]) == "cannot answer fail"


async def test_ask_command_and_mention_log_records_share_reference_of_card(engine):
    async with serving(engine) as (fake, _, _):
        with structlog.testing.capture_logs() as records:
            by_command = await answered(fake, await fake.slash("ask", question="where?"))
            message = await fake.say(f"<@{APPLICATION}> where?", mentions_bot=True)
            (by_message,) = await fake.wait(lambda: fake.replies(message))
            await fake.wait(lambda: [record["event"] for record in records].count("delivered") == 2)
        for card, how in ((by_command, "command"), (texts(by_message["components"]), "message")):
            shown = card[-1].rsplit(" ", 1)[1]
            told = [record for record in records if record.get("reference") == shown]
            assert [record["event"] for record in told] == ["received", "answered", "delivered"]
            assert told[0]["by"] == how


async def test_ask_command_concurrent_questions_respect_concurrency_limit(engine):
    async with serving(engine, concurrency=2) as (fake, _, _):
        asked = [await fake.slash("ask", question=f"slow {number}") for number in range(4)]
        await fake.wait(lambda: all(each.ack == 5 for each in asked))
        engine.go.set()
        echoes = [(await answered(fake, each))[0] for each in asked]
        assert echoes == [f"-# Question: slow {number}" for number in range(4)]
        assert engine.most_at_once == 2


async def test_bot_close_waits_for_running_answer(engine):
    async with serving(engine) as (fake, bot, _):
        asked = await fake.slash("ask", question="slow")
        await fake.wait(lambda: engine.asked)
        closing = asyncio.create_task(bot.close())
        await asyncio.sleep(0)
        engine.go.set()
        await closing
        assert (await answered(fake, asked))[0] == "-# Question: slow"
        assert bot.left_in_peace


async def test_bot_close_timeout_tells_restart_to_waiting_members(engine):
    async with serving(engine, concurrency=1) as (fake, bot, _):
        bot.farewell = 0.01
        asked = [await fake.slash("ask", question="slow") for _ in range(2)]
        await fake.wait(lambda: all(each.ack for each in asked) and engine.asked)
        await bot.close()
        for each in asked:
            assert (await answered(fake, each))[0] == "I'm restarting. Please ask again in a moment."
        assert not bot.left_in_peace
