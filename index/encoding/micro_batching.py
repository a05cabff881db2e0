"""Calls that several threads make at once, made as one: for work that costs little more for many than for one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(slots=True, eq=False)
class PendingCall(Generic[Item, Made]):
    """What one thread waits for."""

    item: Item
    made: list[Made] = field(default_factory=list)
    error: BaseException | None = None


class MicroBatcher(Generic[Item, Made]):
    """Calls `together`, which takes items and makes one thing of each; one call at a time.

    Whoever comes while a call runs waits, and is served with all who wait, `most` at once, by the next. Who holds `running`
    keeps calls from being made.
    """

    def __init__(self, together: Callable[[Sequence[Item]], Sequence[Made]], most: int) -> None:
        self.together, self.most = together, most
        self._waiting: list[PendingCall[Item, Made]] = []
        self.running = threading.Lock()

    def __call__(self, item: Item) -> Made:
        """What is made of an item. Raises what the call raises, which is the same for all who were served with it."""
        ticket = PendingCall[Item, Made](item)
        self._waiting.append(ticket)
        while not (ticket.made or ticket.error):
            with self.running:
                # Another thread may have served this one meanwhile.
                if not (ticket.made or ticket.error):
                    self._serve()
        if ticket.error:
            raise ticket.error
        return ticket.made[0]

    def _serve(self) -> None:
        tickets = self._waiting[: self.most]
        del self._waiting[: len(tickets)]  # while others may join the line at its end
        try:
            made = self.together([ticket.item for ticket in tickets])
            for ticket, each in zip(tickets, made, strict=True):
                ticket.made.append(each)
        except BaseException as error:  # noqa: BLE001 whatever went wrong, it is raised by each of the calls
            for ticket in tickets:
                ticket.error = error
