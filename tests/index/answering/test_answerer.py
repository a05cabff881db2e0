"""Answers: verdicts, proven quotations, refusals, and questions that hold nothing to search for."""

import math
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering import answerer as answerer_module
from index.answering.answerer import UNMET_CONSTRAINT, Answerer, Thresholds
from index.answering.citations import MARGIN, drop_near_duplicates
from index.answering.coverage import ANSWERED, RELATED
from index.answering.rendering import join_answers, load_phrases, render_location, render_pages
from index.models import SEVERAL, Citation, Hit
from index.reading.reader import Reading, Span, Window
from index.text.localization import Language
from index.text.normalization import strip_invisible
from tests.index.answers import HITS, INDEX, ROOMS, Search, evidence


@pytest.mark.parametrize(
    ("sure", "shown", "verdict"), [(0.99, UNMET_CONSTRAINT * ANSWERED, "related"), (0.2, 0.2, "not_covered")]
)
def test_ask_year_absent_from_report_is_not_answered(sure: float, shown: float, verdict: str) -> None:
    told = Search(sure, evidence(0, 1.0))
    answer = told.ask("Was it blue in 2050?")
    assert (answer.verdict, answer.confidence) == (verdict, shown)


@pytest.mark.parametrize(
    ("confidence", "verdict"),
    [
        (1.0, "answered"),
        (ANSWERED, "answered"),
        (ANSWERED - 0.0001, "related"),
        (ANSWERED - 0.00001, "answered"),
        (RELATED, "related"),
        (RELATED - 0.0001, "not_covered"),
        (0.0, "not_covered"),
    ],
)
def test_ask_rounded_confidence_is_compared_with_thresholds(confidence: float, verdict: str) -> None:
    answer = Search(confidence, evidence(0, 1.0)).ask("Is it blue?")
    assert (answer.verdict, answer.confidence) == (verdict, round(confidence, 4))
    assert len(answer.citations) == (verdict != "not_covered")


def test_ask_english_question_renders_english_text_and_citations() -> None:
    told = Search(0.9, evidence(0, 1.0, pages=(8, 9)), evidence(3, 0.5))
    answer = told.ask("Is it blue?", speaker_of=lambda section: {"B": "Ada"}.get(section[0]))
    assert answer.text == ("The report says:\n[1] “Room 0 is blue.” (A › A1, p. 8–9)\n[2] Ada: “Room 3 is blue.” (B, p. 4)")
    assert answer.citations == (
        Citation(1, "Room 0 is blue.", "r:0000", ("A", "A1"), (8, 9), None),
        Citation(2, "Room 3 is blue.", "r:0003", ("B",), (4, 4), "Ada"),
    )
    assert (answer.question, answer.index, answer.hits) == ("Is it blue?", INDEX, HITS)
    assert answer.elapsed_ms >= 0


def test_ask_chinese_question_renders_chinese_text() -> None:
    told = Search(0.9, evidence(0, 1.0, pages=(8, 9)), evidence(3, 0.5))
    answer = told.ask("房間是藍的嗎？", speaker_of=lambda section: {"B": "艾達"}.get(section[0]))
    assert answer.text == (
        "報告這樣寫：\n[1] 「Room 0 is blue.」（A › A1，第 8–9 頁）\n[2] 艾達：「Room 3 is blue.」（B，第 4 頁）"
    )


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is it?", "The report touches on this but does not answer it directly:\n[1] “Room 3 is blue.” (B, p. 4)"),
        ("是嗎？", "報告提到相關內容，但沒有直接回答這個問題：\n[1] 「Room 3 is blue.」（B，第 4 頁）"),
    ],
)
def test_ask_related_verdict_text_says_no_direct_answer(question: str, text: str) -> None:
    assert Search(RELATED, evidence(3, 1.0)).ask(question).text == text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is it?", "I couldn't find this in the report.\nNearest sections: A › A1; B"),
        ("是嗎？", "在報告裡找不到這個問題的答案。\n最接近的章節：A › A1；B"),
    ],
)
def test_ask_not_covered_names_two_nearest_distinct_sections(question: str, text: str) -> None:
    answer = Search(0.0, evidence(3, 1.0)).ask(question)
    assert (answer.verdict, answer.citations, answer.text) == ("not_covered", (), text)
    assert answer.nearest_sections == (("A", "A1"), ("B",))


def test_ask_not_covered_without_sections_names_no_section() -> None:
    hits = (Hit(ROOMS[2], 1, 1.0),)
    assert Search(0.0, hits=hits).ask("Is it?").text == "I couldn't find this in the report."


def test_ask_quotation_missing_from_passage_is_dropped() -> None:
    answer = Search(0.9, evidence(0, 1.0, "Room 0 is red."), evidence(1, 0.9), evidence(3, 0.8, "Room 0 is blue.")).ask(
        "Is it?"
    )
    assert [(citation.n, citation.quote) for citation in answer.citations] == [(1, "Room 1 is blue.")]
    assert "red" not in answer.text


def test_ask_without_verified_quotation_is_not_covered_at_any_confidence() -> None:
    answer = Search(1.0, evidence(0, 1.0, "Room 0 is red.")).ask("Is it?")
    assert (answer.verdict, answer.citations) == ("not_covered", ())
    assert answer.text == "I couldn't find this in the report.\nNearest sections: A › A1; B"
    assert Search(1.0).ask("Is it?").verdict == "not_covered"


def test_ask_quotation_differing_in_width_or_whitespace_is_kept() -> None:
    for quote in ("Ｒoom\u3000０ is\nblue.", "Ro om 0 isblue."):
        answer = Search(0.9, evidence(0, 1.0, quote)).ask("Is it?")
        assert [citation.quote for citation in answer.citations] == [quote]


def test_ask_quotes_at_most_three_sentences_within_margin_of_best_score() -> None:
    near = [evidence(room, 1.0 - room / 100) for room in range(5)]
    assert [c.passage_id for c in Search(0.9, *near).ask("Is it?").citations] == ["r:0000", "r:0001", "r:0002"]
    far = [evidence(0, 1.0), evidence(1, 1.0 - MARGIN), evidence(2, 0.999 - MARGIN)]
    assert [c.passage_id for c in Search(0.9, *far).ask("Is it?").citations] == ["r:0000", "r:0001"]


def test_ask_evidence_beyond_fifth_passage_is_not_quoted() -> None:
    told = Search(0.9, evidence(5, 1.0), evidence(6, 0.9), evidence(4, 0.8))
    assert [citation.passage_id for citation in told.ask("Is it?").citations] == ["r:0004"]


@pytest.mark.parametrize(("top", "searched", "shown"), [(1, 5, 1), (5, 5, 5), (7, 7, 7), (10, 10, 7)])
def test_ask_top_limits_hits_but_not_citations(top: int, searched: int, shown: int) -> None:
    told = Search(0.9, evidence(4, 1.0))
    answer = told.ask("Is it?", top)
    assert told.asked == [("Is it?", searched)]
    assert answer.hits == HITS[:shown]
    assert [citation.passage_id for citation in answer.citations] == ["r:0004"]


@pytest.mark.parametrize(
    "question", ["", " \n\t", "🙂🎉", "？！…", "\x00\x07\x1b", "\ud800", "\u200f\u202e", "\u200b", "---"]
)
def test_ask_question_without_searchable_text_returns_prompt_without_search(question: str) -> None:
    told = Search(1.0, evidence(0, 1.0))
    answer = told.ask(question)
    assert told.asked == []
    assert (answer.question, answer.verdict, answer.confidence) == (question, "not_covered", 0.0)
    assert (answer.text, answer.citations, answer.hits, answer.index) == ("請輸入想問的問題。", (), (), INDEX)


def test_phrases_of_every_language_have_same_keys() -> None:
    assert load_phrases("en")("passages.empty") == "Please type a question."
    keys = load_phrases("en").texts.keys()
    assert [language for language in get_args(Language) if load_phrases(language).texts.keys() != keys] == []


@pytest.mark.parametrize(
    ("question", "score", "text"),
    [
        ("青いですか？", 0.9, "レポートにはこう書かれています：\n[1] 「Room 3 is blue.」（B、4ページ）"),
        ("青いですか？", 0.0, "この質問の答えは、レポートに見つかりませんでした。\n近い内容の章：A › A1／B"),
        ("こんにちは", 0.9, "こんにちは！レポートの原文を引用して質問に答えます。知りたいことをそのまま聞いてください。"),
    ],
)
def test_ask_japanese_question_is_answered_in_japanese_words(question: str, score: float, text: str) -> None:
    told = Search(score, evidence(3, 1.0))
    assert Answerer(told, told, lambda _: None, INDEX).ask(question).text == text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("plain 問題？", "plain 問題？"),
        ("a\x00b\tc\nd", "a b c d"),
        ("a\ud83db\udc80", "ab"),
        ("\u202eabc\u202c\u200f שלום", "abc שלום"),
        ("👩\u200d🚀 flies", "flies"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
    ],
)
def test_ask_searches_without_control_and_zero_width_characters(question: str, expected: str) -> None:
    told = Search(0.9, evidence(0, 1.0))
    assert told.ask(question).question == question
    assert told.asked == [(expected, 10)]


@given(st.text(st.characters(), max_size=40))
def test_strip_invisible_any_text_encodes_as_utf_8(question: str) -> None:
    told = strip_invisible(question)
    told.encode("utf-8")
    assert not any(character < " " for character in told)


@pytest.mark.parametrize(("pages", "expected"), [((8, 8), "8"), ((8, 9), "8–9"), ((1, 21), "1–21"), ((0, 0), "")])
def test_render_pages_returns_single_page_or_range(pages: tuple[int, int], expected: str) -> None:
    assert render_pages(pages) == expected


def test_ask_english_question_adds_english_reading_to_chinese_quotation() -> None:
    told = Search(0.9, replace(evidence(0, 1.0), sentence=replace(evidence(0, 1.0).sentence, text="下雨了。")))
    told.found = replace(
        told.found, evidence=(replace(told.found.evidence[0], passage=replace(HITS[0].passage, text="下雨了。")),)
    )
    assert told.ask("Did it rain?").citations[0].reading == "en: 下雨了。"
    assert "\n    unofficial English reading: en: 下雨了。" in told.ask("Did it rain?").text
    assert told.ask("有下雨嗎？").citations[0].reading is None


class WordReader:
    """A reader that looks for words: a window that holds one answers, the more surely the higher its logit."""

    fingerprint = "words"

    def __init__(self, **logits: float) -> None:
        self.logits, self.asked, self.windows = logits, list[str](), list[Window]()

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        self.asked.append(question)
        self.windows += windows
        return [self.look(window) for window in windows]

    def look(self, window: Window) -> Reading:
        for word, logit in self.logits.items():
            if (start := window.text.find(word)) >= 0:
                return Reading(logit, (Span(start, start + len(word), logit),))
        return Reading(-5.0, (Span(0, 4, -9.0),))


def test_ask_reader_quotes_sentence_of_span_and_leads_with_its_words() -> None:
    told = Search(0.9, evidence(0, 1.0), evidence(3, 0.5, "It has 3 doors."))
    answer = told.ask("How many doors?", reader=WordReader(doors=3.0))
    assert (answer.verdict, answer.lead) == ("answered", "doors")
    assert answer.text == "doors\n[1] “It has 3 doors.” (B, p. 4)"
    assert answer.confidence == pytest.approx(1 / (1 + math.exp(-3)), abs=1e-4)
    assert [(citation.quote, citation.spans) for citation in answer.citations] == [("It has 3 doors.", ((9, 14),))]


def test_ask_reader_without_answer_gives_related_quotations_without_lead() -> None:
    answer = Search(0.9, evidence(0, 1.0), evidence(3, 0.5)).ask("How high?", reader=WordReader())
    assert (answer.verdict, answer.lead) == ("related", None)
    assert [(citation.passage_id, citation.spans) for citation in answer.citations] == [("r:0000", ()), ("r:0003", ())]
    assert Search(0.1, evidence(0, 1.0)).ask("How high?", reader=WordReader()).verdict == "not_covered"


def test_ask_reader_quotes_every_answering_window_best_first() -> None:
    told = Search(0.9, evidence(0, 1.0), evidence(3, 0.5, "It has 3 doors."), evidence(4, 0.4))
    answer = told.ask("Doors?", reader=WordReader(blue=1.0, doors=2.0))
    assert [citation.quote for citation in answer.citations] == ["It has 3 doors.", "Room 0 is blue.", "Room 4 is blue."]
    assert answer.lead == "doors"


def test_ask_reader_year_absent_from_report_is_not_answered() -> None:
    answer = Search(0.9, evidence(0, 1.0)).ask("Blue in 2050?", reader=WordReader(blue=9.0))
    assert (answer.verdict, answer.confidence, answer.lead) == ("related", 0.4, None)


@pytest.mark.parametrize(("logit", "headings"), [(1.0, ["A1", "", "B"]), (4.0, ["A1"])])
def test_ask_reader_reads_one_window_and_others_if_unsure(logit: float, headings: list[str]) -> None:
    reader = WordReader(blue=logit)
    Search(0.9, *(evidence(room, 1.0 - room / 10) for room in (5, 0, 1, 2, 3, 4))).ask("Blue?", reader=reader)
    assert reader.asked == ["Blue?"] * (2 if len(headings) > 1 else 1)
    assert [window.heading for window in reader.windows] == headings


def test_drop_near_duplicates_drops_paraphrase_but_keeps_short_list_lines() -> None:
    long = "The board of the harbour met twice in the year 2030 and spent 4.2 million on the breakwater."
    again = long.replace("twice in the year", "two times in").replace("spent", "paid")
    first, second, third = evidence(0, 1.0, long), evidence(1, 0.9, again), evidence(2, 0.8, "Room 2 is blue.")
    fourth = evidence(3, 0.7, "Room 3 is blue.")
    assert drop_near_duplicates([first, second, third, fourth, evidence(4, 0.6)]) == [first, third, fourth]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("a" * 35 + "b" * 15, "a" * 35 + "c" * 15, 1),
        ("a" * 34 + "b" * 16, "a" * 34 + "c" * 16, 2),
        ("a" * 41, "a" * 41, 1),
        ("a" * 40, "a" * 40, 2),
    ],
)
def test_drop_near_duplicates_applies_similarity_and_length_limits(first: str, second: str, kept: int) -> None:
    ranked = [evidence(0, 1.0, first), evidence(1, 0.9, second)]
    assert drop_near_duplicates(ranked) == ranked[:kept]


def test_ask_without_hits_has_zero_confidence() -> None:
    answer = Search(0.9, hits=()).ask("Is it?")
    assert (answer.verdict, answer.confidence) == ("not_covered", 0.0)


def test_ask_related_verdict_quotes_at_most_two_sentences() -> None:
    answer = Search(RELATED, *(evidence(room, 1.0) for room in range(4))).ask("Is it?")
    assert [citation.passage_id for citation in answer.citations] == ["r:0000", "r:0001"]


def test_ask_elapsed_ms_is_rounded_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    for question in ("Is it blue?", "?"):
        monkeypatch.setattr(answerer_module, "time", SimpleNamespace(perf_counter=iter((1.0, 1.0123456)).__next__))
        answer = Search(0.9, evidence(3, 1.0)).ask(question)
        assert answer.elapsed_ms == 12.35, question


@pytest.mark.parametrize(
    ("confidence", "verdict", "text"),
    [
        (0.70004, "answered", "The report says:\n[1] “Room 3 is blue.” (B, p. 4)"),
        (
            0.69994,
            "related",
            "The report touches on this but does not answer it directly:\n[1] “Room 3 is blue.” (B, p. 4)",
        ),
    ],
)
def test_believed_confidence_below_threshold_changes_verdict_to_related(confidence: float, verdict: str, text: str) -> None:
    search = Search(0.9, evidence(3, 1.0))
    answerer = Answerer(search, search, lambda _: None, INDEX, cuts=Thresholds(answered=0.7))
    answer = replace(answerer.ask("Is it blue?"), lead="blue")
    lead = "blue" if verdict == "answered" else None
    believed = replace(answer, confidence=round(confidence, 4), verdict=verdict, text=text, lead=lead)
    assert answerer.with_confidence(answer, confidence) == believed


def test_believed_not_covered_answer_keeps_verdict_at_higher_confidence() -> None:
    search = Search(0.0, evidence(3, 1.0))
    answerer = Answerer(search, search, lambda _: None, INDEX)
    refusal = answerer.ask("Is it blue?")
    assert answerer.with_confidence(refusal, 0.99999) == replace(refusal, confidence=1.0)
    assert answerer.with_confidence(refusal, 0.1) == replace(refusal, confidence=0.1)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (("A", "B"), (" (A › B, p. 3–4)", "（A › B，第 3–4 頁）", "（A › B、3–4ページ）")),
        ((), (" (p. 3–4)", "（第 3–4 頁）", "（3–4ページ）")),
    ],
)
def test_render_location_without_section_shows_pages_only(section: tuple[str, ...], expected: tuple[str, ...]) -> None:
    citation = Citation(1, "q", "a:0001", section, (3, 4))
    assert tuple(render_location(citation, load_phrases(language)) for language in ("en", "zh-TW", "ja")) == expected


def test_ask_report_in_unread_language_rests_on_coverage() -> None:
    told, reader = Search(0.9, evidence(0, 1.0)), WordReader()
    answer = Answerer(told, told, lambda _: None, INDEX, reader=reader, unread={"r"}).ask("Blue?")
    assert (answer.verdict, answer.confidence, answer.lead, reader.asked) == ("answered", 0.9, None, [])


def test_ask_small_talk_gets_a_friendly_word_and_searches_nothing() -> None:
    told = Search(0.9, evidence(0, 1.0))
    answer = told.ask("Hi!")
    assert (answer.verdict, answer.road, answer.citations, answer.hits) == ("not_covered", "small talk", (), ())
    assert answer.found == answer.text == "Hello! I answer questions with quotations from the report. Just ask."
    assert told.ask("謝謝").text == "不客氣！還想知道什麼，直接問就可以。"
    assert told.asked == []


def test_ask_two_countries_quotes_one_sentence_for_each_in_order() -> None:
    both = "France built a site; in Japan, Seoul's guests saw a fair; Peru came."
    told = Search(0.9, evidence(0, 1.0), evidence(3, 0.9, "Peru, a list"), evidence(4, 0.8, both))
    told.sentences.append(evidence(5, 0.7, "Spain has 3 doors, and more.").sentence)
    told.passages = (*ROOMS, replace(ROOMS[0], text="Peru, Japan, Korea and Spain came."))
    extra = replace(evidence(5, 0.7, "Spain has 3 doors, and more."), row=3)
    told.found = replace(told.found, evidence=(*told.found.evidence, extra))
    told.passages = tuple(
        replace(each, text=f"{each.text} {both} Spain has 3 doors, and more. Peru, Japan, Korea and Spain came.")
        for each in told.passages
    )
    told.found = replace(told.found, evidence=tuple(replace(each, passage=told.passages[4]) for each in told.found.evidence))

    def compare(question: str) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
        answer = told.ask(question, reader=WordReader(blue=3.0))
        assert (answer.verdict, answer.lead) == ("answered", None) or len(answer.citations) == 1
        return [(citation.quote, citation.spans) for citation in answer.citations]

    # The list is no running text; a sentence with both countries is quoted once, with both parts of it.
    assert compare("Compare Peru and Spain") == [(both, ((57, 68),)), ("Spain has 3 doors, and more.", ())]
    assert compare("Compare Japan and Korea") == [(both, ((20, 57),))]
    assert told.asked[-2:] == [("Compare Japan and Korea", 10), ("compare japan and", 5)]
    assert compare("Compare Peru and Kenya")[0][0] == "Room 0 is blue."


def test_ask_years_and_countries_absent_from_report_are_named() -> None:
    answer = Search(0.9, evidence(0, 1.0)).ask("Was Peru blue in 2050?")
    assert answer.absent == ("2050", "Peru")
    assert answer.text.split("\n")[0] == (
        "The report does not mention 2050, Peru. The report touches on this but does not answer it directly:"
    )


def test_ask_opinion_of_the_bot_is_not_answered() -> None:
    answer = Search(0.9, evidence(0, 1.0)).ask("Do you think it is blue?", reader=WordReader(blue=9.0))
    assert (answer.verdict, answer.confidence, answer.lead) == ("related", 0.4, None)


def test_join_answers_numbers_texts_citations_and_leads() -> None:
    first = Search(0.9, evidence(0, 1.0)).ask("How blue?", reader=WordReader(blue=3.0))
    second = Search(0.1, evidence(3, 1.0), hits=HITS[3:5]).ask("How high?", reader=WordReader())
    third = Search(0.9, evidence(4, 1.0)).ask("Blue again?", reader=WordReader(blue=2.0))
    joined = join_answers("How blue? How high? Blue again?", (first, second, third), load_phrases("en"))
    assert (joined.question, joined.verdict, joined.road) == ("How blue? How high? Blue again?", "answered", SEVERAL)
    assert joined.confidence == first.confidence
    assert joined.lead == "1. blue; 2. I couldn't find this in the report.; 3. blue"
    assert [(each.n, each.passage_id) for each in joined.citations] == [(1, "r:0000"), (2, "r:0004")]
    assert joined.text.split("\n\n") == [
        "1. blue\n[1] “Room 0 is blue.” (A › A1, p. 4)",
        f"2. {second.text}",
        "3. blue\n[2] “Room 4 is blue.” (C, p. 4)",
    ]
    assert [(hit.passage.id, hit.rank) for hit in joined.hits[:4]] == [
        ("r:0000", 1),
        ("r:0003", 2),
        ("r:0001", 3),
        ("r:0004", 4),
    ]


@pytest.mark.parametrize(
    ("section", "pages", "place"),
    [
        (("A", "B"), (2, 3), " (A › B, p. 2–3)"),
        ((), (2, 2), " (p. 2)"),
        (("A", "B"), (0, 0), " (A › B)"),
        ((), (0, 0), ""),
    ],
)
def test_render_location_names_section_and_pages_as_far_as_there_are_any(
    section: tuple[str, ...], pages: tuple[int, int], place: str
) -> None:
    assert render_location(Citation(1, "q", "r:0001", section, pages), load_phrases("en")) == place
