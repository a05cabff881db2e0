"""Train the query adapter so that the passages that answer a reviewed question rank before all others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from index.arrays import Vectors
from index.errors import CorpusError
from index.reports import profile
from index.reports.expansions import QUESTIONS, EvidenceLocator, ReviewedQuestion, read_rows
from index.retrieval.query_adapter import QueryAdapter
from index.retrieval.searcher import Searcher

EPOCHS, BATCH = 4, 16
RATE, DECAY = 3e-4, 0.01
# Late interaction scores differ little, so they are divided by this before the softmax.
TEMPERATURE = 0.03
ENCODED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class QuestionPair:
    """The centred tokens of a question, shape (tokens, dimensions), and the numbers of the passages that answer it."""

    tokens: Vectors
    passages: tuple[int, ...]


def make_pairs(corpus: Path, searcher: Searcher) -> list[QuestionPair]:
    """Encode every reviewed question of a corpus whose evidence is in the index.

    :raises CorpusError: if there is none.
    """
    locator = EvidenceLocator(searcher.passages, searcher.sentences)
    questions: list[tuple[str, tuple[int, ...]]] = []
    for folder in profile.report_folders(corpus):
        for _, question in read_rows(folder / QUESTIONS, ReviewedQuestion):
            passages = {searcher.sentences[row].passage for row in locator.evidence_of(question)}
            questions += [(question.question, tuple(sorted(passages)))] if passages else []
    if not questions:
        raise CorpusError(f"{corpus}: training needs {QUESTIONS} in a report's folder")
    pairs: list[QuestionPair] = []
    for start in range(0, len(questions), ENCODED_AT_ONCE):
        batch = questions[start : start + ENCODED_AT_ONCE]
        encoded = searcher.encoder.queries([text for text, _ in batch])
        pairs += [
            QuestionPair(searcher.token_index.center_tokens(encoding.tokens), relevant)
            for encoding, (_, relevant) in zip(encoded, batch, strict=True)
        ]
    return pairs


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit PyTorch to one thread: for such small networks, synchronization takes longer than computation."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@one_thread()
def train_adapter(
    pairs: Sequence[QuestionPair],
    searcher: Searcher,
    progress: Callable[[int, int], None],
    epochs: int = EPOCHS,
    rate: float = RATE,
) -> QueryAdapter:
    """Train an adapter, deterministically on the same machine."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    # Passages without a question would only be negatives, so they are left out.
    covered = np.unique([passage for pair in pairs for passage in pair.passages])
    passage_of_token = token_owners(searcher)
    used = np.isin(passage_of_token, covered)
    report = torch.tensor(searcher.token_index.vectors[:][used])
    owners = torch.tensor(np.searchsorted(covered, passage_of_token[used]))
    directions = None if searcher.token_index.directions is None else torch.tensor(searcher.token_index.directions)
    dimensions = len(searcher.token_index.mean)
    # A product of two matrices, the second initialized to zero, trains more evenly than a single matrix.
    first, second = torch.nn.Linear(dimensions, dimensions, bias=False), torch.nn.Linear(dimensions, dimensions, bias=False)
    torch.nn.init.zeros_(second.weight)
    optimizer = torch.optim.AdamW([*first.parameters(), *second.parameters()], lr=rate, weight_decay=DECAY)
    batches = -(-len(pairs) // BATCH)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, epochs * batches)
    for epoch in range(epochs):
        order = random.permutation(len(pairs))
        for number, start in enumerate(range(0, len(order), BATCH), 1):
            batch = [pairs[at] for at in order[start : start + BATCH]]
            tokens = torch.tensor(np.concatenate([pair.tokens for pair in batch]))
            adapted = torch.nn.functional.normalize(tokens + second(first(tokens)), dim=-1)
            if directions is not None:
                adapted = torch.nn.functional.normalize(adapted @ directions, dim=-1)
            matches = best_in_passages(adapted @ report.T, owners, len(covered))
            matches_by_question = torch.split(matches, [len(pair.tokens) for pair in batch])
            relevant = [np.searchsorted(covered, pair.passages).tolist() for pair in batch]
            losses = [missed_share(best, right) for best, right in zip(matches_by_question, relevant, strict=True)]
            optimizer.zero_grad()
            torch.stack(losses).mean().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizer.step()
            schedule.step()
            progress(epoch * batches + number, epochs * batches)
    with torch.no_grad():
        matrix = (second.weight @ first.weight).T.numpy()
    reports = {searcher.passages[passage].report for passage in covered.tolist()}
    return QueryAdapter(np.ascontiguousarray(matrix), searcher.encoder.fingerprint, reports)


def token_owners(searcher: Searcher) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the passage number of each token of the index, shape (tokens,)."""
    return np.repeat(searcher.owners, np.diff(searcher.token_index.offsets))


def best_in_passages(cosines: torch.Tensor, owners: torch.Tensor, passages: int) -> torch.Tensor:
    """Return the best match of each question token in each passage.

    :param cosines: shape (question tokens, passage tokens).
    :param owners: the passage of each passage token, shape (passage tokens,).
    :param passages: number of passages.
    :return: shape (question tokens, passages).
    """
    lowest = cosines.new_full((len(cosines), passages), -2.0)
    return lowest.scatter_reduce(1, owners.expand(len(cosines), -1), cosines, "amax")


def missed_share(matches: torch.Tensor, right: Sequence[int]) -> torch.Tensor:
    """Compute the loss of a question: the negative log softmax probability of the right passages.

    :param matches: best match of each question token in each passage, shape (tokens, passages).
    :param right: positions of the passages that answer the question.
    """
    gaps = (matches.max(dim=1, keepdim=True).values - matches.mean(dim=1, keepdim=True)).detach() + 1e-9
    scores = (matches * (gaps / gaps.sum())).sum(dim=0) / TEMPERATURE
    return torch.logsumexp(scores, 0) - torch.logsumexp(scores[list(right)], 0)
