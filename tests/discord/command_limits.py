"""Discord's limits on application commands and choices that its OpenAPI description does not state.

Source: Discord's documentation of application commands; a single bad translation makes it refuse the whole set.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.discord.payloads import Payload

CHAT_INPUT = 1
NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
# fmt: off
LOCALES = frozenset({
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu", "id",
    "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
})
# fmt: on
COMMANDS = 100
CHARACTERS = 8000
CHOICES = 25
CHOICE_TEXT = 100
DESCRIPTION = 100


def command_problems(commands: list[Payload]) -> list[str]:
    """Check a set of commands that is synced together."""
    problems = []
    chat = [command for command in commands if command.get("type", CHAT_INPUT) == CHAT_INPUT]
    if len(chat) > COMMANDS:
        problems.append(f"commands: {len(chat)} > {COMMANDS} slash commands")
    counts = Counter((command.get("type", CHAT_INPUT), command["name"]) for command in commands)
    problems += [f"/{name}: used by {count} commands of type {kind}" for (kind, name), count in counts.items() if count > 1]
    for command in commands:
        problems += _command_problems(command)
    return problems


def _command_problems(command: Payload) -> list[str]:
    place = f"/{command['name']}"
    if command.get("type", CHAT_INPUT) != CHAT_INPUT:
        described = bool(command.get("description"))
        return [f"{place}: a context menu has no description"] if described else _locale_problems(place, command)
    total = _characters(command)
    return [
        *_described_problems(place, command),
        *([f"{place}: {total} > {CHARACTERS} characters in all"] if total > CHARACTERS else []),
    ]


def _described_problems(place: str, node: Payload) -> list[str]:
    """Check a slash command, a subcommand or an option, then its options."""
    problems = [*_name_problems(place, node), *_locale_problems(place, node)]
    if not (node.get("description") or "").strip():
        problems.append(f"{place}: the description is missing")
    options = node.get("options") or []
    names = Counter(option["name"] for option in options)
    problems += [f"{place}: {count} options are called {name}" for name, count in names.items() if count > 1]
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        problems.append(f"{place}: required options must come first")
    choices = node.get("choices") or []
    if choices and node.get("autocomplete"):
        problems.append(f"{place}: choices and autocomplete exclude each other")
    problems += choice_problems(place, choices)
    for option in options:
        problems += _described_problems(f"{place} {option['name']}", option)
    return problems


def _name_problems(place: str, node: Payload) -> list[str]:
    names = {"name": node["name"], **(node.get("name_localizations") or {})}
    return [
        f"{place}: {where}: {name!r} is no lower-case name of 1 to 32 letters, digits, - or _"
        for where, name in names.items()
        if not NAME.fullmatch(name) or name != name.lower()
    ]


def _locale_problems(place: str, node: Payload) -> list[str]:
    locales = {**(node.get("name_localizations") or {}), **(node.get("description_localizations") or {})}
    return [f"{place}: Discord knows no locale {locale}" for locale in locales if locale not in LOCALES]


def choice_problems(place: str, choices: list[Payload]) -> list[str]:
    """Check the choices of an option, or those an autocomplete answers with."""
    problems = [f"{place}: {len(choices)} > {CHOICES} choices"] if len(choices) > CHOICES else []
    for number, choice in enumerate(choices):
        texts = {"name": choice["name"], **(choice.get("name_localizations") or {})}
        if isinstance(choice["value"], str):
            texts["value"] = choice["value"]
        problems += [
            f"{place}: choice {number}: {where} of {len(text)} characters, not 1 to {CHOICE_TEXT}"
            for where, text in texts.items()
            if not 1 <= len(text) <= CHOICE_TEXT
        ]
    return problems


def _characters(node: Payload) -> int:
    return sum(_lengths(node))


def _lengths(node: Payload) -> Iterator[int]:
    """Yield the lengths of names, descriptions and values; of translations only the longest counts."""
    for key in ("name", "description"):
        yield max(map(_text_length, [node.get(key), *(node.get(f"{key}_localizations") or {}).values()]))
    if "value" in node:
        yield len(str(node["value"]))
    for child in [*(node.get("options") or []), *(node.get("choices") or [])]:
        yield from _lengths(child)


def _text_length(text: Any) -> int:
    return len(text or "")
