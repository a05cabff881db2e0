"""The quality gate: a build answers the corpus's own held-out questions, and is not published if it does that worse.

A report's folder may hold `heldout.jsonl`, questions in the form of `report-index eval`. Nothing is made from them.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.answering.coverage import CoverageModel
from index.errors import GenerationError
from index.evaluation import metrics
from index.evaluation.metrics import Question
from index.generations.manifest import SENTENCES, read_json
from index.generations.store import Store
from index.models import Answer, Sentence
from index.reports import profile
from index.reports.passages import text_in_context

HELDOUT = "heldout.jsonl"
HIGHER_IS_BETTER = ("recall@1", "recall@5", "MRR", "answers with all keys", "answerable, answered", "AUC")
LOWER_IS_BETTER = ("off-topic, answered", "near-topic, answered", "quotations not in their passage")
Quality = dict[str, dict[str, float]]
log = logging.getLogger(__name__)
# Up to this share of new or lost sentences, what was measured of a generation holds for the next one.
DRIFT = 0.05


def load_heldout_questions(corpus: Path) -> list[Question]:
    """The held-out questions of all reports; none where nobody wrote some. Raises QuestionError for a line that is none."""
    files = [folder / HELDOUT for folder in profile.report_folders(corpus)]
    return [question for file in files if file.exists() for question in metrics.load_questions(file)]


def measure_quality(asked: list[Question], ask: Callable[[str], Answer], progress: Callable[[int, int], None]) -> Quality:
    """The figures of held-out questions with their intervals, and under `asked` a number that stands for the questions."""
    if not asked:
        return {}
    outcomes = []
    for done, question in enumerate(asked, 1):
        outcomes.append(metrics.judge_answer(question, ask(question.question)))
        progress(done, len(asked))
    figures = metrics.summarize_outcomes(outcomes)
    found = {
        name: {"value": round(each.value, 4), "low": round(each.low, 4), "high": round(each.high, 4), "n": float(each.n)}
        for name, each in figures.items()
        if name in HIGHER_IS_BETTER + LOWER_IS_BETTER
    }
    return {**found, "asked": {"digest": float(digest_questions(asked))}}


def is_same_questions(asked: list[Question], quality: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether figures are those of these questions."""
    return quality.get("asked") == ({"digest": float(digest_questions(asked))} if asked else None)


def digest_questions(asked: list[Question]) -> int:
    text = "\n".join(question.model_dump_json() for question in asked)
    # As many bits as a float of JSON holds exactly.
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def find_regressions(new: Mapping[str, Mapping[str, float]], live: Mapping[str, Mapping[str, float]]) -> list[str]:
    """In what the new figures lie beyond the intervals of the live ones, on the wrong side; nothing for other questions."""
    if not new or new.get("asked") != live.get("asked"):
        return []
    found = [
        f"{name} {new[name]['value']:.3f}, live {live[name]['value']:.3f} (at least {live[name]['low']:.3f})"
        for name in HIGHER_IS_BETTER
        if name in new and name in live and new[name]["value"] < live[name]["low"]
    ]
    return found + [
        f"{name} {new[name]['value']:.3f}, live {live[name]['value']:.3f} (at most {live[name]['high']:.3f})"
        for name in LOWER_IS_BETTER
        if name in new and name in live and new[name]["value"] > live[name]["high"]
    ]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a generation, by search and by held-out questions, and the drift since then."""

    calibration: CoverageModel
    quality: dict[str, dict[str, float]]
    drift: float


def measured(store: Store, making: str, sentences: Sequence[Sentence]) -> Measured | None:
    """What holds of the live generation for a build of some sentences; none if anything but the reports is another, or these
    have drifted too far."""
    try:
        live = store.live()
        if live.manifest.making != making:
            return None
        before = read_json(live.file(SENTENCES), tuple[Sentence, ...])
    except GenerationError as error:
        log.info("%s; everything is measured anew", error)
        return None
    changed = {text_in_context(sentence) for sentence in before} ^ {text_in_context(sentence) for sentence in sentences}
    drift = live.manifest.drift + len(changed) / len(sentences)
    if drift > DRIFT:
        return None
    return Measured(CoverageModel.of(live.manifest.calibration), live.manifest.quality, drift)
