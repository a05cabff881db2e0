"""Any question to any engine: an answer whose quotations stand in the report, or an error with a name; never another one."""

from typing import get_args

from hypothesis import assume
from hypothesis import strategies as st

from bot.cards.answer_card import AnswerContext, answer_card
from bot.cards.check_card import check_cards
from bot.cards.custom_ids import CUSTOM_ID, Target, person_token, query_key, session_token, short_token
from bot.errors import ReportBotError
from bot.lookup.autocomplete import suggest_days, suggest_organisations, suggest_people, suggest_sections, suggest_sessions
from bot.lookup.lookup_cards import LookupCards
from bot.lookup.passage_cards import more_card, other_card
from index.cli.output import answer_json, entry_json, json_line, session_json
from index.errors import UnknownNameError
from index.lookup.scopes import resolve_scope
from index.text.localization import Language
from tests.discord.command_limits import choice_problems
from tests.fuzz.counting import fuzzed
from tests.fuzz.inert import problems
from tests.fuzz.reports import engine_of, engines, profiles, texts
from tests.fuzz.texts import hostile, questions

ENGINES = st.integers(0, 4)
REFERENCE = "ABCD2345"
LANGUAGES = st.sampled_from(get_args(Language))
NARROWED = st.sampled_from(["session", "speaker", "day", "section"])


def verbatim(engine, answer):
    """Every quotation is a part of the passage that it names, and a refusal has none."""
    for citation in answer.citations:
        passage = engine.passage(citation.passage_id)
        assert passage is not None
        assert citation.quote
        assert citation.quote in passage.text
    assert bool(answer.citations) == (answer.verdict != "not_covered")
    assert 0 <= answer.confidence <= 1
    assert json_line(answer_json(answer, ""))


@fuzzed("answers", 8, 3000, number=ENGINES, question=questions(), language=LANGUAGES)
def test_engine_ask_any_question_returns_verbatim_quotations(number, question, language):
    engine = engines()[number]
    answer = engine.ask(question)
    assert answer.question == question
    verbatim(engine, answer)
    assert problems(answer_card(answer, engine.titles, REFERENCE, language, context=AnswerContext(threads=True))) == []


@fuzzed("answers", 5, 500, number=ENGINES, question=questions(200), language=LANGUAGES)
def test_more_card_and_other_card_any_answer_are_valid(number, question, language):
    engine = engines()[number]
    answer = engine.ask(question)
    for page in range(3):
        assert problems(more_card(answer, engine, Target("more", "", language, page))) == []
    assert problems(other_card(answer, engine, language)) == []


@fuzzed("follow-ups", 8, 1200, number=ENGINES, question=questions(300), before=questions(300))
def test_engine_follow_any_question_pair_returns_verbatim_quotations(number, question, before):
    engine = engines()[number]
    assert engine.is_follow_up(question) in (True, False)
    answer = engine.follow(question, before)
    assert answer.question == question
    verbatim(engine, answer)
    assert problems(answer_card(answer, engine.titles, REFERENCE, "en")) == []


@fuzzed("statements", 6, 1500, number=ENGINES, text=hostile(8, 1500), language=LANGUAGES)
def test_engine_check_any_text_returns_verbatim_quotes_and_valid_cards(number, text, language):
    engine = engines()[number]
    found = engine.check(text)
    for each in found:
        # What refers to somebody leaves a space.
        assert set(each.statement) <= {*text, " "}
        for citation in each.citations:
            assert citation.quote in engine.passage(citation.passage_id).text
    if found:
        for card in check_cards(found, engine, REFERENCE, language):
            assert problems(card) == []


@fuzzed("scopes", 8, 2000, number=ENGINES, kind=NARROWED, typed=questions(200))
def test_resolve_scope_any_text_returns_scope_or_raises_unknown_name(number, kind, typed):
    engine = engines()[number]
    try:
        scope = resolve_scope(engine.directory, engine.sections, **{kind: typed})
    except UnknownNameError as error:
        assert "\n" not in str(error)
        return
    assert scope
    assert engine.describe(scope)
    assert len(engine.passages(scope)) <= len(engine.passages(type(scope)()))


@fuzzed("look-ups", 6, 2500, number=ENGINES, query=questions(300))
def test_directory_find_any_query_returns_matches_sorted_by_score(number, query):
    directory = engines()[number].directory
    for found, shown in ((directory.find_sessions(query), session_json), (directory.find_people(query), entry_json)):
        scores = [match.score for match in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 100.01 for score in scores)
        assert all(json_line(shown(match.item)) for match in found)
    assert len(directory.organisations(query)) <= 25


@fuzzed("suggestions", 6, 2000, number=ENGINES, typed=questions(100))
def test_autocomplete_any_text_returns_choices_within_limits(number, typed):
    engine = engines()[number]
    for suggest in (suggest_sessions, suggest_people, suggest_organisations, suggest_days, suggest_sections):
        found = [{"name": each.name, "value": each.value} for each in suggest(engine, typed)]
        assert choice_problems("choices", found) == []


@fuzzed("look-up screens", 4, 500, number=ENGINES, query=questions(200), language=LANGUAGES, page=st.integers(0, 3))
def test_lookup_cards_any_query_is_shown_as_valid_card(number, query, language, page):
    engine = engines()[number]
    screens = LookupCards(engine)
    targets = [
        screens.session(query, language),
        screens.person(query, language),
        Target("agenda", query_key(query), language),
    ]
    try:
        targets.append(screens.people(query, query, "", language))
        targets.append(screens.people(query, "", query, language))
    except UnknownNameError:
        pass
    for target in targets:
        assert len(f"go:{target}") <= CUSTOM_ID
        assert problems(screens.show(target.at(page))) == []


@fuzzed(
    "look-up screens",
    6,
    2000,
    number=ENGINES,
    kind=st.sampled_from(Target.__annotations__["kind"].__args__),
    key=hostile(2, 76).map(query_key),
)
def test_lookup_cards_any_target_is_valid_or_refused(number, kind, key):
    try:
        view = LookupCards(engines()[number]).show(Target(kind, key, "en"))
    except ReportBotError:
        return
    assert problems(view) == []


@fuzzed("hostile reports", 5, 500, text=texts(), profile=profiles(), question=questions(100), language=LANGUAGES)
def test_engine_any_report_gives_verbatim_answers_and_valid_cards(text, profile, question, language):
    engine = engine_of(text, profile)
    assume(engine)
    answer = engine.ask(question)
    verbatim(engine, answer)
    views = [answer_card(answer, engine.titles, REFERENCE, language)]
    screens = LookupCards(engine)
    views.append(screens.show(Target("agenda", "", language)))
    views.append(screens.show(Target("people", "||", language)))
    for session in engine.directory.sessions[:3]:
        views += [screens.show(Target(kind, session_token(session), language)) for kind in ("session", "text")]
    for person, _ in engine.directory.people[:3]:
        views.append(screens.show(Target("person", person_token(person.name), language)))
    views.append(screens.show(Target("passage", short_token(engine.guide.passages[0].id), language)))
    for view in views:
        assert problems(view) == []
