"""What Discord would refuse is refused: by its own description, by the limits it leaves out, by our promise."""

from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from tests.discord.payloads import COMPONENTS_V2, Payload, walk
from tests.discord.promises import promise_problems
from tests.discord.validator import body_problems

SEND = ("POST", "/channels/1/messages")
EDIT = ("PATCH", "/webhooks/1/token/messages/@original")
CALLBACK = ("POST", "/interactions/1/token/callback")
SYNC = ("PUT", "/applications/1/commands")


def text(content: str) -> Payload:
    return {"type": 10, "content": content}


def button(**fields: Any) -> Payload:
    return {"type": 2, "style": 1, "label": "x", **fields}


def row(*components: Payload) -> Payload:
    return {"type": 1, "components": list(components)}


def v2(*components: Payload) -> Payload:
    return {"flags": COMPONENTS_V2, "components": list(components)}


def select(*values: str, **fields: Any) -> Payload:
    return row({"type": 3, "custom_id": "s", "options": [{"label": v, "value": v} for v in values], **fields})


def command(**fields: Any) -> list[Payload]:
    return [{"name": "ask", "description": "Ask", "type": 1, **fields}]


def option(**fields: Any) -> Payload:
    return {"type": 3, "name": "question", "description": "What", **fields}


EMBED = {"title": "t" * 100, "description": "d" * 2000, "footer": {"text": "f" * 1000}, "author": {"name": "a" * 100}}
FIELD = {"name": "n" * 100, "value": "v" * 700}

LONG_CHOICES = [{"name": "n" * 100, "value": f"{number:0100}"} for number in range(25)]

MESSAGES: list[tuple[Payload, list[str]]] = [
    ({"content": "x" * 2000}, []),
    ({"content": "x" * 2001}, ["content: 2001 > 2000 characters"]),
    ({}, ["content: the message is empty"]),
    ({"content": " \n", "embeds": []}, ["content: the message is empty"]),
    ({"embeds": [EMBED, {"description": "x" * 2800}]}, []),
    ({"embeds": [EMBED, {"fields": [FIELD] * 4}]}, ["embeds: 6400 > 6000 characters over all embeds"]),
    ({"content": "x", "components": [row(button(custom_id="a"), button(custom_id="b"))]}, []),
    (
        {"content": "x", "components": [row(button(custom_id="a")), row(button(custom_id="a"))]},
        ["components: custom_id 'a' is used 2 times"],
    ),
    ({"content": "x", "components": [select("a", "a")]}, ["select s: option value 'a' is used 2 times"]),
    (
        {"content": "x", "components": [select("a", max_values=2)]},
        ["select s: 1 to 2 of 1 options cannot be chosen"],
    ),
    ({"components": [text("x")]}, ["components: type 10 needs the flag IS_COMPONENTS_V2"]),
    (
        {"components": [{"type": 17, "components": [text("x")]}]},
        [f"components: type {kind} needs the flag IS_COMPONENTS_V2" for kind in (17, 10)],
    ),
    ({"content": "x", "components": [row(button(custom_id=str(n))) for n in range(6)]}, ["components: 6 > 5 rows"]),
    (v2(text("x" * 2000), {"type": 17, "components": [text("y" * 2000)]}), []),
    (
        v2(text("x" * 2000), {"type": 17, "components": [text("y" * 2001)]}),
        ["components: 4001 > 4000 characters over all text displays"],
    ),
    (v2(*(text("x") for _ in range(40))), []),
    (
        v2(*(row(*(button(custom_id=f"{n}-{m}") for m in range(4))) for n in range(9))),
        ["components: 45 > 40 components, nested ones counted"],
    ),
    ({**v2(text("x")), "content": "x"}, ["content: not allowed with the flag IS_COMPONENTS_V2"]),
    ({**v2(text("x")), "embeds": [EMBED]}, ["embeds: not allowed with the flag IS_COMPONENTS_V2"]),
]

COMMANDS: list[tuple[list[Payload], list[str]]] = [
    (command(name_localizations={"zh-TW": "發問"}, options=[option(required=True), option(name="top")]), []),
    ([{"name": "Ask about This", "type": 3}], []),
    ([{"name": "Quote", "type": 3, "description": "x"}], ["/Quote: a context menu has no description"]),
    ([*command(), *command()], ["/ask: used by 2 commands of type 1"]),
    (
        command(name="Ask"),
        ["/Ask: name: 'Ask' is no lower-case name of 1 to 32 letters, digits, - or _"],
    ),
    (
        command(name_localizations={"de": "Frage", "fr": "deux mots"}),
        [
            "/ask: de: 'Frage' is no lower-case name of 1 to 32 letters, digits, - or _",
            "/ask: fr: 'deux mots' is no lower-case name of 1 to 32 letters, digits, - or _",
        ],
    ),
    (command(description_localizations={"zh-Hant": "發問"}), ["/ask: Discord knows no locale zh-Hant"]),
    (command(description=""), ["/ask: the description is missing"]),
    (command(description=None), ["/ask: the description is missing"]),
    (
        command(options=[option(), option(name="late", required=True)]),
        ["/ask: required options must come first"],
    ),
    (command(options=[option(), option()]), ["/ask: 2 options are called question"]),
    (
        command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])]),
        ["/ask question: choices and autocomplete exclude each other"],
    ),
    (
        command(options=[option(name=name, choices=LONG_CHOICES) for name in ("o1", "o2")]),
        ["/ask: 10018 > 8000 characters in all"],
    ),
    ([c for n in range(101) for c in command(name=f"c{n}")], ["commands: 101 > 100 slash commands"]),
]


@pytest.mark.parametrize(("body", "problems"), MESSAGES)
def test_body_problems_message_beyond_limits_returns_problems(body: Payload, problems: list[str]):
    assert body_problems(*SEND, body) == problems
    followup = body_problems("POST", "/webhooks/1/token", body)
    assert followup == (["content: maxLength 2000, got 2001"] if len(body.get("content", "")) > 2000 else problems)


@pytest.mark.parametrize(("body", "problems"), COMMANDS)
def test_body_problems_invalid_command_returns_problems(body: list[Payload], problems: list[str]):
    assert body_problems(*SYNC, body) == problems


@pytest.mark.parametrize(
    ("request_line", "body", "problems"),
    [
        (CALLBACK, {"type": 4, "data": {"content": "x" * 2001}}, ["data/content: maxLength 2000, got 2001"]),
        (CALLBACK, {"type": 4, "data": {"content": ""}}, ["content: the message is empty"]),
        (CALLBACK, {"type": 5, "data": {"flags": 64}}, []),
        (CALLBACK, {"type": 10}, ["type: 10 is not one of [4, 5]"]),
        (EDIT, {"embeds": [{"description": "x" * 4097}]}, ["embeds/0/description: maxLength 4096, got 4097"]),
        (EDIT, {"content": "x" * 2001}, ["content: maxLength 2000, got 2001"]),
        (EDIT, v2(text("x" * 4001)), ["components/0/content: maxLength 4000, got 4001"]),
        (EDIT, {"components": []}, []),
        (SEND, {"content": "x", "message_reference": {"message_id": 1}}, []),
        (SYNC, command(description="x" * 101), ["0/description: maxLength 100, got 101"]),
        (("POST", "/nowhere"), {}, ["POST /nowhere: not in the specification"]),
    ],
)
def test_body_problems_specification_error_is_readable(request_line: Any, body: Any, problems: list[str]):
    assert body_problems(*request_line, body) == problems


def test_body_problems_autocomplete_choices_beyond_limits_are_reported():
    choice = {"name": "a", "value": "a"}
    assert body_problems(*CALLBACK, {"type": 8, "data": {"choices": [choice] * 25}}) == []
    assert len(body_problems(*CALLBACK, {"type": 8, "data": {"choices": [choice] * 26}})) == 1
    assert len(body_problems(*CALLBACK, {"type": 8, "data": {"choices": [{"name": "n" * 101, "value": "a"}]}})) == 1


@pytest.mark.parametrize(
    ("request_line", "body", "problems"),
    [
        (SEND, {"content": "x", "allowed_mentions": {"parse": []}}, []),
        (SEND, {"content": "x"}, ["allowed_mentions: missing, so every mention in the text notifies"]),
        (CALLBACK, {"type": 7, "data": {}}, ["allowed_mentions: missing, so every mention in the text notifies"]),
        (CALLBACK, {"type": 5}, []),
        (CALLBACK, {"type": 8, "data": {"choices": []}}, []),
        (SYNC, command(), []),
        (
            EDIT,
            {"allowed_mentions": {"parse": ["users"]}},
            ["allowed_mentions: {'parse': ['users']} is not {'parse': []}"],
        ),
        (
            EDIT,
            {"allowed_mentions": {"parse": [], "replied_user": True}},
            ["allowed_mentions: {'parse': [], 'replied_user': True} is not {'parse': []}"],
        ),
    ],
)
def test_promise_problems_message_that_may_notify_is_reported(request_line: Any, body: Any, problems: list[str]):
    assert promise_problems(*request_line, body) == problems


@given(st.lists(st.text(min_size=1), min_size=1, max_size=45))
def test_body_problems_discord_py_layout_passes_only_within_limits(texts: list[str]):
    view = ui.LayoutView(timeout=None)
    container: ui.Container[ui.LayoutView] = ui.Container(*(ui.TextDisplay(content) for content in texts[:39]))
    view.add_item(container)
    body = {"flags": COMPONENTS_V2, "components": view.to_components()}
    assert sum(1 for _ in walk(body["components"])) == 1 + len(texts[:39])
    fits = sum(map(len, texts[:39])) <= 4000
    assert (body_problems(*EDIT, body) == []) == fits


@given(st.text(max_size=2100))
def test_body_problems_message_passes_only_up_to_2000_characters(content: str):
    params = discord.http.handle_message_parameters(content, allowed_mentions=discord.AllowedMentions.none())
    problems = body_problems(*SEND, params.payload)
    assert (problems == []) == (len(content) <= 2000 and bool(content.strip()))
    assert promise_problems(*SEND, params.payload) == []
