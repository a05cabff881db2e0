"""What /help shows to members and to managers, against the loopback Discord."""

import pytest

from tests.bot.fakes import FakeEngine, serving, texts
from tests.discord.payloads import COMPONENTS_V2, EPHEMERAL, ORDINARY, walk

BOB = "1300000000000000777"
EXAMPLES = {"en-US": "What are the main points?", "zh-TW": "這份報告的重點是什麼？"}


class ExampleEngine(FakeEngine):
    def complete_question(self, typed, language, limit):
        assert (typed, limit) == ("", 3)
        return (EXAMPLES["en-US" if language == "en" else language],)


@pytest.fixture
def engine():
    return ExampleEngine()


async def helped(fake, locale, place="guild"):
    made = await fake.slash("help", locale=locale, place=place)
    await fake.wait(lambda: made.answered)
    assert made.original["flags"] == EPHEMERAL | COMPONENTS_V2
    return made.original


def ids(fake):
    return {each["name"]: each["id"] for each in fake.commands}


async def test_help_command_member_sees_commands_for_members_alone(engine):
    async with serving(engine) as (fake, _, _):
        fake.actor, fake.permissions, known = BOB, ORDINARY, ids(fake)
        shown, examples = texts((await helped(fake, "zh-TW"))["components"])
        assert shown.split("\n") == [
            "## 我能做的事",
            f"- 用 </ask:{known['ask']}>，或在訊息裡**提及我**並寫下問題；回覆我的回答就是追問",
            "- 在任何訊息上**按右鍵 › 應用程式**（手機：**長按**訊息 **› 應用程式**），用它提問或對照報告查證",
            "- 回答下面的 **⋯**：換個章節找、複製引註、分享、開討論串",
            "### 指令",
            f"- </ask:{known['ask']}> 向報告提問，並看到報告原文怎麼寫",
            f"- </overview:{known['overview']}> 這份報告的重點，附原文",
            f"- </contents:{known['contents']}> 報告的章節，可以直接打開",
            f"- </agenda:{known['agenda']}> 依序列出場次，可只看某一天",
            f"- </session:{known['session']}> 一個場次：時間、參與的人，以及報告怎麼寫",
            f"- </speaker:{known['speaker']}> 一個人的職稱、單位與場次，附上報告原文",
            f"- </people:{known['people']}> 報告提到的每個人，可依單位、國家或場次篩選",
            f"- </privacy:{known['privacy']}> 查看、匯出或刪除我記錄的、和你有關的資料",
            f"- </help:{known['help']}> 使用說明與指令",
            f"- </about:{known['about']}> 報告的名稱、出處、授權，以及我會記錄什麼",
            f"- </reports:{known['reports']}> 目前可以查的報告",
            "- **用這則訊息問報告**",
            "- **對照報告查證**",
        ]
        assert examples == "### 例如可以問"


async def test_help_command_manager_sees_what_managers_can_do_below(engine):
    async with serving(engine) as (fake, _, _):
        fake.actor, fake.permissions, known = BOB, str(int(ORDINARY) | 1 << 5), ids(fake)
        shown, _ = texts((await helped(fake, "en-US"))["components"])
        settings = known["settings"]
        _, _, managing = shown.partition("### For those who manage this server\n")
        assert managing.split("\n") == [
            f"- </settings channel:{settings}> chooses where questions are answered, </settings change:{settings}> language "
            f"and limits; </settings export:{settings}> saves the rules as a file",
            f"- </settings show:{settings}> Show the current rules",
            f"- </settings change:{settings}> Change rules; fill in only what should change",
            f"- </settings channel:{settings}> Whether a channel, thread or whole category is open for questions",
            f"- </settings role:{settings}> Which roles may ask (default: everybody)",
            f"- </settings report:{settings}> Reports to search here (default: all)",
            f"- </settings digest:{settings}> A weekly digest of the questions, sent to a channel",
            f"- </settings export:{settings}> Get the rules as a file, as a backup or for another server",
            f"- </settings import:{settings}> Replace the rules by those of an exported file",
            f"- </settings reset:{settings}> Go back to the default rules",
            f"- </gaps:{known['gaps']}> Questions that members reported because the answer did not help",
            f"- </status:{known['status']}> For managers: what to fix, how much is asked; for the owner: index, speed, "
            "errors",
        ]


async def test_help_command_member_in_english_sees_phones_and_no_settings(engine):
    async with serving(engine) as (fake, _, _):
        fake.actor, fake.permissions, known = BOB, ORDINARY, ids(fake)
        shown, examples = texts((await helped(fake, "en-US"))["components"])
        assert shown.split("\n")[:6] == [
            "## What I can do",
            f"- </ask:{known['ask']}>, or **mention me** in a message with your question; a reply to my answer is a "
            "follow-up",
            "- **Right-click any message › Apps** (on a phone: **long-press** it **› Apps**) to ask about it or to check it "
            "against the report",
            "- **⋯** below an answer: other sections, copy a citation, share, open a thread",
            "### Commands",
            f"- </ask:{known['ask']}> Ask the report and see what it says, word for word",
        ]
        assert ("settings" in shown, "gaps" in shown, examples) == (False, False, "### For example")


async def test_help_command_manager_in_chinese_sees_what_managers_can_do_below(engine):
    async with serving(engine) as (fake, _, _):
        fake.actor, fake.permissions, known = BOB, str(int(ORDINARY) | 1 << 5), ids(fake)
        shown, _ = texts((await helped(fake, "zh-TW"))["components"])
        settings = known["settings"]
        _, _, managing = shown.partition("### 給管理伺服器的人\n")
        assert managing.split("\n")[0] == (
            f"- </settings channel:{settings}> 選擇在哪裡回答，</settings change:{settings}> 設定語言和次數上限，"
            f"</settings export:{settings}> 把規則存成檔案"
        )
        assert f"- </settings digest:{settings}> 每週把提問情形整理成一則週報，傳到指定頻道" in managing.split("\n")
        assert len(managing.split("\n")) == 12


@pytest.mark.parametrize("locale", EXAMPLES)
async def test_help_command_after_restart_has_the_same_clickable_commands(engine, locale):
    async with serving(engine) as (fake, _, _):
        before, registered = texts((await helped(fake, locale))["components"]), [*fake.commands]
    async with serving(engine) as (fake, _, _):
        assert [each["name"] for each in fake.commands] == [each["name"] for each in registered]
        now = texts((await helped(fake, locale))["components"])
        new = {each["id"]: old["id"] for each, old in zip(fake.commands, registered, strict=True)}
        shown = "\n".join(now)
        for id_, old in new.items():
            shown = shown.replace(id_, old)
        assert shown == "\n".join(before)


@pytest.mark.parametrize("locale", EXAMPLES)
async def test_help_command_example_button_is_answered_privately(engine, locale):
    async with serving(engine) as (fake, _, _):
        card = await helped(fake, locale, "dm")
        (button,) = [each for each in walk(card["components"]) if each["type"] == 2]
        assert button["label"] == EXAMPLES[locale]
        assert "settings" not in str(texts(card["components"]))
        made = await fake.click(card, label=button["label"], place="dm", locale=locale)
        await fake.wait(lambda: made.answered)
        assert made.original["flags"] == EPHEMERAL | COMPONENTS_V2
        assert engine.asked == [EXAMPLES[locale]]
