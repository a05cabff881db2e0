"""Right-clicking a message, against the loopback Discord: asking about it and checking it."""

import pytest

from tests.bot.fakes import TITLE, serving, texts
from tests.discord.payloads import COMPONENTS_V2, EPHEMERAL, forwarded

ASK, CHECK = "Ask the report about this", "Check against the report"


async def chosen(fake, command, message, **menu):
    made = await fake.menu(command, message, **menu)
    await fake.wait(lambda: made.answered)
    return made, texts(made.original["components"])


async def test_context_menus_sync_names_are_localized(engine):
    async with serving(engine) as (fake, _, _):
        menus = {each["name"]: each["name_localizations"]["zh-TW"] for each in fake.commands if each["type"] == 3}
        assert menus == {ASK: "用這則訊息問報告", CHECK: "對照報告查證"}
        menus = {each["name"]: each["name_localizations"]["ja"] for each in fake.commands if each["type"] == 3}
        assert menus == {ASK: "このメッセージについて質問", CHECK: "レポートと照合"}


@pytest.mark.parametrize("place", ["guild", "dm"])
async def test_ask_menu_message_is_answered_publicly(engine, place):
    async with serving(engine) as (fake, _, _):
        message = await fake.say("where was it?", place="dm" if place == "dm" else "guild")
        made, card = await chosen(fake, ASK, message, place=place)
        assert (made.ack, made.original["flags"]) == (5, COMPONENTS_V2)
        assert card[:2] == ["-# Question: where was it?", "**The report says:**"]


async def test_ask_menu_own_answer_repeats_question_and_empty_message_is_refused(engine):
    async with serving(engine) as (fake, _, _):
        answer, _ = await chosen(fake, ASK, await fake.say("where was it?"))
        _, card = await chosen(fake, ASK, answer.original)
        assert card[0] == "-# Question: where was it?"
        _, told = await chosen(fake, ASK, await fake.say(""))
        assert told == ["Please write your question in words."]


async def test_check_menu_statements_are_checked_one_by_one_privately(engine):
    async with serving(engine) as (fake, _, _):
        message = await fake.say("78 countries\nwrong *place*\nunknown food")
        made, card = await chosen(fake, CHECK, message)
        assert (made.ack, made.original["flags"]) == (5, EPHEMERAL | COMPONENTS_V2)
        assert card[:-1] == [
            "## Checked against the report\n-# agrees 1 · differs 1 · cannot be judged 1",
            "**78 countries**\n-# The report says:\n> **1.** 共有 78 國參加。\n-# 參、心得 · pp. 7–8\n🟢 **Agrees**",
            "**wrong \\*place\\***\n-# The report says:\n> **2.** 會議在首爾舉行。\n-# 唐鳳 · 貳、過程 › 一、開幕 · p. 8\n"
            "🔴 **Differs**: the statement says “12月”, the report “11月”",
            "**unknown food**\n⚪ No sentence to compare with was found. "
            "Opinions, questions and anything beyond the report cannot be checked",
        ]
        assert card[-1].startswith(f"-# {TITLE} · reference ")


async def test_check_menu_japanese_client_gets_verdicts_in_japanese(engine):
    async with serving(engine) as (fake, _, _):
        _, card = await chosen(fake, CHECK, await fake.say("unknown food"), locale="ja")
        assert card[:2] == [
            "## レポートとの照合\n-# 一致 0 · 相違 0 · 判断できない 1",
            "**unknown food**\n⚪ 照合できる原文が見つかりません。意見や質問、レポート以外のことは照合できません",
        ]


async def test_check_menu_many_statements_are_split_over_cards(engine):
    async with serving(engine) as (fake, _, _):
        statements = [f"{'x' * 290} {n}" for n in range(18)]
        made, card = await chosen(fake, CHECK, await fake.say("\n".join(statements)))
        await fake.wait(lambda: len(private(fake)) == 2)
        cards = private(fake)
        shown = [text for each in cards for text in texts(each["components"])[1:-1]]
        assert [text.split("\n")[0].strip("*").rpartition(" ")[2] for text in shown] == [str(n) for n in range(18)]
        assert made.original["id"] == cards[0]["id"]
        assert card[0] == texts(cards[1]["components"])[0]


def private(fake):
    return [message for message in fake.messages.values() if message["flags"] == EPHEMERAL | COMPONENTS_V2]


async def test_check_menu_empty_message_or_engine_error_is_told(engine):
    async with serving(engine) as (fake, _, _):
        _, told = await chosen(fake, CHECK, await fake.say(""))
        assert told == ["This message has no sentence to check."]
        _, told = await chosen(fake, CHECK, await fake.say("fail"))
        assert told[0] == "Something went wrong and I can't answer this now. Please try again later."


EMBED = {"type": "rich", "title": "78 countries", "fields": [{"name": "place", "value": "wrong", "inline": False}]}


@pytest.mark.parametrize(
    ("content", "more", "checked"),
    [
        ("", {"embeds": [EMBED]}, ["78 countries", "place: wrong"]),
        ("", forwarded("78 countries"), ["78 countries"]),
        ("look", forwarded("", embeds=[EMBED]), ["look", "78 countries", "place: wrong"]),
        ("see", {"files": {"notes.md": "第一句\n第二句".encode()}}, ["see", "第一句", "第二句"]),
        ("see", {"files": {"photo.png": b"text", "large.txt": b"x" * 40_000}}, ["see"]),
    ],
)
async def test_check_menu_reads_embeds_forwarded_messages_and_text_files(engine, content, more, checked):
    async with serving(engine) as (fake, _, _):
        _, card = await chosen(fake, CHECK, await fake.say(content, **more))
        assert [text.split("\n")[0].strip("*") for text in card[1:-1]] == checked


async def test_ask_menu_asks_what_a_forwarded_message_says(engine):
    async with serving(engine) as (fake, _, _):
        await chosen(fake, ASK, await fake.say("", **forwarded("where?")))
        assert engine.asked == ["where?"]
