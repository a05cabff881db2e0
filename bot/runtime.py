"""What every part of the running bot shares, built once and passed down."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from bot.config import BotSettings
from bot.doorkeeper import Doorkeeper
from bot.engine import Engine
from bot.errors import LeavingError, SlowAnswerError
from bot.figures import Figures
from bot.screens import Screens
from bot.storage.store import Storage
from index.models import Answer
from index.scope import Scope

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
    """The generation that answers now, and its cards; another one may take its place between two questions."""

    engine: Engine
    screens: Screens

    @classmethod
    def of(cls, engine: Engine) -> "Live":
        return cls(engine, Screens(engine))

    def become(self, engine: Engine) -> None:
        """Answer from another generation from now on; answers under way end with theirs."""
        self.engine, self.screens = engine, Screens(engine)


@dataclass(frozen=True, slots=True)
class Runtime:
    settings: BotSettings
    live: Live
    door: Doorkeeper
    workers: ThreadPoolExecutor
    patience: float = PATIENCE_SECONDS
    in_progress: InProgress = field(default_factory=InProgress)
    figures: Figures = field(default_factory=Figures)
    under_way: set[asyncio.Future[Answer]] = field(default_factory=set)

    @classmethod
    def start(cls, settings: BotSettings, engine: Engine, storage: Storage) -> "Runtime":
        """A runtime with `bot.concurrency` workers; further questions wait their turn."""
        workers = ThreadPoolExecutor(settings.bot.concurrency, thread_name_prefix="ask")
        return cls(settings, Live.of(engine), Doorkeeper(storage), workers)

    @property
    def engine(self) -> Engine:
        return self.live.engine

    @property
    def screens(self) -> Screens:
        return self.live.screens

    @property
    def storage(self) -> Storage:
        return self.door.storage

    async def ask(self, question: str, scope: Scope | None = None, before: str = "") -> Answer:
        """Answer off the event loop; the question may lean on an earlier one, `before`.

        Raises SlowAnswerError after `patience` seconds, LeavingError after `give_up`, and what the engine raises.
        """
        call = partial(answer, self.engine, question, scope, before)
        answering = asyncio.get_running_loop().run_in_executor(self.workers, call)
        self.under_way.add(answering)
        try:
            done, _ = await asyncio.wait({answering}, timeout=self.patience)
        finally:
            self.under_way.discard(answering)
        if not done:
            answering.cancel()
            raise SlowAnswerError(f"no answer within {self.patience:g} s")
        if answering.cancelled():
            raise LeavingError("the bot leaves Discord before the answer is there")
        return answering.result()

    def give_up(self) -> None:
        """Wait for no answer any longer and take no more questions."""
        for answering in self.under_way:
            answering.cancel()
        self.workers.shutdown(wait=False, cancel_futures=True)


def answer(engine: Engine, question: str, scope: Scope | None, before: str) -> Answer:
    """Answer in the calling thread."""
    return engine.follow(question, before, scope=scope) if before else engine.ask(question, scope=scope)
