"""Everything that can be done with the bot, each by a few lines that do it and tell whether Discord offers it.

A component is used whether the card offers it or not, as somebody would who forges it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, get_args

from bot.cards.buttons import ITEMS
from bot.cards.custom_ids import ActionKind, AnswerAction
from bot.guilds.welcome_buttons import WELCOME_ITEMS
from tests.bot.fakes import expand, texts
from tests.discord.actions import Place
from tests.discord.interactions import MESSAGE, MODAL
from tests.discord.payloads import CHANNEL, EVERYTHING, FORUM, GUILD, OTHER_GUILD, Payload, walk

SOMEBODY, ROLE = "1300000000000000888", "1300000000000000042"
ADMINISTRATOR = 1 << 3


@dataclass
class Doer:
    """Somebody in a place, with the permissions that they have there."""

    fake: Any
    uid: str
    permissions: str
    place: Place = "guild"

    def act(self, uid: str = "") -> None:
        self.fake.actor, self.fake.permissions = uid or self.uid, self.permissions

    async def slash(self, command: str, **options: Any) -> Any:
        made = await self.fake.slash(command, place=self.place, **options)
        await self.fake.wait(lambda: made.answered)
        return made

    async def asked(self, by: str = "", **options: Any) -> Payload:
        """The card of an answer to a question of theirs, or of somebody else's."""
        self.act(by)
        made = await self.slash("ask", question="where?", **options)
        self.act()
        return made.original

    async def posted(self, by: str = "") -> Payload | None:
        """A post of theirs, or of somebody else's, in a forum; None where the bot is in no server."""
        gid = {"guild": GUILD, "elsewhere": OTHER_GUILD}.get(self.place)
        if gid is None:
            return None
        post, _ = await self.fake.post(
            await self.fake.open_channel(FORUM, "help", gid=gid), "where?", "", author=by or self.uid
        )
        return post

    async def use(self, card: Payload, custom_id: str, *values: str, thread: Payload | None = None) -> Any:
        """Use a component of a card, as if it stood in `thread`; one that the card lacks is forged over another."""
        found = [each for each in walk(card["components"]) if each.get("custom_id")]
        if custom_id not in {each["custom_id"] for each in found}:
            found[-1]["custom_id"] = custom_id
        made = await self.fake.click(card, custom_id=custom_id, values=[*values] or None, place=self.place, thread=thread)
        await self.fake.wait(lambda: made.answered)
        return made


Outcome = tuple[bool, Any]  # whether it is offered, and the interaction
Doing = Callable[[Doer], Awaitable[Outcome]]


def shown(fake: Any, made: Any) -> str:
    """The first thing that came back and stayed: a form's title, a text, or a file's name."""
    if made.ack == MODAL:
        return str(made.data["title"])
    if made.original["id"] not in fake.messages:
        return "deleted"
    files = [file["filename"] for file in made.original["attachments"]]
    return [*(texts(made.original["components"]) if made.original["components"] else []), *files][0]


def offered(command: Payload, doer: Doer) -> bool:
    """Whether Discord shows a command to somebody, unless the server decided otherwise."""
    guild = doer.place in ("guild", "elsewhere")
    if {"dm": 1}.get(doer.place, 0) not in command["contexts"]:
        return False
    if doer.place == "outside" and 1 not in command["integration_types"]:
        return False
    needed, has = command["default_member_permissions"], int(doer.permissions)
    if needed is None or not guild or has & ADMINISTRATOR:
        return True
    return int(needed) != 0 and has & int(needed) == int(needed)


def command(path: str, **options: Any) -> Doing:
    async def do(doer: Doer) -> Outcome:
        known = next(each for each in doer.fake.commands if each["name"] == path.split()[0])
        return offered(known, doer), await doer.slash(path, **options)

    return do


def menu(name: str) -> Doing:
    async def do(doer: Doer) -> Outcome:
        known = next(each for each in doer.fake.commands if each["name"] == name)
        message = doer.fake.state.post({"content": "where?"}, channel=CHANNEL, author=SOMEBODY)
        made = await doer.fake.menu(name, message, place=doer.place)
        await doer.fake.wait(lambda: made.answered)
        return offered(known, doer), made

    return do


BEHIND_OPTIONS: tuple[ActionKind, ...] = ("other", "cite", "share", "thread", "export", "delete")


def deed(kind: ActionKind, by: str = "", visibility: str = "public") -> Doing:
    async def do(doer: Doer) -> Outcome:
        card = await doer.asked(by, visibility=visibility)
        if kind in BEHIND_OPTIONS:
            await expand(doer.fake, card, place=doer.place)
        on_card = any(str(each.get("custom_id")).startswith(f"act:{kind}:") for each in walk(card["components"]))
        return on_card, await doer.use(card, f"act:{AnswerAction(kind, 'en', 'ABCDEFGH', '|||')}")

    return do


def in_post(kind: ActionKind, by: str = "") -> Doing:
    """Press a button of the answer to a post. One waits until the card says so, as the press is acknowledged before."""

    async def do(doer: Doer) -> Outcome:
        card, post = await doer.asked(), await doer.posted(by)
        made = await doer.use(card, f"act:{AnswerAction(kind, 'en', 'ABCDEFGH', '|||')}", thread=post)
        await doer.fake.wait(lambda: made.ack == MESSAGE or made.answered_after is not None)
        return post is not None, made

    return do


def component(path: str, prefix: str, **options: Any) -> Doing:
    """Use the first button or menu of a look-up's card."""

    async def do(doer: Doer) -> Outcome:
        card = (await doer.slash(path, **options)).original
        item = next(each for each in walk(card["components"]) if str(each.get("custom_id")).startswith(f"{prefix}:"))
        values = [item["options"][0]["value"]] if "options" in item else []
        return True, await doer.use(card, item["custom_id"], *values)

    return do


def form(opening: Callable[[Doer], Awaitable[tuple[Payload, str]]], **answers: str) -> Doing:
    async def do(doer: Doer) -> Outcome:
        made = await doer.use(*await opening(doer))
        sent = await doer.fake.submit(made, answers, place=doer.place)
        await doer.fake.wait(lambda: sent.answered)
        return True, sent

    return do


async def suggested(doer: Doer) -> Outcome:
    return True, await doer.use(await doer.asked(), "suggest:en:0")


async def welcome(doer: Doer) -> Outcome:
    """Press a button of the welcome, which everybody can see in a system channel."""
    return True, await doer.use(await doer.asked(), f"welcome:language:{GUILD}")


async def welcomed(doer: Doer) -> Outcome:
    """Choose in the menu that a button of the welcome leads to, if it does."""
    _, made = await welcome(doer)
    offers = any(each["type"] == 3 for each in walk(made.original["components"]))
    return True, await doer.use(made.original, f"welcomed:language:{GUILD}", "en") if offers else made


async def reporting(doer: Doer) -> tuple[Payload, str]:
    return await doer.asked(), f"act:{AnswerAction('down', 'en', 'ABCDEFGH', '|||')}"


async def inquiring(doer: Doer) -> tuple[Payload, str]:
    card = (await doer.slash("session", name="開幕式")).original
    return card, next(each["custom_id"] for each in walk(card["components"]) if each.get("style") == 1)


DOINGS: dict[str, Doing] = {
    "/ask": command("ask", question="where?"),
    "/overview": command("overview"),
    "/contents": command("contents"),
    "/agenda": command("agenda"),
    "/session": command("session", name="開幕式"),
    "/speaker": command("speaker", name="Ann Poe"),
    "/people": command("people"),
    "/settings show": command("settings show"),
    "/settings change": command("settings change", short=True),
    "/settings channel": command("settings channel", channel=CHANNEL, asking="only"),
    "/settings role": command("settings role", role=ROLE, may_ask=True),
    "/settings report": command("settings report", report="summit", asked=True),
    "/settings digest": command("settings digest", channel=CHANNEL),
    "/settings export": command("settings export"),
    "/settings import": command("settings import", file=b"{}"),
    "/settings reset": command("settings reset"),
    "/privacy": command("privacy"),
    "/privacy (export)": command("privacy", action="export"),
    "/privacy (delete)": command("privacy", action="delete"),
    "/gaps": command("gaps"),
    "/status": command("status"),
    "/help": command("help"),
    "/about": command("about"),
    "/reports": command("reports"),
    "Ask the report about this": menu("Ask the report about this"),
    "Check against the report": menu("Check against the report"),
    "act:more": deed("more"),
    "act:other": deed("other"),
    "act:share": deed("share", visibility="private"),
    "act:thread": deed("thread"),
    "act:cite": deed("cite"),
    "act:export": deed("export"),
    "act:up": deed("up"),
    "act:down": deed("down"),
    "act:delete": deed("delete"),
    "act:delete (another's)": deed("delete", by=SOMEBODY),
    "act:solved": in_post("solved"),
    "act:solved (another's)": in_post("solved", by=SOMEBODY),
    "act:people": in_post("people"),
    "act:people (another's)": in_post("people", by=SOMEBODY),
    "go": component("people", "go"),
    "choose": component("agenda", "choose"),
    "inquire": component("session", "inquire", name="開幕式"),
    "suggest": suggested,
    "welcome": welcome,
    "welcomed": welcomed,
    "form:report": form(reporting, reason="no"),
    "form:about": form(inquiring, question="where?"),
}


def components() -> set[str]:
    """Every kind of button and menu that the bot has, read from its code."""
    prefixes = {item.__discord_ui_compiled_template__.pattern.partition(":")[0] for item in (*ITEMS, *WELCOME_ITEMS)}
    return prefixes - {"act"} | {f"act:{kind}" for kind in get_args(ActionKind)}


def synced(commands: list[Payload]) -> set[str]:
    """Every command and menu that Discord was told of; of a group, each part."""
    found = set()
    for each in commands:
        parts = [option["name"] for option in each.get("options") or [] if option["type"] == 1]
        slash = {f"/{each['name']} {part}" for part in parts} or {f"/{each['name']}"}
        found |= slash if each["type"] == 1 else {each["name"]}
    return found


def permissions(*without: int) -> str:
    return str(int(EVERYTHING) & ~sum(without))
