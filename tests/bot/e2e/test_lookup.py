"""Sessions and people looked up against the loopback Discord, in both locales, to the last page."""

import pytest

from index.models import Scope
from tests.bot.fakes import TITLE, FakeEngine, serving, texts
from tests.bot.summit import CROWD
from tests.discord.payloads import COMPONENTS_V2, EPHEMERAL, walk

FOOT = TITLE


async def card(fake, interaction):
    await fake.wait(lambda: interaction.answered)
    return texts(interaction.original["components"])


def labels(message):
    return [each["label"] for each in walk(message["components"]) if each["type"] == 2]


def options(message):
    return [option for each in walk(message["components"]) if each["type"] == 3 for option in each["options"]]


async def look_up(fake, command, locale="zh-TW", **filled):
    made = await fake.slash(command, locale=locale, **filled)
    return made, await card(fake, made)


async def all_pages(fake, made, following, **click):
    """The bodies of the pages of a card, through its own buttons to the last."""
    bodies = [(await card(fake, made))[1]]
    message = made.original
    while following in labels(message):
        turned = await fake.click(message, label=following, **click)
        bodies.append((await card(fake, turned))[1])
        message = turned.original
    return bodies, message


async def test_session_command_chinese_shows_whole_card(engine):
    async with serving(engine) as (fake, _, _):
        made, shown = await look_up(fake, "session", name="開幕")
        assert (made.ack, made.original["flags"]) == (4, COMPONENTS_V2)
        assert shown == [
            "-# 開幕\n## 開幕式\n-# 議程上的名稱：開幕典禮",
            "**你的時間：**<t:1714525200:f> – <t:1714530600:t>\n"
            "**當地時間：**2024-05-01 09:00–10:30（Asia/Taipei）\n"
            "-# 報告沒有寫明時區，由管理者設定。\n"
            "**主持人**\n- **Ann Poe**（Ms.），Director，OECD, France\n"
            "**講者**\n- **唐小鳳**，部長，數位部 *（內文提及）*\n"
            "**報告怎麼寫**\n"
            "> **1.** 會議在首爾舉行。\n-# 唐鳳 · 貳、過程 › 一、開幕 · 第 8 頁\n"
            "> **2.** 共有 78 國參加。\n-# 參、心得 · 第 7–8 頁",
            f"-# 一、開幕式 · 第 1–2 頁 · {FOOT}",
        ]
        assert labels(made.original) == ["下一場 ▶", "針對這個場次提問", "看原文"]


async def test_session_command_english_links_parts_and_neighbours(engine):
    async with serving(engine) as (fake, _, _):
        made, shown = await look_up(fake, "session", "en-US", name="s02")
        assert shown[0] == "-# plenary\n## 開放資料論壇"
        assert "**Parts**\n- **專題討論**\n  -# panel · 2024-05-01\n- **致詞**\n  -# remarks · 2024-05-01" in shown[1]
        assert labels(made.original) == ["◀ Previous", "Next ▶", "Ask about this session", "Show the passage"]
        parts = options(made.original)
        assert [option["label"] for option in parts] == ["專題討論", "致詞"]
        menu = next(each["custom_id"] for each in walk(made.original["components"]) if each["type"] == 3)
        part = await fake.click(made.original, custom_id=menu, values=[parts[1]["value"]])
        assert (await card(fake, part))[0] == "-# remarks\n## 致詞"
        assert part.ack == 7
        assert "`Admin`" not in (await card(fake, part))[1]
        assert "**\\*\\*Robert'); DROP TABLE\\<@\u200b1\\>**, \\`Admin\\`, \\_Org\\_" in (await card(fake, part))[1]
        assert labels(part.original) == ["◀ Previous", "▲ Whole session", "Ask about this session", "Show the passage"]
        whole = await fake.click(part.original, label="▲ Whole session")
        following = await fake.click((await card(fake, whole), whole.original)[1], label="Next ▶")
        assert (await card(fake, following))[0] == "-# closing\n## 閉幕"
        assert (
            "**Taking office**\n- **Ann Poe** (Ms.), Director, OECD, France → 主席 (2025 年)"
            in (await card(fake, following))[1]
        )


async def test_session_command_many_people_are_listed_over_all_pages(engine):
    async with serving(engine) as (fake, _, _):
        made, _ = await look_up(fake, "session", "en-US", name="s02.1")
        bodies, last = await all_pages(fake, made, "Next page ▶")
        body = "\n".join(bodies)
        assert [person.name for person in CROWD if f"**{person.name}**" not in body] == []
        assert len(bodies) == 2
        assert "◀ Previous page" in labels(last)
        assert texts(last["components"])[-1].startswith("-# page 2 of 2 · 二、論壇 › 1.專題討論 · pp. 3–4")


async def test_show_passage_button_pages_through_whole_session_text(engine):
    async with serving(engine) as (fake, _, _):
        made, _ = await look_up(fake, "session", name="s01")
        opened = await fake.click(made.original, label="看原文", locale="zh-TW")
        bodies, last = await all_pages(fake, opened, "下一頁 ▶", locale="zh-TW")
        assert [body.count("字") for body in bodies] == [3000, 3000]
        assert [n for n in range(1, 5) if f"> s01 的第 {n} 段。" in "\n".join(bodies)] == [1, 2, 3, 4]
        back = await fake.click(last, label="回到場次", locale="zh-TW")
        assert (await card(fake, back))[0].startswith("-# 開幕\n## 開幕式")


async def test_ask_session_form_searches_within_session(engine):
    async with serving(engine) as (fake, _, _):
        made, _ = await look_up(fake, "session", name="s02")
        form = await fake.click(made.original, label="針對這個場次提問", locale="zh-TW")
        await fake.wait(lambda: form.ack == 9)
        assert form.data["title"] == "開放資料論壇"
        asked = await fake.submit(form, {"question": "誰說的？"}, locale="zh-TW")
        shown = await card(fake, asked)
        assert shown[:3] == ["-# 提問：誰說的？", "-# 範圍：開放資料論壇", "**報告這樣寫：**"]
        assert (asked.ack, engine.asked) == (5, ["誰說的？"])
        assert engine.scopes[0].session == "s02"


@pytest.mark.parametrize("public", [True, False])
async def test_ask_session_form_answer_has_visibility_of_session_card(engine, public):
    async with serving(engine, answers_public_by_default=public) as (fake, _, _):
        made, _ = await look_up(fake, "session", name="s02")
        form = await fake.click(made.original, label="針對這個場次提問", locale="zh-TW")
        await fake.wait(lambda: form.ack == 9)
        asked = await fake.submit(form, {"question": "誰說的？"}, locale="zh-TW")
        await card(fake, asked)
        assert [bool(each.original["flags"] & EPHEMERAL) for each in (made, asked)] == [not public] * 2


async def test_next_page_button_after_restart_turns_page(engine):
    async with serving(engine) as (fake, _, _):
        made, _ = await look_up(fake, "people", "en-US")
        message = made.original
    async with serving(FakeEngine()) as (fake, _, _):
        fake.messages[message["id"]] = message
        turned = await fake.click(message, label="Next page ▶")
        shown = await card(fake, turned)
        assert shown[0] == "## People · 83"
        assert shown[-1].startswith("-# page 2 of ")


async def test_ask_session_form_submitted_after_restart_is_answered(engine):
    async with serving(engine) as (fake, _, _):
        made, _ = await look_up(fake, "session", name="s02")
        form = await fake.click(made.original, label="針對這個場次提問")
        await fake.wait(lambda: form.ack == 9)
    async with serving(engine) as (fake, _, _):
        fake.messages[form.source["id"]] = form.source
        asked = await fake.submit(form, {"question": "who?"})
        assert (await card(fake, asked))[1] == "-# Within: 開放資料論壇"


async def test_speaker_command_shows_roles_and_quotation(engine):
    async with serving(engine) as (fake, _, _):
        made, shown = await look_up(fake, "speaker", "en-US", name="an poe")
        assert shown[:2] == [
            "**Ann Poe** (Ms.), Director, OECD, France",
            "- moderator: 開幕式\n- moderator: 專題討論\n- takes office: 閉幕\n"
            "**What they said:**\n> **2.** 民主是科技。\n-# 參、心得 · pp. 7–8\n"
            "**The report says:**\n> **2.** 由 Ann Poe 致詞。\n-# 參、心得 · pp. 7–8",
        ]
        assert [option["label"] for option in options(made.original)] == ["開幕式", "專題討論", "閉幕"]


async def test_speaker_and_session_commands_unknown_name_offers_three_nearest(engine):
    async with serving(engine) as (fake, _, _):
        made, shown = await look_up(fake, "speaker", name="Xyzzy Foo")
        assert shown[0] == "找不到「Xyzzy Foo」，你是不是要找："
        assert len(options(made.original)) == 3
        made, shown = await look_up(fake, "session", "en-US", name="Zzzz")
        assert shown[0] == "Couldn't find “Zzzz”. Did you mean:"
        assert len(options(made.original)) == 3


async def test_people_command_lists_everyone_over_all_pages(engine):
    async with serving(engine) as (fake, _, _):
        for locale, following, head in (
            ("en-US", "Next page ▶", "## People · 83"),
            ("zh-TW", "下一頁 ▶", "## 人物 · 83 人"),
        ):
            made, shown = await look_up(fake, "people", locale)
            assert shown[0] == head
            bodies, last = await all_pages(fake, made, following, locale=locale)
            listed = [line for body in bodies for line in body.split("\n") if line.startswith("- **")]
            assert len(listed) == 83
            assert following not in labels(last)


async def test_people_command_filters_by_organisation_country_and_session(engine):
    async with serving(engine) as (fake, _, _):
        _, shown = await look_up(fake, "people", "en-US", organisation="OECD")
        assert shown[:2] == [
            "## People · 1\n-# OECD",
            "- **Ann Poe** (Ms.), Director, OECD, France\n"
            "-# moderator: 開幕式\n-# moderator: 專題討論\n-# takes office: 閉幕",
        ]
        _, shown = await look_up(fake, "people", country="法國", session="s02")
        assert shown[0] == "## 人物 · 1 人\n-# 法國 · 開放資料論壇"
        _, shown = await look_up(fake, "people", country="法國", session="s02.2")
        assert shown[0] == "## 人物 · 0 人\n-# 法國 · 致詞"
        _, shown = await look_up(fake, "people", organisation="Nobody at all")
        assert shown[0] == "找不到「Nobody at all」，你是不是要找："
        _, shown = await look_up(fake, "people", session="閉幕")
        assert shown == ["找不到「閉幕」，或符合的不只一場。\n最接近的：s03 閉幕；s04 閉幕"]


async def test_agenda_command_shows_one_day_or_all_days(engine):
    async with serving(engine) as (fake, _, _):
        _, shown = await look_up(fake, "agenda", day="第二天")
        assert shown == ["## 議程 · 2024-05-02", "- **閉幕**\n  -# 閉幕", f"-# {FOOT}"]
        _, shown = await look_up(fake, "agenda", "en-US")
        assert shown[0] == "## Agenda"
        assert shown[1].split("\n")[:7] == [
            "### 2024-05-01",
            "- **開幕式**",
            "  -# opening · 09:00–10:30",
            "- **開放資料論壇**",
            "  -# plenary · 23:00–01:00",
            "  - **專題討論**",
            "    -# panel",
        ]
        assert shown[1].split("\n")[-3:] == ["### No date given", "- **閉幕**", "  -# workshop"]
        assert shown[2] == f"-# times at the venue (Asia/Taipei) · {FOOT}"
        _, shown = await look_up(fake, "agenda", "en-US", day="day 9")
        assert shown[0] == "The report has no session on “day 9”. Days with sessions: 2024-05-01, 2024-05-02"


@pytest.mark.parametrize("query", ["a", "字" * 1000, "?!*_`|", "%' OR 1=1 --", "*", "**x** <@1> @everyone", "\\"])
@pytest.mark.parametrize("command", ["session", "speaker"])
async def test_session_and_speaker_commands_odd_query_returns_card(engine, command, query):
    async with serving(engine) as (fake, _, _):
        made, shown = await look_up(fake, command, name=query)
        assert made.ack == 4
        assert shown[-1].endswith(FOOT)
        assert "@everyone" not in "".join(shown)


@pytest.mark.parametrize(
    ("command", "focused", "typed", "expected"),
    [
        ("session", "name", "", [("開幕式", "s01"), ("開放資料論壇", "s02")]),
        ("session", "name", "閉幕", [("閉幕", "s03"), ("閉幕", "s04")]),
        ("speaker", "name", "guest07", [("Guest07 Surname07", "Guest07 Surname07")]),
        ("people", "organisation", "oecd", [("OECD, France", "OECD, France")]),
        ("agenda", "day", "第二天", [("2024-05-02", "2024-05-02")]),
        ("ask", "question", "公民", [("公民 en?", "公民 en?")]),
        ("ask", "day", "", [("2024-05-01", "2024-05-01"), ("2024-05-02", "2024-05-02")]),
        ("ask", "section", "論壇", [("二、論壇", "二、論壇")]),
        ("ask", "session", "專題", [("專題討論", "s02.1")]),
        ("ask", "report", "", [(TITLE, "summit")]),
        ("ask", "speaker", "poe", [("Ann Poe", "Ann Poe")]),
    ],
)
async def test_autocomplete_typed_text_offers_matching_choices(engine, command, focused, typed, expected):
    async with serving(engine) as (fake, _, _):
        required = {"question": "x"} if command == "ask" else {}
        made = await fake.autocomplete(command, focused, typed, **required)
        await fake.wait(lambda: made.ack == 8)
        offered = [(choice["name"], choice["value"]) for choice in made.data["choices"]]
        assert offered[: len(expected)] == expected
        assert len(offered) <= 25


async def test_ask_command_session_and_day_given_searches_within_scope(engine):
    async with serving(engine) as (fake, _, _):
        asked = await fake.slash("ask", question="where?", session="專題討論", day="5/1", locale="zh-TW")
        assert (await card(fake, asked))[1] == "-# Within: 專題討論、2024-05-01"
        assert (engine.scopes[0].session, engine.scopes[0].day) == ("s02.1", "2024-05-01")
        unknown = await fake.slash("ask", question="where?", speaker="Xyzzy Foo", locale="en-US")
        shown = await card(fake, unknown)
        assert shown[0].startswith("No person, or more than one, matches “Xyzzy Foo”.\nNearest: ")
        assert engine.asked == ["where?"]


async def test_ask_command_report_given_searches_within_report_on_every_page(engine):
    async with serving(engine) as (fake, _, _):
        asked = await fake.slash("ask", question="all?", report=TITLE, locale="en-US")
        assert (await card(fake, asked))[1] == f"-# Within: {TITLE}"
        await fake.click(asked.original, label="Next page ▶")
        await fake.wait(lambda: len(engine.scopes) == 2)
        assert engine.scopes == [Scope(reports=("summit",))] * 2
        unknown = await fake.slash("ask", question="where?", report="Xyzzy", locale="en-US")
        assert (await card(fake, unknown))[0] == f"No report matches “Xyzzy”.\nNearest: {TITLE}"


async def test_reports_command_lists_titles_and_publishers_privately(engine):
    async with serving(engine) as (fake, _, _):
        made, shown = await look_up(fake, "reports", "en-US")
        assert (made.ack, made.data["flags"] & 64) == (4, 64)
        assert shown == [f"**{TITLE}**\nPublisher: \\*\\*國發會\\*\\*\nLicence: CC0"]


async def test_next_page_button_long_answer_shows_every_quotation(engine):
    async with serving(engine) as (fake, _, _):
        asked = await fake.slash("ask", question="all <b>?", session="s02")
        await card(fake, asked)
        found, message = list(await card(fake, asked)), asked.original
        while "Next page ▶" in labels(message):
            page = texts(message["components"])[-1].split(" of ")[0]
            await fake.click(message, label="Next page ▶")
            await fake.wait(lambda: texts(message["components"])[-1].split(" of ")[0] != page)  # noqa: B023
            found += texts(message["components"])
        numbers = [int(text[4:].split(".")[0]) for text in found if text.startswith("> **")]
        assert numbers == list(range(1, 91))
        assert set(engine.asked) == {"all <b>?"}
        assert {scope.session for scope in engine.scopes} == {"s02"}


async def test_navigation_button_unknown_session_tells_card_is_outdated(engine):
    async with serving(engine) as (fake, _, _):
        made, _ = await look_up(fake, "session", "en-US", name="s02")
        gone = await fake.interact(
            3, {"custom_id": "go:en:0:session:AAAAAAAA", "component_type": 2, "id": 1}, source=with_button(made.original)
        )
        shown = await card(fake, gone)
        assert shown[0] == "The report was updated and this is no longer in it. Please look it up again."
        assert gone.original["flags"] & EPHEMERAL


def with_button(message):
    """The card as an older index made it: a button leads to what is not there any more."""
    for each in walk(message["components"]):
        if each.get("label") == "Next ▶":
            each["custom_id"] = "go:en:0:session:AAAAAAAA"
    return message
