"""What members do with an answer, against the loopback Discord: every button below it, also after a restart."""

import pytest

from bot.errors import StorageError
from tests.bot.fakes import expand, serving, texts
from tests.discord.payloads import APPLICATION, CHANNEL, COMPONENTS_V2, EPHEMERAL, MEMBER, ORDINARY, thread, walk

ANSWERED = ["-# 提問：在哪裡？", "**報告這樣寫：**"]


async def asked(fake, question="在哪裡？", **options):
    made = await fake.slash("ask", question=question, locale="zh-TW", **options)
    await fake.wait(lambda: made.answered)
    return made


async def clicked(fake, message, label, **click):
    """Click a button, behind ⋯ if the card does not show it."""
    if label not in labels(message) and "⋯" in labels(message):
        await expand(fake, message)
    made = await fake.click(message, label=label, locale="zh-TW", **click)
    await fake.wait(lambda: made.answered)
    return made


def labels(message):
    return [each["label"] for each in walk(message["components"]) if each["type"] == 2]


async def test_answer_buttons_depend_on_place_and_visibility(engine):
    async with serving(engine) as (fake, _, _):
        public, private = await asked(fake), await asked(fake, visibility="private")
        assert labels(public.original) == labels(private.original) == ["📖 前後文", "更多", "👍", "👎", "⋯"]
        below = ["📖 前後文", "更多", "👍", "👎", "收起", "換個章節找", "❞ 複製引註"]
        await expand(fake, public.original)
        assert labels(public.original) == [*below, "開討論串追問", "🗑️ 刪除"]
        await expand(fake, private.original)
        assert labels(private.original) == [*below, "分享給大家", "🗑️ 刪除"]
        await fake.click(private.original, label="收起")
        await fake.wait(lambda: labels(private.original) == ["📖 前後文", "更多", "👍", "👎", "⋯"])
        made = await fake.slash("ask", question="where?", place="dm")
        await fake.wait(lambda: made.answered)
        assert labels(made.original) == ["📖 Context", "More", "👍", "👎", "⋯"]


async def test_quotation_menu_shows_passage_privately_and_button_leads_to_next(engine):
    async with serving(engine) as (fake, _, _):
        made = await asked(fake)
        await expand(fake, made.original)
        menu = next(each for each in walk(made.original["components"]) if each["type"] == 3)
        assert [option["label"] for option in menu["options"]] == ["1. 會議在首爾舉行。", "2. 共有 78 國參加。"]
        assert [option["description"] for option in menu["options"]] == [
            "貳、過程 › 一、開幕 · 第 8 頁",
            "參、心得 · 第 7–8 頁",
        ]
        read = await fake.click(made.original, custom_id=menu["custom_id"], values=[menu["options"][0]["value"]])
        await fake.wait(lambda: read.answered)
        assert (read.ack, read.original["flags"]) == (4, EPHEMERAL | COMPONENTS_V2)
        assert texts(read.original["components"])[:2] == ["### 貳、過程 › 一、開幕", "原文。"]
        assert labels(read.original) == ["後一段 ▶"]
        following = await clicked(fake, read.original, "後一段 ▶")
        assert (following.ack, labels(following.original)) == (7, ["◀ 前一段", "後一段 ▶"])
        assert texts(made.original["components"])[:2] == ANSWERED


async def test_more_passages_button_shows_passages_privately_with_quoted_last(engine):
    async with serving(engine) as (fake, _, _):
        made = await clicked(fake, (await asked(fake)).original, "更多")
        assert (made.ack, made.original["flags"]) == (5, EPHEMERAL | COMPONENTS_V2)
        shown = texts(made.original["components"])
        assert shown[0] == "-# 提問：在哪裡？\n**最相關的段落**"
        assert shown[1].split("\n")[:2] == ["> 原文。", "-# 貳、過程 › 一、開幕 · 第 2 頁"]  # quoted ones come last
        assert engine.asked == ["在哪裡？", "在哪裡？"]


async def test_not_what_i_meant_button_offers_sections(engine):
    async with serving(engine) as (fake, _, _):
        refused = await asked(fake, "unknown 這裡")
        made = await clicked(fake, refused.original, "換個章節找")
        assert texts(made.original["components"])[:2] == [
            "-# 提問：unknown 這裡",
            "**也許你想問的是這些章節的內容：**\n- 貳、過程 › 一、開幕\n- 參、心得",
        ]
        assert labels(made.original) == ["一、開幕", "參、心得"]


async def test_share_button_private_answer_is_posted_publicly(engine):
    async with serving(engine) as (fake, _, _):
        private = await asked(fake, visibility="private")
        made = await clicked(fake, private.original, "分享給大家")
        assert (made.ack, made.original["flags"]) == (5, COMPONENTS_V2)
        assert texts(made.original["components"])[:2] == ANSWERED
        assert "分享給大家" not in labels(made.original)


@pytest.mark.parametrize(
    ("content", "hello"),
    [
        (True, "在這裡直接接著問就可以，我會記得上一個問題。"),
        (False, "在這裡接著問時請提及我（<@1300000000000000001>），我會記得上一個問題。"),
    ],
)
async def test_thread_button_opens_one_thread_per_answer(engine, content, hello):
    async with serving(engine, message_content=content) as (fake, _, _):
        answer = (await asked(fake)).original
        made = await clicked(fake, answer, "開討論串追問")
        (opened,) = fake.state.threads.values()
        assert (opened["id"], opened["name"]) == (answer["id"], "報告：在哪裡？")
        assert texts(made.original["components"]) == [f"討論串開好了：<#{opened['id']}>"]
        (said,) = [m for m in fake.messages.values() if m["channel_id"] == opened["id"]]
        assert texts(said["components"]) == [hello]
        again = await clicked(fake, answer, "開討論串追問")
        assert texts(again.original["components"]) == [f"這個回答已經有討論串了：<#{opened['id']}>"]
        assert len([m for m in fake.messages.values() if m["channel_id"] == opened["id"]]) == 1


async def test_thread_message_is_answered_as_follow_up_to_previous_question(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        await clicked(fake, (await asked(fake)).original, "開討論串追問")
        (opened,) = fake.state.threads.values()
        first = await fake.say("and when?", thread=opened)
        card = texts((await fake.wait(lambda: fake.replies(first)))[0]["components"])
        assert card[:2] == ["-# Question: and when?", "-# I understood: 在哪裡？ and when?"]
        second = await fake.say("and who?", thread=opened)
        await fake.wait(lambda: fake.replies(second))
        assert engine.asked == ["在哪裡？", "在哪裡？", "在哪裡？ and when?", "在哪裡？ and when? and who?"]


async def test_thread_message_in_thread_of_others_is_ignored(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        theirs = await fake.say("let us talk")
        opened = fake.state.threads[theirs["id"]] = thread(theirs["id"], CHANNEL, "talk", MEMBER)
        await fake.gateway.session().dispatch("THREAD_CREATE", opened)
        await fake.say("and when?", thread=opened)
        last = await fake.say("where?", place="dm")
        await fake.wait(lambda: fake.replies(last))
        assert engine.asked == ["where?"]


async def test_delete_button_by_asker_deletes_answer(engine):
    async with serving(engine) as (fake, _, _):
        answer = (await asked(fake)).original
        made = await clicked(fake, answer, "🗑️ 刪除")
        await fake.wait(lambda: answer["id"] not in fake.messages)
        assert made.ack == 6


@pytest.mark.parametrize("way", ["command", "mention"])
async def test_delete_button_by_other_member_is_refused_and_by_moderator_deletes(engine, way):
    async with serving(engine) as (fake, _, _):
        fake.permissions = ORDINARY
        if way == "command":
            answer = (await asked(fake)).original
        else:
            message = await fake.say(f"<@{APPLICATION}> 在哪裡？", mentions_bot=True)
            answer = (await fake.wait(lambda: fake.replies(message)))[0]
        fake.actor = "1300000000000000777"
        refusal = await clicked(fake, answer, "🗑️ 刪除")
        assert texts(refusal.original["components"]) == ["只有提問的人和管理訊息的人可以刪除這個回答。"]
        assert answer["id"] in fake.messages
        fake.permissions = str(1 << 13)
        await fake.click(answer, label="🗑️ 刪除")
        await fake.wait(lambda: answer["id"] not in fake.messages)


async def test_thumbs_up_button_storage_error_is_told(engine):
    async with serving(engine) as (fake, bot, _):
        answer = (await asked(fake)).original

        async def locked(*_):
            raise StorageError("state.sqlite: is locked by another process; stop that one")

        bot.runtime.storage.vote = locked
        told = await clicked(fake, answer, "👍")
        assert texts(told.original["components"])[0] == "我現在無法讀寫自己的資料，請通知管理者。"


async def test_answer_buttons_after_restart_still_work(engine):
    async with serving(engine) as (fake, _, _):
        answer = (await asked(fake)).original
    async with serving(engine) as (fake, bot, _):
        fake.state.messages[answer["id"]] = answer
        made = await clicked(fake, answer, "更多")
        assert texts(made.original["components"])[0] == "-# 提問：在哪裡？\n**最相關的段落**"
        await clicked(fake, answer, "👍")
        assert [vote.value for vote in await bot.runtime.storage.about(int(MEMBER))] == [1]


async def test_more_passages_button_unknown_scope_tells_card_is_outdated(engine):
    async with serving(engine) as (fake, _, _):
        answer = (await asked(fake)).original
        more = next(each for each in walk(answer["components"]) if each.get("label") == "更多")
        more["custom_id"] = more["custom_id"].replace(":|||", ":AAAAAAAA|||")
        made = await fake.click(answer, custom_id=more["custom_id"])
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[0].startswith("報告更新後")
        assert made.original["flags"] == EPHEMERAL | COMPONENTS_V2


@pytest.mark.parametrize(("visibility", "flags"), [("public", COMPONENTS_V2), ("private", EPHEMERAL | COMPONENTS_V2)])
async def test_suggestion_button_answers_its_label_in_a_new_message_as_visible_as_the_card(engine, visibility, flags):
    engine.suggestions = ("那裡的重點是什麼？", "誰講了什麼？")
    async with serving(engine) as (fake, _, _):
        card = (await asked(fake, visibility=visibility)).original
        made = await clicked(fake, card, "誰講了什麼？")
        assert (made.ack, made.original["flags"]) == (5, flags)
        assert texts(made.original["components"])[0] == "-# 提問：誰講了什麼？"
        assert texts(card["components"])[0] == "-# 提問：在哪裡？"
        assert engine.asked == ["在哪裡？", "誰講了什麼？"]
