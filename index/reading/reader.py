"""Read a question and a text together: how likely the text answers, and the spans that do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# Languages that readers were trained on, and the empty one of reports that state none.
LANGUAGES = ("en", "ja", "zh", "")


@dataclass(frozen=True, slots=True)
class Window:
    """A few consecutive sentences to read, and the innermost heading that they stand under; empty without one."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A possible answer: offsets into the text of its window, end exclusive, and a score comparable within one question."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a window: the logit that it answers the question, and spans, best first.

    A reader that finds no spans leaves them out.
    """

    logit: float
    spans: tuple[Span, ...] = ()


class Reader(Protocol):
    """Reads windows. `fingerprint` identifies its weights. Threads may share one."""

    fingerprint: str

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        """Read each window with the question, in one batch."""


def is_read(language: str) -> bool:
    """Return whether a reader knows the language of a report, such as `zh-Hant`; reports in others rest on search alone."""
    return language.partition("-")[0] in LANGUAGES
