"""The web server against whoever calls too often, sends too much, takes too long, or comes from afar."""

import asyncio

import pytest
import structlog
from aiohttp import web

from bot.config import BotOptions
from bot.monitoring.metrics import Metrics
from bot.monitoring.web_server import HEADERS, WebServer, make_application, throttle_requests
from bot.rate_limits import RateLimiter
from tests.discord.state import WAIT_SECONDS


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


async def raw(port, text, *, wait=True):
    """What the server says to a text, until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode("latin-1"))
    answer = await asyncio.wait_for(reader.read(), WAIT_SECONDS) if wait else b""
    writer.close()
    return answer.decode("latin-1")


def parsed(answer):
    head = answer.partition("\r\n\r\n")[0]
    status, *lines = head.split("\r\n")
    return int(status.split()[1]), dict(line.split(": ", 1) for line in lines)


@pytest.fixture
async def serve():
    servers = []

    async def start(app=None, address="127.0.0.1:0", **options):
        figures = Metrics()
        servers.append(WebServer(app or make_application(figures, lambda: True, None), figures.malformed, **options))
        return await servers[-1].start(address)

    yield start
    for server in servers:
        await server.close()


async def test_report_endpoint_rate_exceeded_returns_429_with_retry_after(serve, tmp_path):
    (tmp_path / "index.html").write_text("start", "utf-8")
    port = await serve(make_application(Metrics(), lambda: True, tmp_path, calls=2))
    answers = [parsed(await raw(port, "GET /report/ HTTP/1.0\r\n\r\n")) for _ in range(3)]
    assert [status for status, _ in answers] == [200, 200, 429]
    headers = answers[-1][1]
    assert headers["Retry-After"] == "2"
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert parsed(await raw(port, "GET /healthz HTTP/1.0\r\n\r\n"))[0] == 200  # readers do not keep a health check out


@pytest.mark.parametrize(
    "head",
    ["Content-Length: 1000000000", "Content-Length: 1", "Transfer-Encoding: chunked"],
    ids=["huge", "small", "chunked"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_web_server_request_with_body_returns_413(serve, method, head):
    port = await serve()
    status, headers = parsed(await raw(port, f"{method} /healthz HTTP/1.1\r\nHost: a\r\n{head}\r\n\r\n"))
    assert (status, headers["Connection"]) == (413, "close")
    assert {name: headers[name] for name in HEADERS} == HEADERS


async def test_web_server_handler_error_returns_500_without_details(serve):
    def broken():
        raise RuntimeError("the secret reason")

    port = await serve(make_application(Metrics(), broken, None))
    answer = await raw(port, "GET /readyz HTTP/1.0\r\nAccept: text/html\r\n\r\n")
    status, headers = parsed(answer)
    assert (status, "secret" in answer, "aiohttp" in answer) == (500, False, False)
    assert {name: headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x" * 20_000 + "\r\n\r\n", 400),
        ("GET /" + "x" * 20_000 + " HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n" + "".join(f"X{n}: x\r\n" for n in range(1000)) + "\r\n", 400),
        ("hello\r\n\r\n", 400),
    ],
    ids=["header", "line", "headers", "no request"],
)
async def test_web_server_oversized_or_invalid_head_returns_400(serve, text, status):
    assert parsed(await raw(await serve(patience=0.2), text))[0] == status


NO_HTTP = ("hello\r\n\r\n", "GET / HTTP/9\r\n\r\n", "GET / HTTP/1.1\r\nno header\r\n\r\n", "\x16\x03\x01\x02\x00\r\n\r\n")


async def test_web_server_malformed_request_is_counted_and_not_logged(serve, caplog):
    caplog.set_level(0)
    port = await serve()
    for text in NO_HTTP:
        assert parsed(await raw(port, text))[0] == 400
    assert [record for record in caplog.records if record.name.startswith("aiohttp")] == []
    metrics = await raw(port, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert f"report_bot_malformed_requests_total {len(NO_HTTP)}.0" in metrics.splitlines()


async def test_web_server_handler_error_is_logged(serve, caplog):
    def broken():
        raise RuntimeError("the secret reason")

    port = await serve(make_application(Metrics(), broken, None))
    await raw(port, "GET /readyz HTTP/1.0\r\n\r\n")
    (record,) = [record for record in caplog.records if record.name.startswith("aiohttp")]
    assert (record.levelname, str(record.exc_info[1])) == ("ERROR", "the secret reason")


@pytest.mark.parametrize("begun", ["", "GET /healthz HTTP/1.1\r\nHost:"], ids=["silent", "half a head"])
async def test_web_server_incomplete_request_times_out_and_closes_connection(serve, begun):
    assert await raw(await serve(patience=0.2), begun) == ""  # closed without an answer, or `raw` would wait for ever


async def test_web_server_idle_connection_is_closed(serve):
    assert parsed(await raw(await serve(patience=0.2), "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"))[0] == 200


def test_bot_options_web_default_is_loopback_address():
    assert BotOptions().web == "127.0.0.1:8642"


@pytest.mark.parametrize(("address", "warned"), [("127.0.0.1:0", False), ("localhost:0", False), ("0.0.0.0:0", True)])
async def test_web_server_start_public_address_logs_metrics_warning(serve, address, warned):
    with structlog.testing.capture_logs() as logged:
        port = await serve(address=address)
    host = address.partition(":")[0]
    warning = {
        "event": "metrics are open to whoever reaches the web server",
        "address": f"{host}:{port}",
        "log_level": "warning",
    }
    assert [each for each in logged if each["log_level"] == "warning"] == [warning] * warned


async def test_throttle_requests_counts_each_peer_separately():
    throttle = throttle_requests(RateLimiter(1, Clock()), 1)

    async def handler(_):
        return "served"

    async def ask(peer):
        try:
            return await throttle(type("Request", (), {"remote": peer, "path": "/report/"}), handler)
        except web.HTTPTooManyRequests as error:
            return error.headers["Retry-After"]

    assert [await ask(peer) for peer in ("192.0.2.1", "192.0.2.1", "192.0.2.2")] == ["served", "1", "served"]
