"""Have a language model write above answers, one answer at a time, so that it never delays a question.

Whatever fails costs nothing but the head: nobody is told, and the log holds no texts.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Hashable
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
from index.errors import ServiceError, ServiceOutcome
from index.models import Answer
from index.writing.writer import write
from index.writing.written_head import HeadDraft, LineVerdict, WritingTask, WrittenHead

log = structlog.get_logger(__name__)

CACHED = 512  # answers
WAITING = 4  # answers at most that wait to be written about, beyond which one gets no head
WAITING_SECONDS = 20.0  # a head that begins later is seen by nobody
MENTION = re.compile(r"<(?:@[!&]?|#)\d{15,20}>")

# What became of an answer: a head; the model writes nothing; what it writes is not proven; the service is left alone after
# failures; the tokens of the day are used up; too much is under way; a bug or the database; or why the service failed.
Outcome = Literal["written", "nothing", "unproven", "paused", "spent", "busy", "failed"] | ServiceOutcome


@dataclass(eq=False)
class Writing:
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
    :param quiet: Returns once no question is being answered or waits.
    """

    def __init__(
        self,
        options: WriterOptions,
        service: ChatService,
        storage: Storage,
        metrics: Metrics,
        quiet: Callable[[], Awaitable[None]],
    ) -> None:
        self.options, self.service, self.storage, self.metrics, self.quiet = options, service, storage, metrics, quiet
        self.breaker = Breaker()
        self._known: LRUCache[Hashable, WrittenHead | None] = LRUCache(CACHED)
        self._under_way: dict[Hashable, Writing] = {}
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def known(self, answer: Answer) -> WrittenHead | None:
        """Return the head of an answer if it was written before."""
        return self._known.get(key_of(answer))

    def begin(self, engine: Engine, answer: Answer) -> Writing:
        """Return what is or was written above an answer; begin to write if nobody has."""
        key = key_of(answer)
        if key in self._known:
            return Writing(self._known[key], is_finished=True)
        if key not in self._under_way:
            crowded = len(self._under_way) > WAITING
            self._under_way[key] = Writing()
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
            attempt.writing.become(attempt.head, finished=True)
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
        except ServiceError as error:
            self.breaker.failed()
            log.warning("the writer's service fails", reason=str(error), reference=current_reference())
            return error.outcome
        except Exception as error:  # whatever went wrong, the answer without a head stands
            log.error("nothing is written", reference=current_reference(), exc_info=error)
            return "failed"
        finally:
            self._turn.release()
        if outcome in ("written", "nothing", "unproven"):
            self.breaker.succeeded()
            self._known[key] = attempt.head
        return outcome


@dataclass
class Attempt:
    """One try to write above an answer.

    :param writing: Is told of each proven line.
    """

    writer: HeadWriter
    engine: Engine
    writing: Writing
    draft: HeadDraft | None = None
    tokens: int = 0

    @property
    def head(self) -> WrittenHead | None:
        """What is proven at the end, also if the service failed in the middle."""
        return self.draft.head(finished=True) if self.draft else None

    @property
    def counts(self) -> dict[str, Any]:
        """For the log: proven lines, and the others by why they were dropped."""
        return {"lines": len(self.draft.lines), "dropped": dict(self.draft.reasons)} if self.draft else {}

    async def run(self, answer: Answer) -> Outcome | None:
        """Write, unless the tokens of the day are used up.

        :raises ServiceError: If the service fails.
        :raises StorageError: If the tokens cannot be counted.
        """
        task = await asyncio.to_thread(self.engine.writing_task, without_mentions(answer))
        if task is None:
            return None
        storage, options = self.writer.storage, self.writer.options
        stream = self.writer.service.stream(task.messages)
        reserved = stream.tokens + options.max_tokens
        if (day := await storage.reserve_tokens(reserved, options.daily_tokens)) is None:
            return "spent"
        try:
            async for draft in write(task, stream, self.verify):
                self.draft = draft
                self.writing.become(draft.head(finished=False))
        finally:
            self.tokens = stream.tokens
            await storage.add_tokens(day, self.tokens - reserved)
        if self.head:
            return "written"
        return "unproven" if self.draft and self.draft.dropped else "nothing"

    async def verify(self, task: WritingTask, line: str) -> LineVerdict:
        """Verify a line when no question needs the processor."""
        await self.writer.quiet()
        return await asyncio.to_thread(self.engine.verify_line, task, line)


def key_of(answer: Answer) -> Hashable:
    """Return what decides on the head of an answer, besides the model."""
    return answer.index, answer.understood or answer.question, answer.scope, answer.citations


def without_mentions(answer: Answer) -> Answer:
    """Leave out members, roles and channels that the question mentions: their ids are nobody else's business."""
    question, understood = (MENTION.sub(" ", text).strip() for text in (answer.question, answer.understood))
    return replace(answer, question=question, understood=understood)
