"""Order the bot's requests to Discord: first responses to interactions come first, and the number at a time is limited.

Without the limit, opening a thousand connections at once takes longer than the thousand requests.
"""

import asyncio
import re
from collections.abc import Callable
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp

from bot.delivery.acknowledgements import Acknowledgements
from bot.errors import LateError

# 64 are enough for a thousand first responses in three seconds at a fifth of a second each. Other requests have their own
# limit, so that no response waits for a request that hangs.
RESPONSES_AT_ONCE, OTHERS_AT_ONCE = 64, 32
API = re.compile(r"/api/v\d+/.*")
FIRST_RESPONSE = re.compile(r"/api/v\d+/interactions/(\d+)/[^/]+/callback")

# Called in the task of a first response when its turn has come and the request is about to be sent.
on_turn: ContextVar[Callable[[], None] | None] = ContextVar("on_turn", default=None)


def request_order(acknowledgements: Acknowledgements) -> aiohttp.TraceConfig:
    """Build the trace hooks that make API requests wait for their turn; gateway and file requests do not wait."""
    responses, others = asyncio.Semaphore(RESPONSES_AT_ONCE), asyncio.Semaphore(OTHERS_AT_ONCE)

    async def begin(_: aiohttp.ClientSession, context: SimpleNamespace, started: aiohttp.TraceRequestStartParams) -> None:
        path = started.url.path
        if response := FIRST_RESPONSE.fullmatch(path):
            await responses.acquire()
            context.limit = responses
            interaction = int(response[1])
            if acknowledgements.is_late(interaction):
                responses.release()
                raise LateError("Discord takes no response later than three seconds after a command or a click")
            acknowledgements.sent(interaction)
            if callback := on_turn.get():
                callback()
        elif API.fullmatch(path):
            await acknowledgements.give_way()
            await others.acquire()
            context.limit = others

    async def end(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        if limit := getattr(context, "limit", None):
            limit.release()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(begin)
    trace.on_request_end.append(end)
    trace.on_request_exception.append(end)
    return trace
