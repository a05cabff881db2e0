"""What an answer must hold because a question asks for it."""

import pytest

from index.answering.question_constraints import lacks_count, lacks_expected_type


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("這次花了多少錢？", "會議以公開、多元、包容為題。", True),
        ("這次花了多少錢？", "經費約 3 億元。", False),
        ("How much did it cost?", "The bill was $40,000.", False),
        ("How much did it cost?", "Forty people came.", True),
        ("他幾歲？", "部長在 2016 年上任。", True),
        ("他几岁？", "他當時 35 歲。", False),
        ("占百分之幾？", "近三分之二的國家參加。", False),
        ("What percentage voted?", "Many voted.", True),
        ("是哪一年成立的？", "於2011年成立。", False),
        ("是哪年成立的？", "在首爾成立。", True),
        ("什麼時候舉行？", "12 月 15 日晚間開始。", False),
        ("いつ開催されましたか", "首爾。", True),
        ("討論了多久？", "共 90 分鐘。", False),
        ("How long did it last?", "It was in Seoul.", True),
        ("在哪裡舉行？", "首爾。", False),
    ],
)
def test_lacks_expected_type_text_without_asked_type_returns_true(question: str, text: str, missing: bool) -> None:
    assert lacks_expected_type(question, text) is missing


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("有幾位講者？", "共有 12 位講者。", False),
        ("有多少人參加？", "來自 78 國。", True),
        ("有多少人參加？", "逾 4,000 名人士參加。", False),
        ("几个国家参加？", "共 78 國。", False),
        ("有幾項承諾？", "共有三大承諾。", False),
        ("誰參加？", "大家。", False),
    ],
)
def test_lacks_count_text_without_number_of_asked_unit_returns_true(question: str, text: str, missing: bool) -> None:
    assert lacks_count(question, text) is missing
