"""What a member does: says something, uses commands, clicks, chooses, fills in forms, reacts to what came back."""

from collections.abc import Mapping, Sequence
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
    GUILD,
    GUILDS,
    MEMBER,
    OTHER_CHANNEL,
    OTHER_GUILD,
    OUTSIDE_CHANNEL,
    REPLY,
    Payload,
    channel_of,
    edited,
    guild,
    member,
    numbered,
    partial_member,
    tag,
    thread,
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
# https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-resolved-data-structure; and
# what discord.py reads of a thread besides.
PARTIAL_CHANNEL = ("id", "name", "type", "parent_id", "thread_metadata", "owner_id", "member_count", "message_count")
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

    async def open_channel(
        self, kind: int, name: str, *, parent: Payload | None = None, tags: Sequence[str] = (), gid: str = GUILD
    ) -> Payload:
        """Create a channel of any kind, in a category if one is given; a forum or media channel has `tags`."""
        made = channel_of(kind, self.state.snowflake(), name, gid=gid, parent=parent["id"] if parent else None)
        if tags:
            made["available_tags"] = [tag(self.state.snowflake(), each) for each in tags]
        self.state.channels[made["id"]] = made
        await self.gateway.session(gid).dispatch("CHANNEL_CREATE", made)
        return made

    async def post(
        self,
        forum: Payload,
        title: str,
        content: str,
        *,
        author: str = MEMBER,
        tags: Sequence[str] = (),
        message_first: bool = False,
        mentions_bot: bool = False,
        **more: object,
    ) -> tuple[Payload, Payload]:
        """Write a post in a forum or media channel: a thread, and in it the starter message, which has the same id.

        https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel: this fires Thread
        Create and Message Create, in no stated order; `message_first` turns it round.

        :param more: Further keys of the message.
        """
        cid, gid = self.state.snowflake(), forum["guild_id"]
        opened = thread(cid, forum["id"], title, author, gid)
        opened["applied_tags"] = [each["id"] for each in forum["available_tags"] if each["name"] in tags]
        self.state.threads[cid] = opened
        message = self.state.post({"content": content}, channel=cid, author=author)
        del self.state.messages[message["id"]]
        message |= {"id": cid, **more}
        if mentions_bot:
            message["mentions"] = [{**user(APPLICATION), "member": partial_member(APPLICATION)}]
        self.state.messages[cid] = message
        if message_first:
            await self.gateway.publish("MESSAGE_CREATE", message, gid)
        await self.gateway.session(gid).dispatch("THREAD_CREATE", opened | {"newly_created": True})
        if not message_first:
            await self.gateway.publish("MESSAGE_CREATE", message, gid)
        return opened, message

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
        """Post a message, in a thread or another channel if one is given.

        `mentions_bot` lists the bot among those it notifies.
        `more` are further keys of the message, such as `embeds` or `message_snapshots`.

        A reply notifies whom it replies to, as in Discord's own clients, unless `mentions_bot` is False.
        """
        cid = thread["id"] if thread else CHANNELS[place]
        guild_id = self.state.guild_of(cid)
        message = self.state.post({"content": content}, channel=cid, author=author)
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
        await self.gateway.publish("MESSAGE_UPDATE", message, self.state.guild_of(message["channel_id"]))

    def guild_of(self, cid: str) -> str | None:
        return self.state.guild_of(cid)

    async def delete(self, message: Payload) -> None:
        """Delete a message, as a moderator or its author may at any time."""
        del self.state.messages[message["id"]]
        guild_id = self.state.guild_of(message["channel_id"])
        event = {
            "id": message["id"],
            "channel_id": message["channel_id"],
            **({"guild_id": guild_id} if guild_id else {}),
        }
        await self.gateway.session(guild_id).dispatch("MESSAGE_DELETE", event)

    async def slash(
        self,
        command: str,
        *,
        place: Place = "guild",
        locale: str = "en-US",
        user_install: bool = False,
        thread: Payload | None = None,
        **options: Any,
    ) -> Interaction:
        """Use a synced slash command, in a thread or another channel if one is given.

        "group sub" names a subcommand, and bytes are a file.
        """
        data = self._command_data(command, options)
        return await self.interact(kinds.COMMAND, data, place=place, locale=locale, user_install=user_install, thread=thread)

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
            thread = self.state.threads.get(source["channel_id"]) or self.state.channels.get(source["channel_id"])
        cid = thread["id"] if thread else CHANNELS[place]
        guild_id, user_install = self.state.guild_of(cid), user_install or place == "outside"
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
            "channel": self.state.channel(cid),
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
        resolved = self._resolved(node, options) | {"attachments": {file["id"]: file for file in files.values()}}
        return {"id": command["id"], "name": name, "type": 1, "options": filled, "resolved": resolved}

    def _resolved(self, command: Payload, options: dict[str, Any]) -> Payload:
        """Return what channels, threads and roles that were chosen are."""
        found: Payload = {"channels": {}, "roles": {}}
        for key, value in options.items():
            kind = _option(command, key)["type"]
            if kind == CHANNEL_OPTION:
                made = self.state.channel(value)
                kept = {key: made[key] for key in PARTIAL_CHANNEL if key in made}
                found["channels"][value] = kept | {"permissions": EVERYTHING}
            elif kind == ROLE_OPTION:
                found["roles"][value] = guild()["roles"][0] | {"id": value, "name": "some role"}
        return {kind: chosen for kind, chosen in found.items() if chosen}

    def _uploaded(self, name: str, content: bytes) -> Payload:
        holder = {"channel_id": CHANNEL, "attachments": []}
        self.state.attach(holder, {name: content})
        (file,) = holder["attachments"]
        return file


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
