"""A sentence-transformers cross-encoder as reader: it tells whether a window answers, not which words of it."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from index.errors import ModelError
from index.reading.reader import Reading, Window


class CrossEncoderReader:
    """Reads windows with a cross-encoder in a folder or on the hub."""

    def __init__(self, name: str) -> None:
        """Load the model.

        :raises ModelError: if it cannot be loaded.
        """
        from sentence_transformers import CrossEncoder

        try:
            self.model = CrossEncoder(name, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelError(f"[reader] name {name}: cannot be loaded as a cross-encoder ({error})") from error
        self.fingerprint = name
        self._lock = Lock()

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        """Read each window with the question, in one batch."""
        if not windows:
            return []
        pairs = [(question, f"{window.heading}\n{window.text}".strip()) for window in windows]
        with self._lock:
            logits = self.model.predict(pairs, activation_fn=_same, show_progress_bar=False)
        return [Reading(float(logit)) for logit in logits]


def _same(values: object) -> object:
    return values
