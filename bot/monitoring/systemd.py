"""Notify systemd, if it started the bot, of readiness and then of a running event loop."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


async def report_to_systemd(ready: Callable[[], Awaitable[None]]) -> None:
    """Notify once `ready` returns, then twice in each watchdog interval, until cancelled."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    interval = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000
    await ready()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        try:
            supervisor.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
            supervisor.send(b"READY=1")
            while interval:
                await asyncio.sleep(interval / 2)
                supervisor.send(b"WATCHDOG=1")
        except OSError as error:
            log.warning("systemd cannot be told", reason=str(error))
