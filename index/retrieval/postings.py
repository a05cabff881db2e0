"""The terms of texts as counts, kept apart for each segment, so that texts are cut into terms once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index import arrays
from index.errors import GenerationError

Counts = np.ndarray[Any, np.dtype[np.int32]]
# Between the words of a vocabulary in its file: no word holds it.
BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class Postings:
    """How often each text has each of its terms: entry n says that a text has `words[terms[n]]` `counts[n]` times.

    Text t has the entries from `starts[t]` to `starts[t + 1]`, in order of terms.
    """

    words: tuple[str, ...]
    starts: Counts
    terms: Counts
    counts: Counts

    @classmethod
    def of(cls, texts: Sequence[str], tokens: Callable[[str], Sequence[str]]) -> Postings:
        """Count the terms that `tokens` finds in texts."""
        known: dict[str, int] = {}
        each = [sorted((known.setdefault(word, len(known)), n) for word, n in Counter(tokens(t)).items()) for t in texts]
        starts = np.cumsum([0, *map(len, each)], dtype=np.int32)
        entries = np.array([entry for some in each for entry in some], np.int32).reshape(-1, 2)
        return cls(tuple(known), starts, entries[:, 0].copy(), entries[:, 1].copy())

    @classmethod
    def joined(cls, parts: Sequence[Postings]) -> Postings:
        """Texts of several after one another, in one vocabulary."""
        known: dict[str, int] = {}
        terms = [np.array([known.setdefault(w, len(known)) for w in part.words], np.int32)[part.terms] for part in parts]
        ends = np.cumsum([0, *(len(part.terms) for part in parts)])
        starts = [part.starts[1:] + end for part, end in zip(parts, ends[:-1], strict=True)]
        counts = np.concatenate([part.counts for part in parts])
        return cls(tuple(known), np.concatenate([[0], *starts]), np.concatenate(terms), counts)

    @property
    def size(self) -> int:
        """How many texts there are."""
        return len(self.starts) - 1

    def save(self, path: Path) -> None:
        words = np.frombuffer(BETWEEN.join(self.words).encode(), np.uint8)
        arrays.save(path, {"words": words, "starts": self.starts, "terms": self.terms, "counts": self.counts})

    @classmethod
    def load(cls, path: Path) -> Postings:
        """Read postings. Raises GenerationError if the file does not hold some."""

        def made(found: arrays.Arrays) -> Postings:
            words = found["words"].tobytes().decode()
            return cls(tuple(words.split(BETWEEN)) if words else (), found["starts"], found["terms"], found["counts"])

        try:
            return arrays.load(path, "list of terms", made)
        except GenerationError as error:
            raise GenerationError(str(error).replace("report-index train", "report-index build")) from error
