"""What a button leads to is written into 100 characters and read back."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.custom_ids import (
    CUSTOM_ID,
    KEY,
    Target,
    Tokens,
    person_token,
    query_key,
    scope_key,
    section_token,
    short_token,
)
from index.models import Scope
from index.text.localization import Language
from tests.bot.fakes import FakeEngine
from tests.bot.summit import ANN, FORUM

KINDS = st.sampled_from(["agenda", "session", "sessions", "person", "people", "named", "text", "answer"])
TARGETS = st.builds(Target, KINDS, st.text(max_size=KEY), st.sampled_from(get_args(Language)), st.integers(0, 99_999))


@given(TARGETS)
def test_target_parse_round_trips_within_custom_id_limit(target):
    assert Target.parse(str(target)) == target
    assert len(f"go:{target}") <= CUSTOM_ID == 100
    assert target.fits


@pytest.mark.parametrize("text", ["", "zh-TW:1:session", "fr:0:session:A", "en:0:nothing:A", "en:x:session:A"])
def test_target_parse_invalid_text_raises_value_error(text):
    with pytest.raises(ValueError):
        Target.parse(text)


def test_query_key_strips_invisible_characters_and_truncates():
    assert query_key(" a\n\tb\u202e\u3164 ") == "a b"
    assert query_key("x" * 99) == "x" * KEY
    assert query_key("ab", 1) == "a"


def test_short_token_is_stable_and_unique():
    assert short_token("s02") == "IZOPDPX3"
    assert len({short_token(f"s{n}") for n in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    "scope",
    [
        Scope(session="s02.1"),
        Scope(speaker="Ann Poe", day="2024-05-01"),
        Scope(section=FORUM),
        Scope("s02", "Ann Poe", "2024-05-01", FORUM),
    ],
)
def test_tokens_scope_round_trips_scope_key(scope):
    tokens = Tokens(FakeEngine())
    assert tokens.scope(scope_key(scope)) == scope
    assert len(scope_key(scope)) <= KEY


def test_tokens_scope_empty_key_returns_empty_scope_and_unknown_key_none():
    tokens = Tokens(FakeEngine())
    assert scope_key(None) == "|||"
    assert tokens.scope("|||") == Scope()
    assert tokens.scope("AAAAAAAA|||") is tokens.scope("|AAAAAAAA||") is tokens.scope("|||AAAAAAAA") is None


def test_tokens_people_and_sections_are_found_by_token():
    tokens = Tokens(FakeEngine())
    assert tokens.people[person_token("ANN  poe")][0] == ANN
    assert tokens.sections[section_token(FORUM)] == FORUM


def test_scope_key_one_report_appends_report_token():
    tokens = Tokens(FakeEngine())
    assert scope_key(Scope(reports=("summit",))) == f"||||{short_token('summit')}"
    assert tokens.scope(scope_key(Scope(day="2024-05-01", reports=("summit",)))) == Scope(
        day="2024-05-01", reports=("summit",)
    )
    assert tokens.scope("||||AAAAAAAA") is tokens.scope("||||") is None


def test_scope_key_several_reports_omits_them():
    assert scope_key(Scope(day="2024-05-01", reports=("summit", "tower"))) == "||2024-05-01|"
