"""What search asks of whoever keeps a generation's vectors and words: the passages that are worth a closer look.

`LocalStore` keeps them in files, searched by FAISS and BM25 in this process; `index/retrieval/milvus_retriever.py` keeps
them in Milvus. Row n is sentence n of the generation. Of passages that say equally much of a question, those with lower
numbers come first, so that all stores bring the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.arrays import Ids, Scores, Vectors, concatenate_ranges
from index.retrieval.bm25_index import BM25Index
from index.retrieval.dense_index import DenseIndex

CANDIDATES = 100  # passages that vectors and words may bring each
BLOCK = 64  # scores that are looked at together for the highest of many


@dataclass(frozen=True, slots=True)
class Candidates:
    """The numbers of passages, ascending; the keyword score of each; and the cosine of each of their sentences, in order,
    with the question."""

    passages: Ids
    keywords: Scores
    cosines: Vectors


class CandidateRetriever(Protocol):
    """The vectors of a generation's sentences and the words of its passages. Threads may share one."""

    def candidates(self, vector: Vectors, question: str, within: Ids | None = None) -> Candidates:
        """Up to `CANDIDATES` passages whose sentences are nearest to a vector, and as many that say most of a question's
        words; of the passages `within`, ascending, if given. All passages, if they are as few as that."""

    def nearest(self, vector: Vectors, count: int) -> Ids:
        """The rows nearest to a vector, best first, at most `count`."""

    def vectors(self, rows: Ids) -> Vectors:
        """The vectors of some rows, shape (rows, dimensions)."""

    def contains_word(self, word: str) -> bool:
        """Whether any passage has a word, folded as search folds words."""


def rows_of(passages: Ids, first_sentences: Ids) -> Ids:
    """The rows of the sentences of some passages, where passage n begins with sentence `first_sentences[n]`."""
    return concatenate_ranges(first_sentences[passages], first_sentences[passages + 1])


class LocalRetriever:
    """A VectorStore over a dense index of sentences and a keyword index of passages."""

    def __init__(self, dense: DenseIndex, lexical: BM25Index, owners: Ids) -> None:
        """`owners` are the numbers of the passages that the sentences are of, ascending."""
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
            # A passage has several sentences, so ask for more of these than passages are wanted.
            dense = self.owners[self.nearest(vector, 4 * CANDIDATES)]
            lexical = top_indices(keywords, CANDIDATES)
        else:
            rows = rows_of(within, self.first_sentences)
            dense = self.owners[rows[np.argsort(-self.dense.cosines(vector, rows), kind="stable")]]
            lexical = within[top_indices(keywords[within], CANDIDATES)]
        found: Ids = np.union1d(list(dict.fromkeys(dense.tolist()))[:CANDIDATES], lexical)
        return found

    def nearest(self, vector: Vectors, count: int) -> Ids:
        return self.dense.nearest(vector, count)

    def vectors(self, rows: Ids) -> Vectors:
        return self.dense.vectors(rows)

    def contains_word(self, word: str) -> bool:
        return word in self.lexical


def top_indices(scores: Vectors, count: int) -> Ids:
    """Where the `count` highest of more scores are; of equal ones, the first."""
    blocks = len(scores) // BLOCK
    if blocks <= count:
        return first_top_indices(scores, count)
    # As many blocks as are wanted hold a score of at least `floor`: whatever is below that is not among the highest.
    floor = np.partition(scores[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1), -count)[-count]
    found: Ids = np.flatnonzero(scores >= floor)
    return found[first_top_indices(scores[found], count)]


def first_top_indices(scores: Vectors, count: int) -> Ids:
    least = np.partition(scores, -count)[-count]
    above, equal = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
    return np.concatenate([above, equal[: count - len(above)]])
