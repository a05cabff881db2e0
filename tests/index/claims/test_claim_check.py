"""Statements against a report: what the judge and the facts together make of them."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from index.claims.claim_check import CANDIDATES, Candidate, ClaimChecker, Comparison, JudgedClaim, judge_claim, overall_mark
from index.claims.facts import Difference, FactCheck
from index.claims.statements import STATEMENTS
from index.engine import Engine
from index.models import Scope
from index.reading.reader import Window

OIL = "The lighthouse burns 40 litres of oil each night."
BREAKWATER = "It spent 4.2 million euros on the new breakwater."
LITRES = Difference("50 litres", "40 litres", "number")


class Judge:
    """A judge that takes sentences about oil and euros for support of whatever names them, but finds every 50 wrong."""

    def __init__(self, supports: float = 0.9, contradicts: float = 0.05) -> None:
        self.probabilities = (supports, contradicts, 1 - supports - contradicts)
        self.asked: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, Window]]) -> np.ndarray:
        self.asked += [(claim, window.text) for claim, window in pairs]
        shared = [any(word in claim and word in window.text for word in ("oil", "euros")) for claim, window in pairs]
        judged = [self.probabilities if each else (0.0, 0.0, 1.0) for each in shared]
        return np.array(
            [(0.1, 0.85, 0.05) if "50" in claim else each for (claim, _), each in zip(pairs, judged, strict=True)]
        )


JUDGE = Judge()


@pytest.fixture
def check(engine: Engine) -> Callable[..., list[tuple[str, str, str | None, list[str]]]]:
    def run(text: str, judge: Judge | None = JUDGE, scope: Scope | None = None):
        within = engine.guide.passages_within(scope) if scope else None
        found = ClaimChecker(engine.answerer, lambda: judge).check(text, within)
        return [
            (each.statement, each.mark, each.difference and each.difference.report, [c.quote for c in each.citations])
            for each in found
        ]

    return run


def test_check_several_statements_keeps_their_order(check) -> None:
    false = OIL.replace("40", "50")
    assert check(f"{OIL} Ok.\n{false} {BREAKWATER}") == [
        (OIL, "supported", None, [OIL]),
        (false, "contradicted", "40 litres", [OIL]),
        (BREAKWATER, "supported", None, [BREAKWATER]),
    ]
    assert check("。！\n") == []


def test_check_citations_are_numbered_through_and_mark_what_differs(engine: Engine) -> None:
    found = ClaimChecker(engine.answerer, Judge).check(f"{OIL} {OIL.replace('40', '50')}")
    (first,), (second,) = (each.citations for each in found)
    assert (first.n, first.section, first.speaker, first.spans) == (1, ("Meetings", "Autumn lecture"), "Dora Wick", ())
    assert (second.n, [second.quote[slice(*span)] for span in second.spans]) == (2, ["40 litres"])


def test_check_within_a_scope_compares_with_its_passages_alone(check) -> None:
    assert check(OIL, scope=Scope(reports=("harbour",)))[0][1] == "supported"
    ((_, mark, _, quotes),) = check(OIL, scope=Scope(reports=("tower",)))
    assert mark != "supported"
    assert OIL not in quotes


def test_check_without_a_judge_supports_only_what_stands_word_by_word(check) -> None:
    assert check(OIL, judge=None)[0][1] == "supported"
    assert check("Each night the lighthouse burns 40 litres of oil.", judge=None)[0][1] == "related"


def test_check_marks_further_statements_as_unchecked(check) -> None:
    found = check("\n".join(f"statement number {n} here" for n in range(STATEMENTS + 2)))
    assert [mark for _, mark, _, _ in found[STATEMENTS:]] == ["unchecked", "unchecked"]
    assert "unchecked" not in {mark for _, mark, _, _ in found[:STATEMENTS]}


def test_check_statement_of_two_claims_needs_both(check) -> None:
    both = "The lighthouse burns 40 litres of oil each night, and it spent 4.2 million euros on the new breakwater."
    ((_, mark, _, quotes),) = check(both)
    assert (mark, quotes) == ("supported", [OIL, BREAKWATER])
    ((_, mark, _, quotes),) = check(both.replace("40", "50"))
    assert (mark, quotes) == ("contradicted", [OIL])
    ((_, mark, _, _),) = check(both.replace("it spent 4.2 million euros on", "it will soon replace"))
    assert mark == "related"


def test_check_asks_the_judge_about_what_is_no_quotation(engine: Engine) -> None:
    judge = Judge()
    checked = ClaimChecker(engine.answerer, lambda: judge).check(f"{OIL} Paper walls fell at night.")
    assert {claim for claim, _ in judge.asked} == {"Paper walls fell at night."}
    assert (checked[0].mark, [citation.quote for citation in checked[0].citations]) == ("supported", [OIL])


@pytest.mark.parametrize(
    ("sentences", "mark"),
    [
        (["The keeper reads.", "It burns 40 litres of oil each night."], "supported"),
        (["The keeper reads."], "related"),
        ([], "not_covered"),
    ],
)
def test_verify_looks_at_the_given_sentences_alone(engine: Engine, sentences: list[str], mark: str) -> None:
    assert ClaimChecker(engine.answerer, Judge).verify(OIL, sentences).mark == mark


def test_find_candidates_leaves_out_what_is_less_similar_and_what_is_too_much(engine: Engine) -> None:
    checker = ClaimChecker(engine.answerer, Judge)
    quotable = [row for row, each in enumerate(checker.searcher.sentences) if each.quotable and len(each.text) > 30][:3]
    likeness = np.zeros(len(checker.searcher.sentences), np.float32)

    def rows(*values: float) -> list[tuple[int, ...]]:
        likeness[quotable] = values
        return [each.rows for each in checker.find_candidates("Something else was said.", likeness, None)]

    alone = rows(0.9, 0.81, 0.5)
    assert (alone[0], {row for group in alone for row in group} & set(quotable[2:])) == ((quotable[0],), set())
    assert len(rows(0.9, 0.89, 0.88)) == CANDIDATES


AGREES, MISSING, DIFFERENT = FactCheck(), FactCheck((), ("50",)), FactCheck((LITRES,))


def compared(supports: float, contradicts: float, facts: FactCheck = AGREES, row: int = 1, likeness: float = 0.6):
    return Comparison(Candidate((row,), "", "", "", likeness), facts, supports, contradicts)


@pytest.mark.parametrize(
    ("comparisons", "judged"),
    [
        ([], JudgedClaim("not_covered")),
        ([compared(0.99, 0.0)], JudgedClaim("supported", (1,))),
        ([compared(0.99, 0.0, MISSING)], JudgedClaim("related", (1,))),
        ([compared(0.99, 0.0, DIFFERENT)], JudgedClaim("related", (1,))),
        ([compared(0.2, 0.7, DIFFERENT)], JudgedClaim("contradicted", (1,), LITRES)),
        ([compared(0.2, 0.7, DIFFERENT), compared(0.1, 0.5, row=2)], JudgedClaim("related", (1,))),
        ([compared(0.2, 0.7)], JudgedClaim("related", (1,))),
        ([compared(0.01, 0.98)], JudgedClaim("contradicted", (1,))),
        ([compared(0.01, 0.98), compared(0.7, 0.1, row=2)], JudgedClaim("related", (1,))),
        ([compared(0.01, 0.98), compared(0.99, 0.0, row=2)], JudgedClaim("supported", (2,))),
        ([compared(0.0, 0.0, likeness=0.2)], JudgedClaim("not_covered")),
    ],
)
def test_judge_claim_facts_lower_the_mark_and_never_raise_it(comparisons: list[Comparison], judged: JudgedClaim) -> None:
    assert judge_claim(comparisons) == judged


def test_overall_mark_is_that_of_the_weakest_statement(engine: Engine) -> None:
    checker = ClaimChecker(engine.answerer, Judge)

    def marks(text: str) -> tuple[str, Difference | None]:
        return overall_mark(checker.check(text))

    assert marks(OIL) == ("supported", None)
    assert marks(f"{OIL} {OIL.replace('40', '50')}") == ("contradicted", LITRES)
    assert marks(f"{OIL} I think so.") == ("related", None)
    assert marks("I think so.") == ("not_covered", None)
