"""Claims that nearly copy a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.claims.near_copies import compare_near_copy


@pytest.mark.parametrize(
    ("claim", "sentence", "found"),
    [
        ("透明本身能提升信任。", "透明本身並不能提升信任，透明必須配合行動", [("身能", "身並不能")]),
        ("This was opened to all members.", "This was not opened to all members of it.", [("was opened", "was not opened")]),
        ("會議不在韓國首都舉行。", "會議在韓國首都舉行。", [("議不在", "議在")]),
        ("雌蟲體內可住上百隻雄蟲", "雌蟲體內可寄居上百隻微小的雄蟲。", [("住", "")]),
        ("The school closed in 1977", "The school closed in 1977, but it did not reopen", []),
        ("共有 80 國參加大會。", "共有 78 國參加大會。", []),
        ("完全不同的一句話而已", "共有 78 國參加大會。", []),
        ("峰會於首爾市區召開", "於首爾市區召開峰會", []),
        ("不在韓國", "在韓國", []),
    ],
)
def test_compare_near_copy_tells_additions_and_denials(claim: str, sentence: str, found: list[tuple[str, str]]) -> None:
    assert list(compare_near_copy(claim, sentence)) == found


@given(st.text(max_size=80))
def test_compare_near_copy_of_itself_says_nothing_else(text: str) -> None:
    assert list(compare_near_copy(text, text)) == []


@pytest.mark.parametrize(
    ("claim", "sentence", "found"),
    [
        ("Bob Roe met Ann Poe at the lake.", "Ann Poe met Bob Roe at the lake.", [("met Ann Poe", "")]),
        ("In May, Ann Poe spoke at the lake.", "Ann Poe spoke at the lake in May.", []),
        ("全球峰會於首爾召開", "於首爾召開全球峰會", []),
        (
            "包含乙平臺計畫成果、前期甲計畫服務，以及其他",
            "包含甲計畫服務、前期乙平臺計畫成果，以及其他",
            [("前期甲計畫服務", "")],
        ),
        ("Name: Lake Inn | Host: Ann Poe", "Name: Ann Poe | Host: Lake Inn", [("Host: Ann Poe", "")]),
        ("Name: Ann Poe | Host: Lake Inn", "Name: Ann Poe | Host: Lake Inn", []),
    ],
)
def test_compare_near_copy_tells_words_that_changed_places(claim: str, sentence: str, found: list[tuple[str, str]]) -> None:
    assert list(compare_near_copy(claim, sentence)) == found
