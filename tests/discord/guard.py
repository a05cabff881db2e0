"""Keeps tests off the network: a connection or a name look-up beyond loopback raises, and is remembered."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import pycares

Guarded = tuple[object, str, Callable[..., object]]


class OutsideNetworkError(OSError):
    """A test tried to reach a host other than this one."""


def is_local(host: object) -> bool:
    """Return whether `host` names this machine: localhost, a loopback address, or none at all, as for a listener."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _peer(sock: socket.socket, *args: Any) -> object:
    """Return the host of connect(address), connect_ex(address) or sendto(data, [flags,] address)."""
    return args[-1][0] if sock.family in (socket.AF_INET, socket.AF_INET6) else None


def _name(host: object, *_: Any, **__: Any) -> object:
    return host


def _name_of_channel(_: object, host: object, *__: Any, **___: Any) -> object:
    return host


GUARDED: list[Guarded] = [
    *((socket.socket, name, _peer) for name in ("connect", "connect_ex", "sendto")),
    *((socket, name, _name) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")),
    # The resolver aiohttp prefers asks name servers from C, past the socket module.
    *((pycares.Channel, name, _name_of_channel) for name in ("getaddrinfo", "query", "search", "gethostbyaddr")),
]


@contextmanager
def only_loopback() -> Iterator[list[str]]:
    """Forbid everything but loopback and yield the hosts that were tried, so that a swallowed error is seen too."""
    attempts: list[str] = []

    def guard(original: Callable[..., Any], host_of: Callable[..., object]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            host = host_of(*args, **kwargs)
            if not is_local(host):
                attempts.append(str(host))
                raise OutsideNetworkError(f"a test tried to reach {host}: only loopback is allowed")
            return original(*args, **kwargs)

        return call

    with ExitStack() as patches:
        for owner, name, host_of in GUARDED:
            patches.enter_context(mock.patch.object(owner, name, guard(getattr(owner, name), host_of)))
        yield attempts
