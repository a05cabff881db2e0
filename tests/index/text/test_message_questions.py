"""Messages that ask more than one question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.message_questions import QUESTIONS, split_questions


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("峰會在哪裡舉行？什麼時候？", ("峰會在哪裡舉行？", "什麼時候？")),
        ("什麼是 OGP?台灣有加入嗎?", ("什麼是 OGP?", "台灣有加入嗎?")),
        ("Where was it?! When did it start? thanks", ("Where was it?!", "When did it start? thanks")),
        ("一共有幾國？誰來主持？在哪一天？為什麼呢？", ("一共有幾國？", "誰來主持？", "在哪一天？")),
        ("我看了第二章。台灣有加入嗎？", ("我看了第二章。台灣有加入嗎？",)),
        ("真的嗎？峰會在哪裡？", ("真的嗎？峰會在哪裡？",)),
        ("what is https://a.example/?b=c about?", ("what is https://a.example/?b=c about?",)),
        ("誰", ("誰",)),
    ],
)
def test_split_questions_message_returns_its_questions(message: str, questions: tuple[str, ...]) -> None:
    assert split_questions(message) == questions


@given(st.text("問題 ab？?！.", max_size=80))
def test_split_questions_any_message_keeps_words_in_order(message: str) -> None:
    parts = split_questions(message)
    assert 1 <= len(parts) <= QUESTIONS
    assert "".join("".join(parts).split()) == "".join(message.split())[: sum(len("".join(part.split())) for part in parts)]
