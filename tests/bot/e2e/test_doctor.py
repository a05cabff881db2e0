"""report-bot doctor against the loopback Discord: beside the bot, and as a process of its own."""

import pytest

from bot.app import doctor
from bot.app.doctor import Doctor, Finding, clock_finding, commands_finding
from bot.errors import IntentError, TokenError
from bot.locale.translation import command_names
from bot.storage.guild_rules import Rules
from bot.storage.store import Storage
from tests.bot.fakes import MEMORY, root, serving, settings
from tests.bot.launching import TOKEN, launch
from tests.discord.faults import Fault
from tests.discord.gateway import TOKEN as GOOD
from tests.discord.network import authority_pem, connector
from tests.discord.payloads import (
    APPLICATION,
    CATEGORY,
    CHANNEL,
    FORUM,
    GUILD,
    MEDIA,
    STAGE,
    VOICE,
    application,
    thread,
)
from tests.discord.world import discord_server

SEND, HISTORY, MANAGE_THREADS = 1 << 11, 1 << 16, 1 << 34
CLOCK, COMMANDS = (
    Finding(True, "clock: agrees with Discord's"),
    Finding(True, f"commands: {len(command_names())} registered"),
)
LOGIN, GATEWAY = Finding(True, "login: as bot"), Finding(True, "gateway: connected, without Message Content Intent")
INVITATION = (
    f"https://discord.com/oauth2/authorize?client_id={APPLICATION}&scope=bot+applications.commands&permissions=309237713984"
)


async def examined(fake, rules=None, token=GOOD, **bot):
    storage = await Storage.open(MEMORY)
    if rules:
        await storage.save(int(GUILD), rules, 0)
    try:
        async with Doctor(settings(**bot), connector=connector(fake, authority_pem()), guild_ready_timeout=0.1) as client:
            return [finding async for finding in client.examine(token, storage)]
    finally:
        await storage.close()


async def test_doctor_beside_the_bot_finds_all_sound_and_answers_nobody(engine):
    async with serving(engine) as (fake, _, _):
        sound = Finding(True, "server guild: every permission, no channels for questions configured")
        assert await examined(fake) == [LOGIN, CLOCK, COMMANDS, GATEWAY, sound]
        assert engine.asked == []
        assert {command["name"] for command in fake.commands} == command_names()


async def test_doctor_configured_channels_names_missing_permissions_and_what_to_click(engine):
    async with serving(engine) as (fake, _, _):
        fake.gateway.denied[CHANNEL] = SEND | HISTORY
        findings = await examined(fake, Rules(only_channels=frozenset({int(CHANNEL)}), unasked_channels=frozenset({99})))
        assert findings[4:] == [
            Finding(
                False,
                "server guild, channel 99: deleted or hidden from the bot; "
                "allow the bot's role View Channel in Edit Channel › Permissions, or use /settings",
            ),
            Finding(
                False,
                "server guild, #general: allow the bot's role Send Messages, Read Message History in "
                "Edit Channel › Permissions",
            ),
        ]


async def test_doctor_channels_of_other_kinds_need_what_their_kind_has(engine):
    async with serving(engine) as (fake, _, _):
        kinds = {"voice": VOICE, "stage": STAGE, "questions": CATEGORY, "help": FORUM, "pictures": MEDIA}
        channels = [await fake.open_channel(kind, name) for name, kind in kinds.items()]
        opened = thread(fake.state.snowflake(), CHANNEL, "talk", APPLICATION)
        fake.state.threads[opened["id"]] = opened
        named = frozenset(int(each["id"]) for each in [*channels, opened])
        for each in channels:
            each["permission_overwrites"] = [{"id": GUILD, "type": 0, "allow": "0", "deny": str(SEND | HISTORY)}]
        fake.gateway.denied[CHANNEL] = SEND | HISTORY
        where, of = "allow the bot's role", "in Edit Channel › Permissions"
        sends = f"{where} Send Messages, Read Message History"
        assert [finding.text for finding in (await examined(fake, Rules(only_channels=named)))[4:]] == [
            f"server guild, #voice: {sends} {of}",
            f"server guild, #stage: {sends} {of}",
            f"server guild, category questions: {sends} in Edit Category › Permissions",
            f"server guild, #help: {where} Read Message History {of}",
            f"server guild, #pictures: {where} Read Message History {of}",
            f"server guild, #talk: {where} Read Message History in Edit Channel › Permissions of its channel",
        ]


async def test_doctor_forums_are_examined_where_new_posts_are_answered(engine):
    async with serving(engine) as (fake, _, _):
        forum, closed = await fake.open_channel(FORUM, "help", tags=["Solved"]), await fake.open_channel(FORUM, "closed")
        sound = Finding(True, "server guild: every permission, no channels for questions configured")
        assert (await examined(fake))[4:] == [sound]
        rules = Rules(forum=True, blocked_channels=frozenset({int(closed["id"])}))
        assert (await examined(fake, rules))[4:] == [sound, Finding(True, "server guild: every permission in 1 of 1 forums")]
        forum["permission_overwrites"] = [{"id": GUILD, "type": 0, "allow": "0", "deny": str(MANAGE_THREADS)}]
        missing = "server guild, #help: allow the bot's role Manage Threads in Edit Channel › Permissions"
        assert (await examined(fake, rules))[4:] == [sound, Finding(False, missing)]


async def test_doctor_channel_of_weekly_digest_needs_only_what_a_post_needs(engine):
    async with serving(engine) as (fake, _, _):
        threads = 1 << 35 | 1 << 38
        fake.gateway.denied[CHANNEL] = threads
        assert (await examined(fake, Rules(digest_channel=int(CHANNEL))))[4:] == [
            Finding(True, "server guild: every permission, no channels for questions configured"),
            Finding(True, "server guild: every permission in 1 of 1 configured channels"),
        ]
        fake.gateway.denied[CHANNEL] = SEND | threads
        assert (await examined(fake, Rules(digest_channel=int(CHANNEL))))[5:] == [
            Finding(False, "server guild, #general: allow the bot's role Send Messages in Edit Channel › Permissions")
        ]


async def test_doctor_role_without_permission_and_no_commands_names_both(monkeypatch):
    monkeypatch.setattr("tests.discord.payloads.ORDINARY", str(((1 << 50) - 1) & ~(1 << 3 | HISTORY)))
    async with discord_server() as fake:
        findings = await examined(fake)
        names = ", ".join(sorted(command_names()))
        remedy = "start report-bot run, which registers them, then reload Discord with Ctrl+R"
        assert findings[2] == Finding(False, f"commands: not registered: {names}; {remedy}")
        where = f"open Server Settings › Roles, or add it again at {INVITATION}"
        assert findings[4:] == [Finding(False, f"server guild: allow the bot's role Read Message History; {where}")]


async def test_doctor_bot_in_no_server_returns_invitation():
    async with discord_server() as fake:
        fake.gateway.guilds.clear()
        assert (await examined(fake))[4:] == [Finding(False, f"servers: none; add the bot to one at {INVITATION}")]


async def test_doctor_intent_or_token_refused_raises_error_with_remedy():
    async with discord_server(privileged=False) as fake:
        with pytest.raises(IntentError, match=r"switch on Message Content Intent at https://discord\.com/developers"):
            await examined(fake, message_content=True)
        with pytest.raises(TokenError, match=r"reset it at https://discord\.com/developers"):
            await examined(fake, token="other")


@pytest.mark.parametrize(
    ("skew", "text"),
    [
        (5.0, "clock: agrees with Discord's"),
        (-61.2, "clock: 61 s behind Discord's; switch on time synchronisation: timedatectl set-ntp true"),
        (7200.0, "clock: 7200 s ahead of Discord's; switch on time synchronisation: timedatectl set-ntp true"),
    ],
)
def test_clock_finding_skew_beyond_limit_names_direction_and_remedy(skew, text):
    assert clock_finding(skew) == Finding(abs(skew) <= 5, text)


async def test_doctor_clock_is_compared_with_date_of_answers(monkeypatch):
    monkeypatch.setattr(doctor.time, "time", lambda: 1_704_067_260.0)  # 2024-01-01 00:01:00
    dated = {"Date": "Mon, 01 Jan 2024 00:00:00 GMT"}
    async with discord_server() as fake:
        fake.faults.append(Fault("GET", "/applications/@me", status=200, body=application(), headers=dated))
        assert (await examined(fake))[1] == clock_finding(60.0)


def test_readme_invites_with_the_permissions_that_are_needed():
    assert INVITATION.replace(APPLICATION, "YOUR_APPLICATION_ID") in (root() / "README.md").read_text("utf-8")


def test_commands_finding_left_over_command_asks_for_restart():
    text = "commands: registered by another version: old; restart report-bot run in this version"
    assert commands_finding({*command_names(), "old"}) == Finding(False, text)


@pytest.mark.process
async def test_doctor_command_prints_findings_and_exits_1(tmp_path):
    (tmp_path / "config.toml").write_text(f'[bot]\nstorage = "{MEMORY}"\n', "utf-8")
    async with discord_server(accepts=TOKEN) as fake:
        process = await launch(fake, tmp_path, "doctor")
        out, errors = await process.communicate()
    lines = out.decode().splitlines()
    assert lines[:2] == ["token: set, and of a token's shape", "config: every key is known"]
    assert lines[-4:] == [
        LOGIN.text,
        CLOCK.text,
        GATEWAY.text,
        "server guild: every permission, no channels for questions configured",
    ]
    problems = errors.decode().splitlines()
    assert problems[-1].startswith("report-bot: commands: not registered: ")
    assert (process.returncode, "Traceback" in errors.decode()) == (1, False)


@pytest.mark.process
async def test_doctor_command_malformed_token_prints_one_line_and_exits_1(tmp_path):
    async with discord_server(accepts=TOKEN) as fake:
        process = await launch(fake, tmp_path, "doctor", DISCORD_TOKEN="sesame")
        out, errors = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert errors.decode().startswith("report-bot: DISCORD_TOKEN is no bot token")
    assert len(errors.decode().splitlines()) == 1
