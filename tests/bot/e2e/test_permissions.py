"""Who may do what, against the loopback Discord: every command, menu, button and form, for everybody who could try."""

import pytest

from tests.bot.doings import ADMINISTRATOR, DOINGS, Doer, components, permissions, shown, synced
from tests.bot.fakes import TITLE, ReportEngine, serving
from tests.discord.payloads import MEMBER

BOB = "1300000000000000777"
MANAGE_GUILD, MANAGE_MESSAGES, MANAGE_THREADS, CREATE_PUBLIC_THREADS = 1 << 5, 1 << 13, 1 << 34, 1 << 35
ORDINARY = permissions(ADMINISTRATOR, MANAGE_GUILD, MANAGE_MESSAGES, MANAGE_THREADS)

# Who, with which permissions, where. The owner of the application is an ordinary member of the server.
EVERYBODY = {
    "member": (BOB, ORDINARY, "guild"),
    "no threads": (
        BOB,
        permissions(ADMINISTRATOR, MANAGE_GUILD, MANAGE_MESSAGES, MANAGE_THREADS, CREATE_PUBLIC_THREADS),
        "guild",
    ),
    "moderator": (BOB, permissions(ADMINISTRATOR, MANAGE_GUILD), "guild"),
    "manager": (BOB, permissions(ADMINISTRATOR, MANAGE_MESSAGES, MANAGE_THREADS), "guild"),
    "administrator": (BOB, permissions(), "guild"),
    "owner": (MEMBER, ORDINARY, "guild"),
    "stranger": (BOB, "0", "dm"),
    "owner (dm)": (MEMBER, "0", "dm"),
    "elsewhere": (BOB, ORDINARY, "elsewhere"),
    "outside": (BOB, permissions(), "outside"),
}
# What Discord offers and the bot does is `+`; what is offered and refused `!`; what is neither `-`, though it be forged;
# and what is not offered, but done for who comes by it all the same, `f`.
#                           member no threads moderator manager administrator owner stranger owner (dm) elsewhere outside
TABLE = """
/ask                        +      +          +         +       +             +     +        +          +         +
/overview                   +      +          +         +       +             +     +        +          +         +
/contents                   +      +          +         +       +             +     +        +          +         +
/agenda                     +      +          +         +       +             +     +        +          +         +
/session                    +      +          +         +       +             +     +        +          +         +
/speaker                    +      +          +         +       +             +     +        +          +         +
/people                     +      +          +         +       +             +     +        +          +         +
/settings show              -      -          -         +       +             -     -        -          -         -
/settings change            -      -          -         +       +             -     -        -          -         -
/settings channel           -      -          -         +       +             -     -        -          -         -
/settings role              -      -          -         +       +             -     -        -          -         -
/settings report            -      -          -         +       +             -     -        -          -         -
/settings digest            -      -          -         +       +             -     -        -          -         -
/settings export            -      -          -         +       +             -     -        -          -         -
/settings import            -      -          -         +       +             -     -        -          -         -
/settings reset             -      -          -         +       +             -     -        -          -         -
/privacy                    +      +          +         +       +             +     +        +          +         +
/privacy (export)           +      +          +         +       +             +     +        +          +         +
/privacy (delete)           +      +          +         +       +             +     +        +          +         +
/gaps                       -      -          -         +       +             -     -        -          -         -
/status                     -      -          -         +       +             f     !        +          -         !
/help                       +      +          +         +       +             +     +        +          +         +
/about                      +      +          +         +       +             +     +        +          +         +
/reports                    +      +          +         +       +             +     +        +          +         +
Ask the report about this   +      +          +         +       +             +     +        +          +         +
Check against the report    +      +          +         +       +             +     +        +          +         +
act:more                    +      +          +         +       +             +     +        +          +         +
act:other                   +      +          +         +       +             +     +        +          +         +
act:share                   +      +          +         +       +             +     +        +          +         +
act:thread                  +      !          +         +       +             +     -        -          +         -
act:cite                    +      +          +         +       +             +     +        +          +         +
act:export                  -      -          -         -       -             -     -        -          -         -
act:up                      +      +          +         +       +             +     +        +          +         +
act:down                    +      +          +         +       +             +     +        +          +         +
act:delete                  +      +          +         +       +             +     +        +          +         +
act:delete (another's)      !      !          +         !       +             !     !        !          !         +
act:solved                  +      +          +         +       +             +     -        -          +         -
act:solved (another's)      !      !          +         !       +             !     -        -          !         -
act:people                  +      +          +         +       +             +     -        -          +         -
act:people (another's)      !      !          +         !       +             !     -        -          !         -
go                          +      +          +         +       +             +     +        +          +         +
choose                      +      +          +         +       +             +     +        +          +         +
inquire                     +      +          +         +       +             +     +        +          +         +
suggest                     +      +          +         +       +             +     +        +          +         +
welcome                     !      !          !         +       +             !     !        +          !         !
welcomed                    !      !          !         +       +             !     !        +          !         !
form:report                 +      +          +         +       +             +     +        +          +         +
form:about                  +      +          +         +       +             +     +        +          +         +
"""
# How what comes back begins if it is done, and the whole of it if it is refused.
DONE = {
    "/ask": "-# Question: where?",
    "/overview": "-# Question: What are the main points of this report?",
    "/contents": "## Contents",
    "/agenda": "## Agenda",
    "/session": "-# opening\n## 開幕式",
    "/speaker": "**Ann Poe**",
    "/people": "## People · 83",
    "/settings": "## Changed\n",
    "/settings show": "## Rules of this server\n",
    "/settings report": "Nothing changed: the rules were like this already.",
    "/settings export": "report-bot-settings.json",
    "/settings reset": "Nothing changed: the rules were like this already.",
    "/privacy": "## What I saved about you\n",
    "/privacy (export)": "report-bot-privacy.json",
    "/privacy (delete)": "Deleted 0 entries about you.",
    "/gaps": "Nobody has reported a question yet.",
    "/status": "## Status\n",
    "/help": "## What I can do\n",
    "/about": "## I answer from",
    "/reports": f"**{TITLE}**",
    "Ask": "-# Question: where?",
    "Check": "## Checked against the report",
    "act:more": "-# Question: where?\n**The most relevant passages**",
    "act:other": "-# Question: where?",
    "act:share": "-# Question: where?",
    "act:thread": "The thread is open: <#",
    "act:cite": "**Citations to copy**",
    "act:up": "Thanks! We saved your 👍, not your question.",
    "act:down": "What is wrong with this answer?",
    "act:delete": "deleted",
    "act:solved": "✅ <@",
    "act:people": "🙋 <@",
    "go": "## People · 83",
    "choose": "-# opening\n## 開幕式",
    "inquire": "開幕式",
    "suggest": "-# Question: who?",
    "welcome": "Which language should I use in guild",
    "welcomed": "## Changed\n",
    "form:report": "Thanks! The maintainer will see your question and your reason.",
    "form:about": "-# Question: where?",
}
MANAGERS = "Only those who can manage the server can see and change these rules."
POST = "Only the author of the post, and those who manage threads, can press this button."
REFUSED = {
    "/settings": MANAGERS,
    "/gaps": MANAGERS,
    "/status": "Only the owner of the bot and those who can manage the server see this.",
    "act:export": "I have not answered anything in this thread.",
    "act:thread": "You may not create public threads here, so I can't open one for you.",
    "welcome": MANAGERS,
    "act:solved": POST,
    "act:people": POST,
    "act:delete": "Only the person who asked, and those who manage messages, can delete this answer.",
}


def column(who: str) -> dict[str, str]:
    lines = [line.rsplit(maxsplit=len(EVERYBODY)) for line in TABLE.strip().splitlines()]
    at = list(EVERYBODY).index(who) + 1
    return {name: cells[at - 1] for name, *cells in lines}


def told(table: dict[str, str], name: str) -> str:
    """The entry of a row, or of what its name begins with."""
    return table.get(name) or next((text for key, text in table.items() if name.startswith(key)), "(nothing)")


def cell(name: str, offered: bool, came: str) -> str:
    """What happened, as the table writes it; any other text is shown as it is."""
    if came == told(REFUSED, name):
        return "!" if offered else "-"
    if came.startswith(told(DONE, name)):
        return "+" if offered else "f"
    return came


@pytest.fixture
def engine():
    return ReportEngine()


def test_permission_table_covers_every_doing_button_and_form() -> None:
    rows = column("member").keys()
    assert rows == DOINGS.keys()
    buttons_and_forms = components() | {"form:report", "form:about"}
    assert {name.partition(" (")[0] for name in rows if name[0] not in "/AC"} == buttons_and_forms


async def test_permission_table_covers_every_synced_command(engine):
    async with serving(engine) as (fake, _, _):
        assert {name.partition(" (")[0] for name in DOINGS if name[0] in "/AC"} == synced(fake.commands)


@pytest.mark.parametrize("who", EVERYBODY)
async def test_permission_table_each_role_gets_expected_outcome(engine, who):
    uid, permitted, place = EVERYBODY[who]
    engine.suggestions = ("who?",)
    async with serving(engine) as (fake, _, _):
        await fake.join()
        doer = Doer(fake, uid, permitted, place)
        doer.act()
        tried = {name: await do(doer) for name, do in DOINGS.items()}
        # Read at the end, so that what is shown first and overwritten afterwards does not count.
        assert {name: cell(name, on_offer, shown(fake, made)) for name, (on_offer, made) in tried.items()} == column(who)
