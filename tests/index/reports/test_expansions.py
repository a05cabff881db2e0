"""What people wrote about a report is read, located by verbatim text, and refused where it is not what it should be."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.models import Expansion, Passage, Sentence, readings_by_sentence
from index.reports.expansions import EvidenceLocator, read_expansions

TEXTS = ("Rain fell. Snow fell.", "Rain fell.\nWind rose.")
PASSAGES = tuple(Passage(f"p{n}", "report", text, (), (1, 1), 0, len(text)) for n, text in enumerate(TEXTS))
SENTENCES = tuple(
    Sentence(passage, text, (), (1, 1), True)
    for passage, text in ((0, "Rain fell."), (0, "Snow fell."), (1, "Rain fell."), (1, "Wind rose."))
)


def read(folder: Path, **files: str) -> tuple[list[Expansion], list[str]]:
    warned: list[str] = []
    for name, text in files.items():
        (folder / f"{name}.jsonl").write_text(text, "utf-8")

    def warn(file: Path, line: int, problem: str) -> None:
        warned.append(f"{file.name}:{line}: {problem}")

    return read_expansions(folder, PASSAGES, SENTENCES, warn), warned


def test_read_expansions_no_files_returns_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == ([], [])


def test_read_expansions_each_kind_is_linked_to_its_sentences(tmp_path: Path) -> None:
    found, warned = read(
        tmp_path,
        readings='{"text": "Rain  fell.", "zh-Hant": "下雨了。", "en": "It rained."}\n\n',
        gists='{"of": "Wind", "zh-Hant": "起風。"}\n{"of": "Hail", "en": "Hail."}\n',
        questions='{"question": "Was there snow?", "lang": "en", "evidence": ["Snow fell"]}\n'
        '{"question": "What came down?", "lang": "en", "evidence": ["fell. Snow", "Wind"]}\n'
        '{"question": "Hail?", "lang": "en", "evidence": ["Hail"]}\n',
    )
    assert found == [
        Expansion("reading", "zh-Hant", "下雨了。", (0, 2)),
        Expansion("reading", "en", "It rained.", (0, 2)),
        Expansion("gist", "zh-Hant", "起風。", (2, 3)),
        Expansion("question", "en", "Was there snow?", (1,)),
        Expansion("question", "en", "What came down?", (0, 1, 3)),
    ]
    assert warned == ["gists.jsonl:2: fits no text of the report", "questions.jsonl:3: its evidence is not in the report"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "readings.jsonl, line 1: not JSON (Expecting property name enclosed in double quotes)"),
        ('\n{"text": 1}', "readings.jsonl, line 2: text: input should be a valid string; README.md explains each key"),
        ('{"text": " "}', "line 1: text: string should have at least 1 character; README.md explains each key"),
    ],
)
def test_read_expansions_invalid_line_raises_with_line_number(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(CorpusError) as caught:
        read(tmp_path, readings=text)
    assert str(caught.value).endswith(problem)


def test_evidence_locator_text_across_sentences_is_found_and_blank_is_not() -> None:
    places = EvidenceLocator(PASSAGES, SENTENCES)
    assert places.sentences_of("l. S") == (0, 1)
    assert places.sentences_of(" ") == ()
    assert places.passages_of("Snow") == (0, 1)
    assert places.passages_of("") == ()


def test_evidence_locator_bullets_between_items_are_ignored() -> None:
    passage = replace(PASSAGES[0], text="• Rain fell.\n◦ Snow fell.")
    sentences = [replace(SENTENCES[0], passage=0, text=text) for text in ("Rain fell.", "Snow fell.")]
    places = EvidenceLocator([passage], sentences)
    assert places.sentences_of("Rain fell. Snow fell.") == (0, 1)
    assert places.sentences_of("▪ Snow") == (1,)
    assert places.sentences_of("•") == ()


def test_readings_by_sentence_own_reading_takes_precedence_over_shared_one() -> None:
    told = [
        Expansion("reading", "en", "The meeting was on 17 December.", (3,)),
        Expansion("reading", "en", "17 December", (3, 5, 8)),
        Expansion("reading", "zh-Hant", "十二月十七日", (3,)),
        Expansion("gist", "en", "What was when.", (5,)),
    ]
    assert readings_by_sentence(told, "en") == {3: "The meeting was on 17 December.", 5: "17 December", 8: "17 December"}
