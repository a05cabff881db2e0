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
    assert text == "…" + "".join(CLAUSES[3:8])[:-1] + "。"
    assert [text[start:end] for start, end in spans] == ["第五項"]
    first, _ = fold_quotation(LONG, [(0, 3)])
    assert first == "".join(CLAUSES[:5]) + "…"


def test_fold_quotation_does_not_cut_within_parentheses():
    quote = f"聯盟（Open Government Partnership, OGP）於2011年由八國發起，{LONG}"
    text, _ = fold_quotation(quote, [(quote.index("2011"), quote.index("年由"))])
    assert text.startswith("聯盟（Open Government Partnership, OGP）於2011年由八國發起，第一項")


def test_fold_quotation_short_several_lines_or_no_answer_is_whole():
    for quote, spans in ((LONG[:WHOLE], [(0, 3)]), (LONG[:100] + "\n" + LONG, [(0, 3)]), (LONG, [])):
        assert fold_quotation(quote, spans) == (quote, spans)


@given(st.text("甲乙，。 ,.()（ab", min_size=141, max_size=400), st.data())
def test_fold_quotation_any_text_keeps_the_answer_and_its_words(quote, data):
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    text, spans = fold_quotation(quote, [(start, end)])
    assert text.removeprefix("…").removesuffix("…") in quote
    assert [text[a:b] for a, b in spans] == [quote[start:end]]
