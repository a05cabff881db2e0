"""What of a message is a claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.claims.statements import find_claims, split_statements

CLAIM = "共有 78 國參加"


@pytest.mark.parametrize(
    "around",
    ["1. {}", "(1) {}", "①{}", "一、{}", "{}[3]", "[3] {}", "14:05 alice：{}", "[14:05:33] {}", "聽說{}", "據報告說，{}",
     "<@123456> {}", "{} https://example.org/a?b=1", "- {}", "> {}", "**{}**", "{}啦", "下午 2:05 小明: {}", "其實，{}"],
)  # fmt: skip
def test_split_statements_takes_off_what_is_no_part_of_the_claim(around: str) -> None:
    assert [each.claims for each in split_statements(around.format(CLAIM))] == [(CLAIM,)]


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        ("OGP 是2011年成立的，而且台灣已經加入。", ("OGP 是2011年成立的", "台灣已經加入。")),
        ("The summit was in Korea, and the next will be in 2023.", ("The summit was in Korea", "the next will be in 2023.")),
        ("開幕式在12月15日；閉幕式在17日。", ("開幕式在12月15日", "閉幕式在17日。")),
        ("韓國及法國", ("韓國及法國",)),
        ("18:00-20:00 開幕式", ("18:00-20:00 開幕式",)),
        ("台灣是會員嗎？", ()),
        ("Is Taiwan a member", ()),
        ("台湾は加盟していますか", ()),
        ("我覺得這場很棒", ()),
        ("I think it went well.", ()),
        ("とても面白かった。", ()),
        ("謝謝", ()),
        ("Apparently members have uploaded 300 plans.", ("members have uploaded 300 plans.",)),
        ("台湾はOGPに加盟しているらしい。", ("台湾はOGPに加盟している。",)),
    ],
)
def test_find_claims_splits_joined_claims_and_leaves_questions_and_opinions_out(
    sentence: str, claims: tuple[str, ...]
) -> None:
    assert find_claims(sentence) == claims
    assert [each.claims for each in split_statements(sentence)] in ([claims], [])


def test_split_statements_keeps_order_and_drops_source_lines() -> None:
    message = "> **1.** 會議在首爾舉行。\n-# 唐鳳 · 一、開幕 · p. 8\n唐鳳 · 開幕 · 第 3 頁\n14:06 bob: It rained. It snowed!"
    assert [each.text for each in split_statements(message)] == ["1. 會議在首爾舉行。", "It rained.", "It snowed!"]


@given(st.text(max_size=300))
def test_split_statements_any_text_gives_claims_of_its_own_characters(text: str) -> None:
    for statement in split_statements(text):
        assert all(set(claim) <= set(statement.text) for claim in statement.claims)
