"""Limit how often a key may act, with a sliding window in memory."""

import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping

from cachetools import LRUCache

REMEMBERED = 10_000  # keys


class RateLimiter:
    """Count the permitted actions of each key in a sliding window.

    :param seconds: Length of the window.
    :param clock: Returns the current time in seconds; monotonic.
    :param keys: How many keys are kept; the least recently used is dropped first.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic, keys: int = REMEMBERED) -> None:
        self.seconds, self.clock = seconds, clock
        self._taken: LRUCache[Hashable, deque[float]] = LRUCache(keys)

    def wait(self, limits: Mapping[Hashable, int]) -> float:
        """Count one action for every key, or return how long to wait and count none.

        :param limits: The permitted actions of each key in a window; 0 for no limit.
        :return: Seconds until every key is below its limit; 0 if the action is permitted now.
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
