"""Long quotations on a card: folded around the answer, never reworded."""

from hypothesis import given
from hypothesis import strategies as st

from bot.cards.folding import fold_quotation
from index.text.clauses import WHOLE

CLAUSES = [f"第{n}項說明會議的安排與各國代表的意見，" for n in "一二三四五六七八"]
LONG = "".join(CLAUSES)[:-1] + "。"


def test_fold_quotation_long_keeps_the_clauses_around_the_answer():
    at = LONG.index("第五項")
    text, spans = fold_quotation(LONG, [(at, at + 3)])
    assert text == "…" + "".join(CLAUSES[4:8])[:-1] + "。"
    assert [text[start:end] for start, end in spans] == ["第五項"]
    first, _ = fold_quotation(LONG, [(0, 3)])
    assert first == "".join(CLAUSES[:4]) + "…"


def test_fold_quotation_does_not_cut_within_parentheses():
    quote = f"聯盟（Open Government Partnership, OGP）於2011年由八國發起，{LONG}"
    text, _ = fold_quotation(quote, [(quote.index("2011"), quote.index("年由"))])
    assert text.startswith("聯盟（Open Government Partnership, OGP）於2011年由八國發起，第一項")


def test_fold_quotation_without_an_answer_keeps_an_opening_that_says_something():
    assert fold_quotation(LONG, []) == ("".join(CLAUSES[:4]) + "…", [])
    quote = "在本次會議中，" + LONG.replace("，", "和")
    assert fold_quotation(quote, []) == (quote, [])


def test_fold_quotation_english_keeps_twice_the_letters():
    clauses = [f"part {n} of the meeting was about open data and what states do with it, " for n in range(1, 7)]
    quote = "".join(clauses).strip()[:-1] + "."
    assert fold_quotation(quote, [])[0] == "".join(clauses[:2]).rstrip() + "…"
    assert fold_quotation(quote[:WHOLE], []) == (quote[:WHOLE], [])


def test_fold_quotation_short_or_of_several_lines_is_whole():
    for quote in (LONG[: WHOLE // 2], LONG[:100] + "\n" + LONG):
        assert fold_quotation(quote, [(0, 3)]) == (quote, [(0, 3)])


@given(st.text("甲乙，。 ,.()（ab", min_size=241, max_size=400), st.data())
def test_fold_quotation_any_text_keeps_the_answer_and_its_words(quote, data):
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    text, spans = fold_quotation(quote, [(start, end)])
    assert text.removeprefix("…").removesuffix("…") in quote
    assert [text[a:b] for a, b in spans] == [quote[start:end]]
