"""Recognise repeated events: after a RESUME, Discord may send events again."""

from collections.abc import Hashable

from cachetools import LRUCache


class SeenIds:
    """Remember the latest `capacity` ids."""

    def __init__(self, capacity: int = 4096) -> None:
        self._seen: LRUCache[Hashable, None] = LRUCache(capacity)

    def is_new(self, id_: Hashable) -> bool:
        """Remember `id_`, and check whether it is seen for the first time."""
        new = id_ not in self._seen
        self._seen[id_] = None
        return new
