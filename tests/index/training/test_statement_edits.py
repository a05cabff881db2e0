"""Edits of sentences: each says something else than the sentence."""

import random

import pytest

from index.training.statement_edits import EDITS, edit_statement


@pytest.mark.parametrize(
    ("kind", "sentence", "edited"),
    [
        ("scale", "經費 10億元。", "經費 10萬元。"),
        ("polarity", "This is open to all.", "This is not open to all."),
        ("polarity", "大会が開かれた。", "大会が開かれなかった。"),
        ("polarity", "臺灣參加峰會。", "臺灣沒有參加峰會。"),
        ("antonym", "承諾事項持續減少。", "承諾事項持續增加。"),
        ("degree", "唯一的提案。", "之一的提案。"),
        ("swap", "昨天 Ann Poe 邀請 Bo Lee 來。", "昨天 Bo Lee 邀請 Ann Poe 來。"),
    ],
)
def test_edit_kinds_change_what_they_name(kind: str, sentence: str, edited: str) -> None:
    assert EDITS[kind](sentence, random.Random(0)) == edited


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("number", "共有 300 份方案。"), ("number", "共八國。"), ("date", "2021年12月15日"), ("country", "會議在韓國舉行。")],
)
def test_edit_kinds_of_values_give_another_value_in_the_same_place(kind: str, sentence: str) -> None:
    edited = {EDITS[kind](sentence, random.Random(seed)) for seed in range(20)}
    assert None not in edited
    assert sentence not in edited
    assert len(edited) > 2


def test_edit_statement_gives_each_possible_kind_once() -> None:
    found = dict(edit_statement("2021年韓國共有 300 份方案增加。", random.Random(1)))
    assert set(found) == {"number", "date", "country", "antonym"}
    assert dict(edit_statement("沒有什麼可改。", random.Random(1))) == {}


def test_swap_leaves_the_order_of_a_list_alone() -> None:
    assert EDITS["swap"]("有 Ann Poe、Bo Lee 出席。", random.Random(0)) is None
