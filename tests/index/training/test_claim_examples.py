"""Examples for the judge of claims."""

import json
import random
from pathlib import Path

import pytest

from index.training import claim_examples
from index.training.claim_examples import from_statements, make_claim_examples, shorten, state
from index.training.reader_examples import OWN, ExampleSet, Paragraph

TEXT = "大會於五月在里斯本召開，共三百人出席。主席安娜提出草案。秘書處否決了另一份計畫。會後發布聲明。"


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExampleSet:
    """One paragraph with two questions and two written statements."""
    rows = [
        {"paragraph": 0, "statement": "草案是安娜提的", "label": "supported", "evidence": "主席安娜提出草案。"},
        {"paragraph": 0, "statement": "出席的有記者", "label": "open", "evidence": ""},
    ]
    (tmp_path / "statements.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    monkeypatch.setattr(claim_examples, "WRITTEN", tmp_path)
    made = ExampleSet([Paragraph(OWN, "大會", TEXT, "zh-Hant")], [])
    made.add(0, "誰提出草案？", [(TEXT.index("安娜"), TEXT.index("安娜") + 2)], "written")
    made.add(0, "大會在哪裡召開？", [(TEXT.index("里斯本"), TEXT.index("里斯本") + 3)], "written")
    made.add(0, "誰否決了草案？", [], "written near")
    return made


def test_from_statements_evidence_supports_and_other_sentences_leave_open(examples: ExampleSet) -> None:
    made = list(from_statements(examples, 0, random.Random(0)))
    supported = [each for each in made if each.label == "supported"]
    assert [each.statement for each in supported] == ["草案是安娜提的"]
    assert "主席安娜提出草案。" in supported[0].premise
    assert all("安娜" not in each.premise for each in made if each.label == "open" and each.statement == "草案是安娜提的")
    assert sum(each.statement == "出席的有記者" for each in made) == 2


def test_make_claim_examples_of_questions_and_sentences(examples: ExampleSet) -> None:
    made = make_claim_examples(examples, random.Random(0))
    asked = {(each.statement, each.label) for each in made if each.kind == "question"}
    assert {("安娜提出草案", "supported"), ("大會在里斯本召開", "supported")} <= asked
    assert all(label == "unsupported" for statement, label in asked if statement.endswith("否決了草案"))
    for each in made:
        assert each.premise in TEXT
        if each.kind == "edit" and each.label == "contradicted":
            assert each.statement.rstrip("。") not in TEXT


@pytest.mark.parametrize(
    ("question", "answer", "language", "statement"),
    [
        ("有多少人出席？", "5,000人", "zh-Hant", "有5,000人出席"),
        ("誰主持會議呢？", "安娜", "zh-Hant", "安娜主持會議"),
        ("鳥島で一番高いのはどこですか？", "硫黄山", "ja", "鳥島で一番高いのは硫黄山"),
        ("Who opened the summit?", "the mayor", "en", "The mayor opened the summit."),
        ("What is the capital?", "Lima", "en", "The capital is Lima."),
        ("When did it open?", "1990", "en", None),
        ("誰在哪裡？", "安娜", "zh-Hant", None),
        ("為何如此？", "安娜", "zh-Hant", None),
    ],
)
def test_state_puts_the_answer_in_the_place_of_the_interrogative(
    question: str, answer: str, language: str, statement: str | None
) -> None:
    assert state(question, answer, language) == statement


def test_shorten_keeps_the_beginning() -> None:
    made = {shorten("第一句，第二句，第三句。", random.Random(seed)) for seed in range(40)}
    assert made >= {"第一句，第二句，第三句。", "第一句"}
    assert all("第一句，第二句，第三句。".startswith(each.rstrip("。")) for each in made)
