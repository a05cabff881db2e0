"""Cards of answers in context: links to the published report, short pages, a greeting, buttons, and how it all fits."""

from dataclasses import replace

import pytest

from bot.cards.answer_card import AnswerContext, answer_card, question_on_card
from bot.cards.custom_ids import passage_key
from index.models import Answer, Hit
from tests.bot.fakes import HITS, OPENING, PLAIN, SPOKEN, TITLE, answer, passage, texts

REFERENCE = "ABCD2345"
PASSAGE = replace(passage(1, OPENING, "致詞：會議在首爾舉行。"), id="summit:0001")
FOUND = (Hit(PASSAGE, 1, 0.9),)
QUOTED = replace(SPOKEN, passage_id=PASSAGE.id)
# A page has 4,000 characters, of which 40 are kept for its number and the three marks before the footer.
FULL = 4000 - 40 + len("-# ")


def shown(given_answer: Answer, context: AnswerContext | None = None, titles=(TITLE,), within: str = "", page: int = 0):
    (container,) = answer_card(given_answer, titles, REFERENCE, "zh-TW", within, page, context).to_components()
    return container["components"]


def words(*given, **more) -> list[str]:
    return texts([{"components": shown(*given, **more)}])


def labels(components) -> list[list[str]]:
    return [
        [each.get("label") or each["placeholder"] for each in row["components"]] for row in components if row["type"] == 1
    ]


@pytest.mark.parametrize(
    ("question", "hits", "place"),
    [
        ("Where?", FOUND, "[貳、過程 › 一、開幕 · p. 8](https://reports.example/summit/en/p/0001.html?mark=3-11)"),
        ("在哪裡？", FOUND, "[貳、過程 › 一、開幕 · 第 8 頁](https://reports.example/summit/p/0001.html?mark=3-11)"),
        ("Where?", (), "[貳、過程 › 一、開幕 · p. 8](https://reports.example/summit/en/p/0001.html)"),
    ],
)
def test_answer_card_site_given_links_citation_to_quotation(question, hits, place):
    given = answer(question, citations=(QUOTED,), hits=hits)
    assert words(given, AnswerContext(site="https://reports.example"))[2] == f"> **1.** 會議在首爾舉行。\n-# 唐鳳 · {place}"
    assert "](" not in words(given, AnswerContext())[2]


def test_answer_card_short_frame_has_one_quotation_per_page():
    (container,) = answer_card(
        answer("在哪裡？"), (TITLE,), REFERENCE, "en", context=AnswerContext(short=True)
    ).to_components()
    first = texts([container])
    second = words(answer("在哪裡？"), AnswerContext(short=True), page=1)
    assert [len(first), len(second)] == [4, 4]
    assert [first[2][:9], second[2][:9]] == ["> **1.** ", "> **2.** "]
    assert [text[:10] for text in (first[3], second[3])] == ["-# 第 1／2 頁", "-# 第 2／2 頁"]
    beyond = words(answer("在哪裡？"), AnswerContext(short=True), page=9)
    assert beyond == second


def test_answer_card_hello_given_is_last_text_before_footer():
    assert words(answer("在哪裡？"), AnswerContext(hello="Hello."))[-2] == "-# Hello."
    assert (
        len(words(answer("在哪裡？"), AnswerContext())) == len(words(answer("在哪裡？"), AnswerContext(hello="Hello."))) - 1
    )


def test_answer_card_buttons_match_frame_and_quotations_on_page():
    controls = ["📖 前後文", "更多", "👍", "👎", "⋯"]
    both = shown(answer("在哪裡？"), AnswerContext(private=True))
    assert labels(both) == [controls]
    one = shown(answer("在哪裡？", citations=(QUOTED,), hits=FOUND), AnswerContext(threads=True))
    assert labels(one) == [controls]
    ((context, more, *_, options),) = [row["components"] for row in one if row["type"] == 1]
    assert more["custom_id"] == f"act:more:zh-TW:{REFERENCE}:|||"
    assert context["custom_id"] == f"go:zh-TW:0:passage:{passage_key(PASSAGE, QUOTED.quote)}"
    assert options["custom_id"] == "go:zh-TW:0:options:|||"
    assert labels(shown(answer("在哪裡？"))) == []
    paged = shown(answer("在哪裡？"), AnswerContext(short=True), page=1)
    assert labels(paged) == [["◀ 上一頁"], controls]


def test_answer_card_expanded_has_the_other_actions_and_a_way_back():
    private = shown(answer("在哪裡？"), AnswerContext(private=True, expanded=True))
    controls = ["📖 前後文", "更多", "👍", "👎", "收起"]
    assert labels(private) == [controls, ["📖 看引文的前後文"], ["換個章節找", "❞ 複製引註", "分享給大家", "🗑️ 刪除"]]
    threaded = shown(answer("在哪裡？", citations=(QUOTED,), hits=FOUND), AnswerContext(threads=True, expanded=True))
    assert labels(threaded) == [controls, ["換個章節找", "❞ 複製引註", "開討論串追問", "🗑️ 刪除"]]
    inside = shown(answer("在哪裡？"), AnswerContext(in_thread=True, expanded=True))
    assert labels(inside)[-1] == ["換個章節找", "❞ 複製引註", "⤓ 匯出討論串", "🗑️ 刪除"]
    assert threaded[3]["components"][-1]["custom_id"] == "go:zh-TW:0:answer:|||"


def test_answer_card_nearest_sections_are_buttons_that_show_their_best_passage():
    refused = shown(answer("在哪裡？", "not_covered", ()))
    assert labels(refused) == [["貳、過程 › 一、開幕", "參、心得"]]
    (row,) = [each["components"] for each in refused if each["type"] == 1]
    assert row[0]["custom_id"] == f"go:zh-TW:0:passage:{passage_key(HITS[0].passage)}"


def test_answer_card_suggestions_are_the_last_row_also_below_small_talk():
    asked = AnswerContext(suggestions=("重點是什麼？", "誰講了什麼？"))
    assert labels(shown(answer("在哪裡？"), asked))[-1] == ["重點是什麼？", "誰講了什麼？"]
    talk = shown(answer("嗨", "not_covered", (), road="small talk", hits=()), asked)
    (row,) = [each["components"] for each in talk if each["type"] == 1]
    assert [(each["label"], each["custom_id"]) for each in row] == [
        ("重點是什麼？", "suggest:zh-TW:0"),
        ("誰講了什麼？", "suggest:zh-TW:1"),
    ]


def test_answer_card_of_a_post_begins_with_its_note_and_ends_with_its_buttons_in_place_of_suggestions():
    post = AnswerContext(note="💡 suggestion", post_actions=("solved", "people"), suggestions=("重點是什麼？",))
    card = shown(answer("在哪裡？"), post)
    assert (texts([{"components": card}])[0], labels(card)[-1]) == ("💡 suggestion", ["已解決", "問人"])
    assert question_on_card(texts([{"components": card}])) == "在哪裡？"


def full(quote: str = "a", question: str = "Where?") -> list[str]:
    """The texts of an answer with two further sections."""
    hits = tuple(Hit(passage(n, ("*" * 200, f"{n}")), n, 0.5) for n in (1, 2))
    given = answer(question, "related", (replace(PLAIN, n=1, quote=quote),), hits=hits)
    return words(given, AnswerContext(hello="h" * 1400), titles=("_" * 200,), within="|" * 200)


def test_answer_card_quotation_filling_page_is_not_split():
    fits = 1 + FULL - sum(map(len, full()))
    whole = full("a" * fits)
    assert sum(map(len, whole)) == FULL
    assert whole[3] == f"> **1.** {'a' * fits}\n-# 參、心得 · pp. 7–8"
    assert full("a" * (fits + 1))[3:5] == [f"> **1.** {'a' * (fits + 1)}", "-# 參、心得 · pp. 7–8"]


TITLES = {"summit": TITLE, "tower": "*Tower*"}
# The best quotation is of the tower, the next of the summit, then the tower's again.
MIXED = (replace(SPOKEN, passage_id="tower:0003"), replace(PLAIN, passage_id="summit:0001"))
MIXED = (*MIXED, replace(PLAIN, n=3, passage_id="tower:0004"))


def test_answer_card_one_of_several_reports_quoted_is_named_in_citations():
    asked = answer("where?", citations=(QUOTED, replace(PLAIN, passage_id="summit:0003")))
    several = words(asked, AnswerContext(titles=TITLES))
    assert several[2].endswith(f"\n-# 唐鳳 · {TITLE} · 貳、過程 › 一、開幕 · p. 8")
    assert several[3].endswith(f"\n-# {TITLE} · 參、心得 · pp. 7–8")
    assert words(asked, AnswerContext(titles={"summit": TITLE})) == words(asked, AnswerContext())


def test_answer_card_citations_of_several_reports_are_grouped_by_title():
    asked = answer("where?", citations=MIXED)
    assert words(asked, AnswerContext(titles=TITLES))[2:5] == [
        "### \\*Tower\\*\n> **1.** 會議在首爾舉行。\n-# 唐鳳 · 貳、過程 › 一、開幕 · p. 8",
        "> **3.** 共有 78 國參加。\n-# 參、心得 · pp. 7–8",
        f"### {TITLE}\n> **2.** 共有 78 國參加。\n-# 參、心得 · pp. 7–8",
    ]
    expanded = AnswerContext(titles=TITLES, expanded=True)
    menu = [row["components"][0] for row in shown(asked, expanded) if row["type"] == 1][1]
    assert [option["label"][:2] for option in menu["options"]] == ["1.", "3.", "2."]


def test_answer_card_each_page_starts_with_report_title():
    pages = [words(answer("where?", citations=MIXED), AnswerContext(short=True, titles=TITLES), page=n)[2] for n in range(3)]
    assert [page.split("\n")[:2] for page in pages] == [
        ["### \\*Tower\\*", "> **1.** 會議在首爾舉行。"],
        ["### \\*Tower\\*", "> **3.** 共有 78 國參加。"],
        [f"### {TITLE}", "> **2.** 共有 78 國參加。"],
    ]
    paged = shown(answer("where?", citations=MIXED), AnswerContext(short=True, titles=TITLES), page=1)
    assert labels(paged)[1] == ["📖 Context", "More", "👍", "👎", "⋯"]
