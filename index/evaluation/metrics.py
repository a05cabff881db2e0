"""Compute figures of retrieval, answers and abstention on questions with evidence, with bootstrap intervals."""

from __future__ import annotations

import json
import math
import re
import warnings
from collections import Counter
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
from index.text.normalization import fold_text, fold_without_whitespace

# Share of an evidence string that a passage must contain in one run to count as a hit.
EVIDENCE_RUN = 0.8
RESAMPLES = 1000
OFF_TOPIC = "offtopic"
Sample = np.ndarray[Any, np.dtype[np.float64]]
COMPARED_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


class Question(BaseModel):
    """A line of an evaluation file.

    `evidence` are substrings of the report, alternatives or parts of one answer. `answer_keys` are strings that a correct
    answer contains. `spans` are the answers that people marked in the report, alternatives.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    lang: str = ""
    kind: str = ""
    answerable: bool
    evidence: tuple[str, ...] = ()
    answer_keys: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a question.

    `rank` is the rank of the first passage with evidence, from 1, or None. `unproven` is the number of quotations that are
    not in their passage. `quotes_first` tells whether the first quotation holds a marked span, and `agreement` how far the
    short answer agrees with one, 0 to 1; both are None without marked spans or without an answer.
    """

    question: Question
    answer: Answer
    rank: int | None
    holds_keys: bool
    unproven: int
    quotes_first: bool | None = None
    agreement: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with its 95 % bootstrap interval and the number of questions behind it."""

    value: float
    low: float
    high: float
    n: int


def load_questions(path: Path) -> list[Question]:
    """Read an evaluation file in JSON Lines format.

    :raises QuestionError: if the file cannot be read, a line is not a question, or there is none.
    """
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
    """Compare an answer with the evidence and answer keys of its question."""
    evidence = [fold_without_whitespace(text) for text in question.evidence]
    texts = {hit.passage.id: fold_without_whitespace(hit.passage.text) for hit in answer.hits}
    rank = next((hit.rank for hit in answer.hits if any(holds_evidence(texts[hit.passage.id], e) for e in evidence)), None)
    answer_text = fold_without_whitespace(answer.text).replace(",", "")
    keys = [fold_without_whitespace(key).replace(",", "") for key in question.answer_keys]
    unproven = sum(fold_without_whitespace(c.quote) not in texts.get(c.passage_id, "") for c in answer.citations)
    quotes_first = agreement = None
    if question.spans and answer.verdict == "answered":
        first = fold_without_whitespace(answer.citations[0].quote)
        quotes_first = any(fold_without_whitespace(span) in first for span in question.spans)
        agreement = max(token_agreement(answer.lead or "", span) for span in question.spans)
    return Outcome(question, answer, rank, all(key in answer_text for key in keys), unproven, quotes_first, agreement)


def token_agreement(text: str, other: str) -> float:
    """Return the harmonic mean of precision and recall of the tokens of two texts, 0 to 1.

    Tokens are words, and characters in scripts without spaces, as in SQuAD (Rajpurkar et al., 2016) and DRCD (Shao et al.,
    2018).
    """
    counts = [Counter(COMPARED_TOKEN.findall(fold_text(each))) for each in (text, other)]
    common = (counts[0] & counts[1]).total()
    return 2 * common / (counts[0].total() + counts[1].total()) if common else 0.0


def holds_evidence(passage: str, evidence: str) -> bool:
    """Return whether a passage contains a contiguous run of at least 80 % of an evidence string."""
    run = math.ceil(len(evidence) * EVIDENCE_RUN)
    return any(evidence[at : at + run] in passage for at in range(len(evidence) - run + 1))


def summarize_outcomes(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Compute all figures of outcomes; figures that concern none of the questions are left out."""
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
    samples["first quotation answers"] = [float(each.quotes_first) for each in answerable if each.quotes_first is not None]
    samples["short answer agrees"] = [each.agreement for each in answerable if each.agreement is not None]
    samples["quotations not in their passage"] = [float(each.unproven) for each in outcomes]
    figures = {name: bootstrap_figure(np.mean, values) for name, values in samples.items() if values}
    for name, negatives in (("AUC", others), ("AUC off-topic", off_topic), ("AUC near-topic", near_topic)):
        if answerable and negatives:
            scores = [each.answer.confidence for each in (*answerable, *negatives)]
            labels = [each.question.answerable for each in (*answerable, *negatives)]
            figures[name] = bootstrap_figure(area_under_curve, scores, labels)
    return figures


def group_outcomes(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Group outcomes by language and by kind, with all of them under `all`."""
    groups = {"all": list(outcomes)}
    for field in ("lang", "kind"):
        for value in sorted({getattr(each.question, field) for each in outcomes} - {""}):
            groups[f"{field} {value}"] = [each for each in outcomes if getattr(each.question, field) == value]
    return groups


def area_under_curve(scores: Sample, answerable: Sample, axis: int = -1) -> Any:
    """Compute the area under the ROC curve: the probability that an answerable question scores higher; ties count half.

    This is the Mann-Whitney U statistic over ranks (Hanley and McNeil, 1982). scikit-learn's `roc_auc_score` gives the same,
    but takes one sample a call, which makes a bootstrap fifty times slower.

    :param answerable: 1 or 0, of the same shape as `scores`.
    :param axis: axis of the questions.
    :return: 0 to 1; NaN if all questions are of one kind.
    """
    positives = answerable.sum(axis)
    wins = (rankdata(scores, axis=axis) * answerable).sum(axis) - positives * (positives + 1) / 2
    with np.errstate(invalid="ignore"):
        return wins / (positives * (scores.shape[axis] - positives))


def bootstrap_figure(statistic: Callable[..., Any], *samples: Sequence[float] | Sequence[bool]) -> Figure:
    """Compute a statistic and its 95 % percentile bootstrap interval over questions, with a fixed seed.

    :param statistic: maps samples to values, along its keyword argument `axis`.
    :param samples: paired samples, one value per question.
    """
    values = tuple(np.asarray(sample, float) for sample in samples)
    value, count = float(statistic(*values, axis=-1)), len(values[0])
    if count == 1:
        return Figure(value, value, value, count)
    with warnings.catch_warnings():
        # With few questions, some resamples have only one kind, and their area is NaN.
        warnings.simplefilter("ignore", DegenerateDataWarning)
        resampled = bootstrap(values, statistic, n_resamples=RESAMPLES, paired=True, method="percentile", rng=0)
    low, high = np.nanquantile(resampled.bootstrap_distribution, (0.025, 0.975))
    return Figure(value, float(low), float(high), count)


def find_misses(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return answerable questions whose evidence is not in the first passage."""
    return [each for each in outcomes if each.question.answerable and each.rank != 1]


def outcomes_json(outcomes: Sequence[Outcome], index: str) -> str:
    """Serialize all figures and outcomes as JSON."""
    figures = {
        name: {
            key: [round(f.value, 4), round(f.low, 4), round(f.high, 4), f.n]
            for key, f in summarize_outcomes(members).items()
        }
        for name, members in group_outcomes(outcomes).items()
    }
    questions = [
        {
            "id": o.question.id,
            "rank": o.rank,
            "verdict": o.answer.verdict,
            "confidence": o.answer.confidence,
            "keys": o.holds_keys,
        }
        for o in outcomes
    ]
    return json.dumps({"index": index, "figures": figures, "questions": questions}, ensure_ascii=False)
