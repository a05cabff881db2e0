"""Bundle the objects that all cogs share: settings, engine, rules, worker pool and metrics."""

import asyncio
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

import discord
import structlog
from cachetools import TTLCache
from discord import ui

from bot.cards.answer_card import number_head
from bot.cards.escaping import inline_text
from bot.config import BotSettings
from bot.delivery.acknowledgements import Acknowledgements
from bot.engine import Engine
from bot.errors import SlowAnswerError
from bot.lookup.lookup_cards import LookupCards
from bot.monitoring.metrics import Metrics
from bot.questions.access import AccessPolicy, Requester, restrict_scope
from bot.questions.worker_pool import WorkerPool
from bot.storage.store import Storage
from bot.writing.head_writer import HeadWriter
from bot.writing.live_heads import LiveHeads
from index.chat.chat_service import open_chat_service
from index.claims.claim_check import CheckedStatement
from index.config import WriterOptions
from index.errors import ServiceError
from index.models import Answer, Citation, Scope

log = structlog.get_logger(__name__)
T = TypeVar("T")

# Discord accepts an answer to an interaction for 15 minutes, but members do not wait that long.
PATIENCE_SECONDS = 60.0
# Answers that are kept in memory, as members often cite an answer soon after it came.
RECENT_ANSWERS, RECENT_SECONDS = 256, 900.0
# The generation, the question as a card shows it, and the scope.
AnswerKey = tuple[str, str, Scope | None]
NAME = 100  # characters of a model or a host


class InProgress:
    """Count the running answers, so that the bot can shut down after the last one."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one answer for the duration of the context."""
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def ended(self, seconds: float) -> bool:
        """Wait until no answer is running.

        :return: False if `seconds` passed before.
        """
        try:
            await asyncio.wait_for(self._none.wait(), seconds)
        except TimeoutError:
            return False
        return True


@dataclass(slots=True)
class Live:
    """The current generation and its look-up cards; a reload may replace both between two questions.

    :param problem: Why the generation does not match the corpus, for the operator; empty for no known problem.
    """

    engine: Engine
    lookup_cards: LookupCards
    problem: str = ""

    @classmethod
    def of(cls, engine: Engine) -> "Live":
        """Build the state for one engine."""
        return cls(engine, LookupCards(engine))

    def become(self, engine: Engine) -> None:
        """Switch to another generation; running answers finish with theirs."""
        self.engine, self.lookup_cards = engine, LookupCards(engine)


@dataclass(frozen=True, slots=True)
class Runtime:
    """Hold the shared objects and run the calls to the engine in the worker pool.

    :param heads: Writes above answers; None without a language model.
    """

    settings: BotSettings
    live: Live
    access: AccessPolicy
    workers: WorkerPool
    patience: float = PATIENCE_SECONDS
    in_progress: InProgress = field(default_factory=InProgress)
    metrics: Metrics = field(default_factory=Metrics)
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)
    recent: TTLCache[AnswerKey, Answer] = field(default_factory=lambda: TTLCache(RECENT_ANSWERS, RECENT_SECONDS))
    heads: LiveHeads | None = None

    @classmethod
    def start(
        cls, settings: BotSettings, engine: Engine, storage: Storage, acknowledgements: Acknowledgements | None = None
    ) -> "Runtime":
        """Build a runtime with `bot.concurrency` workers and a queue of `bot.waiting` questions."""
        acknowledgements = acknowledgements or Acknowledgements()
        workers = WorkerPool(settings.bot.concurrency, settings.bot.waiting, acknowledgements)
        metrics = Metrics()
        return cls(
            settings,
            Live.of(engine),
            AccessPolicy(storage),
            workers,
            metrics=metrics,
            acknowledgements=acknowledgements,
            heads=open_heads(settings.writer, storage, metrics, partial(is_busy, workers, acknowledgements)),
        )

    @property
    def model(self) -> dict[str, str]:
        """The model that writes above answers and its host, for the texts that name them; empty if none does."""
        writer = self.settings.writer
        return {"model": inline_text(writer.model, NAME), "host": inline_text(writer.host, NAME)} if self.heads else {}

    @property
    def engine(self) -> Engine:
        return self.live.engine

    @property
    def lookup_cards(self) -> LookupCards:
        return self.live.lookup_cards

    @property
    def storage(self) -> Storage:
        return self.access.storage

    async def ask(
        self,
        question: str,
        scope: Scope | None = None,
        before: str = "",
        visitor: Requester | None = None,
        *,
        again: bool = False,
    ) -> Answer:
        """Answer a question in the worker pool, from the reports of the visitor's guild.

        :param before: An earlier question that this one may refer to; empty for none.
        :param again: Whether a recent answer of the same generation is as good as a new one.
        :raises SlowAnswerError: After `patience` seconds.
        :raises BusyError: If the queue is full.
        :raises LeavingError: If the bot stops.
        :raises QuestionError: If the question has nothing to search for.
        """
        engine, within = await self._restrict_to_guild(scope, visitor)
        if again and (recent := self.recent.get((engine.generation, question, within))):
            return recent
        answer = await self.run(partial(answer_within, engine, question, within, before), visitor and visitor.member)
        self.recent[engine.generation, answer.understood or question, answer.scope] = answer
        return answer

    async def check(self, text: str, visitor: Requester) -> tuple[CheckedStatement, ...]:
        """Check the statements of a text against the reports of the visitor's guild; raises like `ask`."""
        engine, within = await self._restrict_to_guild(None, visitor)
        return await self.run(partial(engine.check, text, scope=within), visitor.member)

    async def heads_for(self, visitor: Requester | None) -> LiveHeads | None:
        """Return what writes above answers for a visitor; None where the managers of their guild have not switched it on."""
        rules = await self.access.rules(visitor.guild if visitor else None)
        return self.heads if rules.writer else None

    def citations_with_head(self, answer: Answer) -> tuple[Citation, ...]:
        """Return the citations of an answer, and those further ones of its head if that is known."""
        head = self.heads.writer.known(answer) if self.heads else None
        return number_head(head, answer).citations if head else answer.citations

    def show_head(
        self, card: ui.LayoutView, sent: discord.Message | discord.PartialMessage | None, expires: datetime | None = None
    ) -> None:
        """Begin to write above a delivered card, as `LiveHeads.begin` does."""
        if self.heads:
            self.heads.begin(card, sent, expires)

    def stop_head(self, message: discord.Message | discord.PartialMessage | None) -> None:
        """Stop to show what is written on a message, since another card takes its place."""
        if self.heads and message:
            self.heads.stop(message.id)

    async def _restrict_to_guild(self, scope: Scope | None, visitor: Requester | None) -> tuple[Engine, Scope | None]:
        """Return the current engine, and the scope within the reports of the visitor's guild."""
        rules, engine = await self.access.rules(visitor.guild if visitor else None), self.engine
        return engine, restrict_scope(scope, rules, engine.reports)

    async def run(self, call: Callable[[], T], member: Hashable = None) -> T:
        """Run a call in the worker pool.

        :param member: The key of the fair queue.
        :raises SlowAnswerError: After `patience` seconds.
        :raises BusyError: If the queue is full.
        :raises LeavingError: If the bot stops.
        """
        try:
            async with asyncio.timeout(self.patience):
                return await self.workers.run(member, call)
        except TimeoutError as error:
            raise SlowAnswerError(f"no answer within {self.patience:g} s") from error


def answer_within(engine: Engine, question: str, scope: Scope | None, before: str) -> Answer:
    """Answer in the calling thread; `before` is the earlier question, empty for none."""
    return engine.follow(question, before, scope=scope) if before else engine.ask(question, scope=scope)


def open_heads(options: WriterOptions, storage: Storage, metrics: Metrics, busy: Callable[[], bool]) -> LiveHeads | None:
    """Open the configured language model; None if there is none, or it cannot be used as it is configured."""
    if not options.enabled:
        return None
    try:
        return LiveHeads(HeadWriter(options, open_chat_service(options), storage, metrics, busy))
    except ServiceError as error:
        log.warning("nothing is written above answers", reason=str(error))
        return None


def is_busy(workers: WorkerPool, acknowledgements: Acknowledgements) -> bool:
    """Check whether an interaction waits for its first response, or a question is being answered or waits."""
    return acknowledgements.pending > 0 or len(workers) > 0
