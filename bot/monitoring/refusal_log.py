"""Remember what Discord refused in which channel, so that `/status` can name it once to whoever can fix it."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cachetools import LRUCache

from bot.refusals import CAUSES, UNFIXABLE, Cause, refusal_cause

CAPACITY = 1024  # entries of all servers together


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused in a channel: Discord's error code, how often, and when for the last time, in Unix seconds."""

    channel: int
    code: int
    count: int
    latest: float

    @property
    def cause(self) -> Cause:
        return CAUSES[self.code]


class RefusalLog:
    """The refusals since the start, one entry for each server, channel and code; the oldest are dropped."""

    def __init__(self, capacity: int = CAPACITY, clock: Callable[[], float] = time.time) -> None:
        self._entries: LRUCache[tuple[int, int, int], Refused] = LRUCache(capacity)
        self._clock = clock

    def note(self, error: BaseException, guild: int, channel: int) -> None:
        """Remember a refusal that someone in the server can fix; any other error is ignored."""
        cause = refusal_cause(error)
        if cause is None or cause in UNFIXABLE:
            return
        code = error.code  # type: ignore[attr-defined]  # an error with a cause has a code
        earlier = self._entries.get((guild, channel, code))
        count = earlier.count + 1 if earlier else 1
        self._entries[guild, channel, code] = Refused(channel, code, count, self._clock())

    def of_guild(self, guild: int) -> Sequence[Refused]:
        """Return the refusals in a server, the latest first."""
        entries = [entry for (place, _, _), entry in self._entries.items() if place == guild]
        return sorted(entries, key=lambda entry: entry.latest, reverse=True)

    def counts(self) -> Counter[int]:
        """Return how often each code was refused in all servers together."""
        return sum((Counter({entry.code: entry.count}) for entry in self._entries.values()), Counter[int]())

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()


# One for the process, as functions that send have no other object in common.
refusal_log = RefusalLog()
