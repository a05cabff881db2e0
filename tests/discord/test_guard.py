"""Nothing a test does leaves this machine, and no test that tries passes."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import platformdirs
import pytest

from tests.discord.guard import OutsideNetworkError, is_local

OUTSIDE = "192.0.2.1"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("host", [None, "", "localhost", b"localhost", "127.0.0.1", "127.8.8.8", "::1", "::"])
def test_is_local_loopback_host_returns_true(host: object):
    assert is_local(host)


@pytest.mark.parametrize("host", ["discord.com", OUTSIDE, "10.0.0.1", "169.254.169.254", "2001:db8::1", "localhost.com"])
def test_is_local_outside_host_returns_false(host: object):
    assert not is_local(host)


def test_network_guard_loopback_socket_connects():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_network_guard_outside_socket_raises(outside_attempts: list[str], method: str):
    with socket.socket() as client, pytest.raises(OutsideNetworkError):
        getattr(client, method)((OUTSIDE, 443))
    assert outside_attempts == [OUTSIDE]
    outside_attempts.clear()


def test_network_guard_outside_datagram_raises(outside_attempts: list[str]):
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(OutsideNetworkError):
        client.sendto(b"question", (OUTSIDE, 53))
    assert outside_attempts == [OUTSIDE]
    outside_attempts.clear()


async def test_network_guard_outside_event_loop_connection_raises(outside_attempts: list[str]):
    with pytest.raises(OutsideNetworkError):
        await asyncio.open_connection(OUTSIDE, 443)
    with pytest.raises(OutsideNetworkError):
        await asyncio.open_connection("example.org", 443)
    assert outside_attempts == [OUTSIDE, "example.org"]
    outside_attempts.clear()


@pytest.mark.parametrize("resolver", [aiohttp.AsyncResolver, aiohttp.ThreadedResolver])
async def test_network_guard_name_resolution_raises(
    outside_attempts: list[str], resolver: type[aiohttp.abc.AbstractResolver]
):
    connector = aiohttp.TCPConnector(resolver=resolver())
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get("https://example.org/")
    assert isinstance(caught.value.os_error, OutsideNetworkError)
    assert set(outside_attempts) == {"example.org"}
    outside_attempts.clear()


def test_home_fixture_is_empty_and_contains_data_path(home: Path):
    assert list(home.iterdir()) == []
    assert Path.home() == home
    assert platformdirs.user_data_path("report-bot").is_relative_to(home)
    assert (os.environ["HF_HUB_OFFLINE"], os.environ["TRANSFORMERS_OFFLINE"]) == ("1", "1")
    assert "DISCORD_TOKEN" not in os.environ


@pytest.mark.process
def test_network_guard_swallowed_error_fails_the_test(tmp_path: Path):
    leak = tmp_path / "test_leak.py"
    leak.write_text(
        "import contextlib, socket\n"
        "def test_leak():\n"
        "    with contextlib.suppress(OSError):\n"
        f"        socket.create_connection(('{OUTSIDE}', 443))\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "--rootdir", str(tmp_path), str(leak)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert f"AssertionError: the test tried to reach {OUTSIDE}: only loopback is allowed" in ran.stdout
