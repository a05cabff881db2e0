"""How often somebody may ask or call: a sliding window, in memory."""

import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping

from cachetools import LRUCache

REMEMBERED = 10_000  # keys


class RateLimiter:
    """Counts what was allowed in the last seconds, by key.

    :param seconds: Length of the window.
    :param keys: How many keys are remembered; the one that was used longest ago is forgotten first.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic, keys: int = REMEMBERED) -> None:
        self.seconds, self.clock = seconds, clock
        self._taken: LRUCache[Hashable, deque[float]] = LRUCache(keys)

    def wait(self, limits: Mapping[Hashable, int]) -> float:
        """Take one turn of each key and return 0; or the seconds until all have one, and take none.

        :param limits: How many turns each key has in a window; 0 for any number.
        """
        now = self.clock()
        limited = {key: limit for key, limit in limits.items() if limit}
        if longest := max((self._wait(key, limit, now) for key, limit in limited.items()), default=0.0):
            return longest
        for key in limited:
            self._taken.setdefault(key, deque()).append(now)
        return 0.0

    def _wait(self, key: Hashable, limit: int, now: float) -> float:
        taken = self._taken.get(key)
        while taken and now - taken[0] >= self.seconds:
            taken.popleft()
        return taken[-limit] + self.seconds - now if taken and len(taken) >= limit else 0.0
