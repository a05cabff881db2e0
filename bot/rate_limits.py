"""How often somebody may ask or call, counted in memory."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

WINDOW_SECONDS = 60.0
REMEMBERED = 10_000  # keys
RATE, BURST = 50.0, 100.0


class Cooldowns:
    """Counts what was allowed in the last minute, by key."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._taken: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def wait(self, rates: dict[Hashable, int]) -> float:
        """Take one of each key's turns a minute, and return 0; or the seconds until all have one, and take none.

        A rate of 0 limits nothing.
        """
        now = self.clock()
        limited = {key: rate for key, rate in rates.items() if rate}
        waits = [self._wait(key, rate, now) for key, rate in limited.items()]
        if longest := max(waits, default=0.0):
            return longest
        for key in limited:
            self._taken.setdefault(key, deque()).append(now)
            self._taken.move_to_end(key)
        while len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        return 0.0

    def _wait(self, key: Hashable, rate: int, now: float) -> float:
        taken = self._taken.get(key)
        while taken and now - taken[0] >= WINDOW_SECONDS:
            taken.popleft()
        return taken[-rate] + WINDOW_SECONDS - now if taken and len(taken) >= rate else 0.0


class Throttle:
    """A bucket of `burst` tokens for each key, into which `rate` fall a second."""

    def __init__(self, rate: float = RATE, burst: float = BURST, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, key: Hashable) -> float:
        """Take a token and return 0; or the seconds until there is one, and take none."""
        now = self.clock()
        held, since = self._buckets.get(key, (self.burst, now))
        held = min(self.burst, held + (now - since) * self.rate)
        missing = max(0.0, 1 - held)
        self._buckets[key] = (held if missing else held - 1), now
        self._buckets.move_to_end(key)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return missing / self.rate
