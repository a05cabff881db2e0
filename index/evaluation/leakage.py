"""Whether evaluation questions have leaked into what an index is made from: a figure measured on those means nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from index.answering.coverage import load_probes
from index.encoding.encoder import Encoder
from index.reports import profile
from index.reports.expansions import (
    GISTS,
    QUESTIONS,
    READINGS,
    UNANSWERABLE,
    ReviewedQuestion,
    Row,
    UnanswerableQuestion,
    read_rows,
)
from index.text.normalization import fold_text, strip_whitespace

SIMILAR = 0.97  # cosine of two questions above which they are variants of one another
RUN = 0.8  # the share of a question that a text repeats in one run
SHORTEST = 8  # characters; what is shorter is repeated by chance


@dataclass(frozen=True, slots=True)
class Overlap:
    """A question and a text that it comes too near to: the share that is repeated in one run, and the cosine of both."""

    question: str
    text: str
    file: str
    run: float
    cosine: float


def training_texts(corpus: Path) -> Iterator[tuple[str, str]]:
    """File and text of all that is written about the reports: questions of either kind, readings, gists and probes."""
    for folder in profile.report_folders(corpus):
        for _, question in read_rows(folder / QUESTIONS, ReviewedQuestion):
            yield QUESTIONS, question.question
        for _, question in read_rows(folder / UNANSWERABLE, UnanswerableQuestion):
            yield UNANSWERABLE, question.question
        for file in (READINGS, GISTS):
            for _, row in read_rows(folder / file, Row):
                yield from ((file, text) for key, text in row.items() if key not in ("text", "of"))
    yield from (("everyday_questions.txt", probe) for probe in load_probes())


def find_overlaps(questions: Sequence[str], told: Sequence[tuple[str, str]], encoder: Encoder) -> Iterator[Overlap]:
    """Every pair that is too near, in the order of the questions."""
    asked = np.stack([each.vector for each in encoder.queries(list(questions))])
    known = np.stack([each.vector for each in encoder.queries([text for _, text in told])])
    for question, cosines in zip(questions, asked @ known.T, strict=True):
        for (file, text), cosine in zip(told, cosines.tolist(), strict=True):
            run = longest_shared_run(question, text)
            if run >= RUN or cosine > SIMILAR:
                yield Overlap(question, text, file, round(run, 3), round(cosine, 4))


def longest_shared_run(question: str, text: str) -> float:
    """The share of a question that stands in a text in one run; 0 for a question too short to tell."""
    wanted, known = strip_whitespace(fold_text(question)), strip_whitespace(fold_text(text))
    if len(wanted) < SHORTEST:
        return float(wanted == known)
    run = SequenceMatcher(None, wanted, known, autojunk=False).find_longest_match()
    return run.size / len(wanted)
