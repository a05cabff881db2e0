"""What a language model may write for an answer, and what is shown of it: lines that quotations prove."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from index.models import Citation
from index.text.localization import Language

SOURCES = 14  # sentences that a model is given at most
LINES = 5  # that are shown at most
# Why a line is dropped; "" for one that is kept, or that says nothing.
Reason = Literal[
    "",
    "not_a_line",
    "markup",
    "too_long",
    "pronoun",
    "no_citation",
    "unknown_citation",
    "number",
    "date",
    "name",
    "country",
    "polarity",
    "degree",
    "added",
    "qualifier",
    "order",
    "entailment",
]


@dataclass(frozen=True, slots=True)
class WritingTask:
    """What may be written for one answer.

    :param question: in its complete form; holds no member's name, id or history.
    :param language: that of the question.
    :param sources: quotations from the index, numbered from 1: those of the answer first, then further ones.
    :param generation: id of the index.
    :param messages: what is sent to the service.
    """

    question: str
    language: Language
    sources: tuple[Citation, ...]
    generation: str
    messages: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A proven claim, without the marks of its citations.

    :param citations: numbers of `WritingTask.sources`; of `WrittenHead.citations` within a head.
    :param machine_translated: whether numbers and names alone were compared, as the report is in another language.
    """

    text: str
    citations: tuple[int, ...]
    machine_translated: bool = False


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What becomes of a line of a model: the proven claim, or why it is dropped.

    Without a line and a reason it says nothing, as NONE and blank lines do.
    """

    line: WrittenLine | None
    reason: Reason = ""


@dataclass(frozen=True, slots=True)
class WrittenHead:
    """What is shown above an answer.

    :param citations: the quotations that the lines cite, numbered from 1 in the order of their first use.
    :param dropped: number of lines that could not be proven.
    """

    lines: tuple[WrittenLine, ...]
    citations: tuple[Citation, ...]
    dropped: int


class HeadDraft:
    """Collects the verdicts on the lines for one task."""

    def __init__(self, task: WritingTask) -> None:
        self.task = task
        self.lines: list[WrittenLine] = []
        self.reasons: Counter[Reason] = Counter()

    @property
    def is_full(self) -> bool:
        """Whether no more lines are shown."""
        return len(self.lines) >= LINES

    @property
    def dropped(self) -> int:
        return self.reasons.total()

    def add(self, verdict: LineVerdict) -> None:
        """Add the verdict on the next line. A line that says the same as an earlier one is left out, and not counted."""
        if verdict.line is None:
            self.reasons.update([verdict.reason] if verdict.reason else [])
        elif not self.is_full and all(line.text != verdict.line.text for line in self.lines):
            self.lines.append(verdict.line)

    def head(self, *, finished: bool) -> WrittenHead | None:
        """Return what to show.

        :param finished: whether no further lines will come.
        :return: None if nothing is proven, or when finished if more lines failed than were proven.
        """
        if not self.lines or (finished and self.dropped > len(self.lines)):
            return None
        used = list(dict.fromkeys(n for line in self.lines for n in line.citations))
        numbers = {old: new for new, old in enumerate(used, 1)}
        sources = {citation.n: citation for citation in self.task.sources}
        lines = tuple(replace(line, citations=tuple(numbers[n] for n in line.citations)) for line in self.lines)
        return WrittenHead(lines, tuple(replace(sources[old], n=new) for old, new in numbers.items()), self.dropped)
