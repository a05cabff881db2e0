"""Train the answerability classifier on a corpus's reviewed questions, answerable and unanswerable.

Cross-validation groups examples by passage, so that every probability comes from networks that never saw its passage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from index.answering.answerability import (
    FEATURES,
    AnswerabilityClassifier,
    AnswerabilityFeatures,
    calibrated_probabilities,
    clipped_logit,
    network_logits,
)
from index.answering.coverage import CoverageModel, load_probes
from index.answering.features import extract_features
from index.arrays import Vectors
from index.errors import CorpusError
from index.evaluation.metrics import area_under_curve
from index.reports import profile
from index.reports.expansions import (
    QUESTIONS,
    UNANSWERABLE,
    EvidenceLocator,
    ReviewedQuestion,
    UnanswerableQuestion,
    read_rows,
)
from index.retrieval.searcher import Searcher

FOLDS, EPOCHS, BATCH = 5, 8, 32
VOTES, VOTES_OF_FOLD = 4, 2
RATE, DECAY, DROPOUT, WIDTH = 2e-3, 0.02, 0.2, 48
# Share of answerable questions that the threshold may reject.
MISSED = 0.06
Batch = tuple[torch.Tensor, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A training example.

    `signals` are the features of a search, `covered` is the confidence of the coverage model, 0 to 1, and `passage` is the
    number of the passage for which the question was written; -1 for none.
    """

    signals: AnswerabilityFeatures
    covered: float
    answerable: bool
    passage: int


@dataclass(frozen=True, slots=True)
class Trained:
    """A classifier, and for each example the cross-validated probability that it is answerable, shape (examples,)."""

    judge: AnswerabilityClassifier
    examples: tuple[Example, ...]
    probabilities: Vectors


def make_examples(
    corpus: Path, searcher: Searcher, calibration: CoverageModel, progress: Callable[[int, int], None]
) -> list[Example]:
    """Search for every reviewed question, without its own expansion, and collect the features.

    :raises CorpusError: if there are no answerable or no unanswerable questions.
    """
    locator = EvidenceLocator(searcher.passages, searcher.sentences)
    questions: list[tuple[str, bool, int]] = [(probe, False, -1) for probe in load_probes()]
    for folder in profile.report_folders(corpus):
        for _, question in read_rows(folder / QUESTIONS, ReviewedQuestion):
            rows = locator.evidence_of(question)
            questions += [(question.question, True, searcher.sentences[rows[0]].passage)] if rows else []
        for _, question in read_rows(folder / UNANSWERABLE, UnanswerableQuestion):
            rows = list(locator.passages_of(question.near))
            questions.append((question.question, False, searcher.sentences[rows[0]].passage if rows else -1))
    if len({answerable for _, answerable, passage in questions if passage >= 0}) < 2:
        raise CorpusError(f"{corpus}: training needs both {QUESTIONS} and {UNANSWERABLE} in a report's folder")
    examples: list[Example] = []
    for done, (text, answerable, passage) in enumerate(questions, 1):
        result = searcher.search(text, 1, unseen=True)
        covered = calibration.confidence(text, result)
        features = extract_features(text, result, searcher.store.contains_word)
        examples += [Example(features, covered, answerable, passage)] if features else []
        progress(done, len(questions))
    return examples


def train_classifier(
    examples: Sequence[Example], model: str, reports: Iterable[str], progress: Callable[[int, int], None]
) -> Trained:
    """Train a classifier, deterministically on the same machine, and calibrate it by cross-validation.

    :param model: fingerprint of the encoder.
    :param reports: names of the reports that the examples are about.
    """
    folds = [example.passage % FOLDS if example.passage >= 0 else number % FOLDS for number, example in enumerate(examples)]
    total, done = FOLDS * VOTES_OF_FOLD + VOTES, 0
    logits = np.zeros(len(examples), np.float32)
    for fold in range(FOLDS):
        train_set = [example for example, example_fold in zip(examples, folds, strict=True) if example_fold != fold]
        test_set = [number for number, example_fold in enumerate(folds) if example_fold == fold]
        judge = fit_ensemble(train_set, model, VOTES_OF_FOLD)
        logits[test_set] = [judge.logit(examples[number].signals) for number in test_set]
        done += VOTES_OF_FOLD
        progress(done, total)
    labels = np.array([example.answerable for example in examples])
    covered = np.array([example.covered for example in examples])
    slope, shift = fit_platt(logits, covered, labels)
    probabilities = calibrated_probabilities(logits, covered, slope, shift)
    cut = float(np.quantile(probabilities[labels], MISSED))
    judge = fit_ensemble(examples, model, VOTES, reports=reports, slope=slope, shift=shift, cut=cut)
    progress(total, total)
    return Trained(judge, tuple(examples), probabilities)


def fit_platt(logits: Vectors, covered: Vectors, labels: np.ndarray[Any, Any]) -> tuple[Vectors, float]:
    """Fit the parameters of `calibrated_probabilities` by logistic regression (Platt, 1999).

    :param logits: shape (examples,).
    :param covered: confidences of the coverage model, 0 to 1, shape (examples,).
    :param labels: whether each example is answerable, shape (examples,).
    :return: slopes, shape (2,), and shift.
    """
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it comes without types

    fitted = LogisticRegression().fit(np.stack([logits, clipped_logit(covered)], axis=1), labels)
    return fitted.coef_[0], float(fitted.intercept_[0])


class AnswerabilityNetwork(nn.Module):
    """One network of the ensemble: `network_logits` with dropout and trainable parameters."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.project = nn.Linear(dimensions, WIDTH, bias=False)
        self.sharpness = nn.Parameter(torch.tensor(8.0))
        self.compare = nn.Linear(4 * WIDTH + 1, WIDTH)
        self.hidden = nn.Linear(3 * WIDTH + len(FEATURES), WIDTH)
        self.weigh = nn.Linear(WIDTH, 1)
        self.drop = nn.Dropout(DROPOUT)

    def forward(
        self,
        question: torch.Tensor,
        question_mask: torch.Tensor,
        passage: torch.Tensor,
        passage_mask: torch.Tensor,
        measures: torch.Tensor,
    ) -> torch.Tensor:
        """Compute logits.

        :param question: padded question tokens, shape (batch, tokens, dimensions).
        :param question_mask: mask of the question tokens, shape (batch, tokens).
        :param passage: padded passage tokens, shape (batch, tokens, dimensions).
        :param passage_mask: mask of the passage tokens, shape (batch, tokens).
        :param measures: standardized measures, shape (batch, features).
        :return: shape (batch,).
        """
        logits: torch.Tensor = network_logits(
            self.named(), question, question_mask, passage, passage_mask, measures, torch, self.drop
        )
        return logits

    def named(self) -> dict[str, torch.Tensor]:
        """Return the parameters by the names of `network_logits`."""
        return {
            "project": self.project.weight.T,
            "sharpness": self.sharpness,
            "compare": self.compare.weight.T,
            "compare_bias": self.compare.bias,
            "hidden": self.hidden.weight.T,
            "hidden_bias": self.hidden.bias,
            "weigh": self.weigh.weight[0],
            "weigh_bias": self.weigh.bias[0],
        }

    def arrays(self) -> dict[str, Any]:
        """Return the parameters of `named` as numpy arrays."""
        return {name: value.detach().numpy() for name, value in self.named().items()}


def fit_ensemble(
    examples: Sequence[Example],
    model: str,
    votes: int,
    *,
    reports: Iterable[str] = (),
    slope: Sequence[float] | Vectors = (1.0, 0.0),
    shift: float = 0.0,
    cut: float = 0.5,
) -> AnswerabilityClassifier:
    """Train a classifier of several networks, each on all examples with another seed.

    :param model: fingerprint of the encoder.
    :param votes: number of networks.
    :param reports: names of the reports that the examples are about.
    :param slope: slopes of the calibration, shape (2,).
    :param shift: intercept of the calibration.
    :param cut: probability threshold for an answer.
    """
    measures = np.stack([example.signals.measures for example in examples])
    mean, deviation = measures.mean(axis=0), measures.std(axis=0) + 1e-6
    with one_thread():
        voters = [train_network(examples, mean, deviation, seed).arrays() for seed in range(votes)]
    names = np.array(sorted(reports), np.str_)
    measured = {"mean": mean, "deviation": deviation, "slope": slope, "shift": shift, "cut": cut}
    shared = {"model": model, "reports": names, **measured}
    stacked = {name: np.stack([arrays[name] for arrays in voters]).astype(np.float32) for name in voters[0]}
    return AnswerabilityClassifier({name: np.array(value) for name, value in shared.items()} | stacked)


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit PyTorch to one thread: for such small networks, synchronization takes longer than computation."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def train_network(examples: Sequence[Example], mean: Vectors, deviation: Vectors, seed: int) -> AnswerabilityNetwork:
    """Train one network with balanced classes.

    :param mean: mean of the measures, shape (features,).
    :param deviation: standard deviation of the measures, shape (features,).
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = AnswerabilityNetwork(examples[0].signals.question.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    labels = torch.tensor([float(example.answerable) for example in examples])
    share = float(labels.mean())
    weights = torch.where(labels > 0, 0.5 / share, 0.5 / (1 - share))
    steps = EPOCHS * -(-len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)
    network.train()
    for _ in range(EPOCHS):
        order = random.permutation(len(examples))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            logits = network(*pad_features([examples[number].signals for number in chosen], mean, deviation))
            losses = nn.functional.binary_cross_entropy_with_logits(logits, labels[chosen], reduction="none")
            optimizer.zero_grad()
            (losses * weights[chosen]).mean().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizer.step()
            schedule.step()
    return network.eval()


def pad_features(signals: Sequence[AnswerabilityFeatures], mean: Vectors, deviation: Vectors) -> Batch:
    """Pad tokens and standardize measures to the arguments of `AnswerabilityNetwork.forward`."""
    question, question_mask = pad_matrices([features.question for features in signals])
    passage, passage_mask = pad_matrices([features.passage for features in signals])
    measures = torch.tensor(np.stack([(features.measures - mean) / deviation for features in signals]), dtype=torch.float32)
    return question, question_mask, passage, passage_mask, measures


def pad_matrices(matrices: Sequence[Vectors]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pad matrices to one tensor.

    :return: tensor of shape (matrices, rows, columns) and mask of shape (matrices, rows), true for rows that are no padding.
    """
    tensors = [torch.tensor(matrix) for matrix in matrices]
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(matrix), dtype=torch.bool) for matrix in tensors], batch_first=True)
    return nn.utils.rnn.pad_sequence(tensors, batch_first=True), mask


def training_figures(trained: Trained) -> dict[str, float]:
    """Compute the figures of a training from its cross-validated probabilities, by name."""
    labels = [example.answerable for example in trained.examples]
    probabilities: list[float] = trained.probabilities.tolist()
    cut = trained.judge.cut
    off_topic = [example.passage < 0 for example in trained.examples]

    def share(of: Sequence[bool]) -> float:
        above = [p >= cut for p, wanted in zip(probabilities, of, strict=True) if wanted]
        return sum(above) / max(1, len(above))

    def curve(of: Sequence[bool]) -> float:
        pairs = [(p, label) for p, label, wanted in zip(probabilities, labels, of, strict=True) if label or wanted]
        return float(area_under_curve(*np.array(pairs, float).T))

    near_topic = [not label and not off for label, off in zip(labels, off_topic, strict=True)]
    figures = {
        "questions": float(len(labels)),
        "AUC": curve([not label for label in labels]),
        "AUC off-topic": curve(off_topic),
        "AUC near-topic": curve(near_topic),
        "answerable, answered": share(labels),
        "off-topic, answered": share(off_topic),
        "near-topic, answered": share(near_topic),
        "cut": cut,
    }
    return {name: round(value, 4) for name, value in figures.items()}
