"""Find evaluation questions that have leaked into training texts, where they would invalidate the figures."""

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

SIMILAR = 0.97  # cosine above which two questions are variants of one another
RUN = 0.8  # share of a question that a text repeats in one run
SHORTEST = 8  # characters; shorter questions are repeated by chance


@dataclass(frozen=True, slots=True)
class Overlap:
    """A question that is too similar to a text.

    `run` is the share of the question that the text repeats in one run, 0 to 1, and `cosine` the cosine of both.
    """

    question: str
    text: str
    file: str
    run: float
    cosine: float


def training_texts(corpus: Path) -> Iterator[tuple[str, str]]:
    """Yield the file name and text of everything that is trained on: reviewed questions, readings, gists and probes."""
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
    """Yield every question and text that are too similar, in the order of the questions.

    :param told: file name and text, as from `training_texts`.
    """
    question_vectors = np.stack([encoding.vector for encoding in encoder.queries(list(questions))])
    text_vectors = np.stack([encoding.vector for encoding in encoder.queries([text for _, text in told])])
    for question, cosines in zip(questions, question_vectors @ text_vectors.T, strict=True):
        for (file, text), cosine in zip(told, cosines.tolist(), strict=True):
            run = longest_shared_run(question, text)
            if run >= RUN or cosine > SIMILAR:
                yield Overlap(question, text, file, round(run, 3), round(cosine, 4))


def longest_shared_run(question: str, text: str) -> float:
    """Return the share of a question that a text repeats in one run, without white space.

    A question shorter than `SHORTEST` gets 1 if it equals the text, else 0.
    """
    needle, haystack = strip_whitespace(fold_text(question)), strip_whitespace(fold_text(text))
    if len(needle) < SHORTEST:
        return float(needle == haystack)
    run = SequenceMatcher(None, needle, haystack, autojunk=False).find_longest_match()
    return run.size / len(needle)
