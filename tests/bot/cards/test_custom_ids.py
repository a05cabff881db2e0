"""What a button leads to is written into 100 characters and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.custom_ids import CUSTOM_ID, KEY, Target, Tokens, of_person, of_section, scope_key, token, typed
from index.models import Scope
from tests.bot.fakes import FakeEngine
from tests.bot.summit import ANN, FORUM

KINDS = st.sampled_from(["agenda", "session", "sessions", "person", "people", "named", "text", "answer"])
TARGETS = st.builds(Target, KINDS, st.text(max_size=KEY), st.sampled_from(["zh-TW", "en"]), st.integers(0, 99_999))


@given(TARGETS)
def test_a_target_is_read_back_and_fits_a_button(target):
    assert Target.parse(str(target)) == target
    assert len(f"go:{target}") <= CUSTOM_ID == 100
    assert target.fits


@pytest.mark.parametrize("text", ["", "zh-TW:1:session", "fr:0:session:A", "en:0:nothing:A", "en:x:session:A"])
def test_anything_else_is_no_target(text):
    with pytest.raises(ValueError):
        Target.parse(text)


def test_what_was_typed_is_a_key_on_one_line():
    assert typed(" a\n\tb\u202e\u3164 ") == "a b"
    assert typed("x" * 99) == "x" * KEY
    assert typed("ab", 1) == "a"


def test_tokens_are_short_and_stay_the_same():
    assert token("s02") == "IZOPDPX3"
    assert len({token(f"s{n}") for n in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    "scope",
    [
        Scope(session="s02.1"),
        Scope(speaker="Ann Poe", day="2024-05-01"),
        Scope(section=FORUM),
        Scope("s02", "Ann Poe", "2024-05-01", FORUM),
    ],
)
def test_a_scope_is_read_back_from_its_key(scope):
    tokens = Tokens(FakeEngine())
    assert tokens.scope(scope_key(scope)) == scope
    assert len(scope_key(scope)) <= KEY


def test_no_scope_and_one_that_the_index_does_not_know():
    tokens = Tokens(FakeEngine())
    assert scope_key(None) == "|||"
    assert tokens.scope("|||") == Scope()
    assert tokens.scope("AAAAAAAA|||") is tokens.scope("|AAAAAAAA||") is tokens.scope("|||AAAAAAAA") is None


def test_people_and_sections_go_by_what_tells_them_apart():
    tokens = Tokens(FakeEngine())
    assert tokens.people[of_person("ANN  poe")][0] == ANN
    assert tokens.sections[of_section(FORUM)] == FORUM


def test_a_report_is_a_part_of_the_key_only_where_it_is_one_of_the_scope():
    tokens = Tokens(FakeEngine())
    assert scope_key(Scope(reports=("summit",))) == f"||||{token('summit')}"
    assert tokens.scope(scope_key(Scope(day="2024-05-01", reports=("summit",)))) == Scope(
        day="2024-05-01", reports=("summit",)
    )
    assert tokens.scope("||||AAAAAAAA") is tokens.scope("||||") is None


def test_several_reports_are_no_part_of_the_key():
    assert scope_key(Scope(day="2024-05-01", reports=("summit", "tower"))) == "||2024-05-01|"
