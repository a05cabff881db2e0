"""Tell small talk from questions, and take off what people write around a question."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any, Literal, get_args

from index.text.normalization import phrase_key, strip_invisible

Kind = Literal["greeting", "thanks", "about", "chatter"]
# Mentions, channels, custom emoji, timestamps and commands of Discord, and links.
REFERENCE = re.compile(r"<(?:@[!&]?|#|a?:\w{1,32}:|t:|/[^<>:]{1,99}:)-?\d{1,20}(?::\w)?>|https?://[^\s<>，。）」]+")
FORMATTING = re.compile(r"\*\*|__|~~|\|\||`+")
# The mark of a list, a quotation or a heading at the start of a line.
LINE_MARK = re.compile(r"^[^\S\n]*(?:[>#*•·-]{1,3}|\(?\d{1,2}[.)、])[^\S\n]+", re.MULTILINE)
EMOJI = re.compile("[\u20e3\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]")
HYPHENATION = re.compile(r"(?<=[a-z])-\n[^\S\n]*(?=[a-z])")
UNSPACED_LINE_END = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[^\S\n]*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])")
SEPARATORS = " \n\t\u3000,，、.。!！~～…:：;；?？()（）-—^"


@cache
def load_small_talk() -> dict[str, Any]:
    """Load the phrases."""
    return tomllib.loads(resources.files("index.text").joinpath("small_talk.toml").read_text("utf-8"))


@cache
def message_kinds() -> dict[str, Kind]:
    """Return the kinds of small talk by the keys of whole messages."""
    messages = load_small_talk()["messages"]
    return {message_key(text): kind for kind in get_args(Kind) for text in messages[kind]}


@cache
def surrounding_phrases() -> tuple[str, ...]:
    """Return the phrases around questions, longest first."""
    return tuple(sorted(load_small_talk()["around"], key=len, reverse=True))


def message_key(text: str) -> str:
    """Return the form in which messages compare: letters and digits alone, a repeated one once ("hiiii", 哈哈哈)."""
    return "".join(character for character, _ in groupby(phrase_key(text.replace("'", "").replace("’", ""))))


def small_talk_kind(text: str) -> Kind | None:
    """Return what kind of small talk a message is, or None for a question."""
    return message_kinds().get(message_key(strip_references(text)))


def strip_references(text: str) -> str:
    """Remove mentions, links and emoji."""
    return EMOJI.sub(" ", REFERENCE.sub(" ", text))


def has_words(text: str) -> bool:
    """Return whether a text is more than mentions, links, emoji and marks."""
    return any(map(str.isalnum, strip_references(text)))


def extract_question(text: str) -> str:
    """Take off what is no part of a question: references, formatting, line breaks, greetings and thanks.

    :return: the question; the text without invisible characters if nothing else is left.
    """
    question, before = "\n".join(map(strip_invisible, text.splitlines())), ""
    while question != before:
        before, question = question, strip_surroundings(question)
    question = UNSPACED_LINE_END.sub("", HYPHENATION.sub("", question))
    return " ".join(question.split()) if any(map(str.isalnum, question)) else strip_invisible(text)


def strip_surroundings(text: str) -> str:
    """Take off references, formatting, marks of lines, and one phrase around a question."""
    return strip_phrase(LINE_MARK.sub("", FORMATTING.sub("", strip_references(text))).strip())


def strip_phrase(question: str) -> str:
    """Take the longest known phrase off the start or the end of a question, if words are left."""
    lowered = question.lower()
    if len(lowered) != len(question):  # a few letters grow in lower case
        return question
    before, ended = load_small_talk()["before"], lowered.rstrip(SEPARATORS)
    for phrase in surrounding_phrases():
        length = len(phrase)
        if lowered.startswith(phrase) and (phrase in before or lowered[length : length + 1] in SEPARATORS):
            rest = question[length:].lstrip(SEPARATORS)
        elif ended.endswith(phrase) and ends_apart(ended, phrase):
            rest = question[: len(ended) - length].rstrip(" \n,，、~～-—")
        else:
            continue
        if any(map(str.isalnum, rest)):
            return rest
    return question


def ends_apart(text: str, phrase: str) -> bool:
    """Return whether a separator precedes the phrase with which a text ends."""
    return text[-len(phrase) - 1 : -len(phrase)] in SEPARATORS
