"""One property of many things, and words spelt almost like others: scores and likenesses, exactly."""

import numpy as np
import pytest

from index.lookup.name_index import FieldIndex, Spelling, allowed_slips

NAMES = FieldIndex([("ann poe", 0), ("joanna roe", 1), ("poe", 2), ("ann poe", 3), ("数位公共", 4), ("", 5)], 6)


def scores(words: str, **options: object) -> list[float]:
    found = np.zeros(6, np.float32)
    NAMES.add(found, words, **options)
    return [round(float(score), 1) for score in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ann poe", [100, 0, 0, 100, 0, 0]),
        ("poe", [93.3, 0, 100, 93.3, 0, 0]),
        ("ann", [97.3, 76, 0, 97.3, 0, 0]),
        ("po", [84.9, 0, 90, 84.9, 0, 0]),
        ("an", [88.9, 0, 0, 88.9, 0, 0]),
        ("公共", [0, 0, 0, 0, 85.5, 0]),
        ("数", [0, 0, 0, 0, 88.8, 0]),
        ("zoe", [0, 0, 0, 0, 0, 0]),
    ],
)
def test_field_index_add_whole_words_outscore_word_starts_and_substrings(words: str, expected: list[float]) -> None:
    assert scores(words) == expected


def test_field_index_add_whole_and_share_options_limit_and_scale_scores() -> None:
    assert scores("po", whole=True) == [0] * 6
    assert scores("ann", whole=True, share=0.5) == [48.6, 0, 0, 48.6, 0, 0]


def test_field_index_add_lower_score_keeps_higher_existing_score() -> None:
    found = np.full(6, 99, np.float32)
    NAMES.add(found, "poe")
    assert found.tolist() == [99, 99, 100, 99, 99, 99]


WORDS = Spelling(
    ["gerard", "gerald", "samantha", "lysa", "john", "jon", "hyesook", "公民社会空间的全球趋势", "反贪腐的多元途径"]
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("gerrad", [("gerard", 1 - 1 / 6)]),
        ("jerard", [("gerard", 1 - 1 / 6)]),
        ("gerarld", [("gerald", 1 - 1 / 7), ("gerard", 1 - 1 / 7)]),
        ("samnath", [("samantha", 1 - 1 / 7)]),
        ("lsya", [("lysa", 0.75)]),
        ("kysa", []),
        ("jhn", [("john", 2 / 3), ("jon", 2 / 3)]),
        ("jo", []),
        ("hyesuk", []),
        ("hyesukk", [("hyesook", 1 - 2 / 7)]),
        ("公民社会空间的全球趋式", [("公民社会空间的全球趋势", 20 / 21)]),
        ("反贪付", [("反贪腐的多元途径", 0.8)]),
        ("反贪", []),
    ],
)
def test_spelling_near_misspelt_word_returns_similar_words_with_likeness(
    word: str, expected: list[tuple[str, float]]
) -> None:
    found = WORDS.near(word)
    assert [name for name, _ in found] == [name for name, _ in expected]
    assert [alike for _, alike in found] == pytest.approx([alike for _, alike in expected])


def test_allowed_longer_word_permits_more_edits() -> None:
    assert [allowed_slips("x" * n) for n in (2, 3, 6, 7, 11, 12)] == [0, 1, 1, 2, 2, 3]
    assert [allowed_slips("數" * n) for n in (2, 3, 5, 6, 9, 10)] == [0, 1, 1, 2, 2, 3]
