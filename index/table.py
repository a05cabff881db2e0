"""Token vectors in the number format that the processor multiplies fastest, and their products with a question's tokens."""

from __future__ import annotations

import numpy as np

from index.embedding import Vectors, best_dtype

# Rows from which on it pays to convert what is multiplied; fewer are multiplied faster, and exactly, as they are.
LARGE = 4096
# Few lengths of questions mean few shapes of products: the library keeps a kernel for each, and memory grows with them.
TOKENS_STEP = 16


class Table:
    """Vectors of shape (rows, dimensions). Immutable; threads may share one.

    In bfloat16, where the processor has it, a product takes a fifth of the time and the rows half of the memory; it is
    rounded to eight binary digits.
    """

    def __init__(self, vectors: Vectors) -> None:
        import torch

        narrow = len(vectors) >= LARGE and best_dtype("cpu") == "bfloat16"
        self._rows = torch.from_numpy(vectors).to(torch.bfloat16 if narrow else torch.float32)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, rows: slice) -> Vectors:
        """Some rows as float32."""
        found: Vectors = self._rows[rows].float().numpy()
        return found

    def products(self, tokens: Vectors, spans: list[tuple[int, int]]) -> Vectors:
        """The products of tokens, shape (tokens, dimensions), with the rows of spans, one span after the other."""
        import torch

        chosen = [self._rows[start:end] for start, end in spans]
        asked = torch.from_numpy(np.ascontiguousarray(tokens))
        if len(chosen) > 1:
            # Every selection has a shape of its own, for each of which the library would keep a kernel in bfloat16.
            gathered: Vectors = (asked @ torch.cat(chosen).float().T).numpy()
            return gathered
        padding = -len(asked) % TOKENS_STEP
        padded = torch.nn.functional.pad(asked, (0, 0, 0, padding)).to(chosen[0].dtype)
        found: Vectors = (padded @ chosen[0].T)[: len(asked)].float().numpy()
        return found
