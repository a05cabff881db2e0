"""Fitting when a window answers, on a corpus of a few paragraphs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.answering.answerability import WEIGHTS, AnswerabilityModel, WindowFeatures
from index.reading.reader import Reading, Window
from index.training.answerability_trainer import (
    MISSED,
    MISSED_IDEOGRAPHIC,
    JudgedWindow,
    answerability_figures,
    fit_answerability,
    judge_windows,
    leave_out,
    write_corpus,
)
from index.training.reader_examples import ExampleSet, Paragraph
from tests.index.encoders import LetterEncoder


def windows() -> list[JudgedWindow]:
    """Two windows a question, of one script or the other; the reader is right about all but one question in twenty."""
    random = np.random.default_rng(0)
    made = []
    for question in range(400):
        for rank in range(2):
            answers = question % 2 == 0 and rank == 0
            logit = (2.0 if answers else -2.0) * (-1 if question % 20 == 19 else 1) + random.normal(0, 0.3)
            features = WindowFeatures(logit + 4 * (question < 200), logit, -rank, 0, 0, 0, 0, 0)
            made.append(JudgedWindow(question, features, question < 200, answers, question % 2 == 0))
    return made


def test_fit_answerability_separates_windows_and_rejects_given_share() -> None:
    fitted = fit_answerability(windows())
    assert fitted[WEIGHTS].shape == (2, 9)
    for kind, missed in ((windows()[:400], MISSED_IDEOGRAPHIC), (windows()[400:], MISSED)):
        figures = answerability_figures(kind, AnswerabilityModel.of(fitted))
        assert figures["questions"] == 200
        assert figures["answerable, answered"] == pytest.approx(1 - missed, abs=0.011)
        assert figures["unanswerable, answered"] == pytest.approx(0.1, abs=0.05)
        assert figures["AUC"] > 0.85


class DigitReader:
    """Sees an answer where there is a digit."""

    fingerprint = "digits"

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        return [Reading(len(question) / 100 + (1.0 if any(map(str.isdigit, each.text)) else -1.0)) for each in windows]


def paragraphs() -> ExampleSet:
    examples = ExampleSet([], [])
    for n in range(40):
        examples.paragraphs.append(Paragraph("s", f"Town {n // 2}", f"The tower of place {n} burns {n + 11} litres.", "en"))
        start = examples.paragraphs[-1].text.index(f"{n + 11} litres")
        examples.add(n, f"How much does the tower of place {n} burn?", [(start, start + 2)], "public")
    return examples


def test_write_corpus_articles_become_reports(tmp_path: Path) -> None:
    settings = write_corpus(paragraphs(), [0, 1, 2], tmp_path)
    folders = sorted(settings.corpus.path.iterdir())
    assert [folder.name for folder in folders] == ["r000", "r001"]
    assert (folders[0] / "report.txt").read_text("utf-8") == (
        "# Town 0\n\nThe tower of place 0 burns 11 litres.\n\nThe tower of place 1 burns 12 litres.\n"
    )


def test_leave_out_drops_whole_articles_and_single_paragraphs() -> None:
    import random

    examples = paragraphs()
    kept = leave_out(examples, range(40), random.Random(0))
    assert 20 <= len(kept) <= 32
    articles = {n // 2 for n in kept}
    assert 15 <= len(articles) <= 17
    assert any((n ^ 1) not in kept for n in kept)


def test_judge_windows_marks_windows_that_hold_answers_of_kept_paragraphs() -> None:
    steps: list[tuple[int, int]] = []
    judged = judge_windows(paragraphs(), range(40), LetterEncoder(), DigitReader(), lambda *step: steps.append(step))
    assert steps == [(0, 1)]
    questions = {window.question for window in judged}
    answering = [window for window in judged if window.answers]
    assert len(questions) == 40
    assert all(window.is_answerable for window in answering)
    assert {window.features.logit > 0 for window in answering} == {True}
    answerable = {window.question for window in judged if window.is_answerable}
    assert 20 <= len(answerable) <= 32
    assert len({window.question for window in answering}) >= 0.6 * len(answerable)
