"""A service of a language model on loopback that says what a test has written for it, piece by piece."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from threading import Event, Thread
from typing import Any

from aiohttp import web

# Text is sent as one event; bytes go out as they are; a number waits for so many seconds; CUT breaks the connection; HUNG
# says nothing more until the server stops; UNFINISHED ends as a service does whose model reached its limit. A whole number
# at the beginning is the status of a refusal.
Piece = str | bytes | float | object
CUT, HUNG, UNFINISHED = object(), object(), object()
USED = 90  # tokens that it counts for a reply


class ChatServer:
    """Answers each request with the pieces of `script`, which gets the request; `status` other than 200 refuses it."""

    def __init__(self) -> None:
        self.script: Callable[[Any], Sequence[Piece]] = lambda _: []
        self.status = 200
        self.requests: list[Any] = []
        self.keys: list[str | None] = []
        self.at_once = self.most_at_once = 0
        self.last_active = 0.0  # on the monotonic clock
        self.endpoint = ""
        self.stopped = asyncio.Event()

    async def complete(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(await request.json())
        self.keys.append(request.headers.get("Authorization"))
        pieces = self.script(self.requests[-1])
        status = pieces[0] if pieces and isinstance(pieces[0], int) else self.status
        if status != 200:
            return web.json_response({"error": {"message": "no"}}, status=status)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self._send(request, response, pieces)
        except ConnectionError:
            pass  # the bot has read enough
        finally:
            self.at_once -= 1
            self.last_active = time.monotonic()
        return response

    def is_idle(self, seconds: float) -> bool:
        """Whether it has answered no request for some seconds."""
        return not self.at_once and time.monotonic() - self.last_active > seconds

    async def _send(self, request: web.Request, response: web.StreamResponse, pieces: Sequence[Piece]) -> None:
        end = "stop"
        for piece in pieces:
            if isinstance(piece, bytes):
                await response.write(piece)
            elif isinstance(piece, str):
                await response.write(event({"choices": [{"delta": {"content": piece}}]}))
            elif isinstance(piece, float):
                await asyncio.sleep(piece)
            elif piece is CUT:
                if request.transport:
                    request.transport.abort()
                return
            elif piece is HUNG:
                await self.stopped.wait()
                return
            else:
                end = "length"
        await response.write(event({"choices": [{"delta": {}, "finish_reason": end}]}))
        await response.write(event({"choices": [], "usage": {"total_tokens": USED}}) + b"data: [DONE]\n\n")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["ChatServer"]:
        application = web.Application()
        application.router.add_post("/v1/chat/completions", self.complete)
        runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.endpoint = f"http://127.0.0.1:{port}/v1"
        try:
            yield self
        finally:
            self.stopped.set()
            await runner.cleanup()


@contextmanager
def served_in_thread(chat: ChatServer) -> Iterator[ChatServer]:
    """Serve from a thread, for programs that run an event loop of their own."""

    async def serve() -> None:
        nonlocal loop
        async with chat.serving():
            loop = asyncio.get_running_loop()
            ready.set()
            await chat.stopped.wait()

    loop: asyncio.AbstractEventLoop | None = None
    ready = Event()
    thread = Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait()
    try:
        yield chat
    finally:
        if loop:
            loop.call_soon_threadsafe(chat.stopped.set)
        thread.join()


def event(chunk: Any) -> bytes:
    """An event of a stream; characters beyond ASCII stay as they are, so that one can be cut in its middle."""
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


def numbered(request: Any) -> dict[str, int]:
    """The sentences of a request by what they say, with their numbers."""
    lines = [line for line in request["messages"][-1]["content"].splitlines() if line.startswith("[")]
    return {line.partition("] ")[2]: int(line[1 : line.index("]")]) for line in lines}


def number_of(request: Any, sentence: str) -> int:
    """The number of the sentence of a request that contains some words."""
    return next(n for said, n in numbered(request).items() if sentence in said)
