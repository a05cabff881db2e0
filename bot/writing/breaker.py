"""Leave a failing service alone for a while."""

import time
from collections.abc import Callable

FAILURES, PAUSE_SECONDS = 5, 60.0


class Breaker:
    """Count failures that follow each other. `FAILURES` of them begin a pause; after it, a single failure begins the next.

    :param clock: Returns the current time in seconds; monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._failures, self._until = 0, 0.0

    @property
    def is_open(self) -> bool:
        """Whether the service is to be left alone now."""
        return self.clock() < self._until

    def failed(self) -> None:
        """Count a failure."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._until = self.clock() + PAUSE_SECONDS

    def succeeded(self) -> None:
        """Forget earlier failures."""
        self._failures = 0
