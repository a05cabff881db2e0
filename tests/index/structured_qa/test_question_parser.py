"""Pieces of questions: what each phrase means, and what no phrase explains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.engine import Engine
from index.structured_qa.lexicon import load_intents, title_parts
from index.structured_qa.question_parser import MARK, QuestionSpan, collect_phrases, cover_text
from index.text.normalization import phrase_key
from tests.index import summit

PHRASES = collect_phrases([("the rain", "a", ["1"]), ("rain", "b", []), ("in", "c", []), ("下雨", "d", []), ("雨", "e", [])])


def read(question: str) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    pieces, rest = summit.engine().guide.phrasebook.read(question)
    return [(piece.tag, piece.text) for piece in pieces], rest


@pytest.mark.parametrize(
    ("asked", "tags", "rest"),
    [
        ("the rain", ["a"], ()),
        ("rain in the rain", ["b", "c", "a"], ()),
        ("rain in spain", ["b", "c"], ("spain",)),
        ("raining in", ["c"], ("raining",)),
        ("no rain no snow", ["b"], ("no", "no snow")),
        ("下雨雨", ["d", "e"], ()),
        ("rain下雨", ["b", "d"], ()),
        ("大下雨天", ["d"], ("大", "天")),
        ("", [], ()),
    ],
)
def test_cover_text_phrases_prefer_longest_with_least_unexplained(
    asked: str, tags: list[str], rest: tuple[str, ...]
) -> None:
    spans, left = cover_text(asked, PHRASES, 20)
    assert ([options[0].tag for options in spans], left) == (tags, rest)


@given(st.text("rain in下雨 the", max_size=40).map(phrase_key))
def test_cover_text_arbitrary_question_loses_no_text(asked: str) -> None:
    spans, rest = cover_text(asked, PHRASES, 20)
    told = [options[0].text for options in spans] + list(rest)
    assert sorted("".join(told).replace(" ", "")) == sorted(asked.replace(" ", ""))


def test_collect_phrases_equal_tags_are_merged() -> None:
    assert collect_phrases([("x", "a", ["1"]), ("x", "a", ["2"]), ("x", "b", []), ("", "a", ["3"])]) == {
        "x": [QuestionSpan("a", "x", frozenset({"1", "2"})), QuestionSpan("b", "x", frozenset())]
    }


@pytest.mark.parametrize(
    ("question", "pieces"),
    [
        ("ＷＨＯ  Spoke?", [("who", "who"), ("speak", "spoke")]),
        ("誰發言", [("who", "谁"), ("speak", "发言")]),
        ("OGP", [("subject", "ogp")]),
        ("from the OGP", [("from", "from"), ("fill", "the"), ("org", "ogp")]),
        ("12 月 16 日、day 3", [("date", "12 月 16 日"), ("date", "day 3")]),
        ("最後一天", [("date", "最后一天")]),
        ("Cormann? Mathias Cormann!", [("person", "mathias cormann")]),
        ("韓國的", [("country", "韩国"), ("from_after", "的")]),
        ("civic space plenary", [("topic", "civic space"), ("kind", "plenary")]),
        ("全體大會：反貪腐的多元途徑", [("kind", "全体大会"), ("title", "反贪腐的多元途径")]),
        ("Adrian Alcala Mendez", [("person", "adrian alcala mendez")]),
        ("walker", []),
        ("Walker", [("person", "walker")]),
        ("Jeon", []),
    ],
)
def test_question_parser_read_question_returns_tagged_spans(question: str, pieces: list[tuple[str, str]]) -> None:
    assert read(question)[0] == pieces


def test_question_parser_read_unknown_words_are_returned_as_rest() -> None:
    assert read("Who met Mathias Cormann at 12:30?") == (
        [("who", "who"), ("person", "mathias cormann"), ("at", "at")],
        ("met", "12 30"),
    )
    assert read("power to the people")[1] == ("power",)
    assert read("韓國國防部的人")[1] == ("韩国国防部",)


def test_question_parser_read_typed_day_mark_is_ignored() -> None:
    assert read(f"who {MARK}") == read("who")


def test_title_parts_title_excludes_runs_with_joining_word_at_edge() -> None:
    assert title_parts("rivers after the flood") == {"rivers after the flood", "rivers", "flood"}
    assert title_parts("信任与政府") == {"信任与政府", "信任", "政府", "信任与政", "任与政", "任与政府"}


def test_question_parser_read_other_reports_use_their_own_phrases(engine: Engine) -> None:
    pieces, rest = engine.guide.phrasebook.read("座談 lecture Ada Quill Pilot Guild 守塔人")
    assert [(piece.tag, sorted(piece.means)) for piece in pieces][1:] == [
        ("kind", ["lecture"]),
        ("person", ["Ada Quill"]),
        ("org", ["Cora Tide"]),
        ("topic", ["tower:s01"]),
    ]
    assert rest == ()


def test_load_intents_phrases_have_one_tag_each() -> None:
    seen: dict[str, str] = {}
    tables = load_intents()["words"] | load_intents()["kinds"]
    for tag, phrases in tables.items():
        for phrase in phrases:
            assert seen.setdefault(phrase_key(phrase), tag) == tag, phrase
