"""Every way a question arrives, against the loopback Discord: forwarded, attached, by a role's ping, by an edit."""

import pytest

from tests.bot.fakes import serving, texts
from tests.discord.faults import dropped, refused
from tests.discord.payloads import APPLICATION, BOT_ROLE, CHANNEL, DM_CHANNEL, MEMBER, forwarded

PING, ROLE_PING, BOB = f"<@{APPLICATION}>", f"<@&{BOT_ROLE}>", "1300000000000000777"
ASK = "Ask the report about this"
NEWS = {
    "embeds": [{"type": "rich", "title": "會議在哪裡？", "fields": [{"name": "註", "value": "第二天", "inline": False}]}]
}
ENGLISH_NEWS = {
    "embeds": [
        {"type": "rich", "title": "Where was it?", "fields": [{"name": "Note", "value": "on day two", "inline": False}]}
    ]
}
PREVIEW = {"embeds": [{"type": "article", "title": "Ten things to see", "url": "https://a.example"}]}
CARRIERS = {
    "forward": ("", forwarded("會議在哪裡？"), "會議在哪裡？"),
    "forwarded embed": ("", forwarded("", **NEWS), "會議在哪裡？\n註: 第二天"),
    "embed": ("", NEWS, "會議在哪裡？\n註: 第二天"),
    "text file": ("", {"files": {"question.md": "會議在哪裡？".encode()}}, "會議在哪裡？"),
    "english forward": ("", forwarded("where was it?"), "where was it?"),
    "english forwarded embed": ("", forwarded("", **ENGLISH_NEWS), "Where was it?\nNote: on day two"),
    "english embed": ("", ENGLISH_NEWS, "Where was it?\nNote: on day two"),
    "english text file": ("", {"files": {"question.txt": b"Where was it?"}}, "Where was it?"),
}
carriers = pytest.mark.parametrize(("content", "more", "question"), CARRIERS.values(), ids=CARRIERS)


async def replied(fake, message):
    return texts((await fake.wait(lambda: fake.replies(message)))[0]["components"])


async def silent(fake, *, place="dm"):
    """Wait until the bot has handled all that came before."""
    await replied(fake, await fake.say("last?", place=place))


@carriers
async def test_direct_message_that_carries_a_question_is_answered(engine, content, more, question):
    async with serving(engine) as (fake, _, _):
        card = await replied(fake, await fake.say(content, place="dm", **more))
        assert engine.asked == [question]
        assert card[1] in ("**報告這樣寫：**", "**The report says:**")


@carriers
async def test_mention_in_reply_to_message_that_carries_a_question_is_answered(engine, content, more, question):
    async with serving(engine, message_content=True) as (fake, _, _):
        carrier = await fake.say(content, author=BOB, **more)
        await replied(fake, await fake.say(PING, mentions_bot=True, reply_to=carrier))
        assert engine.asked == [question]


@carriers
async def test_ask_menu_on_message_that_carries_a_question_is_answered(engine, content, more, question):
    async with serving(engine) as (fake, _, _):
        made = await fake.menu(ASK, await fake.say(content, author=BOB, **more))
        await fake.wait(lambda: made.answered)
        assert engine.asked == [question]


async def test_question_about_carried_text_is_asked_with_it_as_the_earlier_one(engine):
    async with serving(engine) as (fake, _, _):
        file = {"note.txt": b"Who spoke at the opening?"}
        card = await replied(fake, await fake.say(f"{PING} and when?", mentions_bot=True, files=file))
        assert card[:2] == ["-# Question: and when?", "-# I understood: Who spoke at the opening? and when?"]


@pytest.mark.parametrize(
    ("content", "asked"), [("where? https://a.example", "where? https://a.example"), ("https://a.example", None)]
)
async def test_preview_of_link_is_read_only_without_words(engine, content, asked):
    async with serving(engine) as (fake, _, _):
        made = await fake.menu(ASK, await fake.say(content, **PREVIEW))
        await fake.wait(lambda: made.answered)
        assert engine.asked == [asked or f"{content}\nTen things to see"]


@pytest.mark.parametrize("question", ["會議在哪裡？", "where was it?"])
async def test_ping_of_own_role_is_a_mention(engine, question):
    async with serving(engine, message_content=True) as (fake, _, _):
        card = await replied(fake, await fake.say(f"{ROLE_PING} {question}", mention_roles=[BOT_ROLE]))
        assert engine.asked == [question]
        assert card[0].endswith(question)


async def test_ping_of_own_role_without_message_content_gets_hint(engine):
    async with serving(engine) as (fake, _, _):
        card = await replied(fake, await fake.say(f"{ROLE_PING} where?", mention_roles=[BOT_ROLE]))
        assert card == ["我看不到這則訊息的內容。請在訊息裡提及我，或使用 `/問報告`。"]


TYPOS = [
    ("where wsa it?", "where was it?", "-# Question: where was it?"),
    ("會一在哪裡？", "會議在哪裡？", "-# 提問：會議在哪裡？"),
]


@pytest.mark.parametrize(("typo", "fixed", "echo"), TYPOS)
async def test_edit_of_answered_message_edits_the_answer(engine, typo, fixed, echo):
    async with serving(engine) as (fake, _, _):
        message = await fake.say(f"{PING} {typo}", mentions_bot=True)
        await replied(fake, message)
        await fake.edit(message, f"{PING} {fixed}", mentions_bot=True)
        (reply,) = await fake.wait(lambda: [m for m in fake.replies(message) if m["edited_timestamp"]])
        assert texts(reply["components"])[0] == echo
        assert fake.replies(message) == [reply]
        assert engine.asked == [typo, fixed]


async def test_edit_that_arrives_while_the_answer_is_made_edits_it_afterwards(engine):
    async with serving(engine) as (fake, _, _):
        message = await fake.say("slow wsa it?", place="dm")
        await fake.wait(lambda: engine.asked)
        await fake.edit(message, "where was it?")
        engine.go.set()
        (reply,) = await fake.wait(lambda: [m for m in fake.replies(message) if m["edited_timestamp"]])
        assert texts(reply["components"])[0] == "-# Question: where was it?"
        assert len(fake.replies(message)) == 1


@pytest.mark.parametrize("place", ["dm", "guild"])
@pytest.mark.parametrize(("typo", "fixed", "echo"), TYPOS)
async def test_edit_after_restart_edits_the_answer_that_was_sent_before(engine, typo, fixed, echo, place):
    mention, mentions = ("", False) if place == "dm" else (f"{PING} ", True)
    async with serving(engine) as (fake, _, _):
        message = await fake.say(mention + typo, place=place, mentions_bot=mentions)
        await replied(fake, message)
        kept = dict(fake.messages)
    async with serving(engine) as (fake, _, _):
        fake.messages.update(kept)
        await fake.edit(message, mention + fixed, mentions_bot=mentions)
        (reply,) = await fake.wait(lambda: [m for m in fake.replies(message) if m["edited_timestamp"]])
        assert texts(reply["components"])[0] == echo
        assert len(fake.replies(message)) == 1


@pytest.mark.parametrize(("question", "echo"), [(fixed, echo) for _, fixed, echo in TYPOS])
async def test_edit_that_adds_the_mention_is_answered_once(engine, question, echo):
    async with serving(engine) as (fake, _, _):
        message = await fake.say(question)
        await fake.edit(message, f"{PING} {question}", mentions_bot=True)
        assert (await replied(fake, message))[0] == echo
        # The preview of a link and a pin make the same event again.
        await fake.gateway.publish("MESSAGE_UPDATE", message, fake.guild_of(CHANNEL))
        await silent(fake)
        assert engine.asked == [question, "last?"]
        assert len(fake.replies(message)) == 1


@pytest.mark.parametrize(("question", "echo"), [(fixed, echo) for _, fixed, echo in TYPOS])
async def test_edit_that_adds_the_mention_after_restart_is_answered_once(engine, question, echo):
    async with serving(engine) as (fake, _, _):
        message = await fake.say(question)
    async with serving(engine) as (fake, _, _):
        fake.messages[message["id"]] = message
        await fake.edit(message, f"{PING} {question}", mentions_bot=True)
        assert (await replied(fake, message))[0] == echo
        await silent(fake)
        assert (engine.asked, len(fake.replies(message))) == ([question, "last?"], 1)


async def test_edit_beyond_the_rate_limit_leaves_the_answer(engine):
    async with serving(engine) as (fake, _, _):
        changed = await fake.slash("settings change", per_member=1)
        await fake.wait(lambda: changed.answered)
        message = await fake.say(f"{PING} where wsa it?", mentions_bot=True)
        await replied(fake, message)
        await fake.edit(message, f"{PING} where was it?", mentions_bot=True)
        other = await fake.say("when?")
        await fake.edit(other, f"{PING} when?", mentions_bot=True)
        assert (await replied(fake, other))[0].startswith("Too fast.")
        assert [texts(reply["components"])[0] for reply in fake.replies(message)] == ["-# Question: where wsa it?"]


async def test_edit_whose_first_reply_is_deleted_is_answered_again(engine):
    async with serving(engine) as (fake, _, _):
        message = await fake.say("where wsa it?", place="dm")
        await replied(fake, message)
        del fake.messages[fake.replies(message)[0]["id"]]
        await fake.edit(message, "where was it?")
        assert (await replied(fake, message))[0] == "-# Question: where was it?"


async def test_edit_whose_response_is_lost_is_repeated_without_a_second_answer(engine):
    async with serving(engine) as (fake, _, _):
        message = await fake.say("where wsa it?", place="dm")
        await replied(fake, message)
        fake.faults.append(dropped("PATCH", "/messages/", when="after"))
        await fake.edit(message, "where was it?")
        await fake.wait(lambda: len(fake.calls("PATCH", "/messages/", ok=False)) == 2)
        await silent(fake)
        assert len(fake.replies(message)) == 1


async def test_edit_without_history_answers_and_change_after_five_minutes_or_without_words_does_not(engine):
    async with serving(engine) as (fake, _, _):
        first = await fake.say("where was it?")
        fake.faults.append(refused("GET", f"/channels/{CHANNEL}/messages", status=403, code=50013))
        await fake.edit(first, f"{PING} where was it?", mentions_bot=True)
        await replied(fake, first)
        late, unedited = await fake.say("when?"), await fake.say(f"{PING} who?", mentions_bot=True)
        await replied(fake, unedited)
        await fake.gateway.publish("MESSAGE_UPDATE", unedited, fake.guild_of(CHANNEL))
        fake.advance(301)
        await fake.edit(late, f"{PING} when?", mentions_bot=True)
        await silent(fake)
        assert engine.asked == ["where was it?", "who?", "last?"]


@pytest.mark.parametrize(
    ("story", "questions"),
    [
        (
            "I came late. " * 100 + "Where was it held? Does anyone know who spoke. Thanks!",
            "Where was it held?\nDoes anyone know who spoke?",
        ),
        ("我來晚了。" * 250 + "會議在哪裡？有人知道誰主持嗎 感恩", "會議在哪裡？\n有人知道誰主持嗎？"),
    ],
    ids=["en", "zh-TW"],
)
async def test_long_message_is_asked_by_its_question_sentences(engine, story, questions):
    async with serving(engine) as (fake, _, _):
        made = await fake.menu(ASK, await fake.say(story, author=BOB))
        await fake.wait(lambda: made.answered)
        await replied(fake, await fake.say(story, place="dm"))
        assert engine.asked == [questions, questions]


@pytest.mark.parametrize("questions", ["Where was it? And who spoke?", "會議在哪裡？誰主持？"])
async def test_two_questions_in_one_message_are_asked_together(engine, questions):
    async with serving(engine) as (fake, _, _):
        message = await fake.say(f"{PING} {questions}", mentions_bot=True)
        assert (await replied(fake, message))[0].endswith(questions)
        assert engine.asked == [questions]
        assert len(fake.replies(message)) == 1


async def test_direct_message_by_bot_is_not_heard_when_edited(engine):
    async with serving(engine) as (fake, _, _):
        await silent(fake)
        (reply,) = [m for m in fake.messages.values() if m["author"]["id"] == APPLICATION]
        await fake.gateway.publish("MESSAGE_UPDATE", reply | {"edited_timestamp": reply["timestamp"]}, None)
        await silent(fake)
        assert (reply["channel_id"], MEMBER in str(reply["author"])) == (DM_CHANNEL, False)
        assert engine.asked == ["last?", "last?"]
