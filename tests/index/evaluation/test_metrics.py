"""Evaluation: judgements and figures worked out by hand."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sklearn.metrics import roc_auc_score

from index.cli.output import print_figures
from index.errors import QuestionError
from index.evaluation.metrics import (
    Figure,
    Outcome,
    Question,
    area_under_curve,
    bootstrap_figure,
    find_misses,
    group_outcomes,
    holds_evidence,
    judge_answer,
    load_questions,
    outcomes_json,
    summarize_outcomes,
    token_agreement,
)
from index.models import Answer, Citation, Hit, Passage
from index.text.normalization import fold_without_whitespace

TEXTS = ("The board met in May.", "五月時，委員會 花了１２３４元。", "Nothing else.")
HITS = tuple(Hit(Passage(f"r:{n}", "r", text, (), (1, 1), 0, 9), n, 1.0) for n, text in enumerate(TEXTS, 1))


def answer(verdict: str = "answered", confidence: float = 0.5, text: str = "", quote: str = "The board met") -> Answer:
    citation = Citation(1, quote, "r:1", (), (1, 1))
    return Answer("q", verdict, confidence, text, (citation,), HITS, "g", 1.0)


def asked(name: str = "1", answerable: bool = True, **more: object) -> Question:
    return Question.model_validate({"id": name, "question": f"q{name}", "answerable": answerable, **more})


@pytest.mark.parametrize(
    ("passage", "evidence", "expected"),
    [
        ("xx0123456789xx", "0123456789", True),
        ("xx01234567xx", "0123456789", True),
        ("xx23456789xx", "0123456789", True),
        ("xx12345678xx", "0123456789", True),
        ("xx0123456xx", "0123456789", False),
        ("01234x56789", "0123456789", False),
        ("ab", "abc", False),
        ("abc", "abc", True),
    ],
)
def test_holds_evidence_requires_run_of_eight_tenths(passage: str, evidence: str, expected: bool) -> None:
    assert holds_evidence(passage, evidence) is expected


@pytest.mark.parametrize(
    ("evidence", "rank"),
    [
        (["the board MET in may."], 1),
        (["委员会花了1234元"], 2),
        (["no such thing", "Nothing else."], 3),
        (["no such thing"], None),
        ([], None),
    ],
)
def test_judge_answer_rank_is_first_passage_with_evidence(evidence: list[str], rank: int | None) -> None:
    assert judge_answer(asked(evidence=evidence), answer()).rank == rank


@pytest.mark.parametrize(
    ("keys", "text", "expected"),
    [
        (["1,234 元", "五月"], "五月花了 1234元。", True),
        (["1234"], "1,234", True),
        (["五月", "六月"], "五月花了", False),
        ([], "", True),
    ],
)
def test_judge_answer_holds_keys_requires_every_key(keys: list[str], text: str, expected: bool) -> None:
    assert judge_answer(asked(answer_keys=keys), answer(text=text)).holds_keys is expected


@pytest.mark.parametrize(("quote", "unproven"), [("The board met", 0), ("the  BOARD", 0), ("The board slept", 1)])
def test_judge_answer_counts_quotations_missing_from_passage(quote: str, unproven: int) -> None:
    assert judge_answer(asked(), answer(quote=quote)).unproven == unproven


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("the Duke Richard", "Duke Richard II", 4 / 6),
        ("2011年", "於2011年", 4 / 5),
        ("", "x", 0.0),
        ("78個國家", "78 個 国家", 1.0),
        ("May 5", "May 5", 1.0),
    ],
)
def test_token_agreement_is_f1_of_words_or_characters(text: str, other: str, expected: float) -> None:
    assert token_agreement(text, other) == pytest.approx(expected)


def test_judge_answer_marked_spans_judge_first_quotation_and_lead() -> None:
    good = judge_answer(asked(spans=["in June", "board"]), replace(answer(), lead="the board"))
    assert (good.quotes_first, good.agreement) == (True, pytest.approx(2 / 3))
    bad = judge_answer(asked(spans=["in May"]), answer())
    assert (bad.quotes_first, bad.agreement) == (False, 0.0)
    for question, reply in ((asked(), answer()), (asked(spans=["board"]), answer("related"))):
        unjudged = judge_answer(question, reply)
        assert (unjudged.quotes_first, unjudged.agreement) == (None, None)
    figures = summarize_outcomes([good, bad])
    assert (figures["first quotation answers"].value, figures["short answer agrees"].value) == (0.5, pytest.approx(1 / 3))


def test_fold_without_whitespace_normalizes_case_width_and_script() -> None:
    assert fold_without_whitespace(" Ａ b\n臺灣 ") == "ab台湾"


def outcome(name: str, rank: int | None, verdict: str, confidence: float, keys: bool = True, **question: object) -> Outcome:
    return Outcome(asked(name, **question), answer(verdict, confidence), rank, keys, unproven=0)


SIX = [
    outcome("1", 1, "answered", 0.9, lang="en", kind="fact"),
    outcome("2", 2, "answered", 0.8, keys=False, lang="zh", kind="fact"),
    outcome("3", 7, "related", 0.4, keys=False, lang="zh", kind="list"),
    outcome("4", None, "not_covered", 0.2, keys=False, lang="en", kind="list"),
    outcome("5", None, "answered", 0.8, answerable=False, lang="en", kind="neartopic"),
    outcome("6", None, "not_covered", 0.1, answerable=False, lang="zh", kind="offtopic"),
]
# nDCG: 1/log2(2), 1/log2(3), 1/log2(8), 0. AUC: of four answerable confidences, 0.9, 0.8, 0.4, 0.2 against 0.8 win
# 1, 1/2, 0, 0, and against 0.1 all four.
EXPECTED = {
    "recall@1": (0.25, 4),
    "recall@3": (0.5, 4),
    "recall@5": (0.5, 4),
    "recall@10": (0.75, 4),
    "MRR": ((1 + 1 / 2 + 1 / 7) / 4, 4),
    "nDCG@10": ((1 + 1 / math.log2(3) + 1 / 3) / 4, 4),
    "answers with all keys": (0.25, 4),
    "answerable, answered": (0.5, 4),
    "off-topic, answered": (0.0, 1),
    "near-topic, answered": (1.0, 1),
    "quotations not in their passage": (0.0, 6),
    "AUC": (5.5 / 8, 6),
    "AUC off-topic": (1.0, 5),
    "AUC near-topic": (1.5 / 4, 5),
}


def test_summarize_outcomes_six_questions_gives_expected_figures() -> None:
    found = summarize_outcomes(SIX)
    assert list(found) == list(EXPECTED)
    for name, (value, n) in EXPECTED.items():
        assert (found[name].value, found[name].n) == (pytest.approx(value), n), name
    assert all(each.low <= each.value <= each.high for each in found.values())


def test_summarize_outcomes_rank_beyond_ten_counts_only_for_mrr() -> None:
    found = summarize_outcomes([outcome("1", 12, "answered", 0.9)])
    assert (found["recall@10"].value, found["nDCG@10"].value, found["MRR"].value) == (0.0, 0.0, 1 / 12)


def test_summarize_outcomes_omits_figures_without_questions() -> None:
    assert list(summarize_outcomes(SIX[5:])) == ["off-topic, answered", "quotations not in their passage"]
    assert "AUC" not in summarize_outcomes(SIX[:4])
    assert summarize_outcomes([]) == {}


def test_group_outcomes_groups_by_language_and_kind() -> None:
    found = {name: "".join(each.question.id for each in members) for name, members in group_outcomes(SIX).items()}
    assert found == {
        "all": "123456",
        "lang en": "145",
        "lang zh": "236",
        "kind fact": "12",
        "kind list": "34",
        "kind neartopic": "5",
        "kind offtopic": "6",
    }
    assert list(group_outcomes([outcome("1", 1, "answered", 0.9)])) == ["all"]
    assert [each.question.id for each in find_misses(SIX)] == ["2", "3", "4"]


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2))
def test_area_under_curve_equals_roc_auc_score(pairs: list[tuple[int, bool]]) -> None:
    scores, labels = np.array(pairs, float).T
    found = area_under_curve(scores, labels)
    if len(set(labels)) == 2:
        assert found == pytest.approx(roc_auc_score(labels, scores))
    else:
        assert math.isnan(found)


def test_bootstrap_figure_is_deterministic_and_narrows_with_sample_size() -> None:
    few, many = [0.0, 1.0] * 5, [0.0, 1.0] * 500
    assert bootstrap_figure(np.mean, few) == bootstrap_figure(np.mean, few) == Figure(0.5, 0.2, 0.8, 10)
    wide = bootstrap_figure(np.mean, many)
    assert 0.46 < wide.low < 0.48 < 0.52 < wide.high < 0.54
    assert bootstrap_figure(np.mean, [1.0, 1.0]) == Figure(1.0, 1.0, 1.0, 2)
    assert bootstrap_figure(np.mean, [0.5]) == Figure(0.5, 0.5, 0.5, 1)


def test_outcomes_json_contains_figures_and_questions() -> None:
    found = json.loads(outcomes_json(SIX, "g1"))
    assert list(found) == ["index", "figures", "questions"]
    assert (found["index"], list(found["figures"])) == ("g1", list(group_outcomes(SIX)))
    assert found["figures"]["all"]["MRR"][::3] == [0.4107, 4]
    assert found["questions"][1] == {"id": "2", "rank": 2, "verdict": "answered", "confidence": 0.8, "keys": False}


def test_print_figures_prints_tables_and_misses(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as out:
        print_figures([*SIX, outcome("[b]", None, "answered", 0.9)], Console(file=out, width=120))
    lines = (tmp_path / "out").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if line.startswith("│")]
    assert cells[0][::3] == ["recall@1", "5"]
    assert cells[0][1] == "0.200"
    assert ["lang en", "0.50", "0.50", "0.50", "0.50", "0.50", "3"] in cells
    parts = [row[0] for row in cells[len(EXPECTED) :]]
    assert parts == ["lang en", "lang zh", "kind fact", "kind list", "kind neartopic", "kind offtopic"]
    assert ["kind offtopic", "", "", "", "", "", "1"] in cells
    assert lines[-4:] == ["2 rank 2: q2", "3 rank 7: q3", "4 not found: q4", "[b] not found: q[b]"]


def test_load_questions_reads_jsonl_file(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    record = {"id": "1", "question": "誰？", "answerable": True, "evidence": ["a"], "answer_keys": ["b"], "more": 1}
    file.write_text(f"\n{json.dumps(record)}\n\n", "utf-8")
    assert load_questions(file) == [Question(id="1", question="誰？", answerable=True, evidence=("a",), answer_keys=("b",))]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b'{"id": "1", "question": "a", "answerable": true}\n\n{"id": 2}\n',
            ", line 3: id: input should be a valid string; ",
        ),
        (b"nonsense\n", ", line 1: invalid json"),
        (b"\n \n", ": holds no question"),
        (b"\xff", ": cannot be read ('utf-8' codec can't decode byte 0xff"),
        (None, ": cannot be read ([Errno 2] No such file or directory"),
    ],
)
def test_load_questions_invalid_file_raises_question_error(tmp_path: Path, content: bytes | None, problem: str) -> None:
    file = tmp_path / "q.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(QuestionError) as caught:
        load_questions(file)
    assert str(caught.value).startswith(f"{file}{problem}")
    assert "\n" not in str(caught.value)
