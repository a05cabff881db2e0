"""Trains the adapter: the passages that reviewed questions were written about are to come before all others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from index.arrays import Vectors
from index.reports import profile
from index.reports.expansions import QUESTIONS, EvidenceLocator, ReviewedQuestion, read_rows
from index.retrieval.query_adapter import QueryAdapter
from index.retrieval.searcher import Searcher
from index.training.answerability_trainer import one_thread

EPOCHS, BATCH = 4, 16
RATE, DECAY = 3e-4, 0.01
# Differences of late interaction are small, so they are divided by this before they become probabilities.
TEMPERATURE = 0.03
ENCODED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class QuestionPair:
    """The centred tokens of a question, shape (tokens, dimensions), and the numbers of the passages that answer it."""

    tokens: Vectors
    passages: tuple[int, ...]


def make_pairs(corpus: Path, searcher: Searcher) -> list[QuestionPair]:
    """Every reviewed question of a corpus whose evidence is found."""
    places = EvidenceLocator(searcher.passages, searcher.sentences)
    asked: list[tuple[str, tuple[int, ...]]] = []
    for folder in profile.report_folders(corpus):
        for _, question in read_rows(folder / QUESTIONS, ReviewedQuestion):
            about = {searcher.sentences[row].passage for row in places.evidence_of(question)}
            asked += [(question.question, tuple(sorted(about)))] if about else []
    made: list[QuestionPair] = []
    for start in range(0, len(asked), ENCODED_AT_ONCE):
        some = asked[start : start + ENCODED_AT_ONCE]
        encoded = searcher.encoder.queries([text for text, _ in some])
        made += [
            QuestionPair(searcher.late.center_tokens(each.tokens), about)
            for each, (_, about) in zip(encoded, some, strict=True)
        ]
    return made


@one_thread()
def train_adapter(made: Sequence[QuestionPair], searcher: Searcher, progress: Callable[[int, int], None]) -> QueryAdapter:
    """Train an adapter. The same pairs give the same adapter on the same machine."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    # Passages that nobody wrote a question about would only ever be wrong, so they take no part.
    covered = np.unique([passage for pair in made for passage in pair.passages])
    of_tokens = token_owners(searcher)
    known = np.isin(of_tokens, covered)
    report, owners = torch.tensor(searcher.late.vectors[:][known]), torch.tensor(np.searchsorted(covered, of_tokens[known]))
    directions = None if searcher.late.directions is None else torch.tensor(searcher.late.directions)
    dimensions = len(searcher.late.mean)
    # Two factors, the second of which begins at nothing, learn more evenly than the matrix itself.
    first, second = torch.nn.Linear(dimensions, dimensions, bias=False), torch.nn.Linear(dimensions, dimensions, bias=False)
    torch.nn.init.zeros_(second.weight)
    optimizer = torch.optim.AdamW([*first.parameters(), *second.parameters()], lr=RATE, weight_decay=DECAY)
    batches = -(-len(made) // BATCH)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, EPOCHS * batches)
    for epoch in range(EPOCHS):
        order = random.permutation(len(made))
        for number, start in enumerate(range(0, len(order), BATCH), 1):
            chosen = [made[at] for at in order[start : start + BATCH]]
            tokens = torch.tensor(np.concatenate([pair.tokens for pair in chosen]))
            moved = torch.nn.functional.normalize(tokens + second(first(tokens)), dim=-1)
            if directions is not None:
                moved = torch.nn.functional.normalize(moved @ directions, dim=-1)
            matches = best_in_passages(moved @ report.T, owners, len(covered))
            of_each = torch.split(matches, [len(pair.tokens) for pair in chosen])
            right = [np.searchsorted(covered, pair.passages).tolist() for pair in chosen]
            losses = [missed_share(found, passages) for found, passages in zip(of_each, right, strict=True)]
            optimizer.zero_grad()
            torch.stack(losses).mean().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizer.step()
            schedule.step()
            progress(epoch * batches + number, EPOCHS * batches)
    with torch.no_grad():
        matrix = (second.weight @ first.weight).T.numpy()
    reports = {searcher.passages[passage].report for passage in covered.tolist()}
    return QueryAdapter(np.ascontiguousarray(matrix), searcher.encoder.fingerprint, reports)


def token_owners(searcher: Searcher) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The number of the passage of each token of the report."""
    return np.repeat(searcher.owners, np.diff(searcher.late.offsets))


def best_in_passages(cosines: torch.Tensor, owners: torch.Tensor, passages: int) -> torch.Tensor:
    """The best match of each token in each passage, shape (tokens, passages)."""
    lowest = cosines.new_full((len(cosines), passages), -2.0)
    return lowest.scatter_reduce(1, owners.expand(len(cosines), -1), cosines, "amax")


def missed_share(matches: torch.Tensor, right: Sequence[int]) -> torch.Tensor:
    """How improbable the right passages are, from the best matches of one question's tokens (tokens, passages)."""
    gaps = (matches.max(dim=1, keepdim=True).values - matches.mean(dim=1, keepdim=True)).detach() + 1e-9
    scores = (matches * (gaps / gaps.sum())).sum(dim=0) / TEMPERATURE
    return torch.logsumexp(scores, 0) - torch.logsumexp(scores[list(right)], 0)
