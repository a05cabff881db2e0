"""A judge of claims: how likely sentences support a statement, contradict it, or leave it open.

The network is that of the reader, with its three heads at `<s>` as the judgements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from index.arrays import Array, Vectors
from index.encoding import e5_weights
from index.encoding.e5_weights import Weights
from index.reading.e5_reader import E5Reader, load_trained
from index.reading.reader import Window

FILE = "claim_judge.npz"
BATCH = 16  # inputs computed at once
JUDGEMENTS = ("supported", "contradicted", "open")


class ClaimJudge:
    """Judges statements with the trained file of this package. Threads may share one."""

    def __init__(self, weights: Weights, trained: Mapping[str, Array], dtype: str) -> None:
        """Compile the judge for this processor; parameters as for `E5Reader`."""
        self.network = E5Reader(weights, trained, dtype)

    @classmethod
    def load(cls, dtype: str = "int8") -> ClaimJudge:
        """Load the judge of this package.

        :raises ModelError: if it was trained on another model.
        :raises GenerationError: if the file is missing or damaged.
        """
        return cls(e5_weights.read_weights(), load_trained(judge_file()), dtype)

    def judge(self, pairs: Sequence[tuple[str, Window]]) -> Vectors:
        """Judge statements beside windows, those of similar length together.

        :return: probabilities in the order of `JUDGEMENTS`, shape (pairs, 3).
        """
        rows = [self.network.inputs.build(statement, window.heading, window.text) for statement, window in pairs]
        logits: Vectors = np.zeros((len(rows), len(JUDGEMENTS)), np.float32)
        order = sorted(range(len(rows)), key=lambda number: len(rows[number].ids))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            with self.network.compiled(*self.network.tensors([rows[number] for number in batch])) as output:
                logits[batch] = output[:, 0]
        powers: Vectors = np.exp(logits - logits.max(axis=1, keepdims=True))
        powers /= powers.sum(axis=1, keepdims=True)
        return powers


def judge_file() -> Path:
    """Return the path of the trained file of this package."""
    return Path(__file__).with_name(FILE)
