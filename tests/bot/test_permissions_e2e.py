"""Who may do what: every command, for everybody, wherever they are; and nothing of one server is seen from another."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.bot.fakes import serving, texts
from tests.discord.actions import Place
from tests.discord.payloads import EVERYTHING, GUILD, MEMBER, ORDINARY, channel, guild

BOB = "1300000000000000777"
ELSEWHERE = "1300000000008388608"
MODERATES, MANAGES = str(1 << 13), str(1 << 5)
RULES_REFUSED = "Only those who can manage the server see and change these rules."
STATUS_REFUSED = "Only the owner of the bot sees this."


@dataclass(frozen=True)
class Person:
    actor: str = BOB
    permissions: str = ORDINARY
    place: Place = "guild"
    guild: str = GUILD
    user_install: bool = False


PEOPLE = {
    "member": Person(),
    "moderator": Person(permissions=MODERATES),
    "manager": Person(permissions=MANAGES),
    "owner of the bot": Person(MEMBER, EVERYTHING),
    "owner of the bot, by direct message": Person(MEMBER, place="dm"),
    "stranger, by direct message": Person(place="dm"),
    "member of another server": Person(guild=ELSEWHERE),
    "manager of another server": Person(guild=ELSEWHERE, permissions=MANAGES),
    "manager of a server without the bot": Person(guild=ELSEWHERE, permissions=MANAGES, user_install=True),
}
EVERYBODY = frozenset(PEOPLE)
OWNERS = frozenset({"owner of the bot", "owner of the bot, by direct message"})
MANAGERS = frozenset({"manager", "owner of the bot", "manager of another server"})
# What each command is used with, who may use it, and what everybody else is told.
COMMANDS: dict[str, tuple[dict[str, Any], frozenset[str], str]] = {
    "ask": ({"question": "where?"}, EVERYBODY, ""),
    "agenda": ({}, EVERYBODY, ""),
    "session": ({"name": "開幕"}, EVERYBODY, ""),
    "speaker": ({"name": "唐鳳"}, EVERYBODY, ""),
    "people": ({}, EVERYBODY, ""),
    "help": ({}, EVERYBODY, ""),
    "about": ({}, EVERYBODY, ""),
    "privacy": ({}, EVERYBODY, ""),
    "settings show": ({}, MANAGERS, RULES_REFUSED),
    "settings change": ({"short": True}, MANAGERS, RULES_REFUSED),
    "settings channel": ({"channel": "1300000000004194305", "asking": "blocked"}, MANAGERS, RULES_REFUSED),
    "settings role": ({"role": "1300000000004194399", "may_ask": True}, MANAGERS, RULES_REFUSED),
    "settings reset": ({}, MANAGERS, RULES_REFUSED),
    "gaps": ({}, MANAGERS, RULES_REFUSED),
    "status": ({}, OWNERS, STATUS_REFUSED),
}
MENUS = {
    "Ask the report about this": "-# Question: where?",
    "Check against the report": "## Checked against the report\n-# agrees 1 · differs 0 · not covered 0",
}


async def join_elsewhere(fake) -> None:
    """Add the bot to the other server."""
    role = guild()["roles"][0] | {"id": ELSEWHERE}
    other = guild() | {"id": ELSEWHERE, "owner_id": BOB, "roles": [role], "channels": [channel() | {"guild_id": ELSEWHERE}]}
    await fake.gateway.session().dispatch("GUILD_CREATE", other)


def become(fake, person: Person) -> None:
    fake.actor, fake.permissions, fake.guild = person.actor, person.permissions, person.guild


async def used(fake, person: Person, command: str, **options: Any) -> list[str]:
    become(fake, person)
    made = await fake.slash(command, place=person.place, user_install=person.user_install, **options)
    await fake.wait(lambda: made.answered)
    return texts(made.original["components"])


def names(command: dict[str, Any]) -> list[str]:
    """A command's name, or those of its subcommands."""
    parts = [option["name"] for option in command.get("options") or [] if option["type"] == 1]
    return [f"{command['name']} {part}" for part in parts] or [command["name"]]


async def test_every_command_is_in_the_table(engine):
    async with serving(engine) as (fake, _, _):
        assert sorted(name for each in fake.commands if each["type"] == 1 for name in names(each)) == sorted(COMMANDS)
        assert {each["name"] for each in fake.commands if each["type"] != 1} == set(MENUS)


@pytest.mark.parametrize("who", PEOPLE)
async def test_each_command_for_each_person(engine, who):
    """As if Discord let everybody use every command: a server can show its members what is hidden by default."""
    person = PEOPLE[who]
    async with serving(engine) as (fake, bot, _):
        await join_elsewhere(fake)
        for command, (options, allowed, refusal) in COMMANDS.items():
            shown = await used(fake, person, command, **options)
            assert (shown == [refusal]) == (who not in allowed), (command, shown)
            assert not shown[0].startswith("Something went wrong"), command
            await bot.runtime.storage.forget_guild(int(person.guild))


@pytest.mark.parametrize("who", PEOPLE)
async def test_each_menu_for_each_person(engine, who):
    person = PEOPLE[who]
    async with serving(engine) as (fake, _, _):
        message = await fake.say("where?", author=MEMBER)
        become(fake, person)
        for menu, first in MENUS.items():
            made = await fake.menu(menu, message, place=person.place)
            await fake.wait(lambda made=made: made.answered)
            assert texts(made.original["components"])[0] == first


async def test_discord_hides_what_is_for_few(engine):
    async with serving(engine) as (fake, _, _):
        shown = {each["name"]: (each["default_member_permissions"], each["contexts"]) for each in fake.commands}
        assert (shown["settings"], shown["gaps"]) == ((1 << 5, [0]), (1 << 5, [0]))
        assert shown["status"][0] == 0
        assert {permissions for name, (permissions, _) in shown.items() if name not in ("settings", "gaps", "status")} == {
            None
        }


async def test_nothing_of_one_server_is_seen_from_another(engine):
    async with serving(engine) as (fake, bot, _):
        await join_elsewhere(fake)
        here, there = PEOPLE["manager"], PEOPLE["manager of another server"]
        defaults = await used(fake, there, "settings show")
        await used(fake, here, "settings change", short=True, per_member=1)
        become(fake, here)
        answer = await fake.slash("ask", question="where is the secret?")
        await fake.wait(lambda: answer.answered)
        form = await fake.click(answer.original, label="👎 Report (keeps the question)")
        await fake.wait(lambda: form.ack)
        sent = await fake.submit(form, {"reason": "wrong"})
        await fake.wait(lambda: sent.answered)
        assert await used(fake, there, "settings show") == defaults
        assert await used(fake, there, "gaps") == ["Nobody has sent a question yet."]
        assert "where is the secret?" in "\n".join(await used(fake, here, "gaps"))
        # The limit of one question a minute is the other server's.
        assert (await used(fake, here, "ask", question="when?"))[0].startswith("That was fast.")
        for _ in range(2):
            assert (await used(fake, there, "ask", question="when?"))[0] == "-# Question: when?"
        await bot.runtime.storage.forget_guild(int(ELSEWHERE))
        assert "where is the secret?" in "\n".join(await used(fake, here, "gaps"))
