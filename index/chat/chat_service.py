"""A client of an OpenAI-compatible service of language models: whole replies, and lines as they arrive.

It needs nothing but httpx, since such a service is one address to which JSON is posted.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import ssl
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from index.chat.event_stream import EventReader, LineReader
from index.config import EnrichOptions, ServiceOptions, WriterOptions
from index.errors import ServiceError

Message = dict[str, str]
MOST_BYTES = 1_000_000  # read of one stream; a token takes some 300 with what is around it
TOKEN_CHARACTERS = 2.0  # of a token on average, where a service does not count them: ideographs 1, English 4
LONGEST_TOKEN = 12  # characters of the text for each token asked for, beyond which the service has ignored the limit
STOP = "stop"  # why a model ends that has said all


@dataclass(frozen=True, slots=True)
class ChatService:
    """A configured service. Threads and event loops may share one."""

    options: ServiceOptions
    key: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the service runs on this machine."""
        return is_loopback(urlsplit(self.options.endpoint).hostname or "")

    @property
    def connection(self) -> dict[str, Any]:
        """How to connect; to this machine never by way of a proxy."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {
            "base_url": self.options.endpoint,
            "headers": headers,
            "trust_env": not self.is_local,
            "verify": tls_context(),
        }

    def complete(self, messages: Sequence[Message]) -> str:
        """Return the reply to some messages, asking for a JSON object.

        :raises ServiceError: if the service cannot be reached or its reply has the wrong form.
        """
        body = {
            "model": self.options.model,
            "messages": list(messages),
            "response_format": {"type": "json_object"},
        }
        seconds = self.options.seconds if isinstance(self.options, EnrichOptions) else None
        try:
            with httpx.Client(**self.connection, timeout=seconds) as client:
                response = client.post("chat/completions", json=body)
                response.raise_for_status()
                return str(response.json()["choices"][0]["message"]["content"])
        except httpx.HTTPError as error:
            raise self.failure(error) from error
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise self.malformed("gives no JSON of the wanted form") from error

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Return the reply to some messages as lines; nothing is sent before it is iterated.

        :raises ServiceError: on iteration, if the service cannot be reached, is too slow or sends anything else.
        """
        return ChatStream(self, tuple(messages))

    def failure(self, error: httpx.HTTPError) -> ServiceError:
        """Return the error to raise for one of the connection."""
        where, table = self.options.endpoint, self.options.table
        if isinstance(error, httpx.HTTPStatusError):
            status = error.response.status_code
            return ServiceError(f"{where}: answers {status}; check [{table}] and {self.options.key_variable}", "refused")
        if isinstance(error, httpx.TimeoutException):
            return self.too_slow()
        return ServiceError(f"{where}: cannot be reached ({type(error).__name__}); check [{table}] endpoint", "unreachable")

    def too_slow(self) -> ServiceError:
        table = self.options.table
        return ServiceError(f"{self.options.endpoint}: answers too slowly; try another [{table}] model or more time", "slow")

    def malformed(self, problem: str) -> ServiceError:
        return ServiceError(f"{self.options.endpoint}: {problem}; try another [{self.options.table}] model", "malformed")


class ChatStream:
    """The lines of one reply, each as soon as it is whole.

    The last line is left out unless the model had said all: one that was cut may say something else.
    """

    def __init__(self, service: ChatService, messages: tuple[Message, ...]) -> None:
        self.service, self.messages = service, messages
        self.is_complete = False
        self.counted: int | None = None
        self.characters = 0

    @property
    def tokens(self) -> int:
        """Tokens used up to now, as the service counts them at the end, else estimated."""
        sent = sum(len(message["content"]) for message in self.messages)
        return self.counted if self.counted is not None else round((sent + self.characters) / TOKEN_CHARACTERS)

    def __aiter__(self) -> AsyncGenerator[str, None]:
        return self.lines()

    async def lines(self) -> AsyncGenerator[str, None]:
        """Yield the lines. Closing the generator closes the connection.

        :raises ServiceError: if the service cannot be reached, is too slow or sends anything else.
        """
        options = self.service.options
        assert isinstance(options, WriterOptions)  # noqa: S101 - only the writer streams
        loop = asyncio.get_running_loop()
        start = loop.time()
        until_first, until_end = start + options.first_line_seconds, start + options.timeout_seconds
        lines = LineReader()
        pieces = self._texts(options)
        has_line = False
        try:
            while True:
                wait = (until_end if has_line else min(until_first, until_end)) - loop.time()
                try:
                    text = await asyncio.wait_for(anext(pieces), wait)
                except StopAsyncIteration:
                    break
                except TimeoutError as error:
                    raise self.service.too_slow() from error
                for line in lines.feed(text):
                    has_line = has_line or bool(line.strip())
                    yield line
            if self.is_complete and (last := lines.end()):
                yield last
        finally:
            await pieces.aclose()

    async def _texts(self, options: WriterOptions) -> AsyncGenerator[str, None]:
        """Yield pieces of the text until the end, or until there is more than was asked for."""
        body = {
            "model": options.model,
            "messages": list(self.messages),
            "max_tokens": options.max_tokens,
            "temperature": options.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        events, size, has_events = EventReader(), 0, False
        try:
            async with (
                httpx.AsyncClient(**self.service.connection, timeout=options.timeout_seconds) as client,
                client.stream("POST", "chat/completions", json=body) as response,
            ):
                response.raise_for_status()
                async for piece in response.aiter_bytes():
                    size += len(piece)
                    if size > MOST_BYTES or self.characters > LONGEST_TOKEN * options.max_tokens:
                        return
                    for event in events.feed(piece):
                        has_events = True
                        self.characters += len(event.text)
                        self.is_complete = self.is_complete or event.finish == STOP
                        self.counted = event.tokens if event.tokens is not None else self.counted
                        if event.text:
                            yield event.text
            if not has_events:
                raise ValueError("no event")
        except httpx.HTTPError as error:
            raise self.service.failure(error) from error
        except ValueError as error:
            raise self.service.malformed("sends no events of a chat completion") from error


def open_chat_service(options: ServiceOptions) -> ChatService:
    """Return a client of the configured service; nothing is sent yet. The key comes from the environment.

    :raises ServiceError: if none is configured, or one to which texts and the key would travel unencrypted.
    """
    if not options.enabled:
        raise ServiceError(
            f"no service is configured; set endpoint and model under [{options.table}] in config.toml", "unconfigured"
        )
    address = urlsplit(options.endpoint)
    if address.scheme != "https" and not (address.scheme == "http" and is_loopback(address.hostname or "")):
        raise ServiceError(
            f"{options.endpoint}: is neither HTTPS nor on this machine; change [{options.table}] endpoint", "unconfigured"
        )
    return ChatService(options, os.environ.get(options.key_variable, "").strip())


@cache
def tls_context() -> ssl.SSLContext:
    """Return how to verify a host, once for all connections: reading the certificates takes a tenth of a second."""
    return httpx.create_ssl_context()


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
