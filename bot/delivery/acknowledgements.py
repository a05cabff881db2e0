"""Give acknowledgements of interactions priority over all other work, since Discord accepts one for three seconds only.

While an interaction waits for its first response, no answer starts and no other request is sent. A burst thus delays answers
a little, but loses none.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar

# Discord accepts no first response later than this.
EXPIRY_SECONDS = 3.0
# How long an expired interaction is remembered, so that no response to it is sent. No response is retried for that long.
REMEMBERED_SECONDS = 60.0
# A burst arrives one interaction after the other, and each may be acknowledged before the next one is read. Therefore more
# than FEW interactions in this many seconds also pause answers.
RECENT_SECONDS, FEW = 0.05, 8

# The id of the interaction that the current task handles.
handled: ContextVar[int] = ContextVar("handled", default=0)


class Acknowledgements:
    """Decide when answers may start and other requests may be sent.

    Both pause while an interaction is unacknowledged or more than a few have just arrived. After `longest_pause`, requests
    resume and answers start one at a time.

    :param expiry: Seconds after which a first response is too late.
    :param longest_pause: Seconds that a pause lasts at most.
    :param recent: Seconds for which an interaction counts as having just arrived.
    """

    def __init__(
        self, expiry: float = EXPIRY_SECONDS, longest_pause: float = EXPIRY_SECONDS, recent: float = RECENT_SECONDS
    ) -> None:
        self.expiry, self.longest_pause, self.recent = expiry, longest_pause, recent
        self._unsent: dict[int, asyncio.TimerHandle] = {}
        self._late: set[int] = set()
        self._recent = 0
        self._pause: asyncio.TimerHandle | None = None
        self._pause_exceeded = False
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._resuming: asyncio.Handle | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def pending(self) -> int:
        """The number of interactions whose first response is not sent yet."""
        return len(self._unsent)

    def expect(self, interaction: int) -> None:
        """Register an interaction that has just arrived; the calling task handles it."""
        if interaction in self._unsent:
            return
        handled.set(interaction)
        loop = asyncio.get_running_loop()
        self._unsent[interaction] = loop.call_later(self.expiry, self._expire, interaction)
        self._recent += 1
        loop.call_later(self.recent, self._forget_recent)
        if not self._pause:
            self._pause = loop.call_later(self.longest_pause, self._exceed_pause)

    def sent(self, interaction: int) -> None:
        """Register that the first response to an interaction is being sent."""
        if expiry := self._unsent.pop(interaction, None):
            expiry.cancel()
            self._end_pause()

    def is_late(self, interaction: int) -> bool:
        """Check whether an interaction has expired, so that Discord accepts no response."""
        return interaction in self._late

    def allow_answer(self, running: int) -> bool:
        """Check whether an answer may start while `running` others run."""
        return not self._pause or (self._pause_exceeded and not running)

    def notify(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever answers may start again."""
        self._listeners.append(listener)

    async def give_way(self) -> None:
        """Wait until the pause ends; waiting tasks resume one by one, in order.

        A task whose own interaction is unacknowledged does not wait.
        """
        if handled.get() in self._unsent or (self._may_resume() and not self._waiting):
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn

    def _may_resume(self) -> bool:
        return not self._pause or self._pause_exceeded

    def _expire(self, interaction: int) -> None:
        self._late.add(interaction)
        asyncio.get_running_loop().call_later(REMEMBERED_SECONDS, self._late.discard, interaction)
        self.sent(interaction)

    def _forget_recent(self) -> None:
        self._recent -= 1
        self._end_pause()

    def _end_pause(self) -> None:
        if self._pause and not self._unsent and self._recent <= FEW:
            self._pause.cancel()
            self._pause, self._pause_exceeded = None, False
            self._resume()

    def _exceed_pause(self) -> None:
        self._pause_exceeded = True
        self._resume()

    def _resume(self) -> None:
        for listener in self._listeners:
            listener()
        if not self._resuming:
            self._resume_next()

    def _resume_next(self) -> None:
        """Resume one waiting task, and the next one in a later iteration of the event loop, after new events."""
        self._resuming = None
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft()
        if self._waiting and self._may_resume():
            self._waiting.popleft().set_result(None)
            self._resuming = asyncio.get_running_loop().call_soon(self._resume_next)
