"""Questions that lean on the one before: whether they do, and what they are taken for."""

import pytest

from index.answering.follow_ups import (
    count_content,
    find_anaphora,
    is_follow_up,
    is_fragment,
    replace_anaphora,
    rewrite_candidates,
    strip_opening,
    strip_question_words,
)
from index.engine import Engine
from index.models import Scope

SPOKE = "Who spoke at the Autumn lecture?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("他是哪個單位的？", True),
        ("那場是什麼時候？", True),
        ("那為什麼？", True),
        ("為什麼？", True),
        ("what about oil?", True),
        ("and when was that?", True),
        ("When was she there?", True),
        ("How many litres of oil does the lighthouse burn each night?", False),
        ("Who is Dora Wick?", False),
        ("燈塔年報裡提到的霧笛是在哪一年由誰提議更換的？", False),
    ],
)
def test_is_follow_up_recognizes_anaphora_and_openings(engine: Engine, question: str, expected: bool) -> None:
    assert is_follow_up(question, engine.guide) is expected


@pytest.mark.parametrize(
    ("question", "name", "complete"),
    [
        ("他是哪個單位的？", "Dora Wick", "Dora Wick 是哪個單位的？"),
        ("那他呢", "唐小鳳", "那唐小鳳呢"),
        ("What is her role?", "Dora Wick", "What is Dora Wick's role?"),
        ("where is he from?", "Dora Wick", "where is Dora Wick from?"),
    ],
)
def test_replace_anaphora_pronoun_becomes_name(question: str, name: str, complete: str) -> None:
    match = find_anaphora("person", question)
    assert match is not None
    assert replace_anaphora(question, match, name) == complete


def test_find_anaphora_pronoun_inside_word_does_not_match() -> None:
    assert find_anaphora("person", "What is the theory of heating?") is None
    assert find_anaphora("thing", "Whither goes thatch?") is None


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("OGP 是什麼時候成立的？", "OGP 是 成立的"),
        ("When did the summit take place?", "the summit take place"),
        ("為什麼？", ""),
    ],
)
def test_strip_question_words_leaves_topic(question: str, topic: str) -> None:
    assert strip_question_words(question) == topic


def test_strip_opening_and_count_content_handle_short_questions() -> None:
    assert [strip_opening(text) for text in ("那時間呢？", "And what about oil?", "why?", "那")] == [
        "時間呢？",
        "oil?",
        "why?",
        "那",
    ]
    assert [count_content(text) for text in ("為什麼？", "and why", "")] == [3, 2, 0]


def test_rewrite_candidates_pronoun_becomes_person_of_previous_question(engine: Engine) -> None:
    before = engine.ask("Who is Dora Wick?")
    assert rewrite_candidates("Where is she from?", before, engine.guide)[0].question == "Where is Dora Wick from?"


def test_rewrite_candidates_session_reference_gives_scope_then_title(engine: Engine) -> None:
    before = engine.ask(SPOKE)
    found = rewrite_candidates("when was that session?", before, engine.guide)
    (session,) = [each for each in engine.sessions if each.title == "Autumn lecture"]
    assert (found[0].question, found[0].scope) == ("when was ?", Scope(session=session.id))
    assert found[1].question == "when was Autumn lecture ?"


@pytest.mark.parametrize(
    ("before", "question", "swapped"),
    [
        ("Who is Dora Wick?", "and Ada Quill?", "Who is Ada Quill?"),
        ("Who is Dora Wick…", "and Ada Quill?", "Who is Ada Quill…"),
        ("林海說了什麼？", "那王風呢？", "王風說了什麼？"),
        ("誰代表領港公會？", "那林海呢", "誰代表林海？"),
    ],
)
def test_rewrite_candidates_new_name_takes_the_place_of_the_old_one(
    engine: Engine, before: str, question: str, swapped: str
) -> None:
    found = rewrite_candidates(question, engine.ask(before), engine.guide)
    assert swapped in [each.question for each in found]


def test_follow_pronoun_question_answers_rewritten_question(engine: Engine) -> None:
    answer = engine.follow("when was it?", SPOKE)
    assert (answer.question, answer.verdict) == ("when was it?", "answered")
    assert "9 October 2030" in answer.text
    assert answer.understood


def test_follow_with_report_scope_searches_same_reports(engine: Engine) -> None:
    harbour = Scope(reports=("harbour",))
    answer = engine.follow("when was it?", SPOKE, scope=harbour)
    assert (answer.verdict, answer.scope and answer.scope.reports) == ("answered", ("harbour",))
    assert "9 October 2030" in answer.text
    elsewhere = engine.follow("when was it?", SPOKE, scope=Scope(reports=("tower",)))
    assert elsewhere.understood
    assert {hit.passage.report for hit in elsewhere.hits} <= {"tower"}


def test_follow_complete_question_or_session_scope_is_not_rewritten(engine: Engine) -> None:
    complete = "How many litres of oil does the lighthouse burn each night?"
    assert engine.follow(complete, SPOKE).understood == ""
    scope = Scope(session=engine.sessions[0].id)
    assert (engine.follow("when?", SPOKE, scope=scope).understood, engine.follow("when?", SPOKE, scope=scope).scope) == (
        "",
        scope,
    )


@pytest.mark.parametrize(
    ("question", "incomplete"),
    [
        ("什麼時候？", True),
        ("and when?", True),
        ("他還說了什麼關於開放資料的事情？", True),
        ("台灣有加入 OGP 嗎？", False),
        ("Who paid for the new lamp in 2020?", False),
    ],
)
def test_is_fragment_question_incomplete_without_the_one_before(question: str, incomplete: bool) -> None:
    assert is_fragment(question) is incomplete
