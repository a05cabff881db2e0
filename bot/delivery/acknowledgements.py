"""Acknowledgements go first: Discord waits three seconds for one, and an answer can wait.

While an interaction waits for its first response to be sent, no answer is begun and no other request made. So a burst costs
the members who are in it a moment, and nobody the answer.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar

# Discord takes no first response later than this.
EXPIRY_SECONDS = 3.0
# How long it is remembered that one is too late; none is tried for as long.
REMEMBERED_SECONDS = 60.0
# A burst is read one interaction after the other, and each may be acknowledged before the next one is read.
RECENT_SECONDS, FEW = 0.05, 8

# The interaction that a task handles.
handled: ContextVar[int] = ContextVar("handled", default=0)


class Acknowledgements:
    """Tells when answers may be begun and other requests made.

    They may not while an interaction is unacknowledged, nor while more than a few have just arrived. A flood that outlasts
    `longest_pause` slows them down but no longer stops them: answers are begun one at a time.

    :param expiry: Seconds after which a first response is too late.
    :param longest_pause: Seconds for which answers are not begun at a stretch.
    :param recent: Seconds for which an interaction counts as one that has just arrived.
    """

    def __init__(
        self, expiry: float = EXPIRY_SECONDS, longest_pause: float = EXPIRY_SECONDS, recent: float = RECENT_SECONDS
    ) -> None:
        self.expiry, self.longest_pause, self.recent = expiry, longest_pause, recent
        self._unsent: dict[int, asyncio.TimerHandle] = {}
        self._late: set[int] = set()
        self._recent = 0
        self._pause: asyncio.TimerHandle | None = None
        self._outlasted = False
        self._yielding: deque[asyncio.Future[None]] = deque()
        self._letting_go_on: asyncio.Handle | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def pending(self) -> int:
        """How many interactions wait for their first response to be sent."""
        return len(self._unsent)

    def expect(self, interaction: int) -> None:
        """Take note of an interaction that has just arrived, and that the task which calls this handles it."""
        if interaction in self._unsent:
            return
        handled.set(interaction)
        loop = asyncio.get_running_loop()
        self._unsent[interaction] = loop.call_later(self.expiry, self._expire, interaction)
        self._recent += 1
        loop.call_later(self.recent, self._grow_old)
        if not self._pause:
            self._pause = loop.call_later(self.longest_pause, self._outlast)

    def sent(self, interaction: int) -> None:
        """Take note that the first response to an interaction is under way."""
        if expiry := self._unsent.pop(interaction, None):
            expiry.cancel()
            self._end_pause()

    def is_late(self, interaction: int) -> bool:
        """Whether an interaction has waited for so long that Discord takes no response any more."""
        return interaction in self._late

    def allow_answer(self, running: int) -> bool:
        """Whether an answer may be begun beside `running` others."""
        return not self._pause or (self._outlasted and not running)

    def notify(self, listener: Callable[[], None]) -> None:
        """Have `listener` called whenever answers may be begun again."""
        self._listeners.append(listener)

    async def give_way(self) -> None:
        """Wait until acknowledgements leave time for something else; those who wait go on one by one, in order.

        What a task does on the way to the first response that it owes does not wait.
        """
        if handled.get() in self._unsent or (self._may_go_on() and not self._yielding):
            return
        turn = asyncio.get_running_loop().create_future()
        self._yielding.append(turn)
        await turn

    def _may_go_on(self) -> bool:
        return not self._pause or self._outlasted

    def _expire(self, interaction: int) -> None:
        self._late.add(interaction)
        asyncio.get_running_loop().call_later(REMEMBERED_SECONDS, self._late.discard, interaction)
        self.sent(interaction)

    def _grow_old(self) -> None:
        self._recent -= 1
        self._end_pause()

    def _end_pause(self) -> None:
        if self._pause and not self._unsent and self._recent <= FEW:
            self._pause.cancel()
            self._pause, self._outlasted = None, False
            self._go_on()

    def _outlast(self) -> None:
        self._outlasted = True
        self._go_on()

    def _go_on(self) -> None:
        for listener in self._listeners:
            listener()
        if not self._letting_go_on:
            self._let_next_go_on()

    def _let_next_go_on(self) -> None:
        """Let one that waits go on, and the next one in the loop's next round, which stays free for what arrives."""
        self._letting_go_on = None
        while self._yielding and self._yielding[0].done():
            self._yielding.popleft()
        if self._yielding and self._may_go_on():
            self._yielding.popleft().set_result(None)
            self._letting_go_on = asyncio.get_running_loop().call_soon(self._let_next_go_on)
