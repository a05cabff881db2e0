"""The order of the bot's requests to Discord: first responses to interactions before all others, so many at a time.

A thousand connections at once would cost more time than the thousand requests.
"""

import asyncio
import re
from collections.abc import Callable
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp

from bot.delivery.acknowledgements import Acknowledgements
from bot.errors import LateError

# Enough for a thousand first responses in three seconds where each takes a fifth of a second. Others have their own places,
# so that no response waits for one that hangs.
RESPONSES_AT_ONCE, OTHERS_AT_ONCE = 64, 32
API = re.compile(r"/api/v\d+/.*")
FIRST_RESPONSE = re.compile(r"/api/v\d+/interactions/(\d+)/[^/]+/callback")

# Called when the first response to an interaction that a task makes has waited for its turn and is about to be sent.
on_turn: ContextVar[Callable[[], None] | None] = ContextVar("on_turn", default=None)


def request_order(acknowledgements: Acknowledgements) -> aiohttp.TraceConfig:
    """What makes a client's requests wait for their turn; those to the gateway and for Discord's files do not."""
    responses, others = asyncio.Semaphore(RESPONSES_AT_ONCE), asyncio.Semaphore(OTHERS_AT_ONCE)

    async def begin(_: aiohttp.ClientSession, context: SimpleNamespace, started: aiohttp.TraceRequestStartParams) -> None:
        path = started.url.path
        if response := FIRST_RESPONSE.fullmatch(path):
            await responses.acquire()
            context.place = responses
            interaction = int(response[1])
            if acknowledgements.is_late(interaction):
                responses.release()
                raise LateError("Discord takes no response later than three seconds after a command or a click")
            acknowledgements.sent(interaction)
            if called := on_turn.get():
                called()
        elif API.fullmatch(path):
            await acknowledgements.give_way()
            await others.acquire()
            context.place = others

    async def end(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        if place := getattr(context, "place", None):
            place.release()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(begin)
    trace.on_request_end.append(end)
    trace.on_request_exception.append(end)
    return trace
