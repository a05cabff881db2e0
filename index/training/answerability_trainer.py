"""Trains the judge of answers on a corpus's reviewed questions, those that it answers and those that it does not.

Everything is judged by networks that saw nothing of the passage in question: the folds are groups of passages.
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
# The share of questions with an answer that may be missed, by which the cut is set.
MISSED = 0.06
Batch = tuple[torch.Tensor, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """What was found for a question, how far the reports cover it, whether they answer it, and the passage for which it
    was written; -1 for none."""

    signals: AnswerabilityFeatures
    covered: float
    answerable: bool
    passage: int


@dataclass(frozen=True, slots=True)
class Trained:
    """A judge, and for each example the probability by networks that never saw its passage."""

    judge: AnswerabilityClassifier
    examples: tuple[Example, ...]
    probabilities: Vectors


def make_examples(
    corpus: Path, searcher: Searcher, calibration: CoverageModel, progress: Callable[[int, int], None]
) -> list[Example]:
    """Search for every reviewed question as if nobody had written it. Raises CorpusError if there are none of both kinds."""
    places = EvidenceLocator(searcher.passages, searcher.sentences)
    asked: list[tuple[str, bool, int]] = [(probe, False, -1) for probe in load_probes()]
    for folder in profile.report_folders(corpus):
        for _, question in read_rows(folder / QUESTIONS, ReviewedQuestion):
            about = places.evidence_of(question)
            asked += [(question.question, True, searcher.sentences[about[0]].passage)] if about else []
        for _, question in read_rows(folder / UNANSWERABLE, UnanswerableQuestion):
            about = list(places.passages_of(question.near))
            asked.append((question.question, False, searcher.sentences[about[0]].passage if about else -1))
    if len({answerable for _, answerable, passage in asked if passage >= 0}) < 2:
        raise CorpusError(f"{corpus}: training needs both {QUESTIONS} and {UNANSWERABLE} in a report's folder")
    made: list[Example] = []
    for done, (text, answerable, passage) in enumerate(asked, 1):
        found = searcher.search(text, 1, unseen=True)
        covered = calibration.confidence(text, found)
        signals = extract_features(text, found, searcher.store.contains_word)
        made += [Example(signals, covered, answerable, passage)] if signals else []
        progress(done, len(asked))
    return made


def train_classifier(
    made: Sequence[Example], model: str, reports: Iterable[str], progress: Callable[[int, int], None]
) -> Trained:
    """Train a judge of some reports for the tokens of an encoder. The same examples give the same judge on the same machine.

    :param model: fingerprint of the encoder.
    :param reports: names of the reports that the examples are about.
    """
    folds = [example.passage % FOLDS if example.passage >= 0 else number % FOLDS for number, example in enumerate(made)]
    total, done = FOLDS * VOTES_OF_FOLD + VOTES, 0
    logits = np.zeros(len(made), np.float32)
    for fold in range(FOLDS):
        seen = [example for example, its in zip(made, folds, strict=True) if its != fold]
        held = [number for number, its in enumerate(folds) if its == fold]
        judge = fit_ensemble(seen, model, VOTES_OF_FOLD)
        logits[held] = [judge.logit(made[number].signals) for number in held]
        done += VOTES_OF_FOLD
        progress(done, total)
    labels = np.array([example.answerable for example in made])
    covered = np.array([example.covered for example in made])
    slope, shift = fit_platt(logits, covered, labels)
    said = calibrated_probabilities(logits, covered, slope, shift)
    cut = float(np.quantile(said[labels], MISSED))
    judge = fit_ensemble(made, model, VOTES, reports=reports, slope=slope, shift=shift, cut=cut)
    progress(total, total)
    return Trained(judge, tuple(made), said)


def fit_platt(logits: Vectors, covered: Vectors, labels: np.ndarray[Any, Any]) -> tuple[Vectors, float]:
    """Slopes and shift of `probabilities`, by logistic regression (Platt, 1999)."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it comes without types

    fitted = LogisticRegression().fit(np.stack([logits, clipped_logit(covered)], axis=1), labels)
    return fitted.coef_[0], float(fitted.intercept_[0])


class AnswerabilityNetwork(nn.Module):
    """One voter: `network_logits` with dropout, and parameters that can be trained."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.project = nn.Linear(dimensions, WIDTH, bias=False)
        self.sharpness = nn.Parameter(torch.tensor(8.0))
        self.compare = nn.Linear(4 * WIDTH + 1, WIDTH)
        self.hidden = nn.Linear(3 * WIDTH + len(FEATURES), WIDTH)
        self.weigh = nn.Linear(WIDTH, 1)
        self.drop = nn.Dropout(DROPOUT)

    def forward(
        self, asked: torch.Tensor, asks: torch.Tensor, passage: torch.Tensor, holds: torch.Tensor, measures: torch.Tensor
    ) -> torch.Tensor:
        """Logits, shape (batch,), of padded tokens (batch, tokens, dimensions) and which of them are there."""
        logits: torch.Tensor = network_logits(self.named(), asked, asks, passage, holds, measures, torch, self.drop)
        return logits

    def named(self) -> dict[str, torch.Tensor]:
        """Its parameters as `network_logits` names them."""
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
        """The same as numpy's arrays."""
        return {name: value.detach().numpy() for name, value in self.named().items()}


def fit_ensemble(
    made: Sequence[Example],
    model: str,
    votes: int,
    *,
    reports: Iterable[str] = (),
    slope: Sequence[float] | Vectors = (1.0, 0.0),
    shift: float = 0.0,
    cut: float = 0.5,
) -> AnswerabilityClassifier:
    """A judge of so many networks, each trained on all examples from another start."""
    measures = np.stack([example.signals.measures for example in made])
    mean, deviation = measures.mean(axis=0), measures.std(axis=0) + 1e-6
    with one_thread():
        voters = [train_network(made, mean, deviation, seed).arrays() for seed in range(votes)]
    names = np.array(sorted(reports), np.str_)
    measured = {"mean": mean, "deviation": deviation, "slope": slope, "shift": shift, "cut": cut}
    shared = {"model": model, "reports": names, **measured}
    stacked = {name: np.stack([arrays[name] for arrays in voters]).astype(np.float32) for name in voters[0]}
    return AnswerabilityClassifier({name: np.array(value) for name, value in shared.items()} | stacked)


@contextmanager
def one_thread() -> Iterator[None]:
    """Run PyTorch in one thread: in networks so small, several wait for each other longer than they compute."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def train_network(made: Sequence[Example], mean: Vectors, deviation: Vectors, seed: int) -> AnswerabilityNetwork:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = AnswerabilityNetwork(made[0].signals.question.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    labels = torch.tensor([float(example.answerable) for example in made])
    share = float(labels.mean())
    weights = torch.where(labels > 0, 0.5 / share, 0.5 / (1 - share))
    steps = EPOCHS * -(-len(made) // BATCH)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)
    network.train()
    for _ in range(EPOCHS):
        order = random.permutation(len(made))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            logits = network(*pad_features([made[number].signals for number in chosen], mean, deviation))
            losses = nn.functional.binary_cross_entropy_with_logits(logits, labels[chosen], reduction="none")
            optimizer.zero_grad()
            (losses * weights[chosen]).mean().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizer.step()
            schedule.step()
    return network.eval()


def pad_features(signals: Sequence[AnswerabilityFeatures], mean: Vectors, deviation: Vectors) -> Batch:
    """What `Network.forward` takes."""
    asked, asks = pad_matrices([each.question for each in signals])
    passage, holds = pad_matrices([each.passage for each in signals])
    measures = torch.tensor(np.stack([(each.measures - mean) / deviation for each in signals]), dtype=torch.float32)
    return asked, asks, passage, holds, measures


def pad_matrices(matrices: Sequence[Vectors]) -> tuple[torch.Tensor, torch.Tensor]:
    """Matrices as one tensor (count, most rows, columns), and which rows are theirs."""
    tensors = [torch.tensor(matrix) for matrix in matrices]
    there = nn.utils.rnn.pad_sequence([torch.ones(len(matrix), dtype=torch.bool) for matrix in tensors], batch_first=True)
    return nn.utils.rnn.pad_sequence(tensors, batch_first=True), there


def training_figures(trained: Trained) -> dict[str, float]:
    """How well the judge tells the reviewed questions apart, each by networks that never saw its passage."""
    labels = [example.answerable for example in trained.examples]
    said: list[float] = trained.probabilities.tolist()
    cut = trained.judge.cut
    off = [example.passage < 0 for example in trained.examples]

    def share(of: Sequence[bool]) -> float:
        above = [p >= cut for p, wanted in zip(said, of, strict=True) if wanted]
        return sum(above) / max(1, len(above))

    def curve(of: Sequence[bool]) -> float:
        kept = [(p, label) for p, label, wanted in zip(said, labels, of, strict=True) if label or wanted]
        return float(area_under_curve(*np.array(kept, float).T))

    near = [not label and not away for label, away in zip(labels, off, strict=True)]
    found = {
        "questions": float(len(labels)),
        "AUC": curve([not label for label in labels]),
        "AUC off-topic": curve(off),
        "AUC near-topic": curve(near),
        "answerable, answered": share(labels),
        "off-topic, answered": share(off),
        "near-topic, answered": share(near),
        "cut": cut,
    }
    return {name: round(value, 4) for name, value in found.items()}
