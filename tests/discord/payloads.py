"""The objects Discord sends, as plain dictionaries; every identifier is a decimal string, as on the wire."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

Payload = dict[str, Any]

EPOCH_MS = 1_420_070_400_000
APPLICATION = "1300000000000000001"
"""Identifier of the application and of its bot user: Discord gives both the same one."""
MEMBER = "1300000000000000002"
GUILD = "1300000000004194304"
CHANNEL = "1300000000004194305"
# A guild that the bot can be added to, and one that it is not in, where members bring it along as an app of theirs.
OTHER_GUILD, OTHER_CHANNEL = "1300000000008388608", "1300000000008388609"
OUTSIDE_GUILD, OUTSIDE_CHANNEL = "1300000000012582912", "1300000000012582913"
GUILDS = {CHANNEL: GUILD, OTHER_CHANNEL: OTHER_GUILD, OUTSIDE_CHANNEL: OUTSIDE_GUILD}
"""The guild of each channel that is in one."""
DM_CHANNEL = "1300000000000000003"
GROUP_CHANNEL = "1300000000000000004"
BOT_ROLE = "1300000000000000005"
"""The role that Discord makes for the bot when it joins a guild."""
EVERYTHING = str((1 << 50) - 1)
# Without administrator, manage server and manage messages.
ORDINARY = str(int(EVERYTHING) & ~(1 << 3 | 1 << 5 | 1 << 13))
JOINED = "2024-01-01T00:00:00+00:00"

TEXT, VOICE, CATEGORY, ANNOUNCEMENTS, STAGE, FORUM, MEDIA = 0, 2, 4, 5, 13, 15, 16
"""The kinds of channels of a guild: https://docs.discord.com/developers/resources/channel#channel-object-channel-types."""
HAS_THREAD = 1 << 5
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
REPLY = 19
FORWARD = 1  # a type of references, not of messages


def user(uid: str = MEMBER) -> Payload:
    """Return the bot's user for `APPLICATION`, else a person named alice."""
    bot = uid == APPLICATION
    return {
        "id": uid,
        "username": "bot" if bot else "alice",
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
        "flags": 0,
    }


def member(uid: str = MEMBER) -> Payload:
    return {
        "user": user(uid),
        "roles": [],
        "joined_at": JOINED,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "avatar": None,
        "permissions": EVERYTHING,
    }


def partial_member(uid: str = MEMBER) -> Payload:
    """Return a member without its user: the form inside messages."""
    return {key: value for key, value in member(uid).items() if key not in ("user", "permissions")}


def channel(cid: str = CHANNEL) -> Payload:
    """Return a guild's text channel, the direct message channel or the group channel."""
    if cid == DM_CHANNEL:
        return {"id": cid, "type": 1, "recipients": [user()], "last_message_id": None, "flags": 0}
    if cid == GROUP_CHANNEL:
        return {"id": cid, "type": 3, "recipients": [user()], "name": None, "icon": None, "owner_id": MEMBER}
    return {
        "id": cid,
        "type": 0,
        "guild_id": GUILDS.get(cid, GUILD),
        "name": "general",
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "flags": 0,
    }


def channel_of(kind: int, cid: str, name: str, *, gid: str = GUILD, parent: str | None = None) -> Payload:
    """Return a channel of any kind in a guild, in the category `parent`.

    Categories, voice and stage channels, forums and media channels have fields of their own:
    https://docs.discord.com/developers/resources/channel#channel-object-channel-structure.
    """
    made = channel(cid) | {"type": kind, "name": name, "guild_id": gid, "parent_id": parent}
    if kind == CATEGORY:
        return {key: made[key] for key in ("id", "type", "guild_id", "name", "position", "permission_overwrites", "flags")}
    if kind in (VOICE, STAGE):
        made |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if kind in (FORUM, MEDIA):
        made |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
        made |= {"default_thread_rate_limit_per_user": 0, "default_forum_layout": 0}
    return made


def tag(tid: str, name: str, *, moderated: bool = False) -> Payload:
    """Return a tag of a forum: https://docs.discord.com/developers/resources/channel#forum-tag-object."""
    return {"id": tid, "name": name, "moderated": moderated, "emoji_id": None, "emoji_name": None}


def thread(cid: str, parent: str, name: str, owner: str = APPLICATION, gid: str = "") -> Payload:
    """Return a public thread that `owner` opened; one that was opened from a message has its id."""
    made = channel(cid) | {"type": 11, "guild_id": gid or GUILDS[parent], "parent_id": parent, "name": name}
    made |= {"owner_id": owner, "message_count": 0, "member_count": 1, "total_message_sent": 0}
    made["thread_metadata"] = {
        "archived": False,
        "auto_archive_duration": 1440,
        "archive_timestamp": "2024-01-01T00:00:00+00:00",
        "locked": False,
    }
    return made


def guild(gid: str = GUILD) -> Payload:
    role = {
        "id": gid,
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0},
        "hoist": False,
        "position": 0,
        "permissions": ORDINARY,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    own = {"id": BOT_ROLE, "name": "bot", "managed": True, "position": 1, "tags": {"bot_id": APPLICATION}}
    empty: tuple[str, ...] = ("threads", "emojis", "stickers", "features", "presences", "voice_states")
    zero = ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level")
    return {
        **{key: [] for key in (*empty, "stage_instances", "guild_scheduled_events")},
        **dict.fromkeys((*zero, "nsfw_level", "premium_tier", "system_channel_flags"), 0),
        "id": gid,
        "name": "guild",
        "icon": None,
        "owner_id": MEMBER,
        "roles": [role, role | own],
        "channels": [channel(cid) for cid, home in GUILDS.items() if home == gid],
        "members": [member(APPLICATION)],
        "member_count": 2,
        "large": False,
        "unavailable": False,
        "preferred_locale": "en-US",
        "joined_at": JOINED,
    }


def application() -> Payload:
    return {
        "id": APPLICATION,
        "name": "bot",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user(),
        "verify_key": "x",
        "flags": 1 << 19,
        "team": None,
        "rpc_origins": None,
    }


def message(body: Mapping[str, Any], *, mid: str, cid: str, author: str, at: float) -> Payload:
    """Return the message Discord keeps for the request `body`, posted at `at` (seconds since 1970)."""
    return {
        "id": mid,
        "channel_id": cid,
        "author": user(author),
        "content": body.get("content") or "",
        "timestamp": datetime.fromtimestamp(at, UTC).isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [{"type": "rich", **embed} for embed in body.get("embeds") or []],
        "components": numbered(body.get("components") or []),
        "pinned": False,
        "type": 0,
        "flags": body.get("flags") or 0,
    }


def thread_member(tid: str) -> Payload:
    """Return the bot as a member of a thread: https://docs.discord.com/developers/resources/channel#thread-member-object."""
    return {"id": tid, "user_id": APPLICATION, "join_timestamp": JOINED, "flags": 0}


def forwarded(content: str, **more: object) -> Payload:
    """Return the keys of a message that forwards another one.

    https://discord.com/developers/docs/resources/message#message-snapshot-object
    """
    empty: tuple[str, ...] = ("embeds", "attachments", "mentions", "mention_roles")
    snapshot = {"type": 0, "content": content, "timestamp": JOINED, "edited_timestamp": None, "flags": 0}
    snapshot |= {key: [] for key in empty} | more
    reference = {"type": FORWARD, "channel_id": CHANNEL, "message_id": "900000000000000001"}
    return {"message_reference": reference, "message_snapshots": [{"message": snapshot}]}


def edited(old: Mapping[str, Any], body: Mapping[str, Any], at: float) -> Payload:
    """Return `old` after a PATCH with `body`: absent keys stay, the components flag can be set but never removed."""
    new = {**old, "edited_timestamp": datetime.fromtimestamp(at, UTC).isoformat()}
    if "content" in body:
        new["content"] = body["content"] or ""
    if "embeds" in body:
        new["embeds"] = [{"type": "rich", **embed} for embed in body["embeds"] or []]
    if "components" in body:
        new["components"] = numbered(body["components"] or [])
    if "attachments" in body:
        new["attachments"] = list(body["attachments"] or [])
    new["flags"] = (old["flags"] & ~LOADING) | ((body.get("flags") or 0) & COMPONENTS_V2)
    return new


def walk(components: Sequence[Payload]) -> Iterator[Payload]:
    """Yield every component, nested ones, accessories and labelled ones included, in reading order."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if isinstance(component.get(key), dict):
                yield from walk([component[key]])


def numbered(components: Sequence[Payload]) -> list[Payload]:
    """Return a copy in which each component has an `id`, as Discord gives them."""
    copy = deepcopy(list(components))
    for number, component in enumerate(walk(copy), start=1):
        component.setdefault("id", number)
    return copy
