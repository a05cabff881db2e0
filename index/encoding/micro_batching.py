"""Merge concurrent calls of several threads into batches, for work that costs little more for many items than for one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class PendingCall(Generic[Item, Result]):
    """An item, and the result or error that a thread waits for."""

    item: Item
    results: list[Result] = field(default_factory=list)
    error: BaseException | None = None


class MicroBatcher(Generic[Item, Result]):
    """Calls `together`, which maps a batch of items to results, with at most one batch running at a time.

    Items that arrive while a batch runs wait and form the next one, of at most `most` items. Acquiring `running` blocks
    further batches.
    """

    def __init__(self, together: Callable[[Sequence[Item]], Sequence[Result]], most: int) -> None:
        self.together, self.most = together, most
        self._waiting: list[PendingCall[Item, Result]] = []
        self.running = threading.Lock()

    def __call__(self, item: Item) -> Result:
        """Process an item in a batch and return its result. An exception of the batch is raised in all of its calls."""
        call = PendingCall[Item, Result](item)
        self._waiting.append(call)
        while not (call.results or call.error):
            with self.running:
                # Another thread may have processed this call meanwhile.
                if not (call.results or call.error):
                    self._run_batch()
        if call.error:
            raise call.error
        return call.results[0]

    def _run_batch(self) -> None:
        batch = self._waiting[: self.most]
        del self._waiting[: len(batch)]  # other threads may append meanwhile
        try:
            results = self.together([call.item for call in batch])
            for call, result in zip(batch, results, strict=True):
                call.results.append(result)
        except BaseException as error:  # noqa: BLE001 every call of the batch raises it
            for call in batch:
                call.error = error
