"""A batch of questions, JSON Lines from a file or from standard input."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from index.errors import QuestionError


def read_batch(source: str) -> Iterator[tuple[str, str]]:
    """Ids and questions of a batch, as they are read. Raises QuestionError naming the line that is none."""
    try:
        with nullcontext(sys.stdin.buffer) if source == "-" else Path(source).open("rb") as stream:
            for number, raw in enumerate(stream, 1):
                if raw.strip():
                    yield parse_question(raw, f"{source}, line {number}")
    except OSError as error:
        raise QuestionError(f"{source}: cannot be read ({error.strerror})") from error


def parse_question(raw: bytes, where: str) -> tuple[str, str]:
    try:
        record = json.loads(raw)
        return str(record["id"]), str(record["question"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise QuestionError(f'{where}: not a JSON object with "id" and "question" ({error!r})') from error
