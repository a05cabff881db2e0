"""Buttons and menus: what stands in them, what Discord allows there, and what a click leads to."""

from types import SimpleNamespace

import pytest
from discord.ui.select import selected_values

from bot.cards.buttons import (
    ActionButton,
    AskSessionButton,
    MenuChoice,
    NavigationButton,
    NavigationMenu,
    menu_rows,
    page_turner,
)
from bot.cards.custom_ids import AnswerAction, Target
from bot.locale.catalogue import bot_catalogue

TARGET = Target("session", "ABCD2345", "zh-TW", 2)
DEED = AnswerAction("up", "en", "ABCD2345", "|||")


def button(label: str, custom_id: str, style: int = 2):
    return {"type": 2, "style": style, "label": label, "disabled": False, "custom_id": custom_id}


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (lambda: NavigationButton(TARGET, "論壇"), button("論壇", "go:zh-TW:2:session:ABCD2345")),
        (lambda: NavigationButton(TARGET), button("-", "go:zh-TW:2:session:ABCD2345")),
        (lambda: NavigationButton(TARGET, "長" * 81), button("長" * 79 + "…", "go:zh-TW:2:session:ABCD2345")),
        (lambda: NavigationButton(TARGET, "長" * 80), button("長" * 80, "go:zh-TW:2:session:ABCD2345")),
        (lambda: ActionButton(DEED, "Yes"), button("Yes", "act:up:en:ABCD2345:|||")),
        (lambda: ActionButton(DEED), button("-", "act:up:en:ABCD2345:|||")),
        (lambda: AskSessionButton("en", "ABCD2345", "Ask"), button("Ask", "inquire:en:ABCD2345", 1)),
        (lambda: AskSessionButton("en", "ABCD2345"), button("-", "inquire:en:ABCD2345", 1)),
    ],
)
def test_buttons_to_component_dict_has_truncated_label_and_custom_id(make, shown):
    assert make().item.to_component_dict() == shown


def test_navigation_menu_long_labels_and_descriptions_are_truncated_to_100():
    choices = [
        MenuChoice("A\nB", "session", "ABCD2345", "Forum"),
        MenuChoice("長" * 101, "person", "EFGH2345"),
        MenuChoice("長" * 100, "person", "IJKL2345", "寬" * 101),
    ]
    assert NavigationMenu("en", 1, "Sessions", choices).item.to_component_dict() == {
        "type": 3,
        "custom_id": "choose:en:1",
        "placeholder": "Sessions",
        "min_values": 1,
        "max_values": 1,
        "disabled": False,
        "required": True,
        "options": [
            {"label": "A B", "value": "session:ABCD2345", "description": "Forum", "default": False},
            {"label": "長" * 99 + "…", "value": "person:EFGH2345", "default": False},
            {"label": "長" * 100, "value": "person:IJKL2345", "description": "寬" * 99 + "…", "default": False},
        ],
    }
    assert NavigationMenu("en", 0).item.to_component_dict()["placeholder"] == "-"
    assert NavigationMenu("en", 0).item.options == []


@pytest.mark.parametrize(
    ("make", "event"),
    [
        (lambda: NavigationButton(TARGET, "x"), ("target", TARGET)),
        (lambda: ActionButton(DEED, "x"), ("answer_action", DEED)),
        (lambda: AskSessionButton("zh-TW", "ABCD2345", "x"), ("inquiry", "zh-TW", "ABCD2345")),
        (lambda: NavigationMenu("zh-TW", 3, "x"), ("target", Target("person", "EFGH2345", "zh-TW"))),
    ],
)
async def test_buttons_callback_dispatches_event_parsed_from_custom_id(make, event):
    item = make()
    custom_id = item.item.custom_id
    sent = []
    click = SimpleNamespace(client=SimpleNamespace(dispatch=lambda *told: sent.append(told)))
    found = await type(item).from_custom_id(click, item.item, item.template.fullmatch(custom_id))
    assert found.item.custom_id == custom_id
    selected_values.set({custom_id: ["person:EFGH2345"]})
    await found.callback(click)
    assert sent == [(event[0], click, *event[1:])]


def buttons(rows):
    return [[(each.item.label, each.item.custom_id) for each in row.children] for row in rows]


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (0, 1, []),
        (0, 2, [[("Next page ▶", "go:en:1:agenda:")]]),
        (1, 3, [[("◀ Previous page", "go:en:0:agenda:"), ("Next page ▶", "go:en:2:agenda:")]]),
        (2, 3, [[("◀ Previous page", "go:en:1:agenda:")]]),
    ],
)
def test_page_turner_returns_previous_and_next_page_buttons(page, pages, shown):
    assert buttons(page_turner(Target("agenda", "", "en", page), pages, bot_catalogue("en"))) == shown


def test_page_turner_key_too_long_returns_no_rows():
    words = bot_catalogue("en")
    assert len(page_turner(Target("sessions", "x" * 76, "en", 1), 3, words)) == 1
    assert page_turner(Target("sessions", "x" * 77, "en", 1), 3, words) == []


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (25, [25]), (26, [25, 1]), (75, [25, 25, 25]), (76, [25, 25, 25])]
)
def test_menu_rows_many_choices_returns_at_most_three_menus_of_25(count, sizes):
    rows = menu_rows([MenuChoice(str(n), "session", str(n)) for n in range(count)], "Sessions", "en")
    found = [child.item for row in rows for child in row.children]
    assert [(each.custom_id, each.placeholder, len(each.options)) for each in found] == [
        (f"choose:en:{number}", "Sessions", size) for number, size in enumerate(sizes)
    ]
    assert [option.value for each in found for option in each.options] == [f"session:{n}" for n in range(min(count, 75))]
