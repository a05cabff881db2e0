"""Have a language model write above answers, one answer at a time, so that it never delays a question.

Whatever fails costs nothing but the head: nobody is told, and the log holds no texts.
"""

import asyncio
import re
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import structlog
from cachetools import LRUCache

from bot.engine import Engine
from bot.monitoring.metrics import Metrics
from bot.reference_ids import current_reference
from bot.storage.store import Storage
from bot.writing.breaker import Breaker
from index.chat.chat_service import ChatService
from index.config import WriterOptions
from index.models import Answer
from index.writing.writer import Writing, WritingOutcome, write
from index.writing.written_head import HeadDraft, LineVerdict, WritingTask, WrittenHead

log = structlog.get_logger(__name__)

CACHED = 512  # answers
WAITING = 4  # answers at most that wait to be written about, beyond which one gets no head
WAITING_SECONDS = 20.0  # a head that begins later is seen by nobody
MENTION = re.compile(r"<(?:@[!&]?|#)\d{15,20}>")

# How often it is looked whether questions are under way, while a line waits for them.
QUIET_SECONDS = 0.05

# What became of an answer: how writing ended; or the service is left alone after failures, the tokens of the day are used
# up, too much is under way, or the bot or its database failed.
Outcome = WritingOutcome | Literal["paused", "spent", "busy", "failed"]


@dataclass(eq=False)
class GrowingHead:
    """What is written above one answer up to now.

    :param head: None until a line is proven, and at the end if there is no head.
    """

    head: WrittenHead | None = None
    is_finished: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def become(self, head: WrittenHead | None, *, finished: bool = False) -> None:
        """Set the head, and wake who waits for `changed`, which is a new event afterwards."""
        self.head, self.is_finished = head, finished
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()


class HeadWriter:
    """Write heads with a service, and remember them by generation, question and what the answer quotes.

    :param options: Those that the service was opened with.
    :param is_busy: Whether a question is being answered or waits.
    """

    def __init__(
        self,
        options: WriterOptions,
        service: ChatService,
        storage: Storage,
        metrics: Metrics,
        is_busy: Callable[[], bool],
    ) -> None:
        self.options, self.service, self.storage, self.metrics, self.is_busy = options, service, storage, metrics, is_busy
        self.breaker = Breaker()
        self._known: LRUCache[Hashable, WrittenHead | None] = LRUCache(CACHED)
        self._under_way: dict[Hashable, GrowingHead] = {}
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def known(self, answer: Answer) -> WrittenHead | None:
        """Return the head of an answer if it was written before."""
        return self._known.get(key_of(answer))

    def begin(self, engine: Engine, answer: Answer) -> GrowingHead:
        """Return what is or was written above an answer; begin to write if nobody has."""
        key = key_of(answer)
        if key in self._known:
            return GrowingHead(self._known[key], is_finished=True)
        if key not in self._under_way:
            crowded = len(self._under_way) > WAITING
            self._under_way[key] = GrowingHead()
            task = asyncio.create_task(self._write(key, engine, answer, crowded=crowded))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return self._under_way[key]

    async def close(self) -> None:
        """Stop writing."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self, key: Hashable, engine: Engine, answer: Answer, *, crowded: bool) -> None:
        outcome: Outcome | None
        attempt, started = Attempt(self, engine, self._under_way[key]), time.perf_counter()
        try:
            outcome = "busy" if crowded else await self._attempt(key, answer, attempt)
        finally:
            del self._under_way[key]
            attempt.growing.become(attempt.head, finished=True)
        if outcome:
            seconds = time.perf_counter() - started
            self.metrics.wrote(outcome, seconds, attempt.tokens)
            log.info(
                "wrote",
                outcome=outcome,
                reference=current_reference(),
                elapsed_ms=round(seconds * 1000),
                tokens=attempt.tokens,
                **attempt.counts,
            )

    async def _attempt(self, key: Hashable, answer: Answer, attempt: "Attempt") -> Outcome | None:
        """Write above an answer, and remember the head unless something failed.

        :return: None if there is nothing to write about such an answer.
        """
        if self.breaker.is_open:
            return "paused"
        try:
            async with asyncio.timeout(WAITING_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            return "busy"
        try:
            outcome = await attempt.run(answer)
        except Exception as error:  # whatever went wrong, the answer without a head stands
            log.error("nothing is written", reference=current_reference(), exc_info=error)
            return "failed"
        finally:
            self._turn.release()
        if attempt.written and attempt.written.error:
            self.breaker.failed()
            log.warning("the writer's service fails", reason=str(attempt.written.error), reference=current_reference())
        elif attempt.written:
            self.breaker.succeeded()
            self._known[key] = attempt.head
        return outcome


@dataclass
class Attempt:
    """One try to write above an answer.

    :param growing: Is told of each proven line.
    :param written: What came of it; None before the end, and if nothing was asked of the service.
    """

    writer: HeadWriter
    engine: Engine
    growing: GrowingHead
    written: Writing | None = None

    @property
    def head(self) -> WrittenHead | None:
        """What is proven at the end, also if the service failed in the middle."""
        return self.written.head if self.written else None

    @property
    def tokens(self) -> int:
        return self.written.tokens if self.written else 0

    @property
    def counts(self) -> dict[str, Any]:
        """For the log: how many lines are proven, and the others by why they were dropped."""
        draft = self.written.draft if self.written else None
        return {"lines": len(draft.lines), "dropped": dict(draft.reasons)} if draft else {}

    async def run(self, answer: Answer) -> Outcome | None:
        """Write, unless the tokens of the day are used up.

        :raises StorageError: If the tokens cannot be counted.
        """
        task = await asyncio.to_thread(self.engine.writing_task, without_mentions(answer))
        if task is None:
            return None
        storage, service, options = self.writer.storage, self.writer.service, self.writer.options
        reserved = service.stream(task.messages).tokens + options.max_tokens
        if (day := await storage.reserve_tokens(reserved, options.daily_tokens)) is None:
            return "spent"
        self.written = await write(task, service, self.verify, self.show)
        await storage.add_tokens(day, self.tokens - reserved)
        return self.written.outcome

    async def show(self, draft: HeadDraft) -> None:
        self.growing.become(draft.head(finished=False))

    def verify(self, task: WritingTask, line: str) -> LineVerdict:
        """Verify a line in the calling thread when no question needs the processor, at the latest when the time is over."""
        until = time.monotonic() + self.writer.options.timeout_seconds
        while self.writer.is_busy() and time.monotonic() < until:
            time.sleep(QUIET_SECONDS)
        return self.engine.verify_line(task, line)


def key_of(answer: Answer) -> Hashable:
    """Return what decides on the head of an answer, besides the model."""
    return answer.index, answer.understood or answer.question, answer.scope, answer.citations


def without_mentions(answer: Answer) -> Answer:
    """Leave out members, roles and channels that the question mentions: their ids are nobody else's business."""
    question, understood = (MENTION.sub(" ", text).strip() for text in (answer.question, answer.understood))
    return replace(answer, question=question, understood=understood)
