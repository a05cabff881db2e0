"""Measure a build on held-out questions, and find where it is worse than the live generation.

A report's folder may contain `heldout.jsonl`, questions in the format of `report-index eval`. They are only measured, never
indexed or trained on. Reports without are asked questions made of their own sentences.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.answering.coverage import CoverageModel, load_probes
from index.errors import GenerationError
from index.evaluation import metrics
from index.evaluation.cloze_questions import make_questions
from index.evaluation.metrics import Question
from index.generations.manifest import SENTENCES, read_json
from index.generations.store import Store
from index.models import Answer, Sentence
from index.reports import profile
from index.reports.corpus import Corpus
from index.reports.passages import text_in_context

HELDOUT = "heldout.jsonl"
HIGHER_IS_BETTER = ("recall@1", "recall@5", "MRR", "answers with all keys", "answerable, answered", "AUC")
LOWER_IS_BETTER = ("off-topic, answered", "near-topic, answered", "quotations not in their passage")
Quality = dict[str, dict[str, float]]
log = logging.getLogger(__name__)
# Share of added and removed sentences up to which the measurements of a generation are reused for the next one.
DRIFT = 0.05
MADE = 24  # answerable questions made of reports without held-out ones


def gate_questions(folder: Path, corpus: Corpus) -> list[Question]:
    """Return the held-out questions of all reports that have some, and questions made of the sentences of the others.

    :raises QuestionError: if a line of a file is not a question.
    """
    files = {each.name: each / HELDOUT for each in profile.report_folders(folder)}
    heldout = [question for file in files.values() if file.exists() for question in metrics.load_questions(file)]
    others = {name for name, file in files.items() if not file.exists()}
    sentences = [each for each in corpus.sentences if corpus.passages[each.passage].report in others]
    return [*heldout, *make_questions(sentences, load_probes(), MADE)]


def measure_quality(
    questions: list[Question], ask: Callable[[str], Answer], progress: Callable[[int, int], None]
) -> Quality:
    """Answer held-out questions and compute the figures.

    :return: figures by name, each with value, interval and number of questions; under `asked`, a digest of the questions.
    """
    if not questions:
        return {}
    outcomes = []
    for done, question in enumerate(questions, 1):
        outcomes.append(metrics.judge_answer(question, ask(question.question)))
        progress(done, len(questions))
    figures = metrics.summarize_outcomes(outcomes)
    rounded = {
        name: {"value": round(f.value, 4), "low": round(f.low, 4), "high": round(f.high, 4), "n": float(f.n)}
        for name, f in figures.items()
        if name in HIGHER_IS_BETTER + LOWER_IS_BETTER
    }
    return {**rounded, "asked": {"digest": float(digest_questions(questions))}}


def is_same_questions(questions: list[Question], quality: Mapping[str, Mapping[str, float]]) -> bool:
    """Return whether figures were measured on these questions."""
    return quality.get("asked") == ({"digest": float(digest_questions(questions))} if questions else None)


def digest_questions(questions: list[Question]) -> int:
    """Hash questions to an integer of 48 bits."""
    text = "\n".join(question.model_dump_json() for question in questions)
    # A float of JSON represents 48 bits exactly.
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def find_regressions(new: Mapping[str, Mapping[str, float]], live: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Describe each new figure that is worse than the interval of the live one; none if the questions differ."""
    if not new or new.get("asked") != live.get("asked"):
        return []
    regressions = [
        f"{name} {new[name]['value']:.3f}, live {live[name]['value']:.3f} (at least {live[name]['low']:.3f})"
        for name in HIGHER_IS_BETTER
        if name in new and name in live and new[name]["value"] < live[name]["low"]
    ]
    return regressions + [
        f"{name} {new[name]['value']:.3f}, live {live[name]['value']:.3f} (at most {live[name]['high']:.3f})"
        for name in LOWER_IS_BETTER
        if name in new and name in live and new[name]["value"] > live[name]["high"]
    ]


@dataclass(frozen=True, slots=True)
class Measured:
    """Measurements of a generation: the calibration, the figures of held-out questions, and the drift since then.

    `drift` is the share of sentences that were added or removed.
    """

    calibration: CoverageModel
    quality: dict[str, dict[str, float]]
    drift: float


def measured(store: Store, making: str, sentences: Sequence[Sentence]) -> Measured | None:
    """Return the measurements of the live generation if they are valid for a build.

    :param making: fingerprint of everything that the build depends on but the reports.
    :param sentences: the sentences of the build.
    :return: None if there is no live generation, if `making` differs, or if the sentences have drifted by more than `DRIFT`.
    """
    try:
        live = store.live()
        if live.manifest.making != making:
            return None
        before = read_json(live.file(SENTENCES), tuple[Sentence, ...])
    except GenerationError as error:
        log.info("%s; everything is measured again", error)
        return None
    changed = {text_in_context(sentence) for sentence in before} ^ {text_in_context(sentence) for sentence in sentences}
    drift = live.manifest.drift + len(changed) / len(sentences)
    if drift > DRIFT:
        return None
    return Measured(CoverageModel.of(live.manifest.calibration), live.manifest.quality, drift)
