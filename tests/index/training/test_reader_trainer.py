"""Windows to train on hold their answers, and stages draw what they say."""

import random
from collections import Counter

import pytest

from index.encoding import e5_weights
from index.training.fine_tuning import Stage, draw_examples
from index.training.reader_examples import REPORT, Example, Paragraph
from index.training.reader_network import Target
from index.training.reader_trainer import (
    MAX_INPUT,
    WindowMaker,
    make_tokenizer,
    sentence_starts,
)

TEXT = "The river is long. " * 40 + "It froze in 1963 for nine weeks. " + "The town is old. " * 40


@pytest.fixture(scope="module")
def tokenizer():  # type: ignore[no-untyped-def]
    return make_tokenizer(e5_weights.read_weights())


def maker(tokenizer, text: str, seed: int = 0) -> WindowMaker:  # type: ignore[no-untyped-def]
    return WindowMaker(tokenizer, [Paragraph("s", "River", text, "en")], random.Random(seed))


@pytest.mark.model
@pytest.mark.parametrize("seed", range(8))
def test_window_maker_answerable_window_holds_answer(tokenizer, seed: int) -> None:  # type: ignore[no-untyped-def]
    start = TEXT.index("1963")
    row, target = maker(tokenizer, TEXT, seed).make(Example("When did it freeze?", 0, ((start, start + 4),), "public"))
    assert target.is_answerable
    assert target.span is not None
    first, last = target.span
    assert [tokenizer.id_to_token(token) for token in row.ids[first : last + 1]] == ["▁1963"]
    assert len(row.ids) <= MAX_INPUT


@pytest.mark.model
def test_window_maker_near_miss_window_shares_words_with_question(tokenizer) -> None:  # type: ignore[no-untyped-def]
    row, target = maker(tokenizer, TEXT).make(Example("Who froze for weeks?", 0, (), "near"))
    assert target == Target(False, (0, 0))
    assert "▁weeks" in [tokenizer.id_to_token(token) for token in row.ids[row.first :]]


@pytest.mark.model
def test_window_maker_whole_sentences_as_answer_give_no_span(tokenizer) -> None:  # type: ignore[no-untyped-def]
    _, target = maker(tokenizer, TEXT).make(Example("What of the river?", 0, ((0, 400),), "report"))
    assert target == Target(True, None)


@pytest.mark.model
def test_window_maker_questions_of_reports_give_no_span(tokenizer) -> None:  # type: ignore[no-untyped-def]
    made = WindowMaker(tokenizer, [Paragraph(REPORT, "River", TEXT, "en")], random.Random(0))
    assert made.make(Example("When did it freeze?", 0, ((780, 784),), "report"))[1] == Target(True, None)
    assert made.make(Example("Who froze?", 0, (), "report near"))[1] == Target(False, None)


def test_sentence_starts_are_tokens_after_sentence_ends() -> None:
    offsets = [(0, 2), (2, 3), (3, 5), (5, 6), (7, 9)]
    assert sentence_starts("下雨。晴天！ ok", offsets) == [0, 2, 4]


def test_draw_examples_takes_shares_of_each_kind() -> None:
    examples = [Example(f"{n}", 0, (), "near") for n in range(100)] + [
        Example(f"{n}", 0, (), "written near") for n in range(50)
    ]
    pool = draw_examples(examples, Stage({"near": 0.5, "written near": 2}, 1000, 0.1), random.Random(0))
    counts = Counter(example.kind for example in pool)
    assert counts["written near"] == 100
    assert 35 <= counts["near"] <= 65
    assert len(draw_examples(examples, Stage({"near": 1}, 7, 0.1), random.Random(0))) == 7
