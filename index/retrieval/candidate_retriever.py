"""Select candidate passages for a question, by vector and by keyword.

`LocalRetriever` searches files with FAISS and BM25 in this process; `index/retrieval/milvus_retriever.py` searches Milvus.
Row n is sentence n of the generation. Among passages with equal scores, those with lower numbers come first, so that all
retrievers return the same candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.arrays import Ids, Scores, Vectors, concatenate_ranges
from index.retrieval.bm25_index import BM25Index
from index.retrieval.dense_index import DenseIndex

CANDIDATES = 100  # passages from dense search, and as many from keyword search
BLOCK = 64  # scores per block in `top_indices`


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidate passages with their scores.

    `passages` are passage numbers, ascending, shape (candidates,). `keywords` are their BM25 scores, shape (candidates,).
    `cosines` are the cosines of their sentences with the question, in order, shape (sentences of candidates,).
    """

    passages: Ids
    keywords: Scores
    cosines: Vectors


class CandidateRetriever(Protocol):
    """Searches the vectors of a generation's sentences and the words of its passages. Threads may share one."""

    def candidates(self, vector: Vectors, question: str, within: Ids | None = None) -> Candidates:
        """Select up to `CANDIDATES` passages by vector and as many by keyword; all passages if there are no more than that.

        :param vector: unit vector of the question, shape (dimensions,).
        :param within: passage numbers to choose from, ascending; None for all.
        """

    def nearest(self, vector: Vectors, count: int) -> Ids:
        """Return the rows nearest to a unit vector, best first, at most `count`."""

    def vectors(self, rows: Ids) -> Vectors:
        """Return the vectors of rows, shape (rows, dimensions)."""

    def contains_word(self, word: str) -> bool:
        """Return whether any passage contains a word; it must be folded as search folds words."""


def rows_of(passages: Ids, first_sentences: Ids) -> Ids:
    """Return the rows of the sentences of passages.

    :param first_sentences: passage n has the rows from `first_sentences[n]` to `first_sentences[n + 1]`, end exclusive.
    """
    return concatenate_ranges(first_sentences[passages], first_sentences[passages + 1])


class LocalRetriever:
    """A CandidateRetriever over a dense index of sentences and a keyword index of passages."""

    def __init__(self, dense: DenseIndex, lexical: BM25Index, owners: Ids) -> None:
        """Create a retriever.

        :param owners: the passage number of each sentence, ascending, shape (sentences,).
        """
        self.dense, self.lexical, self.owners = dense, lexical, owners
        self.first_sentences: Ids = np.searchsorted(owners, np.arange(lexical.size + 1))

    def candidates(self, vector: Vectors, question: str, within: Ids | None = None) -> Candidates:
        keywords = self.lexical.scores(question)
        passages = self._passages(vector, keywords, within)
        return Candidates(passages, keywords[passages], self.dense.cosines(vector, rows_of(passages, self.first_sentences)))

    def _passages(self, vector: Vectors, keywords: Vectors, within: Ids | None) -> Ids:
        size = self.lexical.size if within is None else len(within)
        if size <= CANDIDATES:
            return np.arange(size) if within is None else within
        if within is None:
            # A passage has several sentences, so fetch more sentences than passages are needed.
            dense = self.owners[self.nearest(vector, 4 * CANDIDATES)]
            lexical = top_indices(keywords, CANDIDATES)
        else:
            rows = rows_of(within, self.first_sentences)
            dense = self.owners[rows[np.argsort(-self.dense.cosines(vector, rows), kind="stable")]]
            lexical = within[top_indices(keywords[within], CANDIDATES)]
        passages: Ids = np.union1d(list(dict.fromkeys(dense.tolist()))[:CANDIDATES], lexical)
        return passages

    def nearest(self, vector: Vectors, count: int) -> Ids:
        return self.dense.nearest(vector, count)

    def vectors(self, rows: Ids) -> Vectors:
        return self.dense.vectors(rows)

    def contains_word(self, word: str) -> bool:
        return word in self.lexical


def top_indices(scores: Vectors, count: int) -> Ids:
    """Return the positions of the `count` highest scores, in no particular order; of equal scores, the first win.

    :param scores: shape (n,), where n is at least `count`.
    """
    blocks = len(scores) // BLOCK
    if blocks <= count:
        return first_top_indices(scores, count)
    # `count` blocks have a maximum of at least `floor`, so a score below it is not among the `count` highest.
    floor = np.partition(scores[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1), -count)[-count]
    contenders: Ids = np.flatnonzero(scores >= floor)
    return contenders[first_top_indices(scores[contenders], count)]


def first_top_indices(scores: Vectors, count: int) -> Ids:
    """Return the same as `top_indices`, without dividing the scores into blocks."""
    threshold = np.partition(scores, -count)[-count]
    above, equal = np.flatnonzero(scores > threshold), np.flatnonzero(scores == threshold)
    return np.concatenate([above, equal[: count - len(above)]])
