"""Requests that a classifier tells: small talk where nothing else answers, and the place where something stands."""

import copy

import numpy as np
import pytest

from index.answering.answerer import Answerer, Thresholds
from index.answering.coverage import ANSWERED
from index.arrays import Vectors
from index.config import Settings
from index.encoding.encoder import Encoding
from index.engine import Engine
from index.models import Answer, Scope
from index.retrieval.searcher import SearchResult
from index.structured_qa import request_classifier
from index.structured_qa.request_classifier import Request
from index.structured_qa.structured_answerer import StructuredAnswer
from tests.index.answering.test_answerer_structured import TOLD, Guide
from tests.index.answers import INDEX, Search, evidence
from tests.index.encoders import LetterEncoder, encode


class Classifier:
    """Finds every message to be of one kind."""

    def __init__(self, kind: Request, model: str = LetterEncoder.fingerprint) -> None:
        self.kind, self.model, self.asked = kind, model, list[tuple[str, Vectors]]()

    def classify(self, message: str, vector: Vectors) -> Request:
        self.asked.append((message, vector))
        return self.kind


def ask(engine: Engine, question: str, kind: Request, answered: float = ANSWERED, scope: Scope | None = None) -> Answer:
    """The answer of the tiny corpus to a message of a kind."""
    answerer = copy.copy(engine.answerer)
    answerer.classifier, answerer.cuts = Classifier(kind), Thresholds(answered, 0.0)
    return answerer.ask(question, scope=scope)


CHATTER = "I only answer questions about the report. What would you like to know?"


@pytest.mark.parametrize(
    ("question", "kind", "text"),
    [
        ("ugh, mondays are so long", "chatter", CHATTER),
        ("晚餐要吃拉麵還是火鍋", "chatter", "我只回答和報告有關的問題。想知道什麼，直接問就可以。"),
        ("awesome, that cleared it up", "thanks", "You're welcome! If there is more you want to know, just ask."),
        ("晚上好呀小幫手", "greeting", "你好！我用報告的原文回答問題，想知道什麼，直接問就可以。"),
    ],
)
def test_ask_small_talk_that_no_list_has_gets_reply_of_its_kind(
    engine: Engine, question: str, kind: Request, text: str
) -> None:
    answer = ask(engine, question, kind)
    assert (answer.road, answer.verdict, answer.confidence) == ("small talk", "not_covered", 0.0)
    assert (answer.question, answer.text, answer.found, answer.citations, answer.hits) == (question, text, text, (), ())


@pytest.mark.parametrize(
    ("question", "road"),
    [
        ("Who chaired the Spring meeting?", "structure: people of a session"),
        ("What are the main takeaways?", "structure: overview"),
        ("What did Dora Wick say?", "structure: speech"),
        ("ugh, Dora Wick is so long", "passages"),
        ("ugh, the Autumn lecture was so long", "passages"),
        ("王風好累喔", "passages"),
    ],
)
@pytest.mark.parametrize("kind", ["greeting", "thanks", "about", "chatter"])
def test_ask_what_is_answered_or_names_something_is_no_small_talk(
    engine: Engine, question: str, road: str, kind: Request
) -> None:
    assert ask(engine, question, kind).road == road


def test_ask_small_talk_within_scope_has_no_line_of_it(engine: Engine) -> None:
    answer = ask(engine, "ugh, mondays are so long", "chatter", scope=Scope(section=("Outlook",)))
    assert (answer.road, answer.text, answer.scope) == ("small talk", CHATTER, None)


@pytest.mark.parametrize(
    ("question", "scope", "text"),
    [
        (
            "where do they get into oil each night",
            None,
            "“Autumn lecture” is where this stands:\n"
            "[1] Dora Wick: “The lighthouse burns 40 litres of oil each night.” (Meetings › Autumn lecture, p. 2)",
        ),
        (
            "哪邊聊到霧季將近",
            None,
            "在「守塔人座談」談到：\n[1] 「王風提醒：「霧季將近。」」（一、會議 › （一）守塔人座談）",
        ),
        (
            "where do they get to dredge the inner basin",
            None,
            "“Outlook” is where this stands:\n"
            "[1] “Dredge the inner basin every May.” (Outlook › The board decided what follows, p. 2)",
        ),
        (
            "where do they get into oil each night",
            Scope(section=("Meetings",)),
            "Within: Meetings\n“Autumn lecture” is where this stands:\n"
            "[1] Dora Wick: “The lighthouse burns 40 litres of oil each night.” (Meetings › Autumn lecture, p. 2)",
        ),
    ],
)
def test_ask_which_names_session_or_section_and_quotes_best_sentence(
    engine: Engine, question: str, scope: Scope | None, text: str
) -> None:
    answer = ask(engine, question, "which", 0.0, scope)
    assert (answer.road, answer.verdict, answer.text) == ("structure: place", "answered", text)


def test_ask_which_of_what_reports_do_not_cover_searches_passages(engine: Engine) -> None:
    answer = ask(engine, "where do they get into oil each night", "which", 1.01)
    assert (answer.road, answer.verdict) == ("passages", "related")


def test_ask_kind_question_is_answered_as_without_classifier(engine: Engine) -> None:
    asked = "How much oil does the lighthouse burn each night?"
    answer, plain = ask(engine, asked, "question"), engine.answerer.ask(asked)
    assert (answer.text, answer.road, answer.hits) == (plain.text, plain.road, plain.hits)


class EncodingSearch(Search):
    """A search with an encoder, that keeps which encoded questions it was given."""

    def __init__(self, *found: object) -> None:
        super().__init__(*found)
        self.encoder, self.encoded = LetterEncoder(), list[Encoding | None]()

    def search(self, question: str, top: int, within: object = None, *, encoded: Encoding | None = None) -> SearchResult:
        self.encoded.append(encoded)
        return super().search(question, top, within)


class TalkingGuide(Guide):
    """Names nothing, and tells of no kind what to sum up."""

    def resolve_request(self, *_: object) -> None:
        """Nothing is to be summed up."""

    def names_something(self, question: str) -> bool:
        return "Ada" in question


@pytest.mark.parametrize(
    ("question", "query", "within"),
    [
        ("Is chapter 2 blue?", "Is the report blue?", "its passages"),
        ("hi, is\x00it blue?", "is it blue?", None),
    ],
)
def test_ask_classifies_and_searches_by_vector_of_question_without_chapter_and_greeting(
    question: str, query: str, within: str | None
) -> None:
    search, classifier = EncodingSearch(0.9, evidence(3, 1.0)), Classifier("question")
    search.within = within
    guide = TalkingGuide(StructuredAnswer("no rule"))
    Answerer(search, search, lambda _: None, INDEX, guide, classifier=classifier).ask(question)
    vector = encode(query).vector
    assert [message for message, _ in classifier.asked] == [query]
    np.testing.assert_array_equal(classifier.asked[0][1], vector)
    assert search.encoded[0] is not None
    np.testing.assert_array_equal(search.encoded[0].vector, vector)


def test_ask_small_talk_of_lists_is_not_classified() -> None:
    search, classifier = EncodingSearch(0.9, evidence(3, 1.0)), Classifier("chatter")
    answer = Answerer(search, search, lambda _: None, INDEX, TalkingGuide(TOLD), classifier=classifier).ask("Hi!")
    assert (answer.text, classifier.asked) == ("Hello! I answer questions with quotations from the report. Just ask.", [])


@pytest.mark.parametrize(
    ("told", "question", "road"),
    [
        (StructuredAnswer("no rule"), "is it blue", "small talk"),
        (StructuredAnswer("no rule"), "is Ada blue", "passages"),
        (TOLD, "is it blue", "structure: sessions"),
    ],
)
def test_ask_small_talk_waits_for_rules(told: StructuredAnswer, question: str, road: str) -> None:
    search = EncodingSearch(0.9, evidence(3, 1.0))
    answerer = Answerer(search, search, lambda _: None, INDEX, TalkingGuide(told), classifier=Classifier("chatter"))
    assert answerer.ask(question).road == road


def test_ask_small_talk_needs_no_structured_answerer() -> None:
    search = EncodingSearch(0.9, evidence(3, 1.0))
    answer = Answerer(search, search, lambda _: None, INDEX, classifier=Classifier("chatter")).ask("is it blue")
    assert (answer.road, answer.text) == ("small talk", CHATTER)


@pytest.mark.parametrize(("model", "is_used"), [("letters-32", True), ("another", False)])
def test_make_answerer_uses_classifier_of_its_encoder_only(
    built: Settings, monkeypatch: pytest.MonkeyPatch, model: str, *, is_used: bool
) -> None:
    classifier = Classifier("chatter", model)
    monkeypatch.setattr(request_classifier, "load_classifier", lambda: classifier)
    engine = Engine.load(built, LetterEncoder())
    assert engine.answerer.classifier is (classifier if is_used else None)


def test_make_answerer_without_classifier_answers_by_rules(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_classifier, "load_classifier", lambda: None)
    answerer = Engine.load(built, LetterEncoder()).answerer
    assert answerer.classifier is None
    assert answerer.ask("What are the main takeaways?").road == "structure: overview"


@pytest.mark.parametrize(
    ("question", "road"),
    [
        ("what was Dora Wick on about", "structure: speech"),
        ("what was Ben Sand on about", "passages"),
        ("what was Cora Tide on about", "passages"),
    ],
)
def test_ask_words_of_somebody_by_a_guess_are_their_own(engine: Engine, question: str, road: str) -> None:
    answer = ask(engine, question, "said")
    assert answer.road == road


@pytest.mark.parametrize(
    ("question", "road"),
    [("what did Dora Wick say at the Autumn lecture", "structure: session"), ("王雷在守塔人座談講了什麼", "passages")],
)
def test_ask_session_by_a_guess_lacks_no_name_of_the_question(engine: Engine, question: str, road: str) -> None:
    assert ask(engine, question, "session").road == road
