"""What an answer must hold because a question asks for it: a sum of money, an age, a year, so many people."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any


def lacks(question: str, text: str) -> bool:
    """Whether a text holds nothing of a kind that the question asks for; False where it asks for no kind that is known."""
    return any(not holds.search(text) for holds in expected(question))


def lacks_count(question: str, text: str) -> bool:
    """Whether the question asks how many there are of a unit, and the text has no number of it."""
    holds = counted(question)
    return holds is not None and not holds.search(text)


def expected(question: str) -> Iterator[re.Pattern[str]]:
    """What an answer must hold, for each kind that the question asks for."""
    return (holds for asks, holds in kinds() if asks.search(question))


def counted(question: str) -> re.Pattern[str] | None:
    """What the number looks like that the question asks for; None if it asks for no number of a unit."""
    units = table()["units"]
    found = re.search(units["asks"], question)
    if not found:
        return None
    words = units["words"].get(found[1], found[1])
    return re.compile(rf"{table()['number']}\s*(?:[餘多幾個位名]\s*)?(?:{'|'.join(map(re.escape, words))})")


@cache
def kinds() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """For each kind, what asks for it and what holds it."""
    tables = [kind for name, kind in table().items() if name not in ("number", "units")]
    return tuple(
        (re.compile(kind["asks"], re.I), re.compile(kind["holds"].replace("{number}", table()["number"]), re.I))
        for kind in tables
    )


@cache
def table() -> dict[str, Any]:
    return tomllib.loads((files("index.answering") / "answer_types.toml").read_text("utf-8"))
