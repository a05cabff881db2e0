"""Summaries of lists and of what stands below their items, dates of an event, advice, and the opening of a report."""

from collections.abc import Sequence

import numpy as np
import pytest

from index.answering.summaries import OPENING, Summarizer, Summary
from index.lookup.directory import Directory
from index.models import Passage, Person, Sentence, Session
from index.retrieval.dense_index import DenseIndex
from index.structured_qa.summary_request import SummaryRequest

MIDDLE, ASIDE = (1.0, 0.0), (0.0, 1.0)
MINUTES = ("Minutes",)
ADA, BEN = "Ada Quill (Mayor, Portside)", "Ben Sand (Captain)"
LAMPS, BOATS, CRANES = (f"All {word} of the harbour are to be painted" for word in ("lamps", "boats", "cranes"))


def item(text: str, *parents: str, section: tuple[str, ...] = MINUTES, quotable: bool = True) -> Sentence:
    return Sentence(0, text, section, (1, 1), quotable, parents)


def summarizer(
    *sentences: Sentence,
    reports: Sequence[str] = (),
    sessions: Sequence[Session] = (),
    vectors: Sequence[tuple[float, float]] = (),
) -> Summarizer:
    """One of sentences that are a passage each, of report `r` and with the same vector if not given otherwise."""
    passages = [
        Passage(f"{report}:{n}", report, each.text, each.section, (1, 1), 0, len(each.text))
        for n, (each, report) in enumerate(zip(sentences, reports or ["r"] * len(sentences), strict=True))
    ]
    numbered = [
        Sentence(n, each.text, each.section, each.pages, each.quotable, each.parents) for n, each in enumerate(sentences)
    ]
    dense = DenseIndex.build([np.array(vector, np.float32) for vector in vectors or [MIDDLE] * len(sentences)])
    return Summarizer(passages, numbered, dense, Directory(tuple(sessions)))


@pytest.mark.parametrize(
    ("person", "rows"), [("Ada Quill", (1, 3, 7)), ("Quill", (1, 3, 7)), ("Ben Sand", (5,)), ("Cora Tide", ())]
)
def test_speech_of_somebody_in_no_session_is_what_stands_below_their_name(person: str, rows: tuple[int, ...]) -> None:
    told = summarizer(
        item(ADA),
        item(LAMPS, ADA),
        item("On lamps", ADA),
        item(f"{LAMPS} white", ADA, "On lamps"),
        item(BEN),
        item(BOATS, BEN),
        item(CRANES, "Others"),
        item(CRANES, ADA, section=("Annex",)),
    )
    assert told.summarize(SummaryRequest("speech", person=person), ("r",)).rows == rows


def talk(*speakers: str, moderators: tuple[str, ...] = ()) -> Session:
    people = tuple(map(Person, speakers))
    return Session(
        "s01", "Minutes", None, "session", None, None, None, MINUTES, (1, 1), tuple(map(Person, moderators)), people
    )


@pytest.mark.parametrize(("person", "rows"), [("Ada Quill", [1, 2]), ("Ben Sand", [4]), ("Cora Tide", [])])
def test_ascribed_rows_are_those_below_an_item_that_names_the_person(person: str, rows: list[int]) -> None:
    session = talk("Ada Quill", "Ben Sand", "Cora Tide")
    told = summarizer(
        item(ADA),
        item(LAMPS, ADA),
        item(f"{LAMPS} white", ADA, "On lamps"),
        item("Captain Sand:", quotable=False),
        item(BOATS, "Captain Sand:"),
        item("Too short", ADA),
        item(CRANES, ADA, section=("Annex",)),
        sessions=[session],
    )
    assert told.ascribed_rows(person, session) == rows


def test_ascribed_rows_below_item_come_before_other_text_that_names_the_person() -> None:
    session = talk("Ada Quill", "Ben Sand")
    told = summarizer(item(f"Ada Quill told everybody this: {LAMPS}."), item(ADA), item(LAMPS, ADA), sessions=[session])
    assert told.ascribed_rows("Ada Quill", session) == [2]
    assert told.speech("Ada Quill") == Summary((2,))


@pytest.mark.parametrize(
    ("text", "parents", "is_text"),
    [
        (LAMPS, (ADA,), True),
        (f"{LAMPS}.", (), True),
        (LAMPS, (), False),
        ("港區的燈全部改漆成白色的漆", ("決議",), False),
        ("港區的燈與起重機全部改漆成白色", ("決議",), True),
        ("Ada Quill (Mayor of Portside, and more)", ("Guests",), False),
        ("王小明（港務局長，兼任船隊隊長與顧問）", ("出席",), False),
        ("Lamps | Colour of all of them: white", ("Decided",), False),
    ],
)
def test_is_running_text_point_of_list_needs_no_full_stop_and_is_no_person(
    text: str, parents: tuple[str, ...], *, is_text: bool
) -> None:
    told = summarizer(item(text, *parents))
    assert told.is_running_text(told.sentences[0]) is is_text


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["No day is printed here."], Summary(())),
        (["On 3 March we met."], Summary(())),
        (["In 2030 we met."], Summary(())),
        (["We met on 3 March 2030."], Summary((0,), span=(10, 22))),
        (["On 3 March we met.", "It was 4 May, then 5 May 2030.", "On 6 June 2030 too."], Summary((1,), span=(19, 29))),
        (["二〇三一年開會。", "2031 年 5 月 12 日開會。"], Summary((1,), span=(0, 15))),
        ([*["It rained."] * 29, "On 3 March 2030 we met."], Summary((29,), span=(3, 15))),
        ([*["It rained."] * 30, "On 3 March 2030 we met."], Summary(())),
    ],
)
def test_first_date_is_first_full_date_near_the_beginning(texts: list[str], found: Summary) -> None:
    told = summarizer(*map(item, texts))
    assert told.first_date() == found
    assert told.summarize(SummaryRequest("dates"), ("r",)) == found


def test_first_date_heading_is_not_quoted() -> None:
    told = summarizer(item("Minutes of 3 March 2030", quotable=False), item("Printed on 4 May 2030."))
    assert told.first_date() == Summary((1,), span=(11, 21))


def test_report_rows_advice_takes_first_recommending_sentence_of_each_subsection() -> None:
    outer = "Recommendations"
    told = summarizer(
        *(
            item(text, section=(outer, inner))
            for inner, text in (
                ("Lamps", "The lamps of the harbour are very old."),
                ("Lamps", "The board should paint the lamps white."),
                ("Lamps", "The board must count the lamps each year."),
                ("Boats", "The boats of the harbour are very old."),
                ("Boats", "The boats were counted by the pilots."),
                ("起重機", "起重機已經使用了四十年以上。"),
                ("起重機", "建議港務局每年檢查起重機一次。"),
            )
        )
    )
    assert told.report_rows("r", "advice") == [1, 3, 6]


def test_report_rows_findings_take_first_sentence_of_each_subsection() -> None:
    told = summarizer(
        item("The lamps of the harbour are very old.", section=("Findings", "Lamps")),
        item("The board should paint the lamps white.", section=("Findings", "Lamps")),
        item("The boats of the harbour are very old.", section=("Findings", "Boats")),
    )
    assert told.report_rows("r", "findings") == [0, 2]


def chaptered(length: int, first: str = "1 Rain") -> Summarizer:
    """A report of two chapters; its third and sixth sentences and the last of the second chapter are the most central."""
    sections = [first] * 25 + ["2 Snow"] * (length - 25)
    central = {2, 5, 30}
    sentences = [item(f"{LAMPS} {n} times.", section=(section,)) for n, section in enumerate(sections)]
    return summarizer(
        *sentences, vectors=[MIDDLE if n in central else (0.8, 0.6) if n % 2 else (0.8, -0.6) for n in range(length)]
    )


def test_report_rows_overview_of_longer_report_without_summary_begins_with_central_sentences_of_its_opening() -> None:
    assert chaptered(2 * OPENING + 1).report_rows("r", "overview") == [2, 5, 30]
    assert chaptered(2 * OPENING).report_rows("r", "overview") == [2, 30]


def test_report_rows_overview_of_longer_report_with_summary_has_no_opening() -> None:
    assert chaptered(2 * OPENING + 1, "Summary").report_rows("r", "overview") == [0, 2, 30]
