"""What search asks of whoever keeps a generation's vectors and words: the passages that are worth a closer look.

`index/retrieval/local_store.py` keeps them in files, `index/retrieval/milvus_retriever.py` in Milvus. Row n is sentence n
of the generation. Of passages that say equally much of a question, those with lower numbers come first, so that all stores
bring the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from index.arrays import Numbers, Scores, Vectors, ranges

CANDIDATES = 100  # passages that vectors and words may bring each


@dataclass(frozen=True, slots=True)
class Candidates:
    """The numbers of passages, ascending; the keyword score of each; and the cosine of each of their sentences, in order,
    with the question."""

    passages: Numbers
    keywords: Scores
    cosines: Vectors


class VectorStore(Protocol):
    """The vectors of a generation's sentences and the words of its passages. Threads may share one."""

    def candidates(self, vector: Vectors, question: str, within: Numbers | None = None) -> Candidates:
        """Up to `CANDIDATES` passages whose sentences are nearest to a vector, and as many that say most of a question's
        words; of the passages `within`, ascending, if given. All passages, if they are as few as that."""

    def nearest(self, vector: Vectors, count: int) -> Numbers:
        """The rows nearest to a vector, best first, at most `count`."""

    def vectors(self, rows: Numbers) -> Vectors:
        """The vectors of some rows, shape (rows, dimensions)."""

    def says(self, word: str) -> bool:
        """Whether any passage has a word, folded as search folds words."""


def rows_of(passages: Numbers, first_sentences: Numbers) -> Numbers:
    """The rows of the sentences of some passages, where passage n begins with sentence `first_sentences[n]`."""
    return ranges(first_sentences[passages], first_sentences[passages + 1])
