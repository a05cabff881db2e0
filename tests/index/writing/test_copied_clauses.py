"""Claims in the words of a sentence: whole clauses of it in other forms, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.writing.copied_clauses import find_copied, split_clauses, write_numbers_in_digits

COUNTRIES = (
    "協會（Keepers' League, KL）於2011年由巴西、印尼等8國政府，偕同非洲研究中心等9個團體，共同簽署並倡議「公開宣言」，"
    "迄今已有78個國家、76個地方政府加入成為會員。"
)
BOARD = (
    "In 2021, the board met twice, and the mayor opened the breakwater (a long one) because it was new;"
    " the keeper did not read."
)
SAID = "林海表示，霧季將近，並提醒船隻減速。"
IF = "若經費許可，協會明年換上新的霧笛，並請學校參觀。"
NOT_ALL = "The plan was praised, but it was never adopted, except in Portside."


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (COUNTRIES, COUNTRIES),
        ("迄今已有七十八個國家及76個地方政府加入成為會員。", COUNTRIES),
        ("至今已經有 78 個國家與 76 個地方政府加入成為會員", COUNTRIES),
        ('協會在2011年由巴西、印尼等八國政府,偕同非洲研究中心等九個團體,共同簽署並倡議"公開宣言"。', COUNTRIES),
        ("(3) 協會於2011年由巴西和印尼等8國政府，偕同非洲研究中心等9個團體", COUNTRIES),
        ("The board met twice in 2021.", BOARD),
        ("The mayor opened the breakwater because it was new.", BOARD),
        ("The keeper didn't read; the board met twice in 2021.", BOARD),
        (SAID.replace("，", ","), SAID),
        ("協會明年換上新的霧笛，並請學校參觀。", "此外，協會明年換上新的霧笛，並請學校參觀。"),
        ("Approximately half of the cranes were painted.", "About 50% of the cranes were painted."),
        ("It cost 4,200,000 euros.", "It cost 4.2 million euros."),
        ("会议有八十人参加。", "會議有 80 人參加。"),
    ],
)
def test_find_copied_whole_clauses_in_other_forms_are_proven(claim: str, sentence: str) -> None:
    assert find_copied(claim, [sentence]) == (0,)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("迄今已有78個國家、75個地方政府加入成為會員", COUNTRIES),
        ("已有78個國家加入成為會員", COUNTRIES),
        ("迄今已有76個國家、78個地方政府加入成為會員", COUNTRIES),
        ("The keeper read.", BOARD),
        ("The mayor opened the breakwater because it was long.", BOARD),
        ("The keeper opened the breakwater because it was new.", BOARD),
        ("The board met.", BOARD),
        ("霧季將近，並提醒船隻減速。", SAID),
        ("協會明年換上新的霧笛，並請學校參觀。", IF),
        ("The plan was praised.", NOT_ALL),
        ("It was adopted.", NOT_ALL),
        ("Most cranes were painted.", "Cranes were painted."),
        ("The basin was dredged.", "The basin was dredged, which was later disproved."),
        ("領港公會倒閉。", "水手們以為，領港公會倒閉。"),
        ("Gulls eat paint.", "It is a myth that cranes sing, and gulls eat paint."),
        ("水手與林海簽約。", "林海與水手簽約。"),
        ("燈塔燒油。", "燈塔燒油嗎？"),
        ("油", "油"),
        ("", BOARD),
        ("。；", COUNTRIES),
    ],
)
def test_find_copied_anything_else_is_not_proven(claim: str, sentence: str) -> None:
    assert find_copied(claim, [sentence]) == ()


def test_find_copied_tells_which_texts_are_used() -> None:
    texts = ["Nothing of it.", BOARD, "會議有 80 人參加。"]
    assert find_copied("會議有 80 人參加。The board met twice in 2021.", texts) == (2, 1)
    assert find_copied("會議有 80 人參加。The board met twice in 2022.", texts) == ()


def test_find_copied_sentence_that_points_back_follows_what_it_points_to() -> None:
    text = "The mayor opened the harbour. The captain of the pilots was absent. He wrote a letter."
    assert find_copied("The captain of the pilots was absent. He wrote a letter.", [text]) == (0,)
    assert find_copied("The mayor opened the harbour. He wrote a letter.", [text]) == ()
    assert find_copied("The mayor opened the harbour. He wrote a letter.", ["The mayor opened the harbour.", text]) == ()


@given(st.text(max_size=120))
def test_find_copied_any_text_is_read_and_proves_itself_or_nothing(text: str) -> None:
    assert find_copied(text, [text]) in ((), (0,))
    assert all(clause.words for clause in split_clauses(text))


@given(st.integers(0, 10**9), st.sampled_from(["{} people", "{}人", "第{}屆", "in {}, two"]))
def test_write_numbers_in_digits_keeps_numbers_in_digits(number: int, form: str) -> None:
    assert str(number) in write_numbers_in_digits(form.format(number)).replace(",", "")
