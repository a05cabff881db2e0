"""Every card of any text: valid for Discord, inert, with every quotation whole."""

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from discord import ui
from hypothesis import assume
from hypothesis import strategies as st

from bot.cards.answer_card import answer_card, question_on_card
from bot.cards.check_card import check_cards
from bot.cards.custom_ids import Target, passage_key
from bot.cards.escaping import escape_markdown, one_line
from bot.cards.layout import notice_card, unknown_name_text
from bot.locale.catalogue import bot_catalogue
from bot.lookup.passage_cards import more_card, other_card, passage_card
from bot.lookup.people_cards import people_card, person_card
from bot.lookup.session_cards import session_card, sessions_card, text_card
from index.errors import UnknownNameError
from index.models import Verdict
from index.text.localization import Language, language_of
from index.writing.written_head import WrittenHead, WrittenLine
from tests.fuzz.counting import fuzzed
from tests.fuzz.inert import acting, bland, contents, mentions, problems, unseen
from tests.fuzz.models import LINE, TextEngine, answer, checked, context
from tests.fuzz.texts import hostile, pieces, unicode_only

REFERENCE = "ABCD2345"
SHORT = st.lists(st.one_of(pieces(8), hostile(2, 40)).map(lambda text: unicode_only(text)[:40]), min_size=1, max_size=12)
LONG = st.lists(hostile(6, 400).map(unicode_only), min_size=1, max_size=6)
LANGUAGES = st.sampled_from(get_args(Language))
VERDICTS = st.sampled_from(get_args(Verdict))


def answers(texts: list[str], language: Language, verdict: Verdict, number: int) -> ui.LayoutView:
    made = answer(texts, verdict, structured=number % 2 == 0, understood=number % 3 == 0)
    return answer_card(made, texts[:2], REFERENCE, language, texts[-1], number % 4, context(number))


def looked_up(texts: list[str], language: Language) -> Iterator[ui.LayoutView]:
    engine = TextEngine(texts)
    target = Target("session", "s", language)
    for session in engine.directory.sessions:
        yield session_card(target, session, engine)
        yield text_card(target, session, engine)
    yield sessions_card(target, "All", engine.directory.sessions, engine)
    yield people_card(target, "All", engine.directory.people, engine)
    for entry in engine.directory.people:
        yield person_card(target, entry, engine)


def beside(texts: list[str], language: Language, verdict: Verdict, number: int) -> Iterator[ui.LayoutView]:
    """What is shown of and beside an answer: its passages, other readings, checked statements, notices."""
    engine, target = TextEngine(texts), Target("more", "", language, number % 3)
    made = answer(texts, verdict, structured=False, understood=False)
    yield more_card(made, engine, target)
    yield other_card(made, engine, language)
    yield from check_cards(checked(texts), engine, REFERENCE, language)
    passage = engine.passages(None)[number % len(texts)]
    start, end = sorted((number % (len(passage.text) + 1), number // 7 % (len(passage.text) + 1)))
    span = passage.text[start:end]
    yield passage_card(Target("passage", passage_key(passage, span), language), passage, engine)
    for kind in ("session", "speaker", "day", "section"):
        yield notice_card(unknown_name_text(UnknownNameError(kind, texts[0][:LINE], texts), language))


NUMBERS = st.integers(0, 9999)


@fuzzed("answer cards", 25, 4000, texts=LONG, language=LANGUAGES, verdict=VERDICTS, number=NUMBERS)
def test_answer_card_any_answer_is_valid_and_shows_whole_quotations(texts, language, verdict, number):
    made = answer(texts, verdict, structured=number % 2 == 0, understood=number % 3 == 0)
    seen, page, view = "", 0, None
    while view is None or f":{page}:answer:" in str(view.to_components()):
        view = answer_card(made, texts[:2], REFERENCE, language, texts[-1], page, context(number))
        assert problems(view) == []
        seen += contents(view) + "\n"
        page += 1
        assert page < 100
    if verdict != "not_covered":
        quoted = "".join(line.removeprefix(">").strip() for line in seen.split("\n"))
        for each in made.citations:
            assert "".join(line.strip() for line in escape_markdown(each.quote).split("\n")) in quoted


@fuzzed("answer cards", 25, 3000, texts=LONG, language=LANGUAGES, number=NUMBERS)
def test_answer_card_any_head_is_valid_and_stands_above_whole_quotations(texts, language, number):
    made = answer(texts, "answered", structured=False, understood=number % 3 == 0)
    lines = tuple(WrittenLine(text, (1 + n % len(made.citations),), n % 2 == 0) for n, text in enumerate(texts[:5]))
    head = WrittenHead(lines, made.citations, number % 4)
    view = answer_card(made, texts[:2], REFERENCE, language, texts[-1], 0, replace(context(number), head=head))
    assert problems(view) == []
    title = "-# " + bot_catalogue(language_of(made.question, language))("head.title")
    assert (":plain:" in str(view.to_components())) == (f"{title}\n" in contents(view))


@fuzzed("answer cards", 25, 3000, texts=LONG, language=LANGUAGES, verdict=VERDICTS, number=NUMBERS)
def test_question_on_card_any_answer_returns_its_question(texts, language, verdict, number):
    made = answer(texts, verdict, structured=number % 2 == 0, understood=number % 3 == 0)
    view = answer_card(made, ("Title",), REFERENCE, language, context=context(number))
    shown = [component.content for component in view.walk_children() if isinstance(component, ui.TextDisplay)]
    assert question_on_card(shown) == one_line(made.understood or made.question, 1000)


@fuzzed("look-up cards", 8, 1000, texts=LONG, language=LANGUAGES)
def test_lookup_cards_any_text_is_valid(texts, language):
    for view in looked_up(texts, language):
        assert problems(view) == []


@fuzzed("cards beside answers", 12, 2000, texts=LONG, language=LANGUAGES, verdict=VERDICTS, number=NUMBERS)
def test_cards_beside_answer_any_text_is_valid(texts, language, verdict, number):
    for view in beside(texts, language, verdict, number):
        assert problems(view) == []


@fuzzed("inert cards", 25, 5000, texts=SHORT, language=LANGUAGES, verdict=VERDICTS, number=NUMBERS)
def test_answer_card_markup_in_text_is_inert(texts, language, verdict, number):
    made = answers(texts, language, verdict, number), answers([bland(text) for text in texts], language, verdict, number)
    assert acting(contents(made[0])) == acting(contents(made[1]))


@fuzzed("inert cards", 10, 1500, texts=SHORT, language=LANGUAGES)
def test_lookup_cards_markup_in_text_is_inert(texts, language):
    cards = zip(looked_up(texts, language), looked_up([bland(text) for text in texts], language), strict=True)
    for hot, cold in cards:
        assert acting(contents(hot)) == acting(contents(cold))


@fuzzed("inert cards", 15, 2000, texts=SHORT, language=LANGUAGES, verdict=VERDICTS, number=NUMBERS)
def test_cards_beside_answer_markup_in_text_is_inert(texts, language, verdict, number):
    # A quotation that occurs earlier too is marked there, and a mark that became a dot may make it occur.
    for text in texts:
        start, end = sorted((number % (len(text) + 1), number // 7 % (len(text) + 1)))
        assume(text.find(text[start:end]) == bland(text).find(bland(text)[start:end]))
    cards = zip(
        beside(texts, language, verdict, number),
        beside([bland(text) for text in texts], language, verdict, number),
        strict=True,
    )
    for hot, cold in cards:
        assert acting(contents(hot)) == acting(contents(cold))


def test_allowed_mentions_of_bot_notify_nobody():
    assert mentions() == {"parse": []}


def test_unseen_invisible_characters_are_reported():
    assert unseen("content", "a\n@\u200b1 \u200b\u202e\U000e0041\u3164 z" + "\u0301" * 5) == [
        *("\u200b", "\u202e", "\U000e0041", "\u3164", "\u0301"),
    ]
    assert unseen("label", "a\n") == ["\n"]


def test_acting_markdown_characters_are_reported():
    assert acting("# a\n-# b\n- c\n1. d <@1> @here :x: http://y **e** \\*f\\*") == [
        *("#", "-#", "-", "1.", "<", "@", ">", "@", ":", "http://", "*", "*", "*", "*"),
    ]
