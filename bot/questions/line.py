"""Who waits for an answer: members take turns, and when there is no room left, the longest queue gives way."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Line(Generic[Item]):
    """Items that wait, `capacity` at most; each member's in order, the members in turn."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._waiting: OrderedDict[Hashable, deque[Item]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def join(self, member: Hashable, item: Item) -> Item | None:
        """Put an item behind the member's others. If there is no room, what is sent away for it is returned: the newest
        item of the member who has most of them waiting, which may be the item itself."""
        self._waiting.setdefault(member, deque()).append(item)
        self._size += 1
        if self._size <= self.capacity:
            return None
        # Of members with equally many, whoever asks now gives way: nobody loses a place to a newcomer's second question.
        most = max(self._waiting, key=lambda each: (len(self._waiting[each]), each == member))
        return self._take(most, newest=True)

    def next(self) -> Item | None:
        """Take the item whose turn it is; its member's next one comes after everybody else's. None if nobody waits."""
        if not self._size:
            return None
        member = next(iter(self._waiting))
        item = self._take(member)
        if member in self._waiting:
            self._waiting.move_to_end(member)
        return item

    def _take(self, member: Hashable, *, newest: bool = False) -> Item:
        items = self._waiting[member]
        item = items.pop() if newest else items.popleft()
        if not items:
            del self._waiting[member]
        self._size -= 1
        return item
