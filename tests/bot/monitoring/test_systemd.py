"""What the bot tells systemd, over a socket as systemd's."""

import asyncio
import socket

import pytest

from bot.monitoring.systemd import report_to_systemd
from tests.discord.state import WAIT_SECONDS


@pytest.fixture(params=["file", "abstract"])
def supervisor(request, tmp_path, monkeypatch):
    """Systemd's end of a socket that is a file, or one that has a name alone."""
    name = str(tmp_path / "notify") if request.param == "file" else f"@{tmp_path}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(name.replace("@", "\0"))
        end.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        yield end


async def heard(supervisor):
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(supervisor, 100), WAIT_SECONDS)


async def test_report_to_systemd_sends_ready_once_ready_then_watchdog(supervisor, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    ready = asyncio.Event()
    job = asyncio.create_task(report_to_systemd(ready.wait))
    await asyncio.sleep(0.05)
    with pytest.raises(BlockingIOError):
        supervisor.recv(100)
    ready.set()
    assert [await heard(supervisor) for _ in range(4)] == [b"READY=1"] + [b"WATCHDOG=1"] * 3
    job.cancel()


async def test_report_to_systemd_without_watchdog_sends_ready(supervisor, monkeypatch):
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    await report_to_systemd(lambda: asyncio.sleep(0))
    assert await heard(supervisor) == b"READY=1"


async def test_report_to_systemd_without_notify_socket_returns_at_once(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    await asyncio.wait_for(report_to_systemd(asyncio.Event().wait), WAIT_SECONDS)


async def test_report_to_systemd_missing_socket_file_raises_no_error(monkeypatch, tmp_path):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    await report_to_systemd(lambda: asyncio.sleep(0))
