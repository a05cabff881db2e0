"""Quotations: a sentence with what it leans on, verbatim, and the words that answer."""

from types import SimpleNamespace
from typing import Any

import pytest

from index.answering.citations import (
    LEAD_CHARACTERS,
    LIST_COLUMNS,
    LIST_POINTS,
    LIST_TOPIC,
    Quotation,
    complete_list,
    leans_on_context,
    quote_clauses,
    quote_sentence,
    quote_span,
)
from index.models import Passage, Sentence


def searcher(*texts: str, joined: str = " ", quotable: bool = True) -> Any:
    """One passage of some sentences, and another of one."""
    passages = [
        Passage("r:0001", "r", joined.join(texts), ("A",), (1, 2), 0, 99),
        Passage("r:0002", "r", "It ends.", ("A",), (2, 2), 100, 108),
    ]
    sentences = [Sentence(0, text, ("A",), (1, 1), quotable) for text in texts] + [
        Sentence(1, "It ends.", ("A",), (2, 2), True)
    ]
    return SimpleNamespace(passages=passages, sentences=sentences)


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("It appoints the members.", True),
        ("Its seat is in Oslo.", True),
        ("Italy joined.", False),
        ("此外，協會每年開會。", True),
        ("其中三項已完成。", True),
        ("協會每年開會。", False),
        ("また、会員は百人である。", True),
        ("The latter won.", True),
        ("Thereafter", False),
    ],
)
def test_leans_on_context_opening_word_points_back(text: str, leans: bool) -> None:
    assert leans_on_context(text) is leans


def test_quote_sentence_that_leans_takes_one_before_with_text_between() -> None:
    found = quote_sentence(1, searcher("The Union has a Commission.", "It appoints members.", joined="\n"))
    assert found == Quotation(1, "The Union has a Commission.\nIt appoints members.", (0, 1))


@pytest.mark.parametrize("row", [0, 2])
def test_quote_sentence_first_of_passage_stands_alone(row: int) -> None:
    texts = searcher("It began.", "The Union met.")
    assert quote_sentence(row, texts) == Quotation(row, texts.sentences[row].text, (row,))


def test_quote_sentence_after_heading_stands_alone() -> None:
    assert quote_sentence(1, searcher("Union", "It met.", quotable=False)).text == "It met."


def test_quote_span_marks_words_in_quotation_with_context() -> None:
    found = quote_span(1, (12, 19), searcher("The Union has a Commission.", "It appoints members."))
    assert (found.text[slice(*found.spans[0])], found.lead) == ("members", "members")


@pytest.mark.parametrize(("span", "spans"), [((-5, 2), ((0, 2),)), ((4, 99), ((4, 14),)), ((20, 25), ())])
def test_quote_span_beyond_sentence_is_cut(span: tuple[int, int], spans: tuple[tuple[int, int], ...]) -> None:
    assert quote_span(0, span, searcher("The Union met.")).spans == spans


def test_quotation_lead_of_many_words_or_none_is_none() -> None:
    text = "a" * (LEAD_CHARACTERS + 1)
    assert Quotation(0, text, (0,), ((0, LEAD_CHARACTERS + 1),)).lead is None
    assert Quotation(0, text, (0,), ((0, LEAD_CHARACTERS),)).lead == "a" * LEAD_CHARACTERS
    assert Quotation(0, text, (0,)).lead is None


def test_quote_clauses_marks_whole_clauses_and_gives_no_lead() -> None:
    found = quote_clauses(1, (8, 16), searcher("The Union met.", "At noon, the chair spoke, then left, as ever."))
    assert (found.text[slice(*found.spans[0])], found.lead) == (" the chair spoke,", None)
    across = quote_clauses(1, (12, 30), searcher("The Union met.", "At noon, the chair spoke, then left, as ever."))
    assert across.text[slice(*across.spans[0])] == " the chair spoke, then left,"


def points(*texts: str, topic: str = "Barriers:") -> Any:
    """Points below an item, one of which has a point below it, between other sentences of the passage."""
    parents = [(), (topic,), (topic, texts[0]), *((topic,) for _ in texts[1:]), ("Aims:",)]
    lines = ["It began.", texts[0], "More of the first.", *texts[1:], "To end."]
    passage = Passage("r:0001", "r", "\n• ".join(lines), ("A",), (1, 2), 0, 99)
    pairs = zip(lines, parents, strict=True)
    return SimpleNamespace(passages=[passage], sentences=[Sentence(0, t, ("A",), (1, 1), True, above) for t, above in pairs])


@pytest.mark.parametrize("row", [1, 3, 4])
def test_complete_list_quotes_all_points_below_an_item(row: int) -> None:
    listed = points("Money is short.", "Laws are old.", "Nobody came.")
    whole = complete_list(quote_span(row, (0, 5), listed), listed)
    assert whole.text == "Money is short.\n• More of the first.\n• Laws are old.\n• Nobody came."
    assert (whole.row, whole.rows, whole.lead) == (row, (1, 2, 3, 4), None)
    assert whole.text[slice(*whole.spans[0])] == listed.sentences[row].text[:5]


@pytest.mark.parametrize("row", [0, 4])
def test_complete_list_other_sentence_stays_alone(row: int) -> None:
    listed = points("Money is short.", "Laws are old.")
    alone = quote_sentence(row, listed)
    assert complete_list(alone, listed) == alone


@pytest.mark.parametrize(
    ("texts", "topic", "completes"),
    [
        (["Laws."] * (LIST_POINTS - 1), "Barriers:", True),
        (["Laws."] * LIST_POINTS, "Barriers:", False),
        (["Laws.", "x" * (LIST_COLUMNS // 2 + 200)], "Barriers:", True),
        (["Laws.", "x" * LIST_COLUMNS], "Barriers:", False),
        (["Laws.", "Money."], "x" * LIST_TOPIC, True),
        (["Laws.", "Money."], "x" * (LIST_TOPIC + 1), False),
    ],
)
def test_complete_list_long_list_or_topic_stays_alone(texts: list[str], topic: str, completes: bool) -> None:
    listed = points(*texts, topic=topic)
    assert (len(complete_list(quote_sentence(1, listed), listed).rows) > 1) is completes
