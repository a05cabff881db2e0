"""Token vectors in the number format that the processor multiplies fastest, and how well they match a question's tokens."""

from __future__ import annotations

from typing import Any

import numpy as np

from index.embedding import Vectors

# Vectors from which on eight bits pay; fewer are kept, and multiplied, as they are.
LARGE = 4096
TOP = 127
# Few lengths mean few shapes of products: the library keeps a kernel for each, and memory grows with them.
TOKENS_STEP, ROWS_STEP = 16, 1024

Stored = np.ndarray[Any, Any]


class Table:
    """Vectors of shape (rows, dimensions). Immutable; threads may share one.

    Many are held as whole numbers of `scale`, the same for all, so that what is nearest is known before anything is scaled.
    Products of whole numbers are exact, so every processor finds the same. A cosine differs by 0.001 from that of the
    vectors, and a product takes a quarter of the time that half precision would.
    """

    def __init__(self, stored: Stored, scale: float = 1.0) -> None:
        """Take int8 in units of `scale`, as it lies in memory, or vectors in any other format as float32."""
        import torch

        self._whole = stored.dtype == np.int8
        self._values = np.asarray(stored) if self._whole else stored.astype(np.float32)
        self._rows, self.scale = torch.from_numpy(self._values), scale

    @classmethod
    def of(cls, vectors: Vectors) -> Table:
        """A table of float32 vectors."""
        if len(vectors) < LARGE:
            return cls(vectors)
        scale = float(np.abs(vectors).max()) / TOP or 1.0
        return cls(np.round(vectors / scale).astype(np.int8), scale)

    @property
    def stored(self) -> Stored:
        """The vectors as a file keeps them: in eight bits, or in half precision."""
        return self._values if self._whole else self._values.astype(np.float16)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, rows: slice) -> Vectors:
        """Some rows as float32."""
        found: Vectors = self._values[rows].astype(np.float32) * np.float32(self.scale)
        return found

    def best(self, tokens: Vectors, spans: list[tuple[int, int]], starts: Stored) -> Vectors:
        """The largest product of each token with the rows of each group, shape (tokens, groups).

        The rows of spans stand one after the other, and groups begin at `starts` among them.
        """
        import torch

        units = np.ones((len(tokens), 1), np.float32)
        if self._whole:
            units = np.maximum(np.abs(tokens).max(axis=1, keepdims=True), np.float32(1e-12)) / TOP
        asked = torch.from_numpy(np.ascontiguousarray(tokens / units))
        if self._whole:
            asked = asked.round()
        chosen = [self._rows[start:end] for start, end in spans]
        rows = chosen[0] if len(chosen) == 1 else torch.cat(chosen)
        if self._whole and fast():
            pad = torch.nn.functional.pad
            padded = pad(asked, (0, 0, 0, -len(asked) % TOKENS_STEP)).to(torch.int8)
            # Of those that are gathered for a question there is any number, while a table has always as many.
            even = rows if len(chosen) == 1 else pad(rows, (0, 0, 0, -len(rows) % ROWS_STEP))
            products = torch._int_mm(padded, even.T)[: len(asked), : len(rows)]
        else:
            # Whole numbers so small are exact in single precision too.
            products = asked @ rows.float().T
        largest = np.maximum.reduceat(products.numpy(), starts, axis=1)
        scaled: Vectors = largest.astype(np.float32) * (units * np.float32(self.scale))
        return scaled


def fast() -> bool:
    """Whether the processor multiplies whole numbers of eight bits natively."""
    import torch

    cpu: Any = torch.cpu
    return bool(cpu._is_vnni_supported())
