"""What inert means, on what Discord is sent, and apart from how `bot.cards.escaping` brings it about.

A card is inert if what Discord acts on in it is the same as if every mark in the texts that it was made of, of members or
of reports, were a plain dot; if nobody is ever notified; and if nothing in it is unseen, turns text round or piles up.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from discord import ui

from bot.app.client import make_bot
from bot.cards.buttons import ITEMS
from bot.cards.custom_ids import CUSTOM_ID, Target
from tests.bot.fakes import FakeEngine, settings
from tests.discord.payloads import COMPONENTS_V2, walk
from tests.discord.validator import body_problems

ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]")
ACTING = re.compile(
    r"[*_~`|<>\[\]\\]|^[^\S\n]*(?:#{1,3}|-#|[-+]|\d+[.)])|@(?=everyone|here|[!&]?\d)|:(?=[\w+~-]+:)|\w+://",
    re.IGNORECASE | re.MULTILINE,
)
MARKS = re.compile(r"[*_~`|<>\[\]\\()#+.:@/&!-]")
# Default_Ignorable_Code_Point of Unicode, as far as it is no category of its own.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
# How the bot breaks a mention, and the one of its own signs that is an emoji only so.
OWN = re.compile("(?<=@)\u200b|(?<=[⚠🗑])\ufe0f")
PILE = 5
SHOWN = ("content", "label", "description", "placeholder", "title")


def bland(text: str) -> str:
    """The text with a dot in the place of every mark that may act somewhere."""
    return MARKS.sub("·", text)


def acting(text: str) -> list[str]:
    """What Discord acts on in a text, in order."""
    return [found[0].strip() for found in ACTING.finditer(ESCAPED.sub("\0", text))]


def texts(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Everything that members see of components, with what it is."""
    for component in (each for inner in walk(components) for each in (inner, *inner.get("options", ()))):
        yield from ((key, component[key]) for key in SHOWN if isinstance(component.get(key), str))


def unseen(key: str, text: str) -> list[str]:
    """The characters of a text that nobody sees, or that change how others are seen."""
    found: list[str] = []
    pile = 0
    for character in OWN.sub("", text):
        category = unicodedata.category(character)
        pile = pile + 1 if category in ("Mn", "Me") else 0
        line_end = character == "\n" and key == "content"
        hidden = category in ("Cc", "Cf", "Cs", "Zl", "Zp") or UNSEEN.match(character)
        if (hidden and not line_end) or pile >= PILE:
            found.append(character)
    return found


def problems(view: ui.LayoutView) -> list[str]:
    """What is wrong with a card as it is sent: for Discord, for whoever clicks, and for whoever reads."""
    components = view.to_components()
    body = {"flags": COMPONENTS_V2, "components": components, "allowed_mentions": mentions()}
    body["components"] = json.loads(json.dumps(components, ensure_ascii=False).encode("utf-8"))
    found = body_problems("POST", "/channels/1/messages", body)
    found += [f"{key}: nothing to see" for key, text in texts(components) if not text.strip()]
    found += [f"{key}: {unseen(key, text)!a}" for key, text in texts(components) if unseen(key, text)]
    for component in walk(components):
        if name := component.get("custom_id"):
            dead = not any(item.__discord_ui_compiled_template__.fullmatch(name) for item in ITEMS)
            found += [f"{name!r}: no button of ours"] if dead or len(name) > CUSTOM_ID else []
        for option in component.get("options", ()):
            Target.parse(f"en:0:{option['value']}")
    return found


@cache
def mentions() -> Any:
    """Whom the bot allows its messages to notify."""
    allowed = make_bot(settings(), engine=FakeEngine()).allowed_mentions
    assert allowed is not None
    return allowed.to_dict()


def contents(view: ui.LayoutView) -> str:
    """The texts of a card, one after another."""
    return "\n".join(text for key, text in texts(view.to_components()) if key == "content")
