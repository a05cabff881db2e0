"""Examples for a reader: from question sets, from what was written about them, and mined."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.errors import CorpusError
from index.training import reader_examples
from index.training.reader_examples import (
    OWN,
    REPORT,
    ExampleSet,
    Paragraph,
    load_examples,
    mine_near_misses,
    pair_off_topic,
)

RIVER = {
    "title": "River_Tame",
    "text": "The Tame is 95 km long. It rises in 1285 metres.",
    "lang": "en",
    "questions": [
        {"id": "a", "question": "How long is it?", "answers": [[12, "95 km"], [12, "95 km"]], "impossible": False},
        {"id": "b", "question": "How wide is it?", "answers": [], "impossible": True},
    ],
}
TOWER = {"title": "Tower", "text": "The tower burns oil.", "lang": "en", "questions": []}


def write(folder: Path, *rows: object, name: str = "rivers") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def of_source(examples: ExampleSet, source: str) -> list[tuple[str, tuple[tuple[int, int], ...], str]]:
    return [
        (each.question, each.spans, each.kind)
        for each in examples.examples
        if examples.paragraphs[each.paragraph].source == source
    ]


def test_load_examples_question_set_gives_answerable_and_near(tmp_path: Path) -> None:
    examples = load_examples(write(tmp_path / "data", RIVER, TOWER), None)
    assert examples.paragraphs[:2] == [
        Paragraph("rivers", "River Tame", RIVER["text"], "en"),
        Paragraph("rivers", "Tower", TOWER["text"], "en"),
    ]
    assert of_source(examples, "rivers") == [("How long is it?", ((12, 17),), "public"), ("How wide is it?", (), "near")]


def test_load_examples_written_answers_stand_in_their_paragraphs(tmp_path: Path) -> None:
    examples = load_examples(write(tmp_path / "data", RIVER), None)
    written = of_source(examples, OWN)
    assert {kind for _, _, kind in written} == {"written", "written near"}
    near = sum(kind == "written near" for *_, kind in written)
    assert 2000 < near < len(written) - 1500
    for example in examples.examples:
        text = examples.paragraphs[example.paragraph].text
        assert all(0 <= start < end <= len(text) for start, end in example.spans)


def test_load_examples_written_questions_follow_their_paragraph(tmp_path: Path) -> None:
    rows = [dict(RIVER, title=f"T{n}", questions=[]) for n in range(400)]
    examples = load_examples(write(tmp_path / "data", *rows, name="squad2"), None)
    found = of_source(examples, "squad2")
    # Their paragraphs are other ones here, so no answer stands in them, and such questions are left out.
    assert {kind for _, spans, kind in found if not spans} == {"written near"}
    assert len(found) > 1000


def test_load_examples_report_gives_sentence_spans(tmp_path: Path) -> None:
    corpus = Path(__file__).parents[3] / "corpus"
    examples = load_examples(write(tmp_path / "data", RIVER), corpus)
    found = of_source(examples, reader_examples.REPORT)
    assert {kind for *_, kind in found} == {"report", "report near"}
    answerable = [example for example in examples.examples if example.kind == "report"]
    assert len(answerable) > 1700
    first = answerable[0]
    assert "快速(fast)" in examples.paragraphs[first.paragraph].text[slice(*first.spans[0])]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "cannot be read as JSON Lines"),
        (json.dumps(dict(RIVER, questions=[{"question": "?"}])), "line 1: is no paragraph with questions"),
        (json.dumps(dict(RIVER, questions=[{"question": "?", "impossible": False, "answers": [3]}])), "line 1: is no par"),
    ],
)
def test_load_examples_other_form_names_file_and_line(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "x.jsonl").write_text(line + "\n", "utf-8")
    with pytest.raises(CorpusError, match=problem) as error:
        load_examples(tmp_path, None)
    assert str(tmp_path / "x.jsonl") in str(error.value)


def test_load_examples_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"holds no question set; docs/cli\.md describes the form of one"):
        load_examples(tmp_path, None)


def test_held_out_takes_whole_articles_and_smallest_of_few() -> None:
    examples = ExampleSet([], [])
    for n in range(60):
        examples.paragraphs.extend([Paragraph("many", f"T{n // 2}", f"text {n}", "en")])
        examples.add(n, "?", (), "near")
    for n in range(60, 63):
        examples.paragraphs.extend([Paragraph("few", f"F{n // 62}", f"text {n}", "en")])
        examples.add(n, "?", (), "near")
    examples.paragraphs.append(Paragraph(reader_examples.REPORT, "R", "text", "en"))
    examples.add(63, "?", (), "report near")
    held = examples.held_out()
    assert {n ^ 1 for n in held if n < 60} == {n for n in held if n < 60}
    assert 0 < len([n for n in held if n < 60]) < 20
    assert {n for n in held if n >= 60} == {62}


class AlwaysBest(random.Random):
    """Draws what is most likely."""

    def random(self) -> float:
        return 0.0


def test_mine_near_misses_takes_best_paragraph_without_answer() -> None:
    paragraphs = [
        Paragraph("s", "Tame", "the river tame is 95 km long", "en"),
        Paragraph("s", "Tame", "the tame is 95 km in all", "en"),  # holds the answer
        Paragraph("s", "Tame", "the river tame flows north", "en"),
        Paragraph("s", "Tame", "oil prices fell", "en"),
        Paragraph("s", "Cole", "the river cole is long", "en"),
        *(Paragraph("s", f"T{n}", f"word{n} other{n}", "en") for n in range(60)),
        Paragraph("s", "長", "河川 tame river", "zh-Hant"),
    ]
    examples = ExampleSet(paragraphs, [])
    examples.add(0, "how long is the river tame", [(18, 23)], "public")
    examples.add(0, "how wide is the tame", [], "near")
    words = sorted({word for paragraph in paragraphs for word in paragraph.text.split()} | {"how", "wide"})

    def ids(text: str) -> list[int]:
        return [words.index(word) for word in text.split()]

    near, far = mine_near_misses(paragraphs, examples.examples, ids, len(words), AlwaysBest(), far=1.0)
    assert (near.kind, near.paragraph, near.spans, near.question) == ("mined near", 2, (), "how long is the river tame")
    assert (far.kind, far.paragraph) == ("mined far", 4)


def test_pair_off_topic_pairs_questions_with_nearest_of_reports_and_own() -> None:
    paragraphs = [
        Paragraph("s", "Tame", "the river tame", "en"),
        *(Paragraph(REPORT, "R", f"report{n} word{n}", "en") for n in range(9)),
        Paragraph(REPORT, "R", "long river report", "en"),
        *(Paragraph(OWN, "O", f"own{n} word{n}", "en") for n in range(9)),
        Paragraph(OWN, "O", "long own river", "en"),
    ]
    examples = ExampleSet(paragraphs, [])
    examples.add(0, "how long is the river tame", [(0, 3)], "public")
    examples.add(1, "how old is the report", [(0, 7)], "report")
    words = sorted({word for paragraph in paragraphs for word in paragraph.text.split()})

    def ids(text: str) -> list[int]:
        return [words.index(word) for word in text.split() if word in words]

    class First(AlwaysBest):
        def choice(self, seq: Sequence[Any]) -> Any:
            return seq[0]

        def sample(self, population: Sequence[Any], k: int, **_: Any) -> list[Any]:
            return list(population[:k])

    pairs = pair_off_topic(paragraphs, examples.examples, ids, len(words), First())
    everyday = (reader_examples.WRITTEN / reader_examples.EVERYDAY_QUESTIONS).read_text("utf-8").splitlines()
    asked = 1 + len(everyday) * reader_examples.EVERYDAY_TIMES
    assert [pair.paragraph for pair in pairs if pair.question == "how long is the river tame"] == [10, 20]
    assert {(pair.spans, pair.kind) for pair in pairs} == {((), "off topic")}
    in_reports = [pair for pair in pairs if paragraphs[pair.paragraph].source == REPORT]
    assert (len(in_reports), len(pairs)) == (int(0.6 * asked), int(0.6 * asked) + int(0.4 * asked))
    assert "how old is the report" not in {pair.question for pair in pairs}
