"""Citations and threads to take along, against the loopback Discord."""

from dataclasses import replace

import pytest

from tests.bot.e2e.test_answer_actions import clicked, labels
from tests.bot.fakes import REPORT, ReportEngine, expand, serving, texts
from tests.discord.faults import refused
from tests.discord.payloads import COMPONENTS_V2, EPHEMERAL, walk

SITE = "https://example.org/report"
CDN = "https://cdn.discordapp.com"


@pytest.fixture
def engine():
    return ReportEngine(reports=(replace(REPORT, publisher="國發會", published="2022-03"),))


async def asked(fake, question, locale):
    made = await fake.slash("ask", question=question, locale=locale)
    await fake.wait(lambda: made.answered)
    return made.original


async def cited(fake, card, locale, label):
    if label not in labels(card):
        await expand(fake, card)
    made = await fake.click(card, label=label, locale=locale)
    await fake.wait(lambda: made.answered)
    return made


async def test_copy_citation_button_gives_apa_and_plain_form_in_chinese(engine):
    async with serving(engine, public_url=SITE) as (fake, _, _):
        made = await cited(fake, await asked(fake, "在哪裡？", "zh-TW"), "zh-TW", "❞ 複製引註")
        assert made.original["flags"] == EPHEMERAL | COMPONENTS_V2
        assert texts(made.original["components"]) == [
            "**可以複製的引註**\n-# 電腦：按文字框的複製圖示；手機：長按訊息 › 複製文字",
            "**1.** APA 格式\n```\n「會議在首爾舉行。」（國發會，2022，第 8 頁）\n"
            f"國發會（2022）。《開放政府高峰會報告》。 {SITE}/summit/p/0001.html\n```",
            "**1.** 純文字\n```\n「會議在首爾舉行。」——唐鳳（發言），國發會，《開放政府高峰會報告》，2022-03，第 8 頁，"
            f"{SITE}/summit/p/0001.html\n```",
            "**2.** APA 格式\n```\n「共有 78 國參加。」（國發會，2022，第 7–8 頁）\n"
            f"國發會（2022）。《開放政府高峰會報告》。 {SITE}/summit/p/0003.html\n```",
            "**2.** 純文字\n```\n「共有 78 國參加。」——國發會，《開放政府高峰會報告》，2022-03，第 7–8 頁，"
            f"{SITE}/summit/p/0003.html\n```",
        ]


async def test_copy_citation_button_gives_same_citations_in_chinese_after_restart(engine):
    async with serving(engine, public_url=SITE) as (fake, _, _):
        card = await asked(fake, "在哪裡？", "zh-TW")
        first = await cited(fake, card, "zh-TW", "❞ 複製引註")
    async with serving(engine, public_url=SITE) as (fake, _, _):
        fake.state.messages[card["id"]] = card
        again = await cited(fake, card, "zh-TW", "❞ 複製引註")
        assert texts(again.original["components"]) == texts(first.original["components"])
        assert len(texts(again.original["components"])) == 5


async def test_copy_citation_button_gives_apa_and_plain_form_in_english_after_restart(engine):
    async with serving(engine) as (fake, _, _):
        card = await asked(fake, "where?", "en-US")
        await expand(fake, card)
    async with serving(engine) as (fake, _, _):
        fake.state.messages[card["id"]] = card
        made = await cited(fake, card, "en-US", "❞ Copy citation")
        assert texts(made.original["components"])[1:3] == [
            "**1.** APA\n```\n“會議在首爾舉行。” (國發會, 2022, p. 8)\n國發會. (2022). 開放政府高峰會報告.\n```",
            "**1.** Plain text\n```\n“會議在首爾舉行。” — 唐鳳 (speaker), 國發會, 開放政府高峰會報告, 2022-03, p. 8\n```",
        ]


async def test_copy_citation_button_cites_the_quotations_of_the_page_alone(engine):
    async with serving(engine) as (fake, _, _):
        card = await asked(fake, "all of them?", "en-US")
        turned = await fake.click(card, label="Next page ▶")
        await fake.wait(lambda: turned.answered and "page 2 of" in texts(card["components"])[-1])
        await expand(fake, card)
        made = await cited(fake, card, "en-US", "❞ Copy citation")
        shown = [text for text in texts(made.original["components"]) if "Plain text" in text]
        assert [text.partition("\n")[0] for text in shown] == [f"**{n}.** Plain text" for n in range(9, 17)]


@pytest.mark.parametrize(
    ("locale", "question", "label"), [("en-US", "where?", "❞ Copy citation"), ("zh-TW", "在哪裡？", "❞ 複製引註")]
)
async def test_copy_citation_button_answers_again_only_in_another_generation(engine, locale, question, label):
    newer = replace(engine, generation="20300101T000000-00000000", asked=[])
    async with serving(engine, public_url=SITE) as (fake, bot, _):
        card = await asked(fake, question, locale)
        await expand(fake, card)
        before = [*engine.asked]
        first = await cited(fake, card, locale, label)
        assert engine.asked == before
        bot.runtime.live.become(newer)
        second = await cited(fake, card, locale, label)
        assert (engine.asked, newer.asked) == (before, [question])
        assert texts(first.original["components"]) == texts(second.original["components"])


async def test_copy_citation_button_below_a_follow_up_cites_its_answer(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        await asked(fake, "where?", "en-US")
        first = await fake.say("where?", place="dm")
        (card,) = await fake.wait(lambda: fake.replies(first))
        follow_up = await fake.say("and when?", reply_to=card, place="dm")
        (card,) = await fake.wait(lambda: fake.replies(follow_up))
        made = await fake.click(card, label="⋯", place="dm")
        await fake.wait(lambda: made.answered and "Fewer" in labels(card))
        asked_before = [*engine.asked]
        made = await fake.click(card, label="❞ Copy citation", place="dm")
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[0].startswith("**Citations to copy**")
        assert engine.asked == asked_before


async def test_copy_citation_button_is_absent_below_a_refusal(engine):
    async with serving(engine) as (fake, _, _):
        card = await asked(fake, "unknown food?", "en-US")
        await expand(fake, card)
        assert labels(card)[-4:] == ["Fewer", "Try other sections", "Continue in a thread", "🗑️ Delete"]


async def thread_with_answers(fake):
    """A thread below an answer, with two more answers and what members said; the last card and the thread."""
    await clicked(fake, await asked(fake, "在哪裡？", "zh-TW"), "開討論串追問")
    (opened,) = fake.state.threads.values()
    for question in ("*when*?", "unknown 食物？"):
        said = await fake.say(question, thread=opened)
        (card,) = await fake.wait(lambda said=said: fake.replies(said))
    opened_card = await fake.click(card, label="⋯", thread=opened)
    await fake.wait(lambda: opened_card.answered)
    await fake.wait(lambda: "⤓ 匯出討論串" in labels(card))
    return card, opened


async def test_export_thread_button_sends_the_answers_as_markdown(engine):
    async with serving(engine, message_content=True, public_url=SITE) as (fake, _, _):
        card, opened = await thread_with_answers(fake)
        made = await fake.click(card, label="⤓ 匯出討論串", thread=opened)
        (file,) = await fake.wait(lambda: made.original and [each for each in made.original["attachments"] if "url" in each])
        assert (made.original["flags"] & EPHEMERAL, file["filename"]) == (EPHEMERAL, "answers.md")
        written = fake.state.uploads[file["url"].removeprefix(CDN)].decode()
        assert written == (
            "# 報告：在哪裡？\n\n"
            "## 在哪裡？\n\n**報告這樣寫：**\n\n"
            f"> **1.** 會議在首爾舉行。\n>\n> 唐鳳 · [貳、過程 › 一、開幕 · 第 8 頁]({SITE}/summit/p/0001.html)\n\n"
            f"> **2.** 共有 78 國參加。\n>\n> [參、心得 · 第 7–8 頁]({SITE}/summit/p/0003.html)\n\n"
            "## \\*when\\*?\n\n**The report says:**\n\n"
            f"> **1.** 會議在首爾舉行。\n>\n> 唐鳳 · [貳、過程 › 一、開幕 · p. 8]({SITE}/summit/en/p/0001.html)\n\n"
            f"> **2.** 共有 78 國參加。\n>\n> [參、心得 · pp. 7–8]({SITE}/summit/en/p/0003.html)\n\n"
            "## unknown 食物？\n\n**在報告裡找不到這個問題的答案。**\n\n"
            "## 出處\n\n- 國發會（2022）。《開放政府高峰會報告》。\n"
        )


async def test_export_thread_button_in_english_after_restart_sends_the_answers(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        await clicked(fake, await asked(fake, "where?", "en-US"), "Continue in a thread")
        (opened,) = fake.state.threads.values()
        said = await fake.say("and who?", thread=opened)
        (card,) = await fake.wait(lambda: fake.replies(said))
        expanded = await fake.click(card, label="⋯", thread=opened)
        await fake.wait(lambda: expanded.answered and "⤓ Export thread" in labels(card))
        kept = dict(fake.messages)
    async with serving(engine, message_content=True) as (fake, _, _):
        fake.messages.update(kept)
        fake.state.threads[opened["id"]] = opened
        await fake.gateway.session().dispatch("THREAD_CREATE", opened)
        made = await fake.click(card, label="⤓ Export thread", thread=opened)
        (file,) = await fake.wait(lambda: made.original and [each for each in made.original["attachments"] if "url" in each])
        assert fake.state.uploads[file["url"].removeprefix(CDN)].decode() == (
            "# Report: where?\n\n"
            "## where?\n\n**The report says:**\n\n"
            "> **1.** 會議在首爾舉行。\n>\n> 唐鳳 · 貳、過程 › 一、開幕 · p. 8\n\n"
            "> **2.** 共有 78 國參加。\n>\n> 參、心得 · pp. 7–8\n\n"
            "## where? and who?\n\n**The report says:**\n\n"
            "> **1.** 會議在首爾舉行。\n>\n> 唐鳳 · 貳、過程 › 一、開幕 · p. 8\n\n"
            "> **2.** 共有 78 國參加。\n>\n> 參、心得 · pp. 7–8\n\n"
            "## Sources\n\n- 國發會. (2022). 開放政府高峰會報告.\n"
        )


async def test_export_thread_button_messages_refused_tells_missing_permission(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        card, opened = await thread_with_answers(fake)
        fake.faults.append(refused("GET", rf"/channels/{opened['id']}/messages$", status=403, code=50001))
        made = await fake.click(card, label="⤓ 匯出討論串", thread=opened)
        (told,) = await fake.wait(lambda: [*made.followups, *([made.original] if made.answered else [])])
        assert texts(told["components"])[0] == "我看不到那個頻道，請通知伺服器的管理者。"


async def test_export_thread_button_is_absent_outside_of_threads(engine):
    async with serving(engine) as (fake, _, _):
        card = await asked(fake, "where?", "en-US")
        await expand(fake, card)
        assert "⤓ Export thread" not in labels(card)
        made = await fake.click(card, custom_id=_forged(card), locale="en-US")
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"]) == ["I have not answered anything in this thread."]


def _forged(card):
    """The custom_id of a button that the card lacks, put in the place of another."""
    button = next(each for each in walk(card["components"]) if str(each.get("custom_id")).startswith("act:other:"))
    button["custom_id"] = button["custom_id"].replace("act:other:", "act:export:")
    return button["custom_id"]


async def test_about_command_names_author_and_date_of_publication(engine):
    engine.reports = (replace(engine.reports[0], author="Roe, A."),)
    async with serving(engine) as (fake, _, _):
        made = await fake.slash("about", locale="zh-TW")
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[1] == (
            "**開放政府高峰會報告**\n作者：Roe, A.\n出版：國發會\n出版日期：2022-03\n授權：CC0"
        )


async def test_about_command_tells_publication_in_language_of_member_with_link_to_original(engine):
    told = (("en", "title", "The *Summit* Report"), ("en", "publisher", "National Council"), ("ja", "licence", "自由"))
    engine.reports = (replace(engine.reports[0], url="https://council.example/r.pdf", translations=told),)
    async with serving(engine) as (fake, _, _):
        shown = []
        for locale in ("zh-TW", "en-US", "ja"):
            made = await fake.slash("about", locale=locale)
            await fake.wait(lambda made=made: made.answered)
            shown.append(texts(made.original["components"])[1])
    assert shown == [
        "**開放政府高峰會報告**\n出版：國發會\n出版日期：2022-03\n授權：CC0\n[閱讀原始檔案](<https://council.example/r.pdf>)",
        "**The \\*Summit\\* Report**\n開放政府高峰會報告\nPublisher: National Council\nPublished: 2022-03\nLicence: CC0\n"
        "[Read the original](<https://council.example/r.pdf>)",
        "**開放政府高峰會報告**\n発行：國發會\n発行日：2022-03\nライセンス：自由\n[原文を見る](<https://council.example/r.pdf>)",
    ]
