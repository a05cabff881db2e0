"""A server's rules against the loopback Discord: set by who manages it, and kept by the bot."""

import pytest

from bot.errors import StorageError
from bot.storage.guild_rules import Rules
from tests.bot.fakes import serving, texts
from tests.discord.payloads import APPLICATION, CHANNEL, COMPONENTS_V2, EPHEMERAL, GUILD, ORDINARY, OTHER_GUILD, guild

PING, BOB, ROLE = f"<@{APPLICATION}>", "1300000000000000777", "1300000000000000042"
CLOSED = "這個頻道不開放提問。請到其他頻道，或私訊我。"
DEFAULTS = [
    "Language: default",
    "Answers are shown to everybody: default",
    "Short answers: no",
    "Answers when mentioned: yes",
    "Every message in a thread is a follow-up: yes",
    "Each answer gets a thread of its own: no",
    "New forum posts get a first suggestion: no",
    "Channels for questions: all channels",
    "Channels without questions: none",
    "Channels where it answers without being mentioned: none",
    "Channels where every message is a question: none",
    "Roles that may ask: everybody",
    "Reports to search: all",
    "Per-member limit (questions/min): no limit",
    "Per-channel limit (questions/min): no limit",
    "Days that feedback is stored: 90",
    "Weekly digest: off",
]


async def used(fake, command, **options):
    made = await fake.slash(command, **options)
    await fake.wait(lambda: made.answered)
    return made, texts(made.original["components"])


async def test_settings_commands_show_change_and_reset_rules(engine):
    async with serving(engine) as (fake, bot, _):
        made, shown = await used(fake, "settings show")
        assert (made.original["flags"], shown) == (
            EPHEMERAL | COMPONENTS_V2,
            ["\n".join(["## Rules of this server", *DEFAULTS])],
        )
        _, shown = await used(fake, "settings change", language="en", short=True, per_member=3, retention_days=7)
        assert shown[0].split("\n") == [
            "## Changed",
            "- Language: default → **en**",
            "- Short answers: no → **yes**",
            "- Per-member limit (questions/min): no limit → **3**",
            "- Days that feedback is stored: 90 → **7**",
        ]
        _, shown = await used(fake, "settings change", language="en", short=True)
        assert shown == ["Nothing changed: the rules were like this already."]
        _, shown = await used(fake, "settings channel", channel=CHANNEL, asking="unasked")
        assert shown[0].split("\n")[:2] == [
            "## Changed",
            f"- Channels where it answers without being mentioned: none → **<#{CHANNEL}>**",
        ]
        assert shown[0].split("\n")[2].startswith("⚠️ I only see messages that mention me.")
        _, shown = await used(fake, "settings channel", channel=CHANNEL, asking="dedicated")
        assert f"every message is a question: none → **<#{CHANNEL}>**" in shown[0]
        _, shown = await used(fake, "settings channel", channel=CHANNEL, asking="unasked")
        _, shown = await used(fake, "settings channel", channel=CHANNEL, asking="blocked")
        assert shown[0].split("\n")[1:] == [
            f"- Channels without questions: none → **<#{CHANNEL}>**",
            f"- Channels where it answers without being mentioned: <#{CHANNEL}> → **none**",
        ]
        _, shown = await used(fake, "settings role", role=ROLE, may_ask=True)
        assert shown == [f"## Changed\n- Roles that may ask: everybody → **<@&{ROLE}>**"]
        kept = Rules(
            language="en",
            short=True,
            member_rate=3,
            retention_days=7,
            blocked_channels=frozenset({int(CHANNEL)}),
            roles=frozenset({int(ROLE)}),
        )
        assert (await bot.runtime.storage.rules(int(GUILD))).rules == kept
        _, shown = await used(fake, "settings reset")
        assert f"- Roles that may ask: <@&{ROLE}> → **everybody**" in shown[0].split("\n")
        _, shown = await used(fake, "settings show")
        assert shown[0].split("\n")[1:] == DEFAULTS


async def test_settings_language_japanese_is_offered_and_kept(engine):
    async with serving(engine) as (fake, bot, _):
        command = next(each for each in fake.commands if each["name"] == "settings")
        change = next(each for each in command["options"] if each["name"] == "change")
        choices = [
            (each["value"], each["name"], each["name_localizations"]["ja"]) for each in change["options"][0]["choices"]
        ]
        assert choices == [
            ("zh-TW", "Traditional Chinese", "中国語（繁体字）"),
            ("en", "English", "英語"),
            ("ja", "Japanese", "日本語"),
            ("default", "Default", "初期設定"),
        ]
        _, shown = await used(fake, "settings change", locale="ja", language="ja")
        assert shown == ["## 変更しました\n- 言語：初期設定 → **ja**"]
        assert (await bot.runtime.storage.rules(int(GUILD))).rules == Rules(language="ja")


async def test_settings_command_member_without_manage_guild_is_refused(engine):
    async with serving(engine) as (fake, _, _):
        command = next(each for each in fake.commands if each["name"] == "settings")
        assert (command["default_member_permissions"], command["contexts"]) == (1 << 5, [0])
        fake.actor, fake.permissions = BOB, ORDINARY
        _, shown = await used(fake, "settings change", short=True)
        assert shown == ["Only those who can manage the server can see and change these rules."]


async def test_ask_command_blocked_channel_refuses_members_but_not_managers(engine):
    async with serving(engine) as (fake, _, _):
        await used(fake, "settings channel", channel=CHANNEL, asking="blocked")
        fake.actor, fake.permissions = BOB, ORDINARY
        made, shown = await used(fake, "ask", question="在哪裡？", locale="zh-TW")
        assert (made.original["flags"], shown) == (EPHEMERAL | COMPONENTS_V2, [CLOSED])
        await fake.say(f"{PING} where?", mentions_bot=True, author=BOB)
        for command, options in (("agenda", {}), ("session", {"name": "開幕"})):
            assert (await used(fake, command, locale="zh-TW", **options))[1] == [CLOSED]
        fake.permissions = str(1 << 5)
        assert (await used(fake, "ask", question="where?"))[1][1] == "**The report says:**"
        assert engine.asked == ["where?"]


async def test_ask_command_role_required_refuses_members_without_role(engine):
    async with serving(engine) as (fake, _, _):
        await used(fake, "settings role", role=ROLE, may_ask=True)
        fake.actor, fake.permissions = BOB, ORDINARY
        assert (await used(fake, "ask", question="where?"))[1] == ["In this server, only some roles may ask."]
        role = guild()["roles"][0] | {"id": ROLE, "name": "some role"}
        await fake.gateway.session().dispatch("GUILD_ROLE_CREATE", {"guild_id": GUILD, "role": role})
        fake.roles = [ROLE]
        assert (await used(fake, "ask", question="where?"))[1][1] == "**The report says:**"


async def test_ask_command_and_mention_rate_exceeded_tells_seconds_to_wait(engine):
    async with serving(engine) as (fake, _, _):
        await used(fake, "settings change", per_member=2)
        for _ in range(2):
            assert (await used(fake, "ask", question="where?"))[1][1] == "**The report says:**"
        (told,) = (await used(fake, "ask", question="where?"))[1]
        assert told in {f"Too fast. Please try again in {seconds} seconds." for seconds in (59, 60)}
        message = await fake.say(f"{PING} where?", mentions_bot=True)
        (replied,) = await fake.wait(lambda: fake.replies(message))
        assert texts(replied["components"])[0].startswith("Too fast. Please try again in ")
        assert len(engine.asked) == 2


async def test_mention_switched_off_is_ignored(engine):
    async with serving(engine) as (fake, _, _):
        await used(fake, "settings change", mentions=False, threads=False)
        await fake.say(f"{PING} where?", mentions_bot=True)
        direct = await fake.say("when?", place="dm")
        await fake.wait(lambda: fake.replies(direct))
        assert engine.asked == ["when?"]


async def test_message_in_unasked_channel_question_is_answered_without_mention(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        await fake.say("where was it?")
        await used(fake, "settings channel", channel=CHANNEL, asking="unasked")
        await fake.say("unknown food?")
        await fake.say("no question")
        await fake.say("who?", reply_to=await fake.say("I was there", author=BOB))
        for question in ("會議在哪裡？！", "有人知道會議在哪裡嗎 謝謝", "Does anyone know where it was. Thanks!"):
            asked = await fake.say(question)
            (replied,) = await fake.wait(lambda asked=asked: fake.replies(asked))
            assert texts(replied["components"])[0].endswith(question)
        assert sorted(engine.asked) == sorted(
            ["unknown food?", "會議在哪裡？！", "有人知道會議在哪裡嗎 謝謝", "Does anyone know where it was. Thanks!"]
        )


async def test_ask_command_short_and_private_rules_give_short_private_answer(engine):
    async with serving(engine) as (fake, _, _):
        await used(fake, "settings change", short=True, public=False)
        made, shown = await used(fake, "ask", question="where?")
        assert made.original["flags"] == EPHEMERAL | COMPONENTS_V2
        assert [text for text in shown if text.startswith(("> **1.", "> **2."))] == [shown[2]]
        assert shown[-1].startswith("-# page 1 of 2 · ")


async def test_mention_first_answer_in_server_includes_greeting(engine):
    async with serving(engine) as (fake, _, _):
        first = await fake.say(f"{PING} where?", mentions_bot=True)
        (card,) = await fake.wait(lambda: fake.replies(first))
        assert texts(card["components"])[-2].startswith("-# Hello! I answer questions with quotations")
        second = await fake.say(f"{PING} when?", mentions_bot=True)
        (card,) = await fake.wait(lambda: fake.replies(second))
        assert "Hello!" not in str(texts(card["components"]))
        assert len(fake.replies(first)) == 1


async def test_mention_storage_error_is_answered_anyway(engine):
    async with serving(engine) as (fake, bot, _):

        async def locked(_):
            raise StorageError("locked")

        bot.runtime.storage.greet = bot.runtime.storage.rules = locked
        message = await fake.say(f"{PING} where?", mentions_bot=True)
        (card,) = await fake.wait(lambda: fake.replies(message))
        assert texts(card["components"])[1] == "**The report says:**"


async def exported(fake, **options):
    made = await fake.slash("settings export", **options)
    (file,) = await fake.wait(lambda: made.original and made.original["attachments"])
    assert (made.original["flags"] & EPHEMERAL, file["filename"]) == (EPHEMERAL, "report-bot-settings.json")
    return fake.state.uploads[file["url"].removeprefix("https://cdn.discordapp.com")]


RESTORED = {
    "zh-TW": "## 已修改\n- 精簡回答：否 → **是**\n"
    f"- 可以提問的頻道：全部頻道 → **<#{CHANNEL}>**\n- 每人每分鐘次數：不限 → **3**\n- 每週週報：關閉 → **<#{CHANNEL}>**",
    "en-US": "## Changed\n- Short answers: no → **yes**\n"
    f"- Channels for questions: all channels → **<#{CHANNEL}>**\n- Per-member limit (questions/min): no limit → **3**\n"
    f"- Weekly digest: off → **<#{CHANNEL}>**",
}


@pytest.mark.parametrize("locale", RESTORED)
async def test_settings_import_command_restores_exported_rules_after_restart(engine, locale):
    async with serving(engine) as (fake, bot, _):
        await used(fake, "settings change", short=True, per_member=3)
        await used(fake, "settings channel", channel=CHANNEL, asking="only")
        await used(fake, "settings digest", channel=CHANNEL)
        kept, file = (await bot.runtime.storage.rules(int(GUILD))).rules, await exported(fake)
    async with serving(engine) as (fake, bot, _):
        _, shown = await used(fake, "settings import", locale=locale, file=file)
        assert shown == [RESTORED[locale]]
        assert (await bot.runtime.storage.rules(int(GUILD))).rules == kept
        assert await exported(fake) == file


async def test_settings_import_command_leaves_out_what_the_server_lacks(engine):
    async with serving(engine) as (fake, bot, _):
        await fake.join()
        await used(fake, "settings channel", channel=CHANNEL, asking="only")
        await used(fake, "settings change", short=True)
        _, shown = await used(fake, "settings import", place="elsewhere", file=await exported(fake))
        assert shown == [
            f"## Changed\n- Short answers: no → **yes**\n-# Left out, since this server does not have them: {CHANNEL}"
        ]
        assert (await bot.runtime.storage.rules(int(OTHER_GUILD))).rules == Rules(short=True)


async def test_settings_import_command_wrong_file_changes_nothing(engine):
    async with serving(engine) as (fake, bot, _):
        await used(fake, "settings change", short=True)
        wrong = b'{"short": false, "member_rate": 61, "loud": true, "roles": ["many"]}'
        _, shown = await used(fake, "settings import", file=wrong)
        assert shown == ["I changed nothing, since the file has values that I cannot use: loud; roles; member\\_rate"]
        for file in (b"\xff\xfe", b"[1, 2]", b"not JSON", b"", b" " * 65537):
            _, shown = await used(fake, "settings import", locale="zh-TW", file=file)
            assert shown == ["這不是設定檔。請選用「`/設定 匯出`」存下來的檔案。"]
        assert (await bot.runtime.storage.rules(int(GUILD))).rules == Rules(short=True)
