"""Rank texts by keywords with BM25: over words, and over single and paired characters where a script puts no spaces."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from scipy.sparse import csr_matrix

from index.errors import GenerationError
from index.text.normalization import index_terms, search_terms

Scores = np.ndarray[Any, np.dtype[np.float32]]
# With at least this many texts, the arrays are memory-mapped: those of a million texts take some 200 MB.
MAPPED_FROM = 10_000
Counts = np.ndarray[Any, np.dtype[np.int32]]


class PrecountedBM25(bm25s.BM25):  # type: ignore[misc]  # the library has no types
    """A bm25s index over precomputed term counts; the library's own counting takes a minute per million texts."""

    def __init__(self, postings: TermCounts) -> None:
        super().__init__()
        self.postings, self.nonoccurrence_array = postings, None

    def build_index_from_ids(self, unique_token_ids: Sequence[int], *_: Any, **__: Any) -> dict[str, Any]:
        """Compute the score of every term in every text, by Lucene's BM25 formula, the default of bm25s.

        :return: compressed sparse columns of shape (texts, terms), under the keys that bm25s expects.
        """
        postings, words = self.postings, len(unique_token_ids)
        distinct_terms, lengths = np.diff(postings.starts), np.add.reduceat(postings.counts, postings.starts[:-1])
        frequencies = np.bincount(postings.terms, minlength=words)
        idf = np.log(1 + (postings.size - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
        length_norms = self.k1 * (1 - self.b + self.b * lengths / lengths.mean())
        counts = postings.counts.astype(np.float32)
        scores = (idf[postings.terms] * (counts / (np.repeat(length_norms, distinct_terms) + counts))).astype(np.float32)
        columns = csr_matrix((scores, postings.terms, postings.starts), shape=(postings.size, words)).tocsc()
        return {
            "data": columns.data,
            "indices": columns.indices.astype(np.int32),
            "indptr": columns.indptr.astype(np.int64),
            "num_docs": postings.size,
        }


class BM25Index:
    """BM25 over a fixed list of texts."""

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self.model, self.size = model, size

    @classmethod
    def build(cls, texts: Sequence[str]) -> BM25Index:
        """Index texts in their order."""
        return cls.of(TermCounts.of(texts, index_terms))

    @classmethod
    def of(cls, postings: TermCounts) -> BM25Index:
        """Build an index from term counts."""
        model = PrecountedBM25(postings)
        words = {word: number for number, word in enumerate(postings.words)}
        model.index(bm25s.tokenization.Tokenized(ids=[], vocab=words), show_progress=False)
        return cls(model, postings.size)

    def scores(self, question: str) -> Scores:
        """Score every text for a question.

        :return: float32 BM25 scores, shape (texts,); zeros if no text has any term of the question.
        """
        terms = [term for term in search_terms(question) if term in self.model.vocab_dict]
        if not terms:
            return np.zeros(self.size, np.float32)
        scores: Scores = self.model.get_scores(terms).astype(np.float32, copy=False)
        return scores

    def weights(self) -> Iterator[dict[str, float]]:
        """Yield the term weights of each text, in order: what one occurrence of a term in a question adds to the score."""
        terms = sorted(self.model.vocab_dict, key=self.model.vocab_dict.__getitem__)
        weights, texts, starts = (self.model.scores[part] for part in ("data", "indices", "indptr"))
        owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        order = np.argsort(texts, kind="stable")
        for first, end in pairwise(np.searchsorted(texts[order], np.arange(self.size + 1)).tolist()):
            entries = order[first:end]
            yield {
                terms[term]: weight for term, weight in zip(owners[entries].tolist(), weights[entries].tolist(), strict=True)
            }

    def __contains__(self, word: str) -> bool:
        """Whether any text contains a word; it must be folded as search folds words."""
        return word in self.model.vocab_dict

    def save(self, folder: Path) -> None:
        """Write the index as arrays and JSON."""
        self.model.save(str(folder))
        (folder / "size.json").write_text(json.dumps(self.size), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> BM25Index:
        """Read an index; nothing in its files is executed.

        :raises GenerationError: if it cannot be read.
        """
        try:
            size = int(json.loads((folder / "size.json").read_text("utf-8")))
            return cls(bm25s.BM25.load(str(folder), mmap=size >= MAPPED_FROM), size)
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise GenerationError(f"{folder}: keyword index cannot be read ({error}); run: report-index build") from error


@dataclass(frozen=True, slots=True)
class TermCounts:
    """The number of occurrences of each term in each text, as compressed sparse rows.

    Text t has the entries from `starts[t]` to `starts[t + 1]`, end exclusive, in ascending order of terms. Entry n stands
    for `counts[n]` occurrences of `words[terms[n]]`.
    """

    words: tuple[str, ...]
    starts: Counts
    terms: Counts
    counts: Counts

    @classmethod
    def of(cls, texts: Sequence[str], tokens: Callable[[str], Sequence[str]]) -> TermCounts:
        """Count terms.

        :param tokens: splits a text into its terms.
        """
        ids: dict[str, int] = {}
        rows = [sorted((ids.setdefault(word, len(ids)), n) for word, n in Counter(tokens(t)).items()) for t in texts]
        starts = np.cumsum([0, *map(len, rows)], dtype=np.int32)
        entries = np.array([entry for row in rows for entry in row], np.int32).reshape(-1, 2)
        return cls(tuple(ids), starts, entries[:, 0].copy(), entries[:, 1].copy())

    @property
    def size(self) -> int:
        """Number of texts."""
        return len(self.starts) - 1
