"""What a member does: says something, uses commands, clicks, chooses, fills in forms, reacts to what came back."""

from collections.abc import Mapping
from typing import Any, Literal

from tests.discord import interactions as kinds
from tests.discord.gateway import Gateway
from tests.discord.interactions import Interaction, Interactions
from tests.discord.payloads import (
    APPLICATION,
    CHANNEL,
    DM_CHANNEL,
    EVERYTHING,
    GROUP_CHANNEL,
    GUILDS,
    MEMBER,
    OTHER_CHANNEL,
    OTHER_GUILD,
    OUTSIDE_CHANNEL,
    REPLY,
    Payload,
    channel,
    edited,
    guild,
    member,
    numbered,
    partial_member,
    user,
    walk,
)
from tests.discord.state import State

# "elsewhere" is the second guild, which the bot is in after `join`; "outside" a guild that it is never in.
Place = Literal["guild", "dm", "group", "elsewhere", "outside"]
CHANNELS: dict[Place, str] = {
    "guild": CHANNEL,
    "dm": DM_CHANNEL,
    "group": GROUP_CHANNEL,
    "elsewhere": OTHER_CHANNEL,
    "outside": OUTSIDE_CHANNEL,
}
CONTEXTS: dict[Place, int] = {"guild": 0, "dm": 1, "group": 2, "elsewhere": 0, "outside": 0}
CHANNEL_OPTION, ROLE_OPTION = 7, 8
BUTTON, TEXT_INPUT, USER_MENU, MESSAGE_MENU = 2, 4, 2, 3


class Actions:
    """A member named alice; `place` is where she is, `locale` is the language of her Discord client."""

    def __init__(self, state: State, gateway: Gateway, interactions: Interactions) -> None:
        self.state, self.gateway, self.interactions = state, gateway, interactions
        # Who makes interactions, with which roles and permissions.
        self.actor, self.roles, self.permissions = MEMBER, list[str](), EVERYTHING

    async def join(self, **over: Any) -> None:
        """Add the bot to the second guild, whose payload has the keys `over` in place of its own.

        Discord leaves `unavailable` out of the event of a guild that is new.
        """
        self.gateway.guilds.append(OTHER_GUILD)
        joined = guild(OTHER_GUILD) | over
        del joined["unavailable"]
        await self.gateway.session(OTHER_GUILD).dispatch("GUILD_CREATE", joined)

    async def remove(self, gid: str) -> None:
        """Remove the bot from a guild."""
        self.gateway.guilds.remove(gid)
        await self.gateway.session(gid).dispatch("GUILD_DELETE", {"id": gid})

    async def say(
        self,
        content: str,
        *,
        mentions_bot: bool | None = None,
        reply_to: Payload | None = None,
        place: Place = "guild",
        author: str = MEMBER,
        thread: Payload | None = None,
        files: Mapping[str, bytes] | None = None,
        **more: object,
    ) -> Payload:
        """Post a message, in a thread if one is given; `mentions_bot` lists the bot among those it notifies.

        `more` are further keys of the message, such as `embeds` or `message_snapshots`.

        A reply notifies whom it replies to, as in Discord's own clients, unless `mentions_bot` is False.
        """
        guild_id = GUILDS.get(CHANNELS[place])
        message = self.state.post({"content": content}, channel=thread["id"] if thread else CHANNELS[place], author=author)
        message |= more
        self.state.attach(message, files or {})
        if mentions_bot is None:
            mentions_bot = reply_to is not None and reply_to["author"]["id"] == APPLICATION
        if mentions_bot:
            message["mentions"] = [*message["mentions"], {**user(APPLICATION), "member": partial_member(APPLICATION)}]
        if reply_to:
            reference = {"type": 0, "channel_id": reply_to["channel_id"], "message_id": reply_to["id"]}
            if guild_id:
                reference["guild_id"] = guild_id
            message |= {"type": REPLY, "message_reference": reference, "referenced_message": reply_to}
        await self.gateway.publish("MESSAGE_CREATE", message, guild_id)
        return message

    async def edit(self, message: Payload, content: str, *, mentions_bot: bool = False) -> None:
        """Change what a message says; it then mentions the bot, or does not.

        https://discord.com/developers/docs/events/gateway-events#message-update: the event holds the whole message.
        """
        message |= edited(message, {"content": content}, self.state.now())
        message["mentions"] = [{**user(APPLICATION), "member": partial_member(APPLICATION)}] if mentions_bot else []
        await self.gateway.publish("MESSAGE_UPDATE", message, self.guild_of(message["channel_id"]))

    def guild_of(self, cid: str) -> str | None:
        opened = self.state.threads.get(cid)
        return opened["guild_id"] if opened else GUILDS.get(cid)

    async def delete(self, message: Payload) -> None:
        """Delete a message, as a moderator or its author may at any time."""
        del self.state.messages[message["id"]]
        guild_id = GUILDS.get(message["channel_id"])
        event = {
            "id": message["id"],
            "channel_id": message["channel_id"],
            **({"guild_id": guild_id} if guild_id else {}),
        }
        await self.gateway.session(guild_id).dispatch("MESSAGE_DELETE", event)

    async def slash(
        self, command: str, *, place: Place = "guild", locale: str = "en-US", user_install: bool = False, **options: Any
    ) -> Interaction:
        """Use a synced slash command; "group sub" names a subcommand, and bytes are a file."""
        data = self._command_data(command, options)
        return await self.interact(kinds.COMMAND, data, place=place, locale=locale, user_install=user_install)

    async def autocomplete(
        self, command: str, focused: str, typed: str, *, place: Place = "guild", locale: str = "en-US", **options: Any
    ) -> Interaction:
        """Type `typed` into the option `focused`; `options` are those already filled in."""
        data = self._command_data(command, {**options, focused: typed}, focused)
        return await self.interact(kinds.AUTOCOMPLETE, data, place=place, locale=locale)

    async def menu(self, command: str, target: Payload, *, place: Place = "guild", locale: str = "en-US") -> Interaction:
        """Use a context menu command on a message, or on a user."""
        known = self._synced(command, {USER_MENU, MESSAGE_MENU})
        resolved: Payload = {"messages": {target["id"]: target}}
        if known["type"] == USER_MENU:
            people = {target["id"]: partial_member(target["id"])} if CHANNELS[place] in GUILDS else {}
            resolved = {"users": {target["id"]: target}, "members": people}
        data = {key: known[key] for key in ("id", "name", "type")}
        data |= {"target_id": target["id"], "resolved": resolved}
        return await self.interact(kinds.COMMAND, data, place=place, locale=locale)

    async def click(
        self,
        message: Payload,
        *,
        label: str | None = None,
        custom_id: str | None = None,
        values: list[str] | None = None,
        place: Place = "guild",
        locale: str = "en-US",
        thread: Payload | None = None,
    ) -> Interaction:
        """Click the button with that label or custom_id, or choose `values` in a select menu; in `thread`, if given."""
        component = _find(message, label, custom_id)
        data = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"]}
        if values is not None:
            data["values"] = values
        return await self.interact(kinds.COMPONENT, data, place=place, locale=locale, source=message, thread=thread)

    async def submit(
        self, modal: Interaction, answers: dict[str, Any], *, place: Place = "guild", locale: str = "en-US"
    ) -> Interaction:
        """Send the form that `modal` was acknowledged with; `answers` maps custom_id to a text or a list of values."""
        form = numbered(modal.data["components"])
        unknown = answers.keys() - {component.get("custom_id") for component in walk(form)}
        if unknown:
            raise LookupError(f"the form has no field {sorted(unknown)}")
        filled = [_filled(component, answers) for component in form]
        data = {"custom_id": modal.data["custom_id"], "components": filled}
        return await self.interact(kinds.MODAL_SUBMIT, data, place=place, locale=locale, source=modal.source)

    async def interact(
        self,
        kind: int,
        data: Payload,
        *,
        place: Place = "guild",
        locale: str = "en-US",
        user_install: bool = False,
        source: Payload | None = None,
        thread: Payload | None = None,
    ) -> Interaction:
        """Send an INTERACTION_CREATE of any kind and return its record, which fills as the bot answers."""
        # A component is used where its message stands, be it a thread.
        if thread is None and source:
            thread = self.state.threads.get(source["channel_id"])
        cid = thread["id"] if thread else CHANNELS[place]
        guild_id, user_install = self.guild_of(CHANNELS[place]), user_install or place == "outside"
        about = {"channel": cid, "guild": guild_id, "user_install": user_install, "source": source, "user": self.actor}
        made = self.interactions.add(kind, **about)
        owners = {"1": self.actor} if user_install else {"0": guild_id or "0"}
        event: Payload = {
            "id": made.id,
            "application_id": APPLICATION,
            "type": kind,
            "data": data,
            "token": made.token,
            "version": 1,
            "channel_id": cid,
            "channel": thread or channel(cid),
            "locale": locale,
            "app_permissions": EVERYTHING,
            "entitlements": [],
            "context": CONTEXTS[place],
            "attachment_size_limit": 10 << 20,
            "authorizing_integration_owners": owners,
        }
        if guild_id:
            place_of_guild = {"id": guild_id, "features": [], "locale": "en-US"}
            event |= {"guild_id": guild_id, "guild": place_of_guild, "guild_locale": "en-US", "member": self._member()}
        else:
            event["user"] = user(self.actor)
        if source:
            event["message"] = source
        await self.gateway.session(guild_id).dispatch("INTERACTION_CREATE", event)
        return made

    def _member(self) -> Payload:
        return member(self.actor) | {"roles": self.roles, "permissions": self.permissions}

    def _synced(self, name: str, types: set[int]) -> Payload:
        for command in self.state.commands:
            if command["name"] == name and command["type"] in types:
                return command
        raise LookupError(f"no command {name!r} is synced: {[command['name'] for command in self.state.commands]}")

    def _command_data(self, path: str, options: dict[str, Any], focused: str | None = None) -> Payload:
        name, *rest = path.split()
        command = node = self._synced(name, {1})
        files = {key: self._uploaded(key, value) for key, value in options.items() if isinstance(value, bytes)}
        options = options | {key: file["id"] for key, file in files.items()}
        chain = []
        for part in rest:
            node = _option(node, part)
            chain.append(node)
        filled: list[Payload] = []
        for key, value in options.items():
            filled.append({"name": key, "type": _option(node, key)["type"], "value": value})
            if key == focused:
                filled[-1]["focused"] = True
        for inner in reversed(chain):
            filled = [{"name": inner["name"], "type": inner["type"], "options": filled}]
        resolved = _resolved(node, options) | {"attachments": {file["id"]: file for file in files.values()}}
        return {"id": command["id"], "name": name, "type": 1, "options": filled, "resolved": resolved}

    def _uploaded(self, name: str, content: bytes) -> Payload:
        holder = {"channel_id": CHANNEL, "attachments": []}
        self.state.attach(holder, {name: content})
        (file,) = holder["attachments"]
        return file


def _resolved(command: Payload, options: dict[str, Any]) -> Payload:
    """What channels and roles that were chosen are."""
    found: Payload = {"channels": {}, "roles": {}}
    for key, value in options.items():
        kind = _option(command, key)["type"]
        if kind == CHANNEL_OPTION:
            made = channel(value)
            found["channels"][value] = {k: made[k] for k in ("id", "name", "type")} | {"permissions": EVERYTHING}
        elif kind == ROLE_OPTION:
            found["roles"][value] = guild()["roles"][0] | {"id": value, "name": "some role"}
    return {kind: chosen for kind, chosen in found.items() if chosen}


def _option(node: Payload, name: str) -> Payload:
    for option in node.get("options") or []:
        if option["name"] == name:
            return option
    raise LookupError(f"{node['name']!r} has no option {name!r}")


def _find(message: Payload, label: str | None, custom_id: str | None) -> Payload:
    for component in walk(message["components"]):
        wanted = component.get("label") == label if label else component.get("custom_id") == custom_id
        if wanted and component.get("custom_id"):
            if component.get("disabled"):
                raise LookupError(f"the component {label or custom_id!r} is disabled")
            return component
    raise LookupError(f"the message has no component {label or custom_id!r}")


def _filled(component: Payload, answers: dict[str, Any]) -> Payload:
    """Return a form component as it is submitted: the same tree, values in place of the presentation."""
    out: Payload = {key: component[key] for key in ("type", "id", "custom_id") if key in component}
    if "component" in component:
        out["component"] = _filled(component["component"], answers)
    if "components" in component:
        out["components"] = [_filled(inner, answers) for inner in component["components"]]
    if "custom_id" in component:
        answer = answers.get(component["custom_id"], "" if component["type"] == TEXT_INPUT else [])
        out["values" if isinstance(answer, list) else "value"] = answer
    return out
