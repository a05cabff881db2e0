"""Hostile text renders inert; ordinary text stays as it is."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.escaping import ZERO_WIDTH_SPACE, clean_text, embolden, escape_markdown, one_line

ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
# What Discord's client formats, links or mentions, in text whose escaped characters were taken out before.
ALIVE = (
    r"[*_~`|<>\[\]\\]",
    r"(?m)^[^\S\n]*(#{1,3}|-#|[-+*])",
    r"(?m)^[^\S\n]*\d+[.)]",
    r"\w+://",
    r":[\w+~-]+:",
    r"(?i)@(everyone|here|[!&]?\d)",
)
HOSTILE = st.text(st.sampled_from("*_~`|<>[]()\\#-+:/@&!.1 9\n\t\r\u200b\u202e\ud800aé中everyonehttps"), max_size=60)


def rendered(escaped: str) -> str:
    """What a member sees."""
    return ESCAPED.sub(r"\1", escaped).replace(ZERO_WIDTH_SPACE, "")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("**粗**", r"\*\*粗\*\*"),
        ("# title", r"\# title"),
        ("-# small", r"\-# small"),
        ("> quote", r"\> quote"),
        ("  - item", r"  \- item"),
        ("1. item", r"1\. item"),
        ("[x](https://evil.example)", r"\[x\](https\://evil.example)"),
        ("<@123> <#1> <t:1:R>", "\\<@\u200b123\\> \\<#1\\> \\<t\\:1:R\\>"),
        ("@everyone @here", "@\u200beveryone @\u200bhere"),
        (":smile: 20:00", r"\:smile: 20:00"),
        ("```py\nx\n```", "\\`\\`\\`py\nx\n\\`\\`\\`"),
        ("||spoiler||", r"\|\|spoiler\|\|"),
        ("a\ufe0f\u3164\u034f\U000e0041\U000e0101b", "ab"),
        ("z" + "\u0301" * 50 + "a", "z" + "\u0301" * 4 + "a"),
        ("שָׁ֫לוֹם", "שָׁ֫לוֹם"),
        ("a\u200b\u202eb\x07\x1b[0m\r\nc\ud800", "ab\\[0m\nc\ufffd"),
    ],
)
def test_escape_markdown_each_markup_form_is_inert(text: str, escaped: str):
    assert escape_markdown(text) == escaped


@pytest.mark.parametrize(
    "text", ["開放政府夥伴聯盟（OGP）「全球高峰會」。", "Audrey Tang, e-mail: a@b.tw; 20:00–22:00 (50%)"]
)
def test_escape_markdown_ordinary_text_is_unchanged(text: str):
    assert escape_markdown(text) == text


@given(st.one_of(HOSTILE, st.text()))
def test_escape_markdown_any_text_is_inert_and_renders_as_clean_text(text: str):
    escaped = escape_markdown(text)
    neutral = ESCAPED.sub("\0", escaped)
    assert [form for form in ALIVE if re.search(form, neutral)] == []
    assert rendered(escaped) == clean_text(text)
    assert len(escaped) <= 2 * len(text) + 1 + text.count("\n")


@given(st.one_of(HOSTILE, st.text(st.characters(categories=["Cc", "Cf", "Cs", "Lo", "Zl", "Zp"]))))
def test_clean_text_any_text_has_no_control_or_format_characters(text: str):
    assert {unicodedata.category(c) for c in clean_text(text) if c != "\n"}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


@pytest.mark.parametrize(
    ("text", "spans", "bold"),
    [
        ("a*b c", [(0, 3)], "**a\\*b** c"),
        ("a\nb c", [(0, 3)], "**a**\n**b** c"),
        ("12 of 30", [(0, 2), (6, 8)], "**12** of **30**"),
        ("a*b", [], "a\\*b"),
    ],
)
def test_embolden_marks_spans_and_escapes_all(text: str, spans: list[tuple[int, int]], bold: str):
    assert embolden(text, spans) == bold


def test_one_line_long_text_is_truncated_with_ellipsis():
    assert one_line(" a\n b\tc ", 10) == "a b c"
    assert one_line("問" * 201, 200) == "問" * 199 + "…"
    assert one_line("問" * 200, 200) == "問" * 200
    assert one_line("abcd efgh", 6) == "abcd…"
