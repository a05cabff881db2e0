"""Find the questions that a message asks."""

import re
import tomllib
from functools import cache
from importlib import resources

from index.text.localization import CJK
from index.text.small_talk import extract_question, message_key, small_talk_kind, strip_references, surrounding_phrases

QUESTIONS = 3  # that are answered; further ones are left to another message
SHORTEST = 4  # letters, digits and ideographs of a question of its own
# Marks at the end of a sentence, of which one is a question mark; those of Latin text stand before white space.
MARKS = re.compile(r"[？！][？?！!]*+|(?<![!?])[!?]++(?=\s|$|[\u3000-\u9fff])")
SENTENCE_END = re.compile(r"[。！？][。！？?!~～…」』）)]*+|(?<![.!?])[.!?]++(?=\s|$|[\u3000-\u9fff])|\n")
CLOSING = " \t\u3000,，、.。!！~～…:：;；」』）)]】\"”'’*_^"
OPENING = re.compile(r"(?:so|and|but|also|btw|well|ok|okay|hey|hi|那|那麼|那么|所以|欸|咦|嗯)[\s,，、!！]+", re.IGNORECASE)


@cache
def load_question_forms() -> dict[str, tuple[re.Pattern[str], ...]]:
    """Load `question_forms.toml`."""
    tables = tomllib.loads(resources.files("index.text").joinpath("question_forms.toml").read_text("utf-8"))
    return {name: tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns) for name, patterns in tables.items()}


def split_questions(message: str) -> tuple[str, ...]:
    """Return the questions of a message, each with its question mark, up to `QUESTIONS`.

    Words without a question mark belong to the question after them, or at the end to the one before.

    :return: the message alone if it asks one question.
    """
    ends = [match.end() for match in MARKS.finditer(message) if "?" in match[0] or "？" in match[0]]
    parts = [message[start:end].strip() for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []
    if len(parts) < 2 or any(sum(map(str.isalnum, part)) < SHORTEST for part in parts):
        return (message,)
    if len(parts) <= QUESTIONS:
        parts[-1] += message[ends[-1] :].rstrip()
    return tuple(parts[:QUESTIONS])


def split_sentences(message: str) -> list[str]:
    """Return the sentences and lines of a message that have words, with their closing marks."""
    ends = [*(match.end() for match in SENTENCE_END.finditer(message)), len(message)]
    pieces = (message[start:end].strip() for start, end in zip([0, *ends[:-1]], ends, strict=True))
    return [piece for piece in pieces if any(map(str.isalnum, piece))]


def is_question(sentence: str) -> bool:
    """Return whether a sentence asks something, with or without a question mark."""
    body = strip_references(sentence).rstrip(CLOSING)
    if body.endswith(("?", "？")):
        return True
    forms = load_question_forms()
    if any(pattern.search(body) for pattern in forms["asking"]):
        return True
    body = OPENING.sub("", extract_question(body).rstrip(CLOSING), count=1)
    return not any(pattern.search(body) for pattern in forms["denied"]) and any(
        pattern.search(body) for pattern in forms["interrogatives"]
    )


def is_courtesy(sentence: str) -> bool:
    """Return whether a sentence is a greeting, thanks or the like alone."""
    return small_talk_kind(sentence) is not None or message_key(sentence) in courtesy_keys()


@cache
def courtesy_keys() -> frozenset[str]:
    return frozenset(map(message_key, surrounding_phrases()))


def asks_something(message: str) -> bool:
    """Return whether a message asks something: its last sentence does, but for greetings and thanks."""
    sentences = [sentence for sentence in split_sentences(message) if not is_courtesy(sentence)]
    return bool(sentences) and is_question(sentences[-1])


def mark_questions(message: str) -> str:
    """Put a question mark after each line of a message, if it has several and each is a question.

    :return: the message itself if a line is none, since it may then belong to the line before.
    """
    lines = [line for line in message.split("\n") if any(map(str.isalnum, line)) and not is_courtesy(line)]
    return "\n".join(map(with_question_mark, lines)) if len(lines) > 1 and all(map(asks_something, lines)) else message


def with_question_mark(sentence: str) -> str:
    """Return a question with a question mark at its end, in place of the thanks that follow if it had none."""
    if sentence.rstrip(CLOSING).endswith(("?", "？")):
        return sentence
    body = extract_question(sentence).rstrip(CLOSING)
    before, found, _ = sentence.partition(body)
    body = before + body if found else body
    return body + ("？" if CJK.search(body) else "?")


def shorten_to_questions(message: str, limit: int) -> str:
    """Return a message of at most `limit` characters as it is, and of a longer one the questions that fit, a line each.

    :return: the message itself if none of its sentences is a question that fits.
    """
    if len(message) <= limit:
        return message
    kept = ""
    for sentence in split_sentences(message):
        if not is_courtesy(sentence) and is_question(sentence):
            longer = f"{kept}\n{with_question_mark(sentence)}".strip()
            kept = longer if len(longer) <= limit else kept
    return kept or message
