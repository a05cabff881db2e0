"""Questions with evidence -> figures: retrieval, answers and abstention, by language and kind, with bootstrap intervals."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from scipy.stats import DegenerateDataWarning, bootstrap, rankdata

from index.config import describe_errors
from index.errors import QuestionError
from index.models import Answer
from index.text.normalization import fold_without_whitespace

# Share of an evidence string's characters that a passage must hold in one run to count as a hit.
EVIDENCE_RUN = 0.8
RESAMPLES = 1000
OFF_TOPIC = "offtopic"
Sample = np.ndarray[Any, np.dtype[np.float64]]
BINS = 10


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


def load_questions(path: Path) -> list[Question]:
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
                raise QuestionError(f"{path}, line {number}: {describe_errors(error).removeprefix(': ')}") from error
    if not questions:
        raise QuestionError(f"{path}: holds no question")
    return questions


def judge_answer(question: Question, answer: Answer) -> Outcome:
    """Hold one answer against what is known of its question."""
    evidence = [fold_without_whitespace(text) for text in question.evidence]
    texts = {hit.passage.id: fold_without_whitespace(hit.passage.text) for hit in answer.hits}
    rank = next((hit.rank for hit in answer.hits if any(holds_evidence(texts[hit.passage.id], e) for e in evidence)), None)
    told = fold_without_whitespace(answer.text).replace(",", "")
    keys = [fold_without_whitespace(key).replace(",", "") for key in question.answer_keys]
    unproven = sum(fold_without_whitespace(c.quote) not in texts.get(c.passage_id, "") for c in answer.citations)
    return Outcome(question, answer, rank, all(key in told for key in keys), unproven)


def holds_evidence(passage: str, evidence: str) -> bool:
    """Whether a passage holds an evidence string, or a contiguous run of at least 80 % of it."""
    run = math.ceil(len(evidence) * EVIDENCE_RUN)
    return any(evidence[at : at + run] in passage for at in range(len(evidence) - run + 1))


def summarize_outcomes(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
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
    figures = {name: bootstrap_figure(np.mean, values) for name, values in samples.items() if values}
    for name, negatives in (("AUC", others), ("AUC off-topic", off_topic), ("AUC near-topic", near_topic)):
        if answerable and negatives:
            scores = [each.answer.confidence for each in (*answerable, *negatives)]
            labels = [each.question.answerable for each in (*answerable, *negatives)]
            figures[name] = bootstrap_figure(area_under_curve, scores, labels)
    return figures


def group_outcomes(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes of all questions, and of each language and kind."""
    found = {"all": list(outcomes)}
    for field in ("lang", "kind"):
        for value in sorted({getattr(each.question, field) for each in outcomes} - {""}):
            found[f"{field} {value}"] = [each for each in outcomes if getattr(each.question, field) == value]
    return found


def area_under_curve(scores: Sample, answerable: Sample, axis: int = -1) -> Any:
    """The chance that an answerable question scores more than another; ties count half. NaN where one kind is missing.

    This is the Mann-Whitney U statistic over ranks (Hanley and McNeil, 1982). scikit-learn's `roc_auc_score` gives the same,
    one sample a call, in fifty times the time that a bootstrap has.
    """
    positives = answerable.sum(axis)
    wins = (rankdata(scores, axis=axis) * answerable).sum(axis) - positives * (positives + 1) / 2
    with np.errstate(invalid="ignore"):
        return wins / (positives * (scores.shape[axis] - positives))


def bootstrap_figure(statistic: Callable[..., Any], *samples: Sequence[float] | Sequence[bool]) -> Figure:
    """A statistic with its 95 % percentile interval over resampled questions, always the same ones.

    :param statistic: of samples that belong together value by value, along `axis`.
    """
    values = tuple(np.asarray(sample, float) for sample in samples)
    value, count = float(statistic(*values, axis=-1)), len(values[0])
    if count == 1:
        return Figure(value, value, value, count)
    with warnings.catch_warnings():
        # Of few questions, some samples hold one kind alone and have no area.
        warnings.simplefilter("ignore", DegenerateDataWarning)
        resampled = bootstrap(values, statistic, n_resamples=RESAMPLES, paired=True, method="percentile", rng=0)
    low, high = np.nanquantile(resampled.bootstrap_distribution, (0.025, 0.975))
    return Figure(value, float(low), float(high), count)


def find_misses(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Answerable questions whose evidence is not in the first passage."""
    return [each for each in outcomes if each.question.answerable and each.rank != 1]


def outcomes_json(outcomes: Sequence[Outcome], index: str) -> str:
    """Every figure and every outcome, for another program."""
    figures = {
        name: {
            key: [round(f.value, 4), round(f.low, 4), round(f.high, 4), f.n]
            for key, f in summarize_outcomes(members).items()
        }
        for name, members in group_outcomes(outcomes).items()
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


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose probability lies in a tenth: how many, what was said of them on average, how many are answered."""

    low: float
    questions: int
    said: float
    so: float


def reliability_bins(probabilities: Sequence[float], labels: Sequence[bool]) -> list[Bin]:
    """The tenths that hold a question, ascending (Niculescu-Mizil and Caruana, 2005)."""
    from sklearn.calibration import calibration_curve  # type: ignore[import-untyped]  # it comes without types

    so, said = calibration_curve(labels, probabilities, n_bins=BINS)
    counts, edges = np.histogram(probabilities, bins=BINS, range=(0, 1))
    filled = [(float(low), int(count)) for low, count in zip(edges, counts, strict=False) if count]
    return [
        Bin(round(low, 1), count, float(mean), float(share))
        for (low, count), mean, share in zip(filled, said, so, strict=True)
    ]
