"""A message's components as a page."""

import pytest

from bot.cards.answer_card import Frame, answer_card
from tests.bot.fakes import TITLE, answer
from tests.pictures.page import component, page


def test_every_component_of_an_answer_is_shown():
    card = answer_card(answer("在哪裡？"), (TITLE,), "K7PQ2M4A", "zh-TW", frame=Frame(threads=True))
    shown = page(card.to_components(), asked="使用了 <ask>", member="小安", theme="dark")
    for text in ("會議在首爾舉行。", "看引文的前後文", "更多段落", "&lt;ask&gt;", 'class="dark"', "background:#2ecc71"):
        assert text in shown


def test_a_component_that_the_bot_does_not_use_is_an_error():
    with pytest.raises(KeyError):
        component({"type": 99})
