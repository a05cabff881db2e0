"""How often a peer may call: so many times at once, then so many a second, in memory.

`bot.storage.cooldown` keeps the moment of every turn, which is exact over a minute; here are too many turns for that.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

RATE, BURST = 50.0, 100.0
REMEMBERED = 10_000  # keys


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
