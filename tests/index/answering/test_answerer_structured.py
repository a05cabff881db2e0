"""Answers that the structure tells, within a scope or without."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from index.answering.answerer import Answerer
from index.models import Answer, Citation, Hit, Passage, Scope, Session
from index.structured_qa.rules import StructuredResult
from index.structured_qa.source_lines import SourceQuote
from index.structured_qa.structured_answerer import StructuredAnswer
from tests.index.answers import HITS, INDEX, ROOMS, Search, evidence

FORUM, CHAPTER = Scope(session="s01"), Scope(section=("F",))
MEETINGS = tuple(
    Session(name, title, None, "plenary", None, None, None, ("B",), (4, 4))
    for name, title in (("s01", "Forum"), ("s02", "Ball"))
)


class Guide:
    """Tells one thing of everything, and knows one scope."""

    def __init__(self, told: StructuredAnswer) -> None:
        self.told, self.asked = told, list[tuple[object, ...]]()
        self.directory = SimpleNamespace(sessions=MEETINGS)

    def tell(self, *asked: object) -> StructuredAnswer:
        self.asked.append(asked)
        return self.told

    def summary_request(self, *_: object) -> None:
        """Nothing is to be summed up."""

    def chapter(self, question: str) -> tuple[tuple[str, ...], str] | None:
        return (("F",), "Is the report blue?") if "chapter" in question else None

    def passages_within(self, scope: Scope) -> str:
        assert scope in (FORUM, CHAPTER)
        return "its passages"

    def describe(self, scope: Scope) -> str:
        assert scope in (FORUM, CHAPTER)
        return "Forum"


RAIN = Citation(1, "下雨 了。\n放晴了。", "r:0003", ("B",), (4, 4), "Ada")
TOLD = StructuredAnswer(
    "fill 'x'", StructuredResult("sessions", sessions=MEETINGS), (SourceQuote(RAIN),), (ROOMS[3], ROOMS[5])
)
TEXT = {
    "en": "2 sessions: Forum; Ball.\n[1] “下雨 了。”, “放晴了。” (B, p. 4)",
    "zh-TW": "共 2 場：Forum；Ball。\n[1] 「下雨 了。」、「放晴了。」（B，第 4 頁）",
    "ja": "全2セッション：Forum／Ball。\n[1] 「下雨 了。」、「放晴了。」（B、4ページ）",
}


@pytest.mark.parametrize(
    ("hits", "shown"),
    [
        (HITS, ((ROOMS[3], 3.0), (ROOMS[5], 2.0), (ROOMS[0], 1.0), (ROOMS[1], 0.0))),
        ((), ((ROOMS[3], 2.0), (ROOMS[5], 1.0))),
    ],
)
def test_ask_structured_answer_is_certain_and_its_passages_rank_first(
    hits: tuple[Hit, ...], shown: tuple[tuple[Passage, float], ...]
) -> None:
    search, guide = Search(0.2, hits=hits), Guide(TOLD)
    answer = Answerer(search, search, lambda _: None, INDEX, guide).ask("How many\x00sessions?", 4)
    ranked = tuple(Hit(passage, rank, score) for rank, (passage, score) in enumerate(shown, 1))
    assert guide.asked == [("How many sessions?", None)]
    assert answer == Answer(
        "How many\x00sessions?",
        "answered",
        0.95,
        TEXT["en"],
        (replace(RAIN, reading=None),),
        ranked,
        INDEX,
        answer.elapsed_ms,
        "structure: sessions",
        "fill 'x'",
    )


def test_ask_structured_quote_has_reading_only_if_every_line_has_one() -> None:
    sentences = [evidence(0, 1.0, text) for text in ("下雨 了。", "放晴了。", "It rained.")]
    search = Search(0.2, *sentences)
    whole, part, english = (replace(RAIN, quote=text) for text in (RAIN.quote, "下雨 了。\n起霧了。", "It rained."))
    guide = Guide(replace(TOLD, quotes=tuple(map(SourceQuote, (whole, part, english)))))
    answerer = Answerer(search, search, lambda _: None, INDEX, guide)
    readings = [citation.reading for citation in answerer.ask("How many?").citations]
    assert readings == ["en: 下雨 了。; en: 放晴了。", None, None]
    assert answerer.ask("有幾場？").citations == (whole, part, english)


def test_ask_without_structured_answer_searches_passages_and_keeps_reason() -> None:
    search = Search(0.9, evidence(3, 1.0))
    answer = Answerer(search, search, lambda _: None, INDEX, Guide(StructuredAnswer("not explained: blue"))).ask(
        "Is it blue?"
    )
    assert (answer.text, answer.road) == ("The report says:\n[1] “Room 3 is blue.” (B, p. 4)", "passages")
    assert (answer.why, answer.scope, search.asked) == ("not explained: blue", None, [("Is it blue?", 10)])


@pytest.mark.parametrize(
    ("question", "within", "language"),
    [
        ("Is it blue?", "Within: Forum", "en"),
        ("是藍的嗎？", "範圍：Forum", "zh-TW"),
        ("青いですか？", "範囲：Forum", "ja"),
    ],
)
def test_ask_with_scope_names_scope_and_searches_within_it(question: str, within: str, language: str) -> None:
    search, guide = Search(0.9, evidence(3, 1.0)), Guide(TOLD)
    search.within = "its passages"
    answer = Answerer(search, search, lambda _: None, INDEX, guide).ask(question, scope=FORUM)
    assert (answer.text, answer.scope) == (f"{within}\n{TEXT[language]}", FORUM)
    assert guide.asked[0][1] == FORUM


def test_ask_with_scope_without_structured_answerer_ignores_scope() -> None:
    search = Search(0.9, evidence(3, 1.0))
    answer = Answerer(search, search, lambda _: None, INDEX).ask("Is it blue?", scope=FORUM)
    assert (answer.scope, answer.why, answer.text[:4]) == (None, "", "The ")
    assert Answerer(search, search, lambda _: None, INDEX).ask("?", scope=FORUM).scope == FORUM


def test_ask_chapter_by_number_answers_within_it() -> None:
    search, guide = Search(0.9, evidence(3, 1.0)), Guide(StructuredAnswer("no rule"))
    search.within = "its passages"
    answer = Answerer(search, search, lambda _: None, INDEX, guide).ask("Is chapter 2 blue?")
    assert (answer.scope, answer.text.split("\n")[0]) == (CHAPTER, "Within: Forum")
    assert (search.asked, guide.asked) == ([("Is the report blue?", 10)], [("Is the report blue?", CHAPTER)])
