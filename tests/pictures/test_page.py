"""A message's components as a page."""

import pytest

from bot.cards.answer_card import AnswerContext, answer_card
from tests.bot.fakes import TITLE, answer
from tests.pictures.page import component, page


def test_page_answer_card_shows_every_component():
    card = answer_card(answer("在哪裡？"), (TITLE,), "K7PQ2M4A", "zh-TW", context=AnswerContext(threads=True))
    shown = page(card.to_components(), asked="使用了 <ask>", member="小安", theme="dark")
    for text in ("會議在首爾舉行。", "📖 前後文", "更多", "&lt;ask&gt;", 'class="dark"', "background:#2ecc71"):
        assert text in shown


def test_component_unknown_type_raises_key_error():
    with pytest.raises(KeyError):
        component({"type": 99})
