"""Summaries: the sentences nearest to the middle of a session, from its different parts, in the report's order."""

import numpy as np
import pytest

from index.answering.summaries import Summarizer, interleave_groups
from index.engine import Engine
from index.lookup.directory import Directory
from index.models import Citation, Passage, Sentence, Session
from index.reports.sessions import sole_speaker
from index.retrieval.dense_index import DenseIndex
from tests.index import summit

TALK = Session("s01", "Talk", None, "session", None, None, None, ("Talk",), (1, 3))


def told(*rows: tuple[tuple[str, ...], str, tuple[float, float], bool]) -> list[str]:
    """The summary of a session whose sentences have these sections, texts and vectors, each a passage of its own."""
    passages = [Passage(f"r:{n}", "r", text, section, (n, n), 0, len(text)) for n, (section, text, _, _) in enumerate(rows)]
    sentences = [
        Sentence(n, text, section, (n, n), quotable=quotable) for n, (section, text, _, quotable) in enumerate(rows)
    ]
    dense = DenseIndex.build([np.array(vector, np.float32) for _, _, vector, _ in rows])
    summarizer = Summarizer(passages, sentences, dense, Directory((TALK,)))
    found = summarizer.cite(summarizer.session_rows(TALK))
    assert [citation.n for citation in found] == list(range(1, len(found) + 1))
    for citation in found:
        number = int(citation.passage_id.removeprefix("r:"))
        section, text, _, _ = rows[number]
        assert citation == Citation(citation.n, text, f"r:{number}", section, (number, number))
    return [citation.quote for citation in found]


def sentence(word: str) -> str:
    return f"Everybody in the valley spoke of {word}."


MIDDLE, ASIDE = (1.0, 0.0), (0.0, 1.0)


def test_summarize_session_returns_most_central_sentences_in_report_order() -> None:
    rows = [
        (("Talk",), sentence(word), vector, True)
        for word, vector in zip("abcde", [ASIDE, *[MIDDLE] * 3, ASIDE], strict=True)
    ]
    assert told(*rows) == [sentence("b"), sentence("c"), sentence("d")]


def test_summarize_session_several_subsections_quotes_each_before_repeating_one() -> None:
    assert told(
        (("Talk", "One"), sentence("a"), MIDDLE, True),
        (("Talk", "One"), sentence("b"), MIDDLE, True),
        (("Talk", "One", "Deeper"), sentence("c"), MIDDLE, True),
        (("Talk", "Two"), sentence("d"), ASIDE, True),
    ) == [sentence("a"), sentence("b"), sentence("d")]


@pytest.mark.parametrize(
    ("section", "text", "quotable"),
    [
        (("Other talk",), sentence("rain"), True),
        (("Talk",), sentence("rain"), False),
        (("Talk",), "Ann Poe (Fellow of the Lake School, Dale)", True),
        (("Talk",), "Too short.", True),
        (("Talk",), "太短了。", True),
    ],
)
def test_summarize_session_excludes_unquotable_short_and_foreign_sentences(
    section: tuple[str, ...], text: str, quotable: bool
) -> None:
    assert told((section, text, MIDDLE, quotable)) == []
    assert told((section, text, MIDDLE, quotable), (("Talk",), sentence("snow"), ASIDE, True)) == [sentence("snow")]


def report(*rows: tuple[tuple[str, ...], str]) -> Summarizer:
    """The summarizer of a report whose sentences have these sections and texts, all as central."""
    passages = [Passage(f"r:{n}", "r", text, section, (n, n), 0, len(text)) for n, (section, text) in enumerate(rows)]
    sentences = [Sentence(n, text, section, (n, n), quotable=True) for n, (section, text) in enumerate(rows)]
    return Summarizer(passages, sentences, DenseIndex.build([np.array(MIDDLE, np.float32)] * len(rows)), Directory(()))


def test_report_rows_without_summary_take_one_sentence_of_each_chapter() -> None:
    chapters = [("1 Rain", "a"), ("1 Rain", "b"), ("2 Snow", "c"), ("3 Wind", "d"), ("3 Wind", "e")]
    summarizer = report(*(((chapter,), sentence(word)) for chapter, word in chapters))
    assert summarizer.report_rows("r", "overview") == [0, 2, 3]
    assert summarizer.report_rows("r", "advice") == []
    assert summarizer.report_rows("other", "overview") == []


def test_report_rows_with_a_short_summary_take_further_chapters_and_the_longest_ones() -> None:
    chapters = [("Summary", 1), *((f"Part {n}", 1 if n < 3 else 2) for n in range(8))]
    summarizer = report(*(((title,), sentence(f"{title} {n}")) for title, count in chapters for n in range(count)))
    rows = summarizer.report_rows("r", "overview")
    assert [summarizer.sentences[row].section[0] for row in rows] == ["Summary", *(f"Part {n}" for n in range(3, 8))]


def test_report_rows_exclude_rows_of_tables() -> None:
    summarizer = report((("1 Rain",), "Name: Ann Poe | Office: Weather of the Lake."), (("1 Rain",), sentence("rain")))
    assert summarizer.report_rows("r", "overview") == [1]


def test_report_rows_without_headings_spread_over_the_text() -> None:
    summarizer = report(*(((), sentence(f"{word} winds")) for word in "abcdefgh"))
    assert summarizer.report_rows("r", "overview") == [0, 2, 4, 6]


def test_report_rows_take_inner_heading_and_its_subsections() -> None:
    outer, inner = "5 Findings and recommendations", "5.2 Recommendations"
    summarizer = report(
        (("Summary",), sentence("a")),
        (("Summary",), sentence("b")),
        (("Summary",), sentence("c")),
        ((outer, "5.1 Findings"), sentence("d")),
        ((outer, inner, "One"), sentence("e")),
        ((outer, inner, "One"), sentence("f")),
        ((outer, inner, "Two"), sentence("g")),
        ((outer, inner, "Three"), sentence("h")),
    )
    assert summarizer.report_rows("r", "advice") == [4, 6, 7]
    assert summarizer.report_rows("r", "findings") == [3]
    assert summarizer.report_rows("r", "overview") == [0, 1, 3, 4, 6]


def test_interleave_groups_keeps_order_within_group() -> None:
    assert interleave_groups([7, 8, 9, 5], [("a",), ("a",), ("b",), ("a",)]) == [7, 9, 8, 5]
    assert interleave_groups([], []) == []


def test_summary_every_summit_session_quotes_sentences_of_its_section() -> None:
    engine = summit.engine()
    for session in engine.sessions:
        found = engine.summary(session)
        assert 1 <= len(found) <= 3
        cited = [engine.passage(citation.passage_id) for citation in found]
        starts = [passage.start for passage in cited if passage]
        assert starts == sorted(starts)
        for citation in found:
            passage = engine.passage(citation.passage_id)
            assert passage
            assert citation.quote in passage.text
            assert citation.section[: len(session.section)] == session.section
            assert citation.quote[-1] in "。」"
            assert citation.speaker == sole_speaker(engine.sessions, citation.section)


def test_summary_plenary_quotes_three_different_subsections(engine: Engine) -> None:
    plenary = summit.engine().directory.session("s03")
    assert plenary
    parts = [citation.section[2] for citation in summit.engine().summary(plenary)]
    assert len(set(parts)) == 3
    lecture = engine.directory.session("harbour:s02")
    assert lecture
    assert [citation.quote for citation in engine.summary(lecture)] == [
        "The lighthouse burns 40 litres of oil each night.",
        "She asked for an electric lamp by 2032.",
    ]


def test_speech_of_speaker_alone_and_in_panel() -> None:
    engine = summit.engine()
    for name, points in (("唐鳳", 4), ("Mark Malloch-Brown", 3), ("Samantha Power", 0)):
        entry = engine.directory.person(name)
        assert entry
        assert len(engine.speech(entry)) == points
