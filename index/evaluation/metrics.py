"""Questions with evidence -> figures: retrieval, answers and abstention, by language and kind, with bootstrap intervals."""

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from pydantic import BaseModel, ConfigDict, ValidationError

from index.config import describe
from index.errors import QuestionError
from index.models import Answer
from index.text.normalization import fold

# Share of an evidence string's characters that a passage must hold in one run to count as a hit.
EVIDENCE_RUN = 0.8
RESAMPLES = 1000
OFF_TOPIC = "offtopic"

Sample = np.ndarray[Any, np.dtype[np.float64]]


class Question(BaseModel):
    """A line of an evaluation file. `evidence` are substrings of the report, alternatives or parts of one answer."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    lang: str = ""
    kind: str = ""
    answerable: bool
    evidence: tuple[str, ...] = ()
    answer_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went. `rank` is that of the first hit, None if no passage shown is one."""

    question: Question
    answer: Answer
    rank: int | None
    holds_keys: bool
    unproven: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with its 95 % bootstrap interval and the number of questions behind it."""

    value: float
    low: float
    high: float
    n: int


def load(path: Path) -> list[Question]:
    """Read an evaluation file, JSON Lines. Raises QuestionError naming the line that is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path}: cannot be read ({error})") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(Question.model_validate_json(line))
            except ValidationError as error:
                raise QuestionError(f"{path}, line {number}: {describe(error).removeprefix(': ')}") from error
    if not questions:
        raise QuestionError(f"{path}: holds no question")
    return questions


def judge(question: Question, answer: Answer) -> Outcome:
    """Hold one answer against what is known of its question."""
    evidence = [squeeze(text) for text in question.evidence]
    texts = {hit.passage.id: squeeze(hit.passage.text) for hit in answer.hits}
    rank = next((hit.rank for hit in answer.hits if any(holds(texts[hit.passage.id], e) for e in evidence)), None)
    told = squeeze(answer.text).replace(",", "")
    keys = [squeeze(key).replace(",", "") for key in question.answer_keys]
    unproven = sum(squeeze(c.quote) not in texts.get(c.passage_id, "") for c in answer.citations)
    return Outcome(question, answer, rank, all(key in told for key in keys), unproven)


def squeeze(text: str) -> str:
    """The text as evidence is compared: folded, without white space."""
    return re.sub(r"\s+", "", fold(text))


def holds(passage: str, evidence: str) -> bool:
    """Whether a passage holds an evidence string, or a contiguous run of at least 80 % of it."""
    run = math.ceil(len(evidence) * EVIDENCE_RUN)
    return any(evidence[at : at + run] in passage for at in range(len(evidence) - run + 1))


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """All figures over some outcomes; those that have no question behind them are left out."""
    answerable = [each for each in outcomes if each.question.answerable]
    others = [each for each in outcomes if not each.question.answerable]
    off_topic = [each for each in others if each.question.kind == OFF_TOPIC]
    near_topic = [each for each in others if each.question.kind != OFF_TOPIC]
    answered = [float(each.answer.verdict == "answered") for each in answerable]
    samples = {
        f"recall@{k}": [float(each.rank is not None and each.rank <= k) for each in answerable] for k in (1, 3, 5, 10)
    }
    samples["MRR"] = [1 / each.rank if each.rank else 0.0 for each in answerable]
    samples["nDCG@10"] = [1 / math.log2(each.rank + 1) if each.rank and each.rank <= 10 else 0.0 for each in answerable]
    samples["answers with all keys"] = [float(each.holds_keys) for each in answerable]
    samples["answerable, answered"] = answered
    samples["off-topic, answered"] = [float(each.answer.verdict == "answered") for each in off_topic]
    samples["near-topic, answered"] = [float(each.answer.verdict == "answered") for each in near_topic]
    samples["quotations not in their passage"] = [float(each.unproven) for each in outcomes]
    figures = {name: figure(values, mean) for name, values in samples.items() if values}
    for name, negatives in (("AUC", others), ("AUC off-topic", off_topic), ("AUC near-topic", near_topic)):
        if answerable and negatives:
            pairs = [(each.answer.confidence, True) for each in answerable]
            pairs += [(each.answer.confidence, False) for each in negatives]
            figures[name] = figure(pairs, area_under_curve)
    return figures


def groups(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes of all questions, and of each language and kind."""
    found = {"all": list(outcomes)}
    for field in ("lang", "kind"):
        for value in sorted({getattr(each.question, field) for each in outcomes} - {""}):
            found[f"{field} {value}"] = [each for each in outcomes if getattr(each.question, field) == value]
    return found


def mean(values: Sample) -> float:
    return float(values.mean())


def area_under_curve(pairs: ArrayLike) -> float:
    """The chance that an answerable question has more confidence than another; ties count half. NaN without both.

    A pair is a confidence and whether the question is answerable.
    """
    scores, answerable = np.asarray(pairs, float).T
    positives, negatives = scores[answerable > 0], np.sort(scores[answerable == 0])
    if not positives.size or not negatives.size:
        return math.nan
    below, up_to = (np.searchsorted(negatives, positives, side).mean() for side in ("left", "right"))
    return float(below + up_to) / (2 * negatives.size)


def figure(values: Sequence[float] | Sequence[tuple[float, bool]], statistic: Callable[[Sample], float]) -> Figure:
    """A statistic with the 2.5th and 97.5th percentile of its values on resampled questions, always the same ones."""
    sample = np.asarray(values, float)
    chosen = np.random.default_rng(0).integers(len(sample), size=(RESAMPLES, len(sample)))
    spread = sorted(value for value in map(statistic, sample[chosen]) if not math.isnan(value))
    return Figure(statistic(sample), spread[len(spread) // 40], spread[-len(spread) // 40 - 1], len(sample))


def misses(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Answerable questions whose evidence is not in the first passage."""
    return [each for each in outcomes if each.question.answerable and each.rank != 1]


def as_json(outcomes: Sequence[Outcome], index: str) -> str:
    """Every figure and every outcome, for another program."""
    figures = {
        name: {key: [round(f.value, 4), round(f.low, 4), round(f.high, 4), f.n] for key, f in summarise(members).items()}
        for name, members in groups(outcomes).items()
    }
    each = [
        {
            "id": o.question.id,
            "rank": o.rank,
            "verdict": o.answer.verdict,
            "confidence": o.answer.confidence,
            "keys": o.holds_keys,
        }
        for o in outcomes
    ]
    return json.dumps({"index": index, "figures": figures, "questions": each}, ensure_ascii=False)
