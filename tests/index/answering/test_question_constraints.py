"""What an answer must hold because a question asks for it."""

import pytest

from index.answering.question_constraints import (
    asks_one_fact,
    asks_opinion,
    asks_several,
    country_pattern,
    find_names,
    lacks_expected_type,
    lacks_names,
    parts_about,
    required_names,
)


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("這次花了多少錢？", "會議以公開、多元、包容為題。", True),
        ("這次花了多少錢？", "經費約 3 億元。", False),
        ("How much money was spent?", "The bill was $40,000.", False),
        ("How much money was spent?", "Forty people came.", True),
        ("費用はいくらですか", "費用は 500 円です。", False),
        ("他幾歲？", "部長在首爾上任。", True),
        ("他几岁？", "他當時 35 歲。", False),
        ("彼は何歳で亡くなりましたか", "彼は17歳で亡くなった。", False),
        ("How old was he?", "He was 13.", False),
        ("占百分之幾？", "近三分之二的國家參加。", False),
        ("What percentage voted?", "Many voted.", True),
        ("是哪一年成立的？", "於2011年成立。", False),
        ("是哪年成立的？", "在首爾成立。", True),
        ("In what year did it end?", "It ended in 1285.", False),
        ("何年に完成しましたか", "昭和に完成した。", False),
        ("什麼時候舉行？", "12 月 15 日晚間開始。", False),
        ("いつ開催されましたか", "首爾。", True),
        ("討論了多久？", "共 90 分鐘。", False),
        ("How long did it last?", "It lasted a century.", False),
        ("How long did it last?", "It was in Seoul.", True),
        ("有幾位講者？", "共有 12 位講者。", False),
        ("有多少人參加？", "來自首爾。", True),
        ("How many came?", "Eighty came.", False),
        ("何人参加しましたか", "参加者は東京から来た。", True),
        ("電話號碼是多少？", "請洽 02-2316-5300。", False),
        ("在哪裡舉行？", "首爾。", False),
        ("下一屆在哪裡辦？", "2021 年高峰會在首爾舉行，並談未來展望。", True),
        ("下一屆在哪裡辦？", "2023 年高峰會將於塔林舉行。", False),
        ("哪些國家有提到青年參與？", "青年為政策創新來源。", True),
        ("哪些國家有提到青年參與？", "愛沙尼亞請青年參與。", False),
        ("哪個國家最早辦的？", "我國最早舉辦。", False),
        ("哪國人？", "他住在城裡。", False),
        ("是哪個國家的政治實體？", "普魯士王國包含整個領土。", False),
        ("Which countries took part?", "Estonia took part.", False),
        ("Which country hosted it?", "The ministry hosted it.", True),
        ("どの国が参加しましたか", "学校が参加した。", True),
        ("Where is the next summit?", "The summit was in Seoul.", True),
        ("Where is the next summit?", "It will be held in Tallinn.", False),
    ],
)
def test_lacks_expected_type_text_without_asked_type_returns_true(question: str, text: str, missing: bool) -> None:
    assert lacks_expected_type(question, text) is missing


@pytest.mark.parametrize(
    ("question", "is_opinion"),
    [
        ("你覺得哪一場最值得聽？", True),
        ("您認為台灣該加入嗎", True),
        ("What is your opinion of the summit?", True),
        ("Do you think it went well?", True),
        ("この提案をどう思いますか", True),
        ("最精彩的是哪一場", True),
        ("Is it worth reading?", True),
        ("一番面白かったのは？", True),
        ("最多人參加的是哪一場", False),
        ("部長認為哪裡要改？", False),
        ("What did the minister think of it?", False),
        ("Who would you ask about data?", False),
        ("参加者はどう思いましたか", False),
    ],
)
def test_asks_opinion_of_the_bot_not_of_others(question: str, is_opinion: bool) -> None:
    assert asks_opinion(question) is is_opinion


def test_find_names_are_spelled_as_in_the_question() -> None:
    assert find_names("Was Tokyo or 法國 there?", ("France", "Japan", "Peru")) == ("法國", "Tokyo")


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("各國分享經驗，法國建置網站，蒐集民意；愛沙尼亞投票；秘魯沒有。", ["法國建置網站，蒐集民意；", "愛沙尼亞投票；"]),
        ("Many came, France too; ½ of them, from Estonia, stayed.", [" France too;", " ½ of them, from Estonia, stayed."]),
        ("法國建置網站，愛沙尼亞投票。", []),
        ("秘魯來了；日本沒有。", []),
    ],
)
def test_parts_about_are_cut_at_semicolons_from_the_clause_that_names_a_country(sentence: str, parts: list[str]) -> None:
    countries = [country_pattern("France"), country_pattern("Estonia")]
    assert [sentence[start:end] for start, end in parts_about(sentence, countries)] == parts


@pytest.mark.parametrize(
    ("question", "is_one"),
    [
        ("台灣有加入 OGP 嗎", True),
        ("有多少人參加？", True),
        ("是不是線上舉行", True),
        ("Is Taiwan a member?", True),
        ("How many came?", True),
        ("加盟していますか", True),
        ("有提到疫情的影響嗎", False),
        ("有哪些國家參加嗎", False),
        ("為什麼要線上舉行", False),
        ("How does it work?", False),
        ("What are the main points?", False),
        ("何を話しましたか", False),
    ],
)
def test_asks_one_fact_list_reason_or_mention_returns_false(question: str, is_one: bool) -> None:
    assert asks_one_fact(question) is is_one


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("what barriers did they list", True),
        ("What are the next steps?", True),
        ("有哪些障礙", True),
        ("他們有什麼困難？", True),
        ("どんな課題がありましたか", True),
        ("Which session was it?", False),
        ("Who chaired it?", False),
        ("為什麼失敗？", False),
        ("いつ終わりましたか", False),
    ],
)
def test_asks_several_for_lists(question: str, several: bool) -> None:
    assert asks_several(question) is several


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("開放政府跟開放資料差在哪", ("開放政府", "開放資料")),
        ("公投與公審有什麼不同？", ("公投", "公審")),
        ("What is the difference between audits and reviews?", ("audits", "reviews")),
        ("監査と検査の違いは何ですか", ("監査", "検査")),
        ("韓国总统说了什么", ("韓国总统",)),
        ("部長在開幕式講了什麼", ("部長",)),
        ("What did the chair say about trust?", ("the chair",)),
        ("議長は何を話しましたか", ("議長",)),
        ("台灣和韓國的做法有什麼不同", ()),
        ("這個共和國走上了與其他國家不同的路線，是在什麼時候？", ()),
        ("愛沙尼亞說了什麼", ()),
        ("在哪裡舉行？", ()),
    ],
)
def test_required_names_difference_or_speech_returns_what_an_answer_names(question: str, names: tuple[str, ...]) -> None:
    assert required_names(question) == names


@pytest.mark.parametrize(
    ("names", "texts", "lacking"),
    [
        (("開放政府", "開放資料"), ["開放政府是透明。", "开放资料是資料。"], False),
        (("開放政府", "開放資料"), ["開放政府是透明。"], True),
        (("the chair",), ["主席說明計畫。"], False),
        (("the chair",), ["The Chair spoke.", "主席說明。"], False),
        (("the chair",), ["The minister spoke."], True),
        (("主席",), [], False),
        ((), ["任何文字"], False),
    ],
)
def test_lacks_names_name_in_no_text_of_its_script_returns_true(
    names: tuple[str, ...], texts: list[str], lacking: bool
) -> None:
    assert lacks_names(names, texts) is lacking
