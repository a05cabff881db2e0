"""Tells what was seen before: after a RESUME, Discord may send events again."""

from cachetools import LRUCache


class SeenIds:
    """Remembers the latest `capacity` ids."""

    def __init__(self, capacity: int = 4096) -> None:
        self._seen: LRUCache[int, None] = LRUCache(capacity)

    def is_new(self, id_: int) -> bool:
        """Whether `id_` is seen for the first time; remembers it."""
        new = id_ not in self._seen
        self._seen[id_] = None
        return new
