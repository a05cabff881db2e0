"""What every part of the running bot shares, built once and passed down."""

import asyncio
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from bot.config import BotSettings
from bot.delivery.acknowledgements import Acknowledgements
from bot.engine import Engine
from bot.errors import SlowAnswerError
from bot.lookup.lookup_cards import LookupCards
from bot.monitoring.metrics import Metrics
from bot.questions.access import AccessPolicy, Requester, restrict_scope
from bot.questions.worker_pool import WorkerPool
from bot.storage.store import Storage
from index.answering.claim_check import CheckedStatement
from index.models import Answer, Scope

T = TypeVar("T")

# Discord lets an interaction be answered for 15 minutes; nobody waits that long for a sentence.
PATIENCE_SECONDS = 60.0


class InProgress:
    """Counts the answers under way, so that the bot can leave when the last is given."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def ended(self, seconds: float) -> bool:
        """Wait until none is under way, `seconds` at most; whether that came to pass."""
        try:
            await asyncio.wait_for(self._none.wait(), seconds)
        except TimeoutError:
            return False
        return True


@dataclass(slots=True)
class Live:
    """The generation that answers now, and its cards; another one may take its place between two questions.

    `problem` is why it is not what the corpus now holds, for the operator; empty if nothing is known to be wrong.
    """

    engine: Engine
    screens: LookupCards
    problem: str = ""

    @classmethod
    def of(cls, engine: Engine) -> "Live":
        return cls(engine, LookupCards(engine))

    def become(self, engine: Engine) -> None:
        """Answer from another generation from now on; answers under way end with theirs."""
        self.engine, self.screens = engine, LookupCards(engine)


@dataclass(frozen=True, slots=True)
class Runtime:
    settings: BotSettings
    live: Live
    door: AccessPolicy
    workers: WorkerPool
    patience: float = PATIENCE_SECONDS
    in_progress: InProgress = field(default_factory=InProgress)
    figures: Metrics = field(default_factory=Metrics)
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)

    @classmethod
    def start(
        cls, settings: BotSettings, engine: Engine, storage: Storage, acknowledgements: Acknowledgements | None = None
    ) -> "Runtime":
        """A runtime with `bot.concurrency` workers; `bot.waiting` more questions wait their turn."""
        acknowledgements = acknowledgements or Acknowledgements()
        workers = WorkerPool(settings.bot.concurrency, settings.bot.waiting, acknowledgements)
        return cls(settings, Live.of(engine), AccessPolicy(storage), workers, acknowledgements=acknowledgements)

    @property
    def engine(self) -> Engine:
        return self.live.engine

    @property
    def screens(self) -> LookupCards:
        return self.live.screens

    @property
    def storage(self) -> Storage:
        return self.door.storage

    async def ask(
        self,
        question: str,
        scope: Scope | None = None,
        before: str = "",
        visitor: Requester | None = None,
    ) -> Answer:
        """Answer off the event loop when it is the visitor's turn; the question may lean on an earlier one, `before`.

        It is put to the reports of the visitor's server. Raises as `run` does, and what the engine raises.
        """
        engine, within = await self._reports(scope, visitor)
        return await self.run(partial(answer_within, engine, question, within, before), visitor and visitor.member)

    async def check(self, text: str, visitor: Requester) -> tuple[CheckedStatement, ...]:
        """Check statements against the reports of the visitor's server, as `ask` answers."""
        engine, within = await self._reports(None, visitor)
        return await self.run(partial(engine.check, text, scope=within), visitor.member)

    async def _reports(self, scope: Scope | None, visitor: Requester | None) -> tuple[Engine, Scope | None]:
        """The engine of this moment, and a scope kept to those of its reports that the visitor's server asks."""
        rules, engine = await self.door.rules(visitor.guild if visitor else None), self.engine
        return engine, restrict_scope(scope, rules, engine.reports)

    async def run(self, call: Callable[[], T], member: Hashable = None) -> T:
        """Compute off the event loop. Raises SlowAnswerError after `patience` seconds, and as `Workers.run` does."""
        try:
            async with asyncio.timeout(self.patience):
                return await self.workers.run(member, call)
        except TimeoutError as error:
            raise SlowAnswerError(f"no answer within {self.patience:g} s") from error


def answer_within(engine: Engine, question: str, scope: Scope | None, before: str) -> Answer:
    """Answer in the calling thread."""
    return engine.follow(question, before, scope=scope) if before else engine.ask(question, scope=scope)
