"""Tells what was seen before: after a RESUME, Discord may send events again."""

from collections import OrderedDict


class Once:
    """Remembers the latest `capacity` ids."""

    def __init__(self, capacity: int = 4096) -> None:
        self.capacity = capacity
        self._seen: OrderedDict[int, None] = OrderedDict()

    def is_new(self, id_: int) -> bool:
        """Whether `id_` is seen for the first time; remembers it."""
        new = id_ not in self._seen
        self._seen[id_] = None
        self._seen.move_to_end(id_)
        if len(self._seen) > self.capacity:
            self._seen.popitem(last=False)
        return new
