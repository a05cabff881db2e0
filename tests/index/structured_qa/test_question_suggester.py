"""Questions to ask next: near the answer first, and only those that the reports answer."""

import json
from dataclasses import replace

import pytest

from index.answering.rendering import load_phrases
from index.config import Settings
from index.engine import Engine
from index.models import Citation
from index.structured_qa.question_suggester import LONGEST, QuestionSuggester
from tests.bot.fakes import answer
from tests.bot.summit import DIRECTORY, FORUM
from tests.index.encoders import LetterEncoder
from tests.index.tiny import OIL, OIL_QUOTE, build


def suggest(section: tuple[str, ...], *, unknown: str = "-", question: str = "where?", asked: list[str] | None = None):
    def is_answered(candidate: str) -> bool:
        (asked if asked is not None else []).append(candidate)
        return unknown not in candidate

    suggester = QuestionSuggester(DIRECTORY, is_answered)
    given = answer(question, citations=(Citation(1, "x", "p1", section, (1, 1)),))
    return suggester.suggest(given, load_phrases("en"))


def test_suggest_part_then_its_session_then_the_report() -> None:
    assert suggest((*FORUM, "2.致詞")) == (
        "What was discussed in “致詞”?",
        "What did **Robert'); DROP TABLE<@1> say?",
        "What was discussed in “開放資料論壇”?",
    )
    assert suggest(("none",)) == (
        "What are the main points of this report?",
        "What does the report recommend?",
        "What was discussed in “開幕式”?",
    )


def test_suggest_skips_what_was_asked_what_is_not_answered_and_what_is_too_long() -> None:
    overview = "What are the main points of this report?"
    assert suggest(("none",), question=overview, unknown="recommend") == (
        "What was discussed in “開幕式”?",
        "What did 唐小鳳 say?",
        "What was discussed in “開放資料論壇”?",
    )
    long = replace(DIRECTORY.sessions[0], title="x" * LONGEST)
    suggester = QuestionSuggester(type(DIRECTORY)((long,)), lambda _: True)
    assert suggester.suggest(answer("?", citations=()), load_phrases("en")) == (
        overview,
        "What does the report recommend?",
        "What did 唐小鳳 say?",
    )


def test_complete_question_contains_typed_text_and_is_answered() -> None:
    suggester = QuestionSuggester(DIRECTORY, lambda question: "開放資料" not in question)
    words = load_phrases("en")
    assert suggester.complete("what WAS", words, 2) == (
        "What was discussed in “開幕式”?",
        "What was discussed in “閉幕”?",
    )
    assert suggester.complete("開放資料", words, 9) == ()


def test_suggest_checks_each_question_once() -> None:
    asked: list[str] = []
    suggester = QuestionSuggester(DIRECTORY, lambda question: not asked.append(question))
    for _ in range(2):
        suggester.suggest(answer("where?"), load_phrases("en"))
    assert len(asked) == len(set(asked)) == 3


def test_suggest_questions_of_engine_are_all_answered(engine: Engine) -> None:
    for language in ("zh-TW", "en", "ja"):
        suggested = engine.suggest_questions(engine.ask("How much oil does the lighthouse burn?"), language)
        assert suggested
        for question in suggested:
            assert engine.ask(question).road.startswith("structure: ")


def test_suggest_after_a_refusal_begins_with_a_similar_reviewed_question(own: Settings) -> None:
    reviewed = {"question": OIL, "lang": "en", "evidence": [OIL_QUOTE]}
    (own.corpus.path / "harbour" / "questions.jsonl").write_text(json.dumps(reviewed) + "\n", "utf-8")
    build(own)
    engine = Engine.load(own, LetterEncoder())
    assert engine.answerer.searcher.similar_questions(OIL, 3) == [(OIL, pytest.approx(1, abs=1e-3))]
    refused = replace(engine.ask("xyzzy"), question=OIL.lower())
    assert (refused.verdict, refused.road) == ("not_covered", "passages")
    assert engine.suggest_questions(refused, "en")[0] == OIL
    assert OIL not in engine.suggest_questions(refused, "zh-TW")
    assert OIL not in engine.suggest_questions(replace(refused, question="zzz qqq"), "en")
