"""Compute figures of what a language model wrote for answers: how often, how much of it was proven, and how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from index.evaluation.metrics import Outcome
from index.text.normalization import fold_without_whitespace
from index.writing.writer import Writing


@dataclass(frozen=True, slots=True)
class WrittenFigures:
    """Figures of a set of questions.

    :param values: each with the number of answers, lines or heads behind it.
    :param outcomes: how writing ended, by the answers for which something may be written.
    :param lines: lines that were kept, and those that were dropped by reason.
    """

    values: dict[str, tuple[float, int]]
    outcomes: dict[str, int]
    lines: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        figures = {name: [round(value, 4), count] for name, (value, count) in self.values.items()}
        return {"figures": figures, "outcomes": self.outcomes, "lines": self.lines}


def summarize_writings(written: Sequence[tuple[Outcome, Writing | None]]) -> WrittenFigures:
    """Compute the figures; those that concern nothing are left out."""
    pairs = [(outcome, writing) for outcome, writing in written if writing]
    heads = [(outcome, writing.head) for outcome, writing in pairs if writing.head]
    kept = [line for _, writing in pairs for line in writing.draft.lines]
    dropped = sum((writing.draft.reasons for _, writing in pairs), Counter[str]())
    texts = ["".join(line.text for line in head.lines) for _, head in heads]
    keyed = [(outcome.question.answer_keys, text) for (outcome, _), text in zip(heads, texts, strict=True)]
    samples: dict[str, list[float]] = {
        "answers with a head": [float(writing.head is not None) for _, writing in pairs],
        "lines kept": [1.0] * len(kept) + [0.0] * dropped.total(),
        "heads with all keys": [float(holds_keys(keys, text)) for keys, text in keyed if keys],
        "lines of a head": [float(len(head.lines)) for _, head in heads],
        "characters of a head": [float(len(text)) for text in texts],
        "seconds": [writing.seconds for _, writing in pairs],
        "tokens": [float(writing.tokens) for _, writing in pairs],
    }
    values = {name: (fmean(sample), len(sample)) for name, sample in samples.items() if sample}
    if pairs:
        values["median seconds"] = (median(samples["seconds"]), len(pairs))
    outcomes = Counter(writing.outcome for _, writing in pairs)
    return WrittenFigures(values, dict(outcomes.most_common()), {"kept": len(kept), **dict(dropped.most_common())})


def holds_keys(keys: Sequence[str], text: str) -> bool:
    """Return whether a text holds all strings that a correct answer contains."""
    folded = fold_without_whitespace(text).replace(",", "")
    return all(fold_without_whitespace(key).replace(",", "") in folded for key in keys)
