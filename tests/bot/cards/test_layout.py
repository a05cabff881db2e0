"""The form of cards that are looked up, exactly as it goes to Discord."""

import pytest

from bot.cards.buttons import NavigationButton, button_row
from bot.cards.custom_ids import Target
from bot.cards.layout import paged_card, source_line

TARGET = Target("text", "ABCD2345", "en")
SEPARATOR = {"type": 14, "divider": True, "spacing": 1}


def text(content: str):
    return {"type": 10, "content": content}


def turner(*buttons: tuple[str, int]):
    """The row of buttons that turn to pages."""
    return {
        "type": 1,
        "components": [
            {"type": 2, "style": 2, "label": label, "disabled": False, "custom_id": f"go:en:{page}:text:ABCD2345"}
            for label, page in buttons
        ],
    }


def shown(target: Target, blocks: list[str], rows=()):
    view = paged_card(target, "### Head", blocks, "Foot", rows)
    assert view.timeout is None
    (container,) = view.to_components()
    assert (container["type"], container["accent_color"]) == (17, 0x5865F2)
    return container["components"]


def test_paged_card_one_page_has_head_body_rows_and_footer():
    further = {"type": 1, "components": turner(("Further", 9))["components"]}
    rows = [button_row(NavigationButton(TARGET.at(9), "Further"))]
    assert shown(TARGET, ["a", "b"], rows) == [text("### Head"), text("a\nb"), further, SEPARATOR, text("-# Foot")]


@pytest.mark.parametrize("blocks", [[], [" \n"]])
def test_paged_card_empty_body_has_no_empty_text(blocks: list[str]):
    assert shown(TARGET, blocks) == [text("### Head"), SEPARATOR, text("-# Foot")]


@pytest.mark.parametrize(
    ("page", "body", "footer", "buttons"),
    [
        (0, "a", "-# page 1 of 3 · Foot", [("Next page ▶", 1)]),
        (1, "b", "-# page 2 of 3 · Foot", [("◀ Previous page", 0), ("Next page ▶", 2)]),
        (2, "c", "-# page 3 of 3 · Foot", [("◀ Previous page", 1)]),
        (9, "c", "-# page 3 of 3 · Foot", [("◀ Previous page", 1)]),
    ],
)
def test_paged_card_several_pages_shows_requested_or_last_page(page, body, footer, buttons):
    room = 4000 - len("### Head") - len("Foot") - 40
    blocks = [letter * room for letter in "abc"]
    assert shown(TARGET.at(page), blocks) == [
        text("### Head"),
        text(body * room),
        turner(*buttons),
        SEPARATOR,
        text(footer),
    ]


def test_paged_card_blocks_that_just_fit_stay_on_one_page():
    room = 4000 - len("### Head") - len("Foot") - 40
    assert shown(TARGET, ["a" * (room - 2), "b"])[1:] == [text("a" * (room - 2) + "\nb"), SEPARATOR, text("-# Foot")]
    assert shown(TARGET, ["a" * (room - 1), "b"])[-1] == text("-# page 1 of 2 · Foot")


def test_source_line_titles_are_escaped_and_truncated():
    assert source_line(["*A*", "B"], "p. 8", "x") == "p. 8 · x · \\*A\\* / B"
    assert source_line(["長" * 201]) == f"{'長' * 199}…"
    assert source_line(["長" * 200]) == "長" * 200
