"""Split a message into the questions that it asks."""

import re

QUESTIONS = 3  # that are answered; further ones are left to another message
SHORTEST = 4  # letters, digits and ideographs of a question of its own
# Marks at the end of a sentence, of which one is a question mark; those of Latin text stand before white space.
MARKS = re.compile(r"[？！][？?！!]*+|(?<![!?])[!?]++(?=\s|$|[\u3000-\u9fff])")


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
