"""Which messages ask something, and what they ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.message_questions import (
    QUESTIONS,
    asks_something,
    mark_questions,
    shorten_to_questions,
    split_questions,
)


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


ASKING = """
有人知道高峰會在哪裡舉行 謝謝
有人知道高峰會在哪嗎？！
高峰會在哪裡舉行
台灣有加入嗎~ 感恩
請問有幾國參加
想知道誰主持開幕
那這次有多少國家參加呢
我看了第二章。台灣有加入嗎
為什麼要辦這個會
唐鳳講了什麼
閉幕式是誰主持的
Does anyone know where it was held? thanks!
does anybody know who spoke. thanks!
Where was it held
how many countries joined
When was the summit
so, what did Tang say
is Taiwan a member
was it in Seoul
I wonder who chaired the panel
会場はどこですか
誰が話したか教えて
いつ始まりましたか。ありがとう
受賞した理由は
法國那 300 萬人的意見，政府實際回覆了幾成
科技對民主是好事還是壞事
老街新韻的歷史長達多久
By what percentage has it slowed
""".strip().splitlines()
TELLING = """
我覺得很好
我不知道在哪裡
沒什麼
誰都知道
怎麼可能
還沒呢
那麼多人
我們明天去吧
謝謝
大家好
為什麼？因為我喜歡。
好多人喔
what a nice day
What I mean is that it rained
When I was there it rained
How nice
good morning
I have no idea where it was
Where? I told you. It was in Seoul.
do it now
そうか
会議はソウルでした
""".strip().splitlines()


@pytest.mark.parametrize("message", ASKING)
def test_asks_something_question_with_or_without_mark_is_recognised(message: str) -> None:
    assert asks_something(message)


@pytest.mark.parametrize("message", [*TELLING, "", "！", "<@5>"])
def test_asks_something_other_message_is_not_recognised(message: str) -> None:
    assert not asks_something(message)


def test_shorten_to_questions_long_message_keeps_questions_that_fit() -> None:
    story = "x" * 1000 + "。有人知道在哪裡嗎。謝謝！\nWhere was it held? Yes."
    assert shorten_to_questions(story, 1000) == "有人知道在哪裡嗎？\nWhere was it held?"
    assert shorten_to_questions(story, 10) == "有人知道在哪裡嗎？"
    assert shorten_to_questions("Where was it held? Yes.", 1000) == "Where was it held? Yes."
    assert shorten_to_questions("x" * 1001, 1000) == "x" * 1001


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("峰會在哪裡舉行\n有幾國參加 謝謝", "峰會在哪裡舉行？\n有幾國參加？"),
        ("hello\n1. Where was it held\n2. Who spoke", "1. Where was it held?\n2. Who spoke?"),
        ("where was\nthe summit held", "where was\nthe summit held"),
        ("峰會在哪裡舉行", "峰會在哪裡舉行"),
    ],
)
def test_mark_questions_lines_that_all_ask_get_marks(message: str, questions: str) -> None:
    assert mark_questions(message) == questions


@given(st.text("問題嗎 ab？?！.。\n", max_size=80), st.integers(1, 60))
def test_shorten_to_questions_any_message_fits_or_is_unchanged(message: str, limit: int) -> None:
    short = shorten_to_questions(message, limit)
    assert short == message or len(short) <= limit
