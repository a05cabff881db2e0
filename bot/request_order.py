"""The order of the bot's requests to Discord: first responses to interactions before all others, so many at a time.

A thousand connections at once would cost more time than the thousand requests.
"""

import asyncio
import heapq
import re
from itertools import count
from types import SimpleNamespace

import aiohttp

from bot.acknowledgements import Acknowledgements
from bot.errors import LateError

# Enough for a thousand first responses in three seconds where each takes a fifth of a second.
AT_ONCE = 64
API = re.compile(r"/api/v\d+/.*")
FIRST_RESPONSE = re.compile(r"/api/v\d+/interactions/(\d+)/[^/]+/callback")
LAST = 1 << 64  # after every interaction's id


class Slots:
    """`free` places; whoever waits gets one in the order of `rank`, the lowest first, and of arrival."""

    def __init__(self, free: int) -> None:
        self.free = free
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = count()

    async def acquire(self, rank: int) -> None:
        if self.free:
            self.free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, next(self._arrivals), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()
            raise

    def release(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1


def request_order(acknowledgements: Acknowledgements, at_once: int = AT_ONCE) -> aiohttp.TraceConfig:
    """What makes a client's requests wait for their turn. The gateway and Discord's files are not concerned."""
    slots = Slots(at_once)

    async def begin(_: aiohttp.ClientSession, context: SimpleNamespace, started: aiohttp.TraceRequestStartParams) -> None:
        path = started.url.path
        if response := FIRST_RESPONSE.fullmatch(path):
            interaction = int(response[1])
            await slots.acquire(interaction)
            if acknowledgements.is_late(interaction):
                slots.release()
                raise LateError("Discord takes no response later than three seconds after a member's command or click")
            acknowledgements.sent(interaction)
        elif API.fullmatch(path):
            await acknowledgements.give_way()
            await slots.acquire(LAST)
        else:
            return
        context.slots = slots

    async def end(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        if held := getattr(context, "slots", None):
            held.release()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(begin)
    trace.on_request_end.append(end)
    trace.on_request_exception.append(end)
    return trace
