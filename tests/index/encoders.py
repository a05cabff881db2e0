"""An encoder of a few lines: equal letters, near vectors. It knows no language and loads nothing."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from index.arrays import Vectors
from index.encoding.encoder import Encoding, normalize_rows
from index.text.normalization import fold_text

DIMENSIONS = 32


class LetterEncoder:
    """Counts a folded text's characters and pairs of characters in 32 buckets, with signs; one token a character."""

    dimensions = DIMENSIONS
    fingerprint = "letters-32"
    dtype = "float32"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def queries(self, texts: Sequence[str]) -> list[Encoding]:
        return [encode(text) for text in texts]

    def stored_queries(self, texts: Sequence[str]) -> list[Encoding]:
        return [encode(text) for text in texts]

    def documents(self, texts: Sequence[str]) -> list[Encoding]:
        return [encode(text) for text in texts]


def encode(text: str) -> Encoding:
    letters = "".join(fold_text(text).split()) or "\0"
    tokens = np.stack([bucket(letters[at]) + bucket(letters[at : at + 2]) for at in range(len(letters))])
    # The constant keeps a vector from being zero where signs cancel out.
    return Encoding(normalize_rows(tokens.sum(axis=0) + 1e-3), normalize_rows(tokens + 1e-3))


def bucket(letters: str) -> Vectors:
    """A vector that is 1 or -1 at one place."""
    code = crc32(letters.encode())
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[code % DIMENSIONS] = 1 if code & DIMENSIONS else -1
    return vector
