"""Statements against a report: figures, names, denials, and what is alike at all."""

import pytest

from index.answering.claim_check import (
    Comparison,
    Figure,
    compare_facts,
    find_figures,
    has_negation,
)
from index.engine import Engine
from index.lookup.directory import Directory
from index.models import Person, Scope, Session

NOBODY = Directory(())
OPENING = Session("s1", "開幕式", None, "opening", None, None, None, (), (1, 1), (Person("Ann Poe"),), (Person("唐小鳳"),))
FORUM = Session("s2", "開放資料論壇", None, "plenary", None, None, None, (), (1, 1))
DIRECTORY = Directory((OPENING, FORUM))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("於2011年由 8 國政府發起", (Figure(2011, "年"), Figure(8, "國"))),
        ("逾 4,000 名人士", (Figure(4000, "名"),)),
        ("１２ 月 15 日", (Figure(12, "月"), Figure(15, "日"))),
        ("十二月十五日", (Figure(12, "月"), Figure(15, "日"))),
        ("二〇二一年", (Figure(2021, "年"),)),
        ("一起努力十分重要", ()),
        ("成長 3.5%", (Figure(3.5, "%"),)),
        ("15 December, eight governments", (Figure(15, ""), Figure(12, "月"), Figure(8, ""))),
        ("多個國家", ()),
        ("fıve people", ()),
    ],
)
def test_find_figures_returns_numbers_with_units(text: str, found: tuple[Figure, ...]) -> None:
    assert find_figures(text) == found


@pytest.mark.parametrize(
    ("statement", "sentence", "compared"),
    [
        ("共有 78 國參加。", "共有 78 國參加。", Comparison(True, ())),
        ("共有 80 國參加。", "共有 78 國參加。", Comparison(False, ("80國",))),
        ("78 countries took part.", "共有 78 國參加。", Comparison(True, ())),
        ("80 countries took part.", "共有 78 國參加。", Comparison(False, ("80",))),
        ("共有 500 人參加。", "共有 78 國參加。", Comparison(False, ())),
        ("會議在日本舉行。", "會議在韓國舉行。", Comparison(False, ("日本",))),
        ("It was held in Korea.", "會議在韓國舉行。", Comparison(True, ())),
        ("會議在日本舉行。", "會議於線上舉行。", Comparison(False, ())),
        ("會議不在韓國舉行。", "會議在韓國舉行。", Comparison(False, ())),
        ("會議在韓國舉行。", "會議未在韓國舉行。", Comparison(True, ())),
    ],
)
def test_compare_facts_reports_agreement_and_differing_facts(statement: str, sentence: str, compared: Comparison) -> None:
    assert compare_facts(statement, sentence, sentence, NOBODY) == compared


def test_compare_facts_person_or_session_missing_from_context_disagrees() -> None:
    assert compare_facts("Ann Poe spoke.", "唐小鳳致詞。", "開幕式\n唐小鳳致詞。", DIRECTORY) == Comparison(
        False, ("Ann Poe",)
    )
    assert compare_facts("唐小鳳在開放資料論壇致詞。", "唐小鳳致詞。", "開幕式\n唐小鳳致詞。", DIRECTORY) == Comparison(
        False, ()
    )


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("臺灣不是會員", True),
        ("尚未加入", True),
        ("不僅如此，未來也是", False),
        ("It is not so", True),
        ("Nothing to note", False),
    ],
)
def test_has_negation_recognizes_negating_words(text: str, denied: bool) -> None:
    assert has_negation(text) is denied


OIL = "The lighthouse burns 40 litres of oil each night."


def test_check_several_statements_keeps_order_and_numbers_citations(engine: Engine) -> None:
    found = engine.check(f"{OIL} Ok.\n{OIL.replace('40', '50')} It spent 4.2 million euros on the new breakwater.")
    marks = [(each.statement, each.mark, each.differs, each.citation.n if each.citation else None) for each in found]
    assert marks == [
        (OIL, "supported", (), 1),
        (OIL.replace("40", "50"), "contradicted", ("50",), 2),
        ("It spent 4.2 million euros on the new breakwater.", "supported", (), 3),
    ]
    assert [each.citation.quote for each in found if each.citation] == [OIL, OIL, marks[2][0]]
    assert found[0].citation is not None
    assert (found[0].citation.section, found[0].citation.speaker) == (("Meetings", "Autumn lecture"), "Dora Wick")
    assert engine.check("。！\n") == ()


def test_check_with_scope_uses_only_passages_in_scope(engine: Engine) -> None:
    (found,) = engine.check(OIL, scope=Scope(reports=("harbour",)))
    assert (found.mark, found.citation and found.citation.quote) == ("supported", OIL)
    (found,) = engine.check(OIL, scope=Scope(reports=("tower",)))
    assert found.mark != "supported"
    assert found.citation is None or found.citation.passage_id.startswith("tower:")


def test_check_more_than_ten_statements_checks_first_ten(engine: Engine) -> None:
    assert [each.statement for each in engine.check("\n".join(f"statement {n}" for n in range(12)))] == [
        f"statement {n}" for n in range(10)
    ]
