"""Runs what computes off the event loop, a few calls at a time; the others wait, members in turn."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from bot.delivery.acknowledgements import Acknowledgements
from bot.errors import BusyError, LeavingError

T = TypeVar("T")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    call: Callable[[], Any]
    outcome: asyncio.Future[Any]


class WorkerPool:
    """`threads` calls at a time, members in turn; `waiting` more may wait, and beyond that some are sent away."""

    def __init__(self, threads: int, waiting: int, acknowledgements: Acknowledgements | None = None) -> None:
        self.line: FairQueue[Job] = FairQueue(waiting)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="ask")
        self._free = self._count = threads
        self._places: Counter[Hashable] = Counter()
        self._running: set[Job] = set()
        self._closed = False
        self._acknowledgements = acknowledgements or Acknowledgements()
        self._acknowledgements.notify(self._feed)

    def __len__(self) -> int:
        """How many calls run or wait."""
        return len(self._running) + len(self.line)

    @contextmanager
    def place(self, member: Hashable) -> Iterator[None]:
        """Count a question from its arrival to its answer, though it joins the line only once it is acknowledged.

        Raises BusyError where the line would send it away at once.
        """
        full = self._places.total() >= self.line.capacity + self._count
        if full and self._places[member] >= max(self._places.values()):
            raise BusyError(f"{self._places.total()} questions wait already")
        self._places[member] += 1
        try:
            yield
        finally:
            self._places[member] -= 1
            if not self._places[member]:
                del self._places[member]

    async def run(self, member: Hashable, call: Callable[[], T]) -> T:
        """What `call` returns, or raises. Raises BusyError if too many wait, LeavingError once `close` was called.

        Who stops waiting gives up the place in the line; a call that runs cannot be stopped.
        """
        if self._closed:
            raise LeavingError("the bot leaves Discord")
        job = Job(call, asyncio.get_running_loop().create_future())
        if sent_away := self.line.join(member, job):
            finish_job(sent_away, error=BusyError(f"{len(self.line)} questions wait already"))
        self._feed()
        found: T = await job.outcome
        return found

    def close(self) -> None:
        """Let whoever waits go with a LeavingError, and take no more calls."""
        self._closed = True
        waiting = list(iter(self.line.next, None))
        for job in (*waiting, *self._running):
            finish_job(job, error=LeavingError("the bot leaves Discord before the answer is there"))
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _may_start(self) -> bool:
        return self._free > 0 and not self._closed and self._acknowledgements.allow_answer(len(self._running))

    def _feed(self) -> None:
        while self._may_start() and (job := self.line.next()):
            if job.outcome.done():
                continue  # nobody waits for it any more
            self._free -= 1
            self._running.add(job)
            running = asyncio.get_running_loop().run_in_executor(self._threads, job.call)
            running.add_done_callback(partial(self._ended, job))

    def _ended(self, job: Job, running: asyncio.Future[Any]) -> None:
        self._free += 1
        self._running.discard(job)
        if running.cancelled():
            finish_job(job, error=LeavingError("the bot leaves Discord before the answer is there"))
        elif error := running.exception():
            finish_job(job, error=error)
        else:
            finish_job(job, running.result())
        self._feed()


def finish_job(job: Job, result: Any = None, *, error: BaseException | None = None) -> None:
    """Tell whoever waits for a job, if anybody still does."""
    if job.outcome.done():
        return
    if error:
        job.outcome.set_exception(error)
    else:
        job.outcome.set_result(result)


class FairQueue(Generic[Item]):
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
