"""The bot joins a server, against the loopback Discord: who is welcomed where, and what the three buttons do.

Who added a bot is in the audit log: https://docs.discord.com/developers/resources/audit-log#audit-log-entry-object-audit-log-events.
"""

import pytest

from bot.storage.guild_rules import Rules
from tests.bot.e2e.test_help import EXAMPLES, ExampleEngine
from tests.bot.fakes import serving, texts
from tests.discord.faults import refused
from tests.discord.payloads import (
    APPLICATION,
    COMPONENTS_V2,
    DM_CHANNEL,
    EPHEMERAL,
    ORDINARY,
    OTHER_CHANNEL,
    OTHER_GUILD,
    channel,
    guild,
    walk,
)

BOB, MANAGERS = "1300000000000000777", "1300000000000000043"
VIEW_AUDIT_LOG, MANAGE_GUILD = 1 << 7, 1 << 5
NO_JOIN_NOTIFICATIONS = 1 << 0  # of the system channel: SUPPRESS_JOIN_NOTIFICATIONS
CLOSED = "只有能管理伺服器的人可以看和改這些規則。"


@pytest.fixture
def engine():
    return ExampleEngine()


def roles(*without):
    """The roles of the second server: everybody's without some permissions, and one of managers."""
    everyone = guild(OTHER_GUILD)["roles"][0]
    ordinary = int(ORDINARY) & ~sum(without)
    managers = everyone | {"id": MANAGERS, "name": "managers", "permissions": str(ordinary | MANAGE_GUILD)}
    return [everyone | {"permissions": str(ordinary)}, managers]


def welcomes(fake):
    return [m for m in fake.messages.values() if "welcome:try:" in str(m["components"])]


async def welcomed(fake, **over):
    await fake.join(preferred_locale="zh-TW", **over)
    (card,) = await fake.wait(lambda: welcomes(fake))
    return card


async def pressed(fake, card, label, place="dm", **options):
    made = await fake.click(card, label=label, place=place, locale="zh-TW", **options)
    await fake.wait(lambda: made.answered)
    assert made.original["flags"] == EPHEMERAL | COMPONENTS_V2
    return made.original


def menu(card):
    (found,) = [each for each in walk(card["components"]) if each["type"] == 3]
    return found


async def chosen(fake, card, *values, place="dm"):
    made = await fake.click(card, custom_id=menu(card)["custom_id"], values=[*values], place=place, locale="zh-TW")
    await fake.wait(lambda: made.answered)
    return texts(made.original["components"])


async def rules(bot):
    return (await bot.runtime.storage.rules(int(OTHER_GUILD))).rules


async def test_guild_join_welcomes_who_added_the_bot_in_a_direct_message(engine):
    async with serving(engine) as (fake, _, _):
        card = await welcomed(fake)
        known = next(each["id"] for each in fake.commands if each["name"] == "help")
        assert (card["channel_id"], card["author"]["id"]) == (DM_CHANNEL, APPLICATION)
        assert texts(card["components"]) == [
            "## 謝謝你邀請我加入「guild」",
            "我用報告的原文回答問題，並附上章節和頁碼。先從這三件事開始：",
            f"-# 之後都可以用 `/設定` 修改；</help:{known}> 說明我還能做什麼。",
        ]
        labels = [each["label"] for each in walk(card["components"]) if each["type"] == 2]
        assert labels == ["📍 選擇頻道", "🌐 語言", "💬 試問一題"]
        (asked,) = fake.calls("GET", r"/audit-logs$")
        assert asked.query["action_type"] == "28"


async def test_guild_join_welcome_is_english_in_an_english_server(engine):
    async with serving(engine) as (fake, _, _):
        await fake.join()
        (card,) = await fake.wait(lambda: welcomes(fake))
        assert texts(card["components"])[0] == "## Thank you for inviting me to guild"


@pytest.mark.parametrize("reason", ["no audit log", "audit log fails", "closed messages"])
async def test_guild_join_inviter_out_of_reach_welcomes_in_system_channel(engine, reason):
    async with serving(engine) as (fake, _, _):
        over = {"roles": roles(VIEW_AUDIT_LOG)} if reason == "no audit log" else {}
        if reason == "audit log fails":
            fake.faults.append(refused("GET", "/audit-logs", status=403, code=50013))
        if reason == "closed messages":
            fake.faults.append(refused("POST", f"/channels/{DM_CHANNEL}/messages", status=403, code=50007))
        card = await welcomed(fake, system_channel_id=OTHER_CHANNEL, **over)
        assert card["channel_id"] == OTHER_CHANNEL
        assert bool(fake.calls("GET", "/audit-logs", ok=False)) is (reason != "no audit log")


async def test_guild_join_seen_by_two_processes_welcomes_once(engine):
    async with serving(engine) as (fake, bot, _):
        await welcomed(fake)
        bot.dispatch("guild_join", bot.get_guild(int(OTHER_GUILD)))
        await fake.wait(lambda: len(fake.calls("POST", f"/channels/{DM_CHANNEL}/messages")) == 2)
        assert len(welcomes(fake)) == 1


@pytest.mark.parametrize(
    "over",
    [
        {},
        {"system_channel_id": OTHER_CHANNEL, "system_channel_flags": NO_JOIN_NOTIFICATIONS},
        {"system_channel_id": OTHER_CHANNEL, "roles": roles(VIEW_AUDIT_LOG, 1 << 11)},
    ],
    ids=["no system channel", "no notifications wished", "no right to write"],
)
async def test_guild_join_nobody_to_welcome_sends_nothing(engine, over):
    async with serving(engine) as (fake, _, _):
        await fake.join(**{"roles": roles(VIEW_AUDIT_LOG), **over})
        made = await fake.slash("ask", question="where?", place="elsewhere")
        await fake.wait(lambda: made.answered)
        assert welcomes(fake) == []
        assert fake.calls("POST", "/users/@me/channels", ok=False) == []


async def test_guild_create_after_outage_welcomes_nobody_again(engine):
    async with serving(engine) as (fake, bot, _):
        await welcomed(fake)
        await fake.gateway.session(OTHER_GUILD).dispatch("GUILD_DELETE", {"id": OTHER_GUILD, "unavailable": True})
        await fake.gateway.session(OTHER_GUILD).dispatch("GUILD_CREATE", guild(OTHER_GUILD))
        made = await fake.slash("ask", question="where?", place="elsewhere")
        await fake.wait(lambda: made.answered)
        assert len(welcomes(fake)) == 1
        assert len(fake.calls("POST", f"/channels/{DM_CHANNEL}/messages")) == 1
        assert bot.get_guild(int(OTHER_GUILD)).unavailable is False


async def test_channels_button_sets_the_channels_for_questions_from_a_direct_message(engine):
    second = channel(OTHER_CHANNEL) | {"id": "1300000000008388700", "name": "questions", "position": 1}
    hidden = channel(OTHER_CHANNEL) | {"id": "1300000000008388701", "name": "hidden", "position": 2}
    hidden["permission_overwrites"] = [{"id": OTHER_GUILD, "type": 0, "allow": "0", "deny": str(1 << 10)}]
    async with serving(engine) as (fake, bot, _):
        card = await welcomed(fake, channels=[channel(OTHER_CHANNEL), second, hidden])
        offer = await pressed(fake, card, "📍 選擇頻道")
        assert texts(offer["components"]) == ["在「guild」，成員可以在哪些頻道提問？不選的話，我能發言的地方都可以。"]
        assert [(each["label"], each["value"], each["default"]) for each in menu(offer)["options"]] == [
            ("#general", OTHER_CHANNEL, False),
            ("#questions", second["id"], False),
        ]
        assert (menu(offer)["min_values"], menu(offer)["max_values"]) == (0, 2)
        assert await chosen(fake, offer, second["id"]) == [f"## 已修改\n- 可以提問的頻道：全部頻道 → **<#{second['id']}>**"]
        assert await rules(bot) == Rules(only_channels=frozenset({int(second["id"])}))
        again = await pressed(fake, card, "📍 選擇頻道")
        assert [each["default"] for each in menu(again)["options"]] == [False, True]
        assert await chosen(fake, again) == [f"## 已修改\n- 可以提問的頻道：<#{second['id']}> → **全部頻道**"]
        assert await rules(bot) == Rules()


async def test_channels_button_many_channels_offers_the_first_and_keeps_others(engine):
    many = [channel(OTHER_CHANNEL) | {"id": str(1300000000008389000 + n), "position": n} for n in range(30)]
    async with serving(engine) as (fake, bot, _):
        await bot.runtime.storage.save(int(OTHER_GUILD), Rules(only_channels=frozenset({1300000000008389029})), 0)
        offer = await pressed(fake, await welcomed(fake, channels=many), "📍 選擇頻道")
        assert texts(offer["components"])[1] == "-# 這裡是 30 個頻道中的前 25 個，其他的請用 `/設定 頻道`。"
        await chosen(fake, offer, many[0]["id"])
        assert await rules(bot) == Rules(only_channels=frozenset({1300000000008389000, 1300000000008389029}))


async def test_channels_button_no_visible_channel_tells_so(engine):
    async with serving(engine) as (fake, _, _):
        told = await pressed(fake, await welcomed(fake, channels=[]), "📍 選擇頻道")
        assert texts(told["components"]) == ["我還看不到「guild」的任何頻道。請先讓我進入一個頻道，再按一次按鈕。"]


async def test_language_button_sets_the_language_after_restart(engine):
    async with serving(engine) as (fake, _, _):
        card = await welcomed(fake)
    async with serving(engine) as (fake, bot, _):
        fake.state.messages[card["id"]] = card
        await fake.join()
        await fake.wait(lambda: len(welcomes(fake)) == 2)
        offer = await pressed(fake, card, "🌐 語言")
        assert [(each["value"], each["default"]) for each in menu(offer)["options"]] == [
            ("zh-TW", False),
            ("en", False),
            ("ja", False),
            ("default", True),
        ]
        assert await chosen(fake, offer, "en") == ["## 已修改\n- 語言：依預設 → **en**"]
        assert await rules(bot) == Rules(language="en")
        assert await chosen(fake, offer, "default") == ["## 已修改\n- 語言：en → **依預設**"]


@pytest.mark.parametrize("place", ["dm", "elsewhere", "guild"])
async def test_welcome_buttons_member_who_does_not_manage_is_refused(engine, place):
    async with serving(engine) as (fake, bot, _):
        card = await welcomed(fake, roles=roles())
        offer = await pressed(fake, card, "🌐 語言")
        fake.actor, fake.permissions = BOB, ORDINARY if place == "elsewhere" else str(int(ORDINARY) | MANAGE_GUILD)
        assert texts((await pressed(fake, card, "📍 選擇頻道", place))["components"]) == [CLOSED]
        assert await chosen(fake, offer, "en", place=place) == [CLOSED]
        assert await rules(bot) == Rules()


async def test_welcome_buttons_manager_by_role_is_let_in_and_stranger_is_not(engine):
    async with serving(engine) as (fake, _, _):
        card = await welcomed(fake, roles=roles())
        fake.actor, fake.state.roles[BOB] = BOB, [MANAGERS]
        assert "語言" in texts((await pressed(fake, card, "🌐 語言"))["components"])[0]
        fake.faults.append(refused("GET", rf"/members/{BOB}", status=404, code=10007))
        assert texts((await pressed(fake, card, "🌐 語言"))["components"]) == [CLOSED]


async def test_welcome_buttons_server_left_tells_so(engine):
    async with serving(engine) as (fake, bot, _):
        card = await welcomed(fake)
        await fake.remove(OTHER_GUILD)
        await fake.wait(lambda: bot.get_guild(int(OTHER_GUILD)) is None)
        assert texts((await pressed(fake, card, "🌐 語言"))["components"]) == ["我已經不在那個伺服器了。"]


async def test_try_button_offers_an_example_that_is_answered(engine):
    async with serving(engine) as (fake, _, _):
        card = await welcomed(fake)
        offer = await pressed(fake, card, "💬 試問一題")
        assert texts(offer["components"]) == ["按一個例子，或直接寫下你的問題傳給我："]
        made = await fake.click(offer, label=EXAMPLES["zh-TW"], place="dm", locale="zh-TW")
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[0] == f"-# 提問：{EXAMPLES['zh-TW']}"


ENGLISH = {
    "📍 Choose channels": "Where may members ask in guild? Without a choice, everywhere that I can write.",
    "🌐 Language": "Which language should I use in guild where a message shows none?",
    "💬 Try a question": "Press an example, or write your own question to me:",
}


async def test_welcome_buttons_in_english_after_restart_change_settings_and_answer(engine):
    async with serving(engine) as (fake, _, _):
        await fake.join()
        (card,) = await fake.wait(lambda: welcomes(fake))
    async with serving(engine) as (fake, bot, _):
        fake.state.messages[card["id"]] = card
        await fake.join()
        await fake.wait(lambda: len(welcomes(fake)) == 2)
        offers = {}
        for label, text in ENGLISH.items():
            made = await fake.click(card, label=label, place="dm")
            await fake.wait(lambda made=made: made.answered)
            offers[label] = made.original
            assert texts(made.original["components"]) == [text]
        channels, language, examples = offers.values()
        for offer, value, change in (
            (channels, OTHER_CHANNEL, f"Channels for questions: all channels → **<#{OTHER_CHANNEL}>**"),
            (language, "zh-TW", "Language: default → **zh-TW**"),
        ):
            made = await fake.click(offer, custom_id=menu(offer)["custom_id"], values=[value], place="dm")
            await fake.wait(lambda made=made: made.answered)
            assert texts(made.original["components"]) == [f"## Changed\n- {change}"]
        assert await rules(bot) == Rules(only_channels=frozenset({int(OTHER_CHANNEL)}), language="zh-TW")
        made = await fake.click(examples, label=EXAMPLES["en-US"], place="dm")
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[0] == f"-# Question: {EXAMPLES['en-US']}"


async def test_restart_in_known_servers_welcomes_nobody(engine, tmp_path):
    storage = f"sqlite+aiosqlite:///{tmp_path}/state.sqlite"
    async with serving(engine, storage=storage) as (fake, _, _):
        await welcomed(fake)
    async with serving(engine, storage=storage) as (fake, _, _):
        made = await fake.slash("ask", question="where?")
        await fake.wait(lambda: made.answered)
        assert welcomes(fake) == []


async def test_try_button_in_chinese_after_restart_is_answered(engine):
    async with serving(engine) as (fake, _, _):
        offer = await pressed(fake, await welcomed(fake), "💬 試問一題")
    async with serving(engine) as (fake, _, _):
        fake.state.messages[offer["id"]] = offer
        made = await fake.click(offer, label=EXAMPLES["zh-TW"], place="dm", locale="zh-TW")
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[0] == f"-# 提問：{EXAMPLES['zh-TW']}"
