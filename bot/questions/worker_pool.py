"""Run blocking calls in a thread pool, with a bounded queue that serves members in turn."""

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
    """A call and the future of its result."""

    call: Callable[[], Any]
    outcome: asyncio.Future[Any]


class WorkerPool:
    """Run up to `threads` calls at a time, members in turn.

    :param waiting: The capacity of the queue; beyond it, calls fail with BusyError.
    :param acknowledgements: Decides when a call may start.
    """

    def __init__(self, threads: int, waiting: int, acknowledgements: Acknowledgements | None = None) -> None:
        self.line: FairQueue[Job] = FairQueue(waiting)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="ask")
        self._free = self._count = threads
        self._places: Counter[Hashable] = Counter()
        self._running: set[Job] = set()
        self._closed = False
        self._acknowledgements = acknowledgements or Acknowledgements()
        self._acknowledgements.notify(self._start_jobs)

    def __len__(self) -> int:
        """Count the calls that run or wait."""
        return len(self._running) + len(self.line)

    @contextmanager
    def place(self, member: Hashable) -> Iterator[None]:
        """Reserve a place for a question from its arrival to its answer; it enters the queue only after its acknowledgement.

        :raises BusyError: If the queue would reject the question.
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
        """Run a call when it is the member's turn; return its result or raise its exception.

        A cancelled caller leaves the queue, but a running call cannot be stopped.

        :raises BusyError: If the queue is full.
        :raises LeavingError: If the pool is closed.
        """
        if self._closed:
            raise LeavingError("the bot leaves Discord")
        job = Job(call, asyncio.get_running_loop().create_future())
        if rejected := self.line.join(member, job):
            finish_job(rejected, error=BusyError(f"{len(self.line)} questions wait already"))
        self._start_jobs()
        result: T = await job.outcome
        return result

    def close(self) -> None:
        """Fail all waiting and running calls with LeavingError, and accept no more."""
        self._closed = True
        waiting = list(iter(self.line.next, None))
        for job in (*waiting, *self._running):
            finish_job(job, error=LeavingError("the bot leaves Discord before the answer is there"))
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _may_start(self) -> bool:
        return self._free > 0 and not self._closed and self._acknowledgements.allow_answer(len(self._running))

    def _start_jobs(self) -> None:
        while self._may_start() and (job := self.line.next()):
            if job.outcome.done():
                continue  # the caller was cancelled
            self._free -= 1
            self._running.add(job)
            running = asyncio.get_running_loop().run_in_executor(self._threads, job.call)
            running.add_done_callback(partial(self._finish, job))

    def _finish(self, job: Job, running: asyncio.Future[Any]) -> None:
        self._free += 1
        self._running.discard(job)
        if running.cancelled():
            finish_job(job, error=LeavingError("the bot leaves Discord before the answer is there"))
        elif error := running.exception():
            finish_job(job, error=error)
        else:
            finish_job(job, running.result())
        self._start_jobs()


def finish_job(job: Job, result: Any = None, *, error: BaseException | None = None) -> None:
    """Set the result or the error of a job, unless its caller was cancelled."""
    if job.outcome.done():
        return
    if error:
        job.outcome.set_exception(error)
    else:
        job.outcome.set_result(result)


class FairQueue(Generic[Item]):
    """Queue up to `capacity` items: first in, first out for each member, round robin over members."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._waiting: OrderedDict[Hashable, deque[Item]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def join(self, member: Hashable, item: Item) -> Item | None:
        """Append an item to the member's items.

        :return: The item that is dropped for it if the queue is full: the newest item of the member with the most items,
            possibly `item` itself; None if there is room.
        """
        self._waiting.setdefault(member, deque()).append(item)
        self._size += 1
        if self._size <= self.capacity:
            return None
        # On a tie, the current member loses: a second question must not displace the question of another member.
        busiest = max(self._waiting, key=lambda candidate: (len(self._waiting[candidate]), candidate == member))
        return self._take(busiest, newest=True)

    def next(self) -> Item | None:
        """Remove and return the next item, and move its member to the end; None if the queue is empty."""
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
