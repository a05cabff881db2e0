"""Split a message into the questions that it asks."""

import re

QUESTIONS = 3  # that are answered; further ones are left to another message
SHORTEST = 4  # letters, digits and ideographs of a question of its own
# A question mark in Latin text ends a question only before white space.
QUESTION_END = re.compile(r"？+[?！!]*|\?+[!?]*(?=\s|$|[\u3000-\u9fff])")


def split_questions(message: str) -> tuple[str, ...]:
    """Return the questions of a message, each with its question mark, up to `QUESTIONS`.

    Words without a question mark belong to the question after them, or at the end to the one before.

    :return: the message alone if it asks one question.
    """
    ends = [match.end() for match in QUESTION_END.finditer(message)]
    parts = [message[start:end].strip() for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []
    if len(parts) < 2 or any(sum(map(str.isalnum, part)) < SHORTEST for part in parts):
        return (message,)
    if len(parts) <= QUESTIONS:
        parts[-1] += message[ends[-1] :].rstrip()
    return tuple(parts[:QUESTIONS])
