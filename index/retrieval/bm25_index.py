"""Keyword search: BM25 over words, and over single and paired characters where a script puts no spaces."""

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
# Texts from which on the arrays stay in their files, mapped: those of a million hold some 200 MB.
MAPPED_FROM = 10_000
Counts = np.ndarray[Any, np.dtype[np.int32]]


class PrecountedBM25(bm25s.BM25):  # type: ignore[misc]  # the library has no types
    """The library's index of texts whose terms are counted already; its own way of counting takes a minute a million."""

    def __init__(self, postings: TermCounts) -> None:
        super().__init__()
        self.postings, self.nonoccurrence_array = postings, None

    def build_index_from_ids(self, unique_token_ids: Sequence[int], *_: Any, **__: Any) -> dict[str, Any]:
        """The scores of every term in every text, by Lucene's formulas, which are this library's first choice."""
        counted, words = self.postings, len(unique_token_ids)
        texts, lengths = np.diff(counted.starts), np.add.reduceat(counted.counts, counted.starts[:-1])
        frequencies = np.bincount(counted.terms, minlength=words)
        rarity = np.log(1 + (counted.size - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
        expected = self.k1 * (1 - self.b + self.b * lengths / lengths.mean())
        counts = counted.counts.astype(np.float32)
        scores = (rarity[counted.terms] * (counts / (np.repeat(expected, texts) + counts))).astype(np.float32)
        columns = csr_matrix((scores, counted.terms, counted.starts), shape=(counted.size, words)).tocsc()
        return {
            "data": columns.data,
            "indices": columns.indices.astype(np.int32),
            "indptr": columns.indptr.astype(np.int64),
            "num_docs": counted.size,
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
        """Index texts whose terms are counted."""
        model = PrecountedBM25(postings)
        words = {word: number for number, word in enumerate(postings.words)}
        model.index(bm25s.tokenization.Tokenized(ids=[], vocab=words), show_progress=False)
        return cls(model, postings.size)

    def scores(self, question: str) -> Scores:
        """BM25 score of every text, shape (texts,); zeros if no term is known."""
        known = [term for term in search_terms(question) if term in self.model.vocab_dict]
        if not known:
            return np.zeros(self.size, np.float32)
        scores: Scores = self.model.get_scores(known).astype(np.float32, copy=False)
        return scores

    def weights(self) -> Iterator[dict[str, float]]:
        """What each term of a text adds to the text's score as often as a question has it, text by text."""
        terms = sorted(self.model.vocab_dict, key=self.model.vocab_dict.__getitem__)
        weights, texts, starts = (self.model.scores[part] for part in ("data", "indices", "indptr"))
        owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        order = np.argsort(texts, kind="stable")
        for first, end in pairwise(np.searchsorted(texts[order], np.arange(self.size + 1)).tolist()):
            at = order[first:end]
            yield {terms[term]: weight for term, weight in zip(owners[at].tolist(), weights[at].tolist(), strict=True)}

    def __contains__(self, word: str) -> bool:
        """Whether any text has a word, folded."""
        return word in self.model.vocab_dict

    def save(self, folder: Path) -> None:
        """Write the index as arrays and JSON."""
        self.model.save(str(folder))
        (folder / "size.json").write_text(json.dumps(self.size), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> BM25Index:
        """Read an index. Raises GenerationError if it cannot be read; nothing in it is executed."""
        try:
            size = int(json.loads((folder / "size.json").read_text("utf-8")))
            return cls(bm25s.BM25.load(str(folder), mmap=size >= MAPPED_FROM), size)
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise GenerationError(f"{folder}: keyword index cannot be read ({error}); run: report-index build") from error


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often each text has each of its terms: entry n says that a text has `words[terms[n]]` `counts[n]` times.

    Text t has the entries from `starts[t]` to `starts[t + 1]`, in order of terms.
    """

    words: tuple[str, ...]
    starts: Counts
    terms: Counts
    counts: Counts

    @classmethod
    def of(cls, texts: Sequence[str], tokens: Callable[[str], Sequence[str]]) -> TermCounts:
        """Count the terms that `tokens` finds in texts."""
        known: dict[str, int] = {}
        each = [sorted((known.setdefault(word, len(known)), n) for word, n in Counter(tokens(t)).items()) for t in texts]
        starts = np.cumsum([0, *map(len, each)], dtype=np.int32)
        entries = np.array([entry for some in each for entry in some], np.int32).reshape(-1, 2)
        return cls(tuple(known), starts, entries[:, 0].copy(), entries[:, 1].copy())

    @property
    def size(self) -> int:
        """How many texts there are."""
        return len(self.starts) - 1
