"""Small talk is told from questions, and what stands around a question is taken off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.normalization import strip_invisible
from index.text.small_talk import Kind, extract_question, load_small_talk, small_talk_kind

QUESTIONS = (
    "OGP 是什麼？",
    "峰會在哪裡舉行",
    "How many members are there?",
    "何人が参加しましたか",
    "唐鳳說了什麼，為什麼？",
)
# Before and after a question.
ADDITIONS = (
    ("<@123456789012345678> ", ""),
    ("<@!1> ", " <@&2>"),
    ("", " <#42>"),
    ("請問", ""),
    ("你好，", "，謝謝"),
    ("Hi! ", " Thanks in advance!"),
    ("", " 🙏🙏"),
    ("<:think:123> ", " <a:party:9>"),
    ("**", "**"),
    ("||", "||"),
    ("`", "`"),
    ("> ", ""),
    ("1. ", ""),
    ("- ", ""),
    ("https://example.org/a?b=c ", ""),
    ("すみません、", " よろしくお願いします。"),
    ("\n\n", "\n謝謝大家"),
    ("大家好！請問一下，", "？感恩"),
    ("請問有人知道", ""),
    ("Does anyone know ", " Thanks!"),
)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("before", "after"), ADDITIONS)
def test_clean_question_takes_off_what_stands_around(question: str, before: str, after: str) -> None:
    assert extract_question(before + question + after).rstrip("?？") == question.rstrip("?？")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("open govern-\nment data", "open government data"),
        ("開放\n政府是什麼", "開放政府是什麼"),
        ("what is\nopen data", "what is open data"),
        ("誰在致詞中說謝謝", "誰在致詞中說謝謝"),
        ("早上有幾場", "早上有幾場"),
        ("-5 度", "-5 度"),
        ("hi", "hi"),
        ("請問", "請問"),
        ("<@1>", "<@1>"),
        ("Please, who are the speakers?", "who are the speakers?"),
        ("2 * 3 ** 4", "2 * 3 4"),
        ("İ hi", "İ hi"),
    ],
)
def test_clean_question_keeps_the_question_itself(text: str, question: str) -> None:
    assert extract_question(text) == question


@given(st.text(st.sampled_from("hi 謝請問<@1>*|`\n-.!，開 😂a\u200b")))
def test_clean_question_any_text_is_one_line_with_its_words(text: str) -> None:
    cleaned = extract_question(text)
    assert len(cleaned) <= len(text)
    assert "\n" not in cleaned
    assert set(cleaned) <= set(text) | {" "}
    assert cleaned == strip_invisible(text) or any(map(str.isalnum, cleaned))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hiiii!!", "greeting"),
        ("你好～", "greeting"),
        ("謝謝你！", "thanks"),
        ("<@123> 謝謝 🙏", "thanks"),
        ("What's your name?", "about"),
        ("你會什麼？", "about"),
        ("使い方は？", "about"),
        ("哈哈哈哈哈", "chatter"),
        ("今天天氣如何？", "chatter"),
        ("test", "chatter"),
        ("hi, what is OGP?", None),
        ("OGP", None),
        ("謝謝的英文", None),
        ("", None),
        ("👋", None),
    ],
)
def test_small_talk_kind_tells_messages_from_questions(text: str, kind: Kind | None) -> None:
    assert small_talk_kind(text) == kind


def test_small_talk_phrases_are_of_one_kind() -> None:
    messages = load_small_talk()["messages"]
    listed = [phrase for phrases in messages.values() for phrase in phrases]
    assert len(listed) == len(set(listed))
    assert set(load_small_talk()["before"]) - {"不好意思請問", "不好意思请问"} <= set(load_small_talk()["around"])
    for kind, phrases in messages.items():
        assert {small_talk_kind(phrase) for phrase in phrases} == {kind}
