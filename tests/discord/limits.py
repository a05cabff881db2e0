"""Discord's limits on messages that its OpenAPI description does not state; bodies have passed the description before.

Sources: Discord's documentation of messages, components and interactions.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.discord.command_limits import choice_problems, command_problems
from tests.discord.payloads import COMPONENTS_V2, Payload, walk

CONTENT = 2000
EMBEDS = 6000
TEXT = 4000
COMPONENTS = 40

ROW, SELECT, TEXT_DISPLAY, LABEL = 1, 3, 10, 18
V2_ONLY = {9, 10, 11, 12, 13, 14, 17}
PARTS = ("content", "embeds", "components", "sticker_ids", "attachments", "poll")

COMMANDS = re.compile(r"/applications/\d+(/guilds/\d+)?/commands")
MESSAGES = re.compile(r"/channels/\d+/messages(/\d+)?|/webhooks/\d+/[^/]+(/messages/[^/]+)?")
MESSAGE, UPDATE, CHOICES, MODAL = 4, 7, 8, 9


def limit_problems(method: str, path: str, body: Any) -> list[str]:
    """Return what Discord would refuse in a REST body, each problem led by its place."""
    if COMMANDS.fullmatch(path):
        return command_problems(body if isinstance(body, list) else [body])
    if path.endswith("/callback"):
        return _callback_problems(body["type"], body.get("data") or {})
    if MESSAGES.fullmatch(path):
        return [*message_problems(body), *(empty_problems(body) if method == "POST" else [])]
    return []


def _callback_problems(kind: int, data: Payload) -> list[str]:
    if kind == MESSAGE:
        return [*message_problems(data), *empty_problems(data)]
    if kind == UPDATE:
        return message_problems(data)
    if kind == CHOICES:
        return choice_problems("choices", data.get("choices") or [])
    return component_problems(data.get("components") or []) if kind == MODAL else []


def message_problems(message: Payload) -> list[str]:
    """Check the sizes, the components and the Components V2 rules of a message that is created or edited."""
    components = message.get("components") or []
    v2 = (message.get("flags") or 0) & COMPONENTS_V2
    return [
        *_over("content", len(message.get("content") or ""), CONTENT, "characters"),
        *_over("embeds", sum(map(_embed_length, message.get("embeds") or [])), EMBEDS, "characters over all embeds"),
        *(_v2_problems(message) if v2 else _v1_problems(components)),
        *component_problems(components),
    ]


def empty_problems(message: Payload) -> list[str]:
    """Check that a new message says something; white space alone says nothing."""
    said = [part for part in PARTS if message.get(part)]
    if said and (said != ["content"] or message["content"].strip()):
        return []
    return ["content: the message is empty"]


def kept_message_problems(message: Payload) -> list[str]:
    """Check a message as it stands after an edit: the components flag is permanent and excludes content and embeds."""
    if message["flags"] & COMPONENTS_V2:
        both = [key for key in ("content", "embeds") if message.get(key)]
        return [f"{key}: a message made of components cannot keep it" for key in both]
    return empty_problems(message)


def component_problems(components: list[Payload]) -> list[str]:
    """Check what holds in messages and modals alike."""
    everything = list(walk(components))
    problems = [
        *_repeated("components", "custom_id", (c.get("custom_id") for c in everything)),
        *_repeated("components", "id", (c.get("id") for c in everything)),
    ]
    for select in everything:
        if select["type"] == SELECT:
            place = f"select {select.get('custom_id')}"
            problems += _repeated(place, "option value", (option["value"] for option in select["options"]))
            low, high = select.get("min_values", 1), select.get("max_values", 1)
            if not low <= high <= len(select["options"]):
                problems.append(f"{place}: {low} to {high} of {len(select['options'])} options cannot be chosen")
    return problems


def _v2_problems(message: Payload) -> list[str]:
    components = list(walk(message.get("components") or []))
    text = sum(len(component["content"]) for component in components if component["type"] == TEXT_DISPLAY)
    return [
        *_over("components", len(components), COMPONENTS, "components, nested ones counted"),
        *_over("components", text, TEXT, "characters over all text displays"),
        *(
            f"{key}: not allowed with the flag IS_COMPONENTS_V2"
            for key in ("content", "embeds", "poll", "sticker_ids")
            if message.get(key)
        ),
    ]


def _v1_problems(components: list[Payload]) -> list[str]:
    problems = [
        f"components: type {component['type']} needs the flag IS_COMPONENTS_V2"
        for component in walk(components)
        if component["type"] in V2_ONLY
    ]
    if not problems:
        problems += _over("components", len(components), 5, "rows")
        problems += [
            f"components/{number}: type {component['type']} must lie in a row"
            for number, component in enumerate(components)
            if component["type"] != ROW
        ]
    return problems


def _embed_length(embed: Payload) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [text for field in embed.get("fields") or [] for text in (field["name"], field["value"])]
    return sum(len(text or "") for text in texts)


def _over(place: str, count: int, limit: int, what: str) -> list[str]:
    return [f"{place}: {count} > {limit} {what}"] if count > limit else []


def _repeated(place: str, what: str, values: Iterable[Any]) -> list[str]:
    counts = Counter(value for value in values if value is not None)
    return [f"{place}: {what} {value!r} is used {count} times" for value, count in counts.items() if count > 1]
