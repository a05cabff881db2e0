"""Cards, exactly as they go to Discord."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.answer_card import AnswerContext, answer_card, question_on_card, quotation_text
from bot.cards.buttons import MenuChoice, NavigationButton, NavigationMenu
from bot.cards.custom_ids import Target, short_token
from bot.cards.forms import QuestionForm
from bot.cards.layout import COMPONENT_LIMIT, TEXT_LIMIT, error_card, notice_card, unknown_name_text
from bot.errors import Explanation
from bot.locale.catalogue import bot_catalogue
from bot.lookup.people_cards import person_line
from index.errors import UnknownNameError
from index.models import Answer, Citation, Hit, Person, Scope
from index.text.localization import Language
from tests.bot.fakes import CLOSING, HITS, OPENING, PLAIN, SPOKEN, TITLE, answer, passage, texts

REFERENCE = "ABCD2345"


def components(given_answer: Answer, titles=(TITLE,), default="zh-TW"):
    return answer_card(given_answer, titles, REFERENCE, default).to_components()


def expected(colour: int, contents: list[str], footer: str, *nearest: dict):
    """The card; `nearest` are the buttons of one row."""
    row = [{"type": 1, "components": [{"type": 2, "style": 2, "disabled": False, **button} for button in nearest]}]
    displays = [{"type": 10, "content": content} for content in contents]
    separator = {"type": 14, "divider": True, "spacing": 1}
    return [
        {
            "type": 17,
            "accent_color": colour,
            "spoiler": False,
            "components": [*displays, *(row if nearest else []), separator, {"type": 10, "content": footer}],
        }
    ]


ZH_FOOTER = f"-# {TITLE} · 代號 {REFERENCE}"
EN_FOOTER = f"-# {TITLE} · reference {REFERENCE}"
JA_FOOTER = f"-# {TITLE} · 照会番号 {REFERENCE}"
ZH_QUOTES = [
    "> **1.** 會議在首爾舉行。\n-# 唐鳳 · 貳、過程 › 一、開幕 · 第 8 頁",
    "> **2.** 共有 78 國參加。\n-# 參、心得 · 第 7–8 頁",
]
EN_QUOTES = [quote.replace("第 8 頁", "p. 8").replace("第 7–8 頁", "pp. 7–8") for quote in ZH_QUOTES]
JA_QUOTES = [quote.replace("第 8 頁", "8ページ").replace("第 7–8 頁", "7–8ページ") for quote in ZH_QUOTES]


def nearest(language: str) -> list[dict]:
    """The buttons of the two nearest sections, each of which shows its best passage."""
    return [
        {"label": label, "custom_id": f"go:{language}:0:passage:{short_token(identifier)}"}
        for label, identifier in (("貳、過程 › 一、開幕", "p1"), ("參、心得", "p3"))
    ]


@pytest.mark.parametrize(
    ("given_answer", "card"),
    [
        (
            answer("在哪裡？"),
            expected(0x2ECC71, ["-# 提問：在哪裡？", "**報告這樣寫：**", *ZH_QUOTES], ZH_FOOTER),
        ),
        (
            answer("Where?"),
            expected(0x2ECC71, ["-# Question: Where?", "**The report says:**", *EN_QUOTES], EN_FOOTER),
        ),
        (
            answer("在哪裡？", "related", (SPOKEN,)),
            expected(
                0xF1C40F,
                [
                    "-# 提問：在哪裡？",
                    "**報告提到相關內容，但沒有直接回答這個問題：**",
                    ZH_QUOTES[0],
                    "也可以看看：",
                ],
                ZH_FOOTER,
                *nearest("zh-TW")[1:],
            ),
        ),
        (
            answer("Where?", "related", (SPOKEN,)),
            expected(
                0xF1C40F,
                [
                    "-# Question: Where?",
                    "**The report touches on this but does not answer it directly:**",
                    EN_QUOTES[0],
                    "See also:",
                ],
                EN_FOOTER,
                *nearest("en")[1:],
            ),
        ),
        (
            answer("在哪裡？", "not_covered", ()),
            expected(
                0x979C9F,
                ["-# 提問：在哪裡？", "**在報告裡找不到這個問題的答案。**", "最接近的章節："],
                ZH_FOOTER,
                *nearest("zh-TW"),
            ),
        ),
        (
            answer("Where?", "not_covered", ()),
            expected(
                0x979C9F,
                ["-# Question: Where?", "**I couldn't find this in the report.**", "Nearest sections:"],
                EN_FOOTER,
                *nearest("en"),
            ),
        ),
        (
            answer("どこですか？"),
            expected(0x2ECC71, ["-# 質問：どこですか？", "**レポートにはこう書かれています：**", *JA_QUOTES], JA_FOOTER),
        ),
        (
            answer("どこですか？", "related", (SPOKEN,)),
            expected(
                0xF1C40F,
                [
                    "-# 質問：どこですか？",
                    "**関連する記述はありますが、この質問への直接の答えはありません：**",
                    JA_QUOTES[0],
                    "関連する章：",
                ],
                JA_FOOTER,
                *nearest("ja")[1:],
            ),
        ),
        (
            answer("どこですか？", "not_covered", ()),
            expected(
                0x979C9F,
                [
                    "-# 質問：どこですか？",
                    "**この質問の答えは、レポートに見つかりませんでした。**",
                    "近い内容の章：",
                ],
                JA_FOOTER,
                *nearest("ja"),
            ),
        ),
    ],
)
def test_answer_card_each_verdict_and_language_renders_expected_components(given_answer, card):
    assert components(given_answer) == card


def test_answer_card_two_titles_footer_joins_them():
    assert texts(components(answer("在哪裡？"), ("甲", "乙")))[-1] == f"-# 甲 / 乙 · 代號 {REFERENCE}"


def test_quotation_text_without_site_has_no_link():
    assert quotation_text(SPOKEN, bot_catalogue("zh-TW")) == ZH_QUOTES[0]


def test_quotation_text_shortens_each_level_of_the_place():
    citation = replace(SPOKEN, speaker=None, section=("Part", "x" * 200, "Key Takeaways"))
    place = quotation_text(citation, bot_catalogue("en")).splitlines()[-1]
    assert place == f"-# {'x' * 79}… › Key Takeaways · p. 8"


def test_answer_card_lead_is_first_and_bold_in_its_quotation():
    told = replace(answer("幾國？", citations=(replace(PLAIN, n=1, spans=((3, 7),)),)), lead="78 國")
    assert texts(components(told))[:3] == [
        "-# 提問：幾國？",
        "**78 國**",
        "> **1.** 共有 **78 國**參加。\n-# 參、心得 · 第 7–8 頁",
    ]


def test_answer_card_names_what_the_report_never_mentions():
    refused = replace(answer("秘魯 2050 年？", "not_covered", ()), absent=("2050", "*秘魯*"))
    assert texts(components(refused))[1] == "**報告沒有提到「2050；\\*秘魯\\*」。在報告裡找不到這個問題的答案。**"


def test_answer_card_small_talk_is_the_reply_alone():
    reply = answer("hi", "not_covered", (), text="Hello!", hits=(), road="small talk")
    given_context = AnswerContext(threads=True)
    shown = answer_card(reply, (TITLE,), REFERENCE, "zh-TW", context=given_context).to_components()
    assert shown == expected(0x979C9F, ["-# Question: hi", "**Hello!**"], EN_FOOTER)


def test_answer_card_quotation_longer_than_page_has_no_bold():
    told = answer("幾國？", citations=(replace(PLAIN, n=1, quote="共有 78 國參加" * 600, spans=((3, 7),)),))
    assert "**78" not in "".join(texts(components(told)))


def test_answer_card_not_covered_omits_citations():
    assert texts(components(answer("在哪裡？", "not_covered", (SPOKEN,))))[2] == "最接近的章節："


def test_answer_card_question_without_words_uses_default_language():
    assert texts(components(answer("42"), default="en"))[0] == "-# Question: 42"
    assert texts(components(answer("42"), default="zh-TW"))[0] == "-# 提問：42"
    assert texts(components(answer("42"), default="ja"))[0] == "-# 質問：42"


def test_answer_card_hostile_text_is_escaped():
    evil = Citation(1, "> [a](https://x)\n# b", "p", ("**s**", "`t`"), (1, 1), "<@1> @everyone")
    shown = texts(components(answer("# @everyone <@&5>\nwhat", citations=(evil,)), titles=("||T||",)))
    assert shown == [
        "-# Question: \\# @\u200beveryone \\<@\u200b&5\\> what",
        "**The report says:**",
        "> **1.** \\> \\[a\\](https\\://x)\n> \\# b\n-# \\<@\u200b1\\> @\u200beveryone · \\*\\*s\\*\\* › \\`t\\` · p. 1",
        f"-# \\|\\|T\\|\\| · reference {REFERENCE}",
    ]


def test_answer_card_citation_with_reading_shows_it_below_quotation():
    read = replace(PLAIN, n=1, reading="78 countries [took] part.")
    assert texts(components(answer("How many?", citations=(read,))))[2] == (
        "> **1.** 共有 78 國參加。\n-# Unofficial English: 78 countries \\[took\\] part.\n-# 參、心得 · pp. 7–8"
    )


def test_answer_card_question_over_1000_characters_is_truncated():
    assert texts(components(answer("問" * 1000)))[0] == "-# 提問：" + "問" * 1000
    assert texts(components(answer("問" * 1001)))[0] == "-# 提問：" + "問" * 999 + "…"


def test_answer_card_heavily_escaped_texts_leave_room_for_quotation():
    full = answer("*" * 1000, understood="_" * 1000, text="~" * 9000 + "\n[1] x", road="structure: number of sessions")
    for given_answer in (full, replace(full, verdict="related", hits=HITS)):
        context = AnswerContext(hello="hello" * 20)
        shown = texts(answer_card(given_answer, (TITLE,), REFERENCE, "en", "|" * 200, 0, context).to_components())
        assert sum(map(len, shown)) <= TEXT_LIMIT
        assert question_on_card(shown) == "_" * 1000
        assert sum("會議在首爾舉行。" in text for text in shown) == 1
        # 400 characters are kept for quotations and 40 for a page's number; each character of the lead is escaped.
        rest = sum(len(text) for text in shown if text.startswith("-# ")) - len("-# ")
        assert shown[3] == "**" + "\\~" * ((4000 - 400 - 40 - rest) // 2 - 1) + "…**"


def test_answer_card_three_400_character_quotations_are_shown_whole():
    quotes = tuple(replace(SPOKEN, n=n, quote=str(n) * 400) for n in (1, 2, 3))
    shown = texts(components(answer("在哪裡？", citations=quotes)))
    assert [block.split("\n")[0] for block in shown[2:5]] == [f"> **{n}.** {str(n) * 400}" for n in (1, 2, 3)]
    assert len(shown) == 6


def pages_of(given_answer: Answer, **kind):
    """The texts of every page, reached by the buttons as Discord would show them."""
    found, page = [], 0
    while True:
        (container,) = answer_card(given_answer, (TITLE,), REFERENCE, "zh-TW", page=page, **kind).to_components()
        found.append(texts([container]))
        rows = [inner["components"] for inner in container["components"] if inner["type"] == 1]
        leading = {button["label"]: button["custom_id"] for row in rows for button in row}
        if "下一頁 ▶" not in leading:
            return found
        page += 1
        assert leading["下一頁 ▶"] == f"go:zh-TW:{page}:answer:|||"


def test_answer_card_quotations_exceeding_page_continue_on_next_page():
    quotes = tuple(replace(PLAIN, n=n, quote=quote) for n, quote in enumerate(("短" * 99, "長" * 3780, "短" * 99), 1))
    place = "\n-# 參、心得 · 第 7–8 頁"
    head = ["-# 提問：在哪裡？", "**報告這樣寫：**"]
    assert pages_of(answer("在哪裡？", citations=quotes)) == [
        [*head, f"> **1.** {'短' * 99}{place}", ZH_FOOTER.replace("-# ", "-# 第 1／3 頁 · ")],
        [*head, f"> **2.** {'長' * 3780}{place}", ZH_FOOTER.replace("-# ", "-# 第 2／3 頁 · ")],
        [*head, f"> **3.** {'短' * 99}{place}", ZH_FOOTER.replace("-# ", "-# 第 3／3 頁 · ")],
    ]


def test_question_on_card_each_page_returns_whole_question():
    question = "\\*_# 1. @everyone <@1> [a](https://x) " + "問" * 400
    quotes = tuple(replace(PLAIN, n=n) for n in range(1, 91))
    for shown in pages_of(answer(question, citations=quotes)):
        assert question_on_card(shown) == question
    assert question_on_card(["-# Question: Where?\nThere."]) == "Where?"
    with pytest.raises(ValueError, match=r"^the card shows no question$"):
        question_on_card(["**報告這樣寫：**"])


def test_answer_card_scope_given_is_shown_and_kept_in_button_ids():
    quotes = tuple(replace(PLAIN, n=n) for n in range(1, 91))
    scoped = replace(answer("有誰？", citations=quotes), scope=Scope(session="s02", day="2024-05-01"))
    (container,) = answer_card(scoped, (TITLE,), REFERENCE, "zh-TW", "**論壇**、2024-05-01", 1).to_components()
    assert texts([container])[1] == "-# 範圍：\\*\\*論壇\\*\\*、2024-05-01"
    (buttons,) = [inner["components"] for inner in container["components"] if inner["type"] == 1]
    key = f"{short_token('s02')}||2024-05-01|"
    assert [button["custom_id"] for button in buttons] == [f"go:zh-TW:{page}:answer:{key}" for page in (0, 2)]


STRINGS = st.one_of(
    st.text(max_size=60),
    st.builds(lambda unit, count: unit * count, st.text(min_size=1, max_size=3), st.integers(1, 3000)),
    st.text(st.sampled_from("*_[]<>@#:\n`|~\\"), max_size=900),
)
PATHS = st.lists(STRINGS, max_size=3).map(tuple)
PAGES = st.tuples(st.integers(1, 500), st.integers(1, 500))
CITATIONS = st.builds(Citation, st.integers(1, 99), STRINGS, STRINGS, PATHS, PAGES, st.none() | STRINGS)
FOUND = st.builds(lambda path: Hit(passage(1, path), 1, 0.5), PATHS)
ANSWERS = st.builds(
    Answer,
    question=STRINGS,
    verdict=st.sampled_from(["answered", "related", "not_covered"]),
    confidence=st.floats(0, 1),
    text=STRINGS,
    citations=st.one_of(st.lists(CITATIONS, max_size=4), CITATIONS.map(lambda each: [each] * 60)).map(tuple),
    hits=st.lists(FOUND, max_size=3).map(tuple),
    index=STRINGS,
    elapsed_ms=st.just(1.0),
    road=st.sampled_from(["passages", "structure: number of sessions"]),
)


CONTEXTS = st.sampled_from(
    [
        AnswerContext(private=True, threads=True, hello="hello" * 20),
        AnswerContext(threads=True, hello="hello" * 20, suggestions=("who?", "when?", "where?")),
        AnswerContext(hello="hello" * 20, note="💡 suggestion", post_actions=("solved", "people")),
        AnswerContext(in_thread=True, expanded=True, note="💡 suggestion", post_actions=("solved", "people")),
    ]
)


@given(ANSWERS, st.lists(STRINGS, max_size=3), st.sampled_from(get_args(Language)), STRINGS, st.integers(0, 50), CONTEXTS)
def test_answer_card_any_answer_and_page_stays_within_discord_limits(given_answer, titles, default, within, page, context):
    (container,) = answer_card(given_answer, titles, REFERENCE, default, within, page, context).to_components()
    inner = [len(each.get("components", ())) for each in container["components"]]
    assert max(inner) <= 5
    assert 1 + len(inner) + sum(inner) <= COMPONENT_LIMIT == 40
    contents = texts([container])
    assert sum(map(len, contents)) <= TEXT_LIMIT == 4000
    assert all(content.strip() for content in contents)


def test_answer_card_many_short_quotations_page_at_component_limit():
    many = tuple(replace(PLAIN, n=n, quote="短", section=(), pages=(1, 1)) for n in range(1, 61))
    pages = pages_of(answer("在哪裡？", citations=many))
    numbers = [int(text[4:].split(".")[0]) for page in pages for text in page if text.startswith("> **")]
    assert numbers == list(range(1, 61))
    assert [len(page) for page in pages] == [11, 11, 11, 11, 11, 11, 11, 7]


def test_notice_card_and_error_card_render_expected_components():
    (notice,) = notice_card("How?").to_components()
    assert (notice["accent_color"], notice["components"]) == (0x5865F2, [{"type": 10, "content": "How?"}])
    error = error_card(Explanation("糟糕。", REFERENCE), "zh-TW").to_components()
    assert error == expected(0xE74C3C, ["糟糕。"], f"-# 代號 {REFERENCE}")
    assert texts(error_card(Explanation("Bad.", REFERENCE), "en").to_components())[1] == f"-# reference {REFERENCE}"


@pytest.mark.parametrize(
    ("error", "language", "sentence"),
    [
        (UnknownNameError("day", "*May*", ()), "en", "No sessions on “\\*May\\*”."),
        (
            UnknownNameError("speaker", "安", ("*Ann*", "Bob")),
            "zh-TW",
            "找不到「安」，或符合的不只一人。\n最接近的：\\*Ann\\*；Bob",
        ),
        (
            UnknownNameError("section", "x" * 201, ["y" * 600, "z" * 600]),
            "en",
            f"No section matches “{'x' * 199}…”.\nNearest: {'y' * 600}; {'z' * 397}…",
        ),
    ],
)
def test_unknown_name_text_lists_nearest_names_escaped_and_truncated(error, language, sentence):
    assert unknown_name_text(error, language) == sentence


def test_answer_nearest_sections_returns_distinct_sections_of_hits():
    assert answer("?", hits=HITS).nearest_sections == (OPENING, CLOSING)


def test_answer_card_structured_answer_leads_with_summary_line():
    text = "共 3 場：**開幕**；論壇。\n[1] 「12 月 15 日」（議程，第 6 頁）"
    told = answer("有幾場？", text=text, road="structure: number of sessions")
    assert texts(components(told))[1] == "**共 3 場：\\*\\*開幕\\*\\*；論壇。**"
    assert texts(components(answer("有幾場？", text=text)))[1] == "**報告這樣寫：**"


def test_card_labels_invisible_text_shows_dash():
    unseen = "\u200b\u3164"
    assert NavigationButton(Target("agenda", "", "en"), unseen).item.label == "–"
    assert NavigationMenu("en", 0, "x", [MenuChoice(unseen, "session", "s")]).item.options[0].label == "–"
    assert QuestionForm("en", "s", unseen).title == "–"
    assert person_line(Person(unseen), bot_catalogue("en")) == "**–**"
