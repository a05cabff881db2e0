"""No regular expression takes much longer than its text is long, whatever the text."""

import random
import re
from functools import cache

import pytest

from bot.questions.message_filter import IncomingMessage, classify_message
from index.answering import follow_ups, question_constraints
from index.answering.question_constraints import MentionedCountries
from index.claims import facts, opposites, quantities, statements
from index.evaluation import cloze_questions
from index.ingest import heading_choice, report_edition
from index.ingest.conversion import Converted
from index.ingest.heading_levels import find_heading_levels, level_from_example
from index.reports import profile
from index.reports.profile import NAME
from index.structured_qa import summary_request
from index.text import message_questions
from index.training import statement_edits
from index.writing import copied_clauses
from tests.bot.fakes import passage
from tests.fuzz.patterns import Expression, made, unwritten, written
from tests.fuzz.pumping import MOST_STEPS, attacks, blows_up
from tests.fuzz.reports import BASES, PROFILES, engine_of
from tests.fuzz.steps import Matcher

# Expressions of a report's own profile are put to that report alone, in bounded time.
OF_PROFILES = {"index.reports.profile.heading_patterns", "index.reports.profile.compile_prose_pattern"}
ASKED = (
    "What did Stone say?",
    "有幾人參加？",
    "How much was spent in Peru in 2029?",
    "When was Roe there?",
    "and Lisbon?",
    "Was she in 日目 1？",
)


def run() -> None:
    """Everything that makes expressions as it runs."""
    for function in (
        follow_ups.compile_alternatives,
        follow_ups.compile_opening,
        question_constraints.load_answer_types,
        question_constraints.compile_question,
        question_constraints.compile_named,
        question_constraints.compile_own_country,
        question_constraints.country_pattern,
        cloze_questions.load_cloze,
        summary_request.heading_pattern,
        summary_request.is_heading_of,
    ):
        function.cache_clear()
    for load in (
        quantities.unit_pattern,
        opposites.side_patterns,
        opposites.load_strong_words,
        statements.load_wording,
        copied_clauses.load_forms,
    ):
        load.cache_clear()
    message_questions.load_question_forms.cache_clear()
    message_questions.is_question("that rains")
    for compared in ("Ten people rose by 10億元.", "10 million", "5千人沒有增加"):
        facts.compare_facts(compared, compared)
        copied_clauses.find_copied(compared, [compared])
        list(statement_edits.edit_statement(compared, random.Random(0)))
    statements.split_statements("聽說 It rained.")
    question_constraints.load_answer_types()
    question_constraints.asks_opinion("What is your view?")
    question_constraints.asks_one_fact("Is it?")
    question_constraints.required_names("Which?")
    question_constraints.lacks_expected_type("Which country?", "")
    cloze_questions.load_cloze()
    for kind in ("summary", "findings", "advice"):
        summary_request.is_heading_of(kind, "Oil")
    for text, about in zip(BASES[2:4], PROFILES[2:5:2], strict=True):
        profile.Profile.model_validate(about.model_dump(by_alias=True))
        engine = engine_of(text, about)
        assert engine is not None
        for question in ASKED:
            engine.follow(question, "Who is Ann Poe?")
        follow_ups.swap_names("Who is Ann Poe?", "Jane Roe", follow_ups.find_names("Jane Roe", engine.guide), engine.guide)
    MentionedCountries([passage(0, (), "Lisbon")]).missing("Is Peru in it?")
    classify_message(IncomingMessage("x", True, False, False, ""), 5)
    for marked in (True, False):
        find_heading_levels(Converted("# one\n一、二", "", marked))
    for heading in ("Q1. Why", "【序】", "■ Oil", "Oil"):
        level_from_example(heading, Converted(heading, ""))
        heading_choice.change_choice(heading_choice.choose_all(()), heading, Converted(heading, ""))
    heading_choice.first_choice(Converted("# one", ""), ["#"])
    report_edition.update_profile_text("title = 'x'", profile.Profile(title="y"), "x")


observed = cache(lambda: made(run))


@cache
def expressions() -> tuple[Expression, ...]:
    found, _ = observed()
    names = [
        Expression("index.reports.person_mentions.NAME", re.compile(text), frozenset({"finditer"}))
        for text in (NAME, f"{NAME} spoke")
    ]
    ours = [each for each in (*written(), *found, *names) if each.place not in OF_PROFILES]
    return tuple({(each.pattern, each.methods): each for each in ours}.values())


def test_expressions_found_include_every_pattern_in_code():
    _, sites = observed()
    assert unwritten() - sites == set()
    assert {
        "index.reports.passages.LATIN_SENTENCE",
        "bot.cards.escaping.ACTIVE",
        "index.reports.person_mentions.read_name_run",
    } <= {each.place for each in expressions()}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(a+)+$", "match"),
        (r"(a|aa)+$", "match"),
        (r"(?:a|a)*b", "match"),
        (r"^(\w+\s?)*$", "match"),
        (r"\s+$", "search"),
        (r"<.*?>;", "search"),
        (r"\d+\d+x", "search"),
        (r"x.*y.*z", "match"),
        (r"a*a*b", "fullmatch"),
        (r"(?<=x)\w*\w*;", "search"),
    ],
)
def test_blows_up_superlinear_pattern_is_detected(pattern, method):
    expression = Expression("", re.compile(pattern), frozenset({method}))
    assert any(blows_up(expression, attack) for attack in attacks(expression.pattern))


@pytest.mark.parametrize(
    "pattern", [r"a+b", r"(?<!\s)\s+at", r"[ab]*c", r"(?:ab)+;", r"(?>a+)+$", r"(?:a++b?)*+c", r"a{1,40}b"]
)
def test_blows_up_linear_pattern_is_not_detected(pattern):
    expression = Expression("", re.compile(pattern), frozenset({"match"}))
    assert not any(blows_up(expression, attack) for attack in attacks(expression.pattern))


def test_count_steps_pattern_returns_steps_up_to_limit():
    matcher = Matcher(re.compile("a*b"))
    # Three times "a", then that it is no fourth; going back from each end, "b" is looked for.
    assert matcher.count_steps(frozenset({"match"}), "aaac", MOST_STEPS) == 4 + 4 + 4
    assert matcher.count_steps(frozenset({"match"}), "aaac", 5) == 5


@pytest.mark.parametrize(
    "pattern",
    ["a*?b|(?=c)", "(?:A|a)+|", r"\b(?<!a)[^b]??", "(?>a|ab)c|b*", "(?:a?b?)*+c?", "^a|b$", "(?:ab?){2,3}?", "(?!b)."],
)
def test_matcher_spans_sample_patterns_equal_re_matches(pattern):
    compiled, matcher = re.compile(pattern), Matcher(re.compile(pattern))
    for text in ("", "abc", "aab ab", "ccab\nabab", "ABA b"):
        matcher.text, matcher.steps, matcher.limit = text, 0, MOST_STEPS
        assert list(matcher.spans()) == [found.span() for found in compiled.finditer(text)]


def test_matcher_spans_product_patterns_equal_re_matches():
    for expression in expressions():
        matcher = Matcher(expression.pattern)
        for before, pump, ending in attacks(expression.pattern):
            matcher.text, matcher.steps, matcher.limit = before + 3 * pump + ending, 0, MOST_STEPS
            found = [each.span() for each in expression.pattern.finditer(matcher.text)]
            assert (expression.place, list(matcher.spans())) == (expression.place, found)


def test_blows_up_product_patterns_are_not_detected():
    found = {
        (each.place, each.pattern.pattern): next(
            (attack for attack in attacks(each.pattern) if blows_up(each, attack)), None
        )
        for each in expressions()
    }
    assert {place: attack for place, attack in found.items() if attack} == {}
