"""Questions made of a report's own sentences."""

import pytest

from index.evaluation.cloze_questions import ask_back, make_questions
from index.models import Sentence


@pytest.mark.parametrize(
    ("sentence", "question", "key"),
    [
        ("The bridge was opened in 1963 by the mayor.", "The bridge was opened in what year by the mayor?", "1963"),
        ("About 40 % of the members voted.", "About what percentage of the members voted?", "40 %"),
        ("The board paid 4,200 workers for it.", "The board paid how many workers for it?", "4,200"),
        ("It was painted by Ada Quill in spring.", "It was painted by whom or what in spring?", "Ada Quill"),
        ("聯盟於 2011 年由八國政府成立並發表宣言。", "聯盟於 哪一年由八國政府成立並發表宣言？", "2011 年"),
        ("會議自12月15日起舉行三天，採線上方式。", "會議自哪一天起舉行三天，採線上方式？", "12月15日"),
        ("聯盟共有78個國家參加，並持續成長中。", "聯盟共有幾個國家參加，並持續成長中？", "78"),
        ("この橋は1963年に市長が開通させました。", "この橋は何年に市長が開通させました？", "1963年"),
        ("参加者は120人で、会議は大阪でした。", "参加者は何人で、会議は大阪でした？", "120"),
    ],
)
def test_ask_back_number_date_or_name_is_replaced(sentence: str, question: str, key: str) -> None:
    made = ask_back(sentence)
    assert made is not None
    assert (made.question, made.answer_keys, made.evidence, made.answerable) == (question, (key,), (sentence,), True)


@pytest.mark.parametrize("sentence", ["It rained.", "Nothing here is a number or a name.", "9 " * 99])
def test_ask_back_sentence_without_fact_or_of_wrong_length_is_none(sentence: str) -> None:
    assert ask_back(sentence) is None


def test_make_questions_is_bounded_and_same_every_time() -> None:
    sentences = [Sentence(0, f"The board paid {n + 10} workers for it.", (), (1, 1), n != 3) for n in range(30)]
    made = make_questions(sentences, [f"Everyday {n}?" for n in range(9)], 6)
    assert made == make_questions(reversed(sentences), [f"Everyday {n}?" for n in range(9)], 6)
    assert [question.answerable for question in made] == [True] * 6 + [False] * 3
    assert {question.kind for question in made[6:]} == {"offtopic"}
    everything = make_questions(sentences, [], 99)
    assert len(everything) == 29
    assert all("13" not in question.answer_keys for question in everything)


def test_make_questions_report_without_facts_gives_none() -> None:
    assert make_questions([Sentence(0, "Nothing here.", (), (1, 1), True)], ["Tea?"], 9) == []
