"""Split a message into the claims that it makes, without what is no part of them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.reports.passages import sentence_spans
from index.text.small_talk import FORMATTING, LINE_MARK, small_talk_kind, strip_references

STATEMENTS = 25  # checked at most
SHORTEST, SHORTEST_CLAIM = 4, 6  # letters, digits and ideographs of a statement, and of a claim that is split off
# Marks that number or time what is said: 1. (1) ① 一、 [3] and 14:05 alice:
NUMBERING = re.compile(
    r"^\s*(?:[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-z])[)）.、．](?!\d)|[①-⑳㈠-㈩⑴-⒇]|[•·*-])\s*", re.IGNORECASE
)
CHAT_TIME = re.compile(
    r"^\s*[\[(【]?(?:[上下]午\s*)?\d{1,2}:\d\d(?::\d\d)?(?!\d|\s*[-–—~～至到])(?:\s*[ap]m)?[\])】]?\s*(?:[^\s:：,，。]{1,32}\s*[:：]\s*)?",
    re.IGNORECASE,
)
# What the cards of this bot print below a quotation: small text, section and page.
SOURCE_LINE = re.compile(r"^-# |·\s*(?:第\s*[\d–-]+\s*頁|pp?\.\s*[\d–-]+|[\d–-]+ページ)\s*$")
FOOTNOTE = re.compile(r"[\[［〔](?:\d{1,3}|註\s*\d{1,3})[\]］〕]|[¹²³⁰⁴-⁹]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a message, as written, and the claims that it makes; none if it asks or feels something."""

    text: str
    claims: tuple[str, ...]


@cache
def load_wording() -> dict[str, tuple[re.Pattern[str], ...]]:
    """Load `wording.toml`."""
    tables = tomllib.loads((files("index.claims") / "wording.toml").read_text("utf-8"))
    return {name: tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns) for name, patterns in tables.items()}


def split_statements(message: str) -> list[Statement]:
    """Return the statements of a message, in order."""
    lines = (
        CHAT_TIME.sub("", LINE_MARK.sub("", line))
        for line in strip_references(message).split("\n")
        if not SOURCE_LINE.search(line)
    )
    plain = "\n".join(FORMATTING.sub("", line) for line in lines)
    pieces = (plain[start:end] for start, end in sentence_spans(plain))
    made = [Statement(piece.strip(), find_claims(piece)) for piece in pieces if count_letters(piece) >= SHORTEST]
    return [each for each in made if each.text]


def find_claims(sentence: str) -> tuple[str, ...]:
    """Return the claims of a sentence, without list marks, footnote marks, hearsay and closing particles."""
    wording = load_wording()
    text = FOOTNOTE.sub("", NUMBERING.sub("", sentence)).strip()
    if small_talk_kind(text) or any(pattern.search(text) for pattern in wording["questions"]):
        return ()
    text = strip_wording(text)
    if any(pattern.search(text) for pattern in wording["opinions"]):
        return ()
    parts = [text]
    for joint in wording["joints"]:
        parts = [piece for part in parts for piece in joint.split(part)]
    if len(parts) > 1 and all(count_letters(part) >= SHORTEST_CLAIM for part in parts):
        return tuple(part.strip() for part in parts)
    return (text,) if count_letters(text) >= SHORTEST else ()


def strip_wording(text: str) -> str:
    """Remove openings that say where a claim is from, and closing particles, as long as there are any."""
    wording = load_wording()
    before = None
    while text != before:
        before = text
        for pattern in wording["openings"]:
            if (match := pattern.match(text)) and count_letters(text[match.end() :]) >= SHORTEST:
                text = text[match.end() :].lstrip("，,：: ")
        mark = text[len(text.rstrip("。.!！~～ ")) :]
        body = text[: len(text) - len(mark)]
        for pattern in wording["endings"]:
            body = pattern.sub("", body)
        text = body + mark
    return text.strip()


def count_letters(text: str) -> int:
    return sum(map(str.isalnum, text))
