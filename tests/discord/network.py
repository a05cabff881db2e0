"""The way from the bot to the loopback Discord: its real host names lead to 127.0.0.1, all others lead nowhere."""

import socket
import ssl
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import aiohttp
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

HOSTS = ("discord.com", "gateway.discord.gg", "gateway-fake.discord.gg", "cdn.discordapp.com")


class Loopback(Protocol):
    """What a connector needs to know of the server."""

    port: int

    def refused_host(self, host: str) -> None: ...


class HostRefusedError(OSError):
    """The bot asked for a host that is not Discord's."""


class LoopbackResolver(AbstractResolver):
    """Answer Discord's hosts with 127.0.0.1 and `port`, which aiohttp takes instead of the URL's; refuse any other."""

    def __init__(self, port: int, on_refusal: Callable[[str], None]) -> None:
        self.port, self.on_refusal = port, on_refusal

    async def resolve(self, host: str, *_: Any, **__: Any) -> list[ResolveResult]:
        if host not in HOSTS:
            self.on_refusal(host)
            raise HostRefusedError(f"a test tried to reach {host}: only {', '.join(HOSTS)} exist here")
        result = ResolveResult(
            hostname=host, host="127.0.0.1", port=self.port, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
        )
        return [result]

    async def close(self) -> None: ...


@cache
def authority() -> trustme.CA:
    """Return this test run's certificate authority: keys live in memory only."""
    return trustme.CA()


@cache
def server_context() -> ssl.SSLContext:
    """Return the server's side of TLS, with a certificate for Discord's hosts."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority().issue_cert(*HOSTS).configure_cert(context)
    return context


def authority_pem() -> str:
    """Return the certificate a client must trust; write it to a file for a client in another process."""
    return authority().cert_pem.bytes().decode()


def connector(fake: Loopback, ca: str) -> aiohttp.TCPConnector:
    """Return a connector that reaches `fake` alone and trusts the authority `ca` (PEM) alone; needs a running loop."""
    return open_connector(fake.port, ca, fake.refused_host)


def open_connector(port: int, ca: str, on_refusal: Callable[[str], None]) -> aiohttp.TCPConnector:
    """Return the same for a server of which only the port is known."""
    resolver = LoopbackResolver(port, on_refusal)
    return aiohttp.TCPConnector(limit=0, resolver=resolver, ssl=ssl.create_default_context(cadata=ca))
