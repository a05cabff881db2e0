"""What benchmarks say of the processor, and how they judge answers."""

import os
from typing import Any

import pytest

from index.models import SMALL_TALK, Answer, Citation
from tests.bench.members import holds, judge, share
from tests.bench.processor import describe

CPUINFO = "model name\t: Some CPU\nflags\t\t: fpu avx2 avx512f avx512_vnni\n\nmodel name\t: Other\n"


def test_describe_cpuinfo_returns_model_cores_and_features() -> None:
    assert describe(CPUINFO) == f"Some CPU, {os.cpu_count()} cores: avx2, avx512f, avx512_vnni"


def test_describe_cpuinfo_without_features_returns_no_avx2() -> None:
    assert describe("model name : Old\nflags : sse2\n") == f"Old, {os.cpu_count()} cores: no AVX2"


LAMP = "She asked for an electric lamp by 2032."
OIL = "The lighthouse burns 40 litres of oil each night."
GULLS = "Gulls are welcome."


def row(**fields: Any) -> dict[str, Any]:
    """A question whose answer says what was asked for and how much is burnt, and may say that gulls are welcome."""
    wanted = {"must": [["an electric lamp", "a new lamp"], ["40 litres of oil"]], "enough": 2, "may": [GULLS], "lead": []}
    return {
        "id": "1",
        "question": "What did she say?",
        "lang": "en",
        "kind": "said",
        "expect": "answered",
        **wanted,
        **fields,
    }


def answer(*quotes: str, verdict: str = "answered", text: str = "The report says:", **fields: Any) -> Answer:
    citations = tuple(Citation(n, quote, "harbour:p1", (), (1, 1)) for n, quote in enumerate(quotes, 1))
    return Answer("?", verdict, 1.0, text, citations, (), "g", 1.0, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quotes", "mark", "on_point"),
    [
        ((LAMP, OIL), "good", (True, True)),
        ((LAMP, OIL, "The cranes are green."), "good", (True, True, False)),
        ((GULLS, LAMP, OIL), "good", (True, True, True)),
        # Another piece first, too few to the point, or too few pieces.
        (("The cranes are green.", LAMP, OIL), "usable", (False, True, True)),
        ((LAMP, OIL, "The cranes are green.", "It rained."), "usable", (True, True, False, False)),
        ((LAMP, GULLS), "usable", (True, True)),
        ((GULLS,), "bad", (True,)),
        (("The cranes are green.",), "bad", (False,)),
        ((), "bad", ()),
    ],
)
def test_judge_answer_is_good_if_quotations_are_to_the_point(
    quotes: tuple[str, ...], mark: str, on_point: tuple[bool, ...]
) -> None:
    verdict = judge(row(), answer(*quotes))
    assert (verdict.mark, verdict.on_point, verdict.lead) == (mark, on_point, None)


def test_judge_answer_related_alone_is_usable() -> None:
    assert judge(row(), answer(LAMP, OIL, verdict="related")).mark == "usable"


@pytest.mark.parametrize(
    ("given", "lead"),
    [
        (answer(LAMP, OIL, lead="an electric lamp"), True),
        (answer(LAMP, OIL, text="She wants an ELECTRIC\u3000lamp."), True),
        (answer(LAMP, OIL, text=f"{'.' * 80} an electric lamp"), False),
        (answer(LAMP, OIL), False),
    ],
)
def test_judge_lead_must_be_shown_at_once(given: Answer, lead: bool) -> None:
    verdict = judge(row(lead=[["electric lamp", "new lamp"]]), given)
    assert (verdict.lead, verdict.mark) == (lead, "good" if lead else "usable")


def test_judge_lead_may_be_in_bold_and_needs_one_of_each_group() -> None:
    start = LAMP.index("electric")
    bold = Citation(1, LAMP, "harbour:p1", (), (1, 1), spans=((start, start + len("electric lamp")),))
    given = Answer("?", "answered", 1.0, "So:", (bold,), (), "g", 1.0)
    assert judge(row(enough=1, lead=[["electric lamp"]]), given).lead is True
    assert judge(row(enough=1, lead=[["electric lamp"], ["2032", "next year"]]), given).lead is False


@pytest.mark.parametrize(
    ("expect", "given", "mark"),
    [
        ("refused", answer(verdict="not_covered"), "good"),
        ("refused", answer(LAMP, verdict="related"), "good"),
        ("refused", answer(LAMP), "bad"),
        ("chat", answer(verdict="not_covered", road=SMALL_TALK), "good"),
        ("chat", answer(LAMP, road=SMALL_TALK), "bad"),
        ("chat", answer(verdict="not_covered"), "bad"),
    ],
)
def test_judge_refusals_and_small_talk_by_verdict_and_road(expect: str, given: Answer, mark: str) -> None:
    verdict = judge(row(expect=expect), given)
    assert (verdict.mark, verdict.on_point, verdict.lead) == (mark, (), None)


@pytest.mark.parametrize(
    ("quotation", "text", "is_held"),
    [
        (OIL, "40 LITRES of  oil", True),
        ("40 litres", OIL, True),
        (OIL, "The lighthouse burns 40 litres of oil each day.", True),
        (OIL, "The lighthouse burns 50 litres of oil each night.", False),
        (OIL, GULLS, False),
    ],
)
def test_holds_contained_text_or_run_of_most_of_it(quotation: str, text: str, is_held: bool) -> None:
    assert holds(quotation, text) is is_held


def test_share_of_no_values_is_zero() -> None:
    assert (share([]), share([True, True, False])) == ("0.000 of 0", "0.667 of 3")
