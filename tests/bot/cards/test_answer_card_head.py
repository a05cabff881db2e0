"""Cards with a head that a language model wrote: its lines point to quotations on the same card, within Discord's limits."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.answer_card import AnswerContext, answer_card, number_head, question_on_card
from index.models import Citation
from index.writing.written_head import WrittenHead, WrittenLine
from tests.bot.fakes import CLOSING, FURTHER, OPENING, PLAIN, SPOKEN, TITLE, answer, texts
from tests.discord.limits import message_problems
from tests.discord.payloads import COMPONENTS_V2, walk

REFERENCE = "ABCD2345"
ZH, EN = "在哪裡？", "Where?"
HEAD = WrittenHead(
    (WrittenLine("會期兩天。", (1,)), WrittenLine("在首爾，*78* 國參加。", (2, 3))),
    (replace(FURTHER, n=1), replace(PLAIN, n=2), replace(SPOKEN, n=3)),
    2,
)


def shown(given_answer, head=HEAD, page=0, titles=(TITLE,), **context):
    framed = AnswerContext(head=head, **context)
    (container,) = answer_card(given_answer, titles, REFERENCE, "zh-TW", "", page, framed).to_components()
    return container


def words(*given, **more):
    return texts([shown(*given, **more)])


def labels(container):
    rows = [row["components"] for row in container["components"] if row["type"] == 1]
    return [[each.get("label") or each["placeholder"] for each in row] for row in rows]


def test_answer_card_head_stands_above_the_answer_and_cites_quotations_below_by_their_numbers():
    assert words(answer(ZH)) == [
        "-# 提問：在哪裡？",
        "-# AI 整理（每句附原文）\n- 會期兩天。[3]\n- 在首爾，\\*78\\* 國參加。[1][2]\n-# 2 句無法對照原文，已省略",
        "**報告這樣寫：**",
        "> **1.** 會議在首爾舉行。\n-# 唐鳳 · 貳、過程 › 一、開幕 · 第 8 頁",
        "> **2.** 共有 78 國參加。\n-# 參、心得 · 第 7–8 頁",
        "> **3.** 會期共有兩天。\n-# 貳、過程 › 一、開幕 · 第 2 頁",
        f"-# {TITLE} · 代號 {REFERENCE}",
    ]
    assert words(answer(EN))[1] == (
        "-# AI summary (a source for every sentence)\n- 會期兩天。[3]\n- 在首爾，\\*78\\* 國參加。[1][2]\n"
        "-# Left out, as the report does not confirm them: 2"
    )
    assert question_on_card(words(answer(ZH))) == ZH


def test_answer_card_head_translated_lines_say_so():
    head = replace(HEAD, lines=(replace(HEAD.lines[0], machine_translated=True),), dropped=0)
    assert words(answer(ZH), head)[1] == "-# AI 整理（每句附原文）\n- 會期兩天。[3]（機器翻譯，請看原文）"
    assert words(answer(EN), head)[1].endswith("- 會期兩天。[3] (machine translation, see the original)")


def test_answer_card_head_button_leads_to_the_plain_card_and_back():
    headed = shown(answer(ZH), threads=True)
    assert labels(headed) == [["只看原文"], ["📖 前後文", "更多", "👍", "👎", "⋯"]]
    buttons = {each["label"]: each["custom_id"] for each in walk([headed]) if each["type"] == 2}
    assert (buttons["只看原文"], buttons["⋯"]) == ("go:zh-TW:0:plain:|||", "go:zh-TW:0:options:|||")
    plain = shown(answer(ZH), None, threads=True, plain=True)
    assert labels(plain) == [["看 AI 整理"], ["📖 前後文", "更多", "👍", "👎", "⋯"]]
    buttons = {each["label"]: each["custom_id"] for each in walk([plain]) if each["type"] == 2}
    assert (buttons["看 AI 整理"], buttons["⋯"]) == ("go:zh-TW:0:answer:|||", "go:zh-TW:0:plain_options:|||")
    assert texts([plain]) == words(answer(ZH), None)
    unfolded = shown(answer(ZH), None, threads=True, plain=True, expanded=True)
    buttons = {each["label"]: each["custom_id"] for each in walk([unfolded]) if each.get("label")}
    assert buttons["收起"] == "go:zh-TW:0:plain:|||"


def test_answer_card_plain_pages_stay_plain():
    first, second = (shown(answer(ZH), None, page=n, short=True, plain=True) for n in (0, 1))
    assert labels(first)[0] == ["下一頁 ▶", "看 AI 整理"]
    assert labels(second)[0] == ["◀ 上一頁"]
    assert [each["custom_id"] for each in walk([first]) if each.get("label") == "下一頁 ▶"] == ["go:zh-TW:1:plain:|||"]
    assert [each["custom_id"] for each in walk([second]) if each.get("label") == "◀ 上一頁"] == ["go:zh-TW:0:plain:|||"]


def test_answer_card_further_pages_have_no_head():
    assert words(answer(ZH), page=1, short=True) == words(answer(ZH), None, page=1, short=True)


def test_answer_card_short_with_head_shows_every_cited_quotation_and_no_other():
    cites_two = replace(HEAD, lines=HEAD.lines[1:])
    assert [text[:9] for text in words(answer(ZH), cites_two, short=True)[3:-1]] == ["> **1.** ", "> **2.** "]
    cites_one = WrittenHead((WrittenLine("會期兩天。", (1,)),), (replace(FURTHER, n=1),), 0)
    assert [text[:9] for text in words(answer(ZH), cites_one, short=True)[3:-1]] == ["> **3.** "]


def test_answer_card_several_reports_quotations_stand_below_their_titles():
    ours, theirs = replace(SPOKEN, passage_id="summit:1"), replace(FURTHER, passage_id="harbour:1", n=2)
    head = WrittenHead((WrittenLine("會期兩天。", (1, 2)),), (replace(theirs, n=1), replace(ours, n=2)), 0)
    titles = {"summit": TITLE, "harbour": "Harbour"}
    given_answer = answer(ZH, citations=(ours,))
    assert [text.split("\n")[0] for text in words(given_answer, head, titles=titles.values(), **{})[3:5]] == [
        "> **1.** 會議在首爾舉行。",
        "> **2.** 會期共有兩天。",
    ]
    framed = AnswerContext(head=head, titles=titles)
    (container,) = answer_card(given_answer, (TITLE,), REFERENCE, "zh-TW", context=framed).to_components()
    assert [text.split("\n")[:2] for text in texts([container])[3:5]] == [
        [f"### {TITLE}", "> **1.** 會議在首爾舉行。"],
        ["### Harbour", "> **2.** 會期共有兩天。"],
    ]


def long_head(lines: int, cited: int, length: int) -> tuple[WrittenHead, list[Citation]]:
    """A head of some lines, each citing as many further quotations of some characters."""
    sources = [Citation(n + 1, f"{n:02}" + "字" * (length - 2), f"q{n}", OPENING, (1, 1)) for n in range(lines * cited)]
    made = (WrittenLine("句" * 150, tuple(range(at * cited + 1, (at + 1) * cited + 1))) for at in range(lines))
    return WrittenHead(tuple(made), tuple(sources), 0), sources


@pytest.mark.parametrize(("cited", "length", "kept"), [(1, 100, 5), (2, 100, 3), (1, 700, 4), (3, 100, 2), (14, 10, 0)])
def test_answer_card_head_too_long_loses_its_last_lines_and_no_cited_quotation(cited, length, kept):
    head, sources = long_head(5, cited, length)
    contents = words(answer(ZH), head)
    lines = re.findall("^- (?:句+)(.*)$", "\n".join(contents), re.M)
    assert len(lines) == kept
    for number, marks in enumerate(lines):
        for at, n in enumerate(map(int, re.findall(r"\d+", marks))):
            (block,) = [text for text in contents if text.startswith(f"> **{n}.** ")]
            assert block.startswith(f"> **{n}.** {sources[number * cited + at].quote}\n-# ")
    assert (contents == words(answer(ZH), None)) == (kept == 0)


CITED = st.builds(
    Citation,
    st.just(0),
    st.text(st.sampled_from("字*_[]<>@#:\n`|~\\ a1"), min_size=1, max_size=500),
    st.sampled_from(["p1", "p2", "q"]),
    st.sampled_from([OPENING, CLOSING, ("*" * 150,)]),
    st.just((1, 2)),
    st.none() | st.just("唐鳳"),
)
CLAIMS = st.text(st.sampled_from("字*_[]<>@#:`|~\\ a1"), min_size=1, max_size=300)


@given(
    own=st.lists(CITED, min_size=1, max_size=20),
    further=st.lists(CITED, max_size=8),
    claims=st.lists(CLAIMS, min_size=1, max_size=5),
    data=st.data(),
    expanded=st.booleans(),
    short=st.booleans(),
)
def test_answer_card_any_head_stays_within_discord_limits_and_shows_what_it_cites(
    own, further, claims, data, expanded, short
):
    citations = tuple(replace(each, n=n) for n, each in enumerate(own, 1))
    sources = tuple(replace(each, n=n) for n, each in enumerate([*citations, *further], 1))
    numbers = st.lists(st.integers(1, len(sources)), min_size=1, max_size=4, unique=True).map(tuple)
    head = WrittenHead(tuple(WrittenLine(claim, data.draw(numbers)) for claim in claims), sources, 3)
    given_answer = answer("問" * 300, citations=citations, understood="全" * 900)
    context = {"expanded": expanded, "short": short, "threads": True, "suggestions": ("a?", "b?", "c?")}
    container = shown(given_answer, head, titles=("題" * 200,), hello="h" * 200, **context)
    assert message_problems({"flags": COMPONENTS_V2, "components": [container]}) == []
    contents = texts([container])
    headed = [text for text in contents if text.startswith("-# AI 整理")]
    marked = {int(n) for text in headed for n in re.findall(r"\[(\d+)\](?:\[|$|\n)", text)}
    numbered = {citation.n: citation for citation in number_head(head, given_answer).citations}
    assert marked <= numbered.keys()
    for n in marked if headed else ():
        assert sum(f"\n> **{n}.** " in f"\n{text}" for text in contents) == 1
