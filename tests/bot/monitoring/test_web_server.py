"""The web server beside the bot, over loopback: health, metrics, the published report, and nothing else."""

import aiohttp
import pytest
from yarl import URL

from bot.app.client import make_bot
from bot.errors import StartError
from bot.monitoring.metrics import Metrics
from bot.monitoring.web_server import HEADERS, WebServer, make_application
from tests.bot.fakes import FakeEngine, settings
from tests.discord.world import world


@pytest.fixture
async def served(tmp_path):
    """Fetches a path of a server whose site has two pages, and a secret beside it."""
    site = tmp_path / "site"
    (site / "summit").mkdir(parents=True)
    (site / "index.html").write_text("<p>start</p>", "utf-8")
    (site / "summit" / "index.html").write_text("<p>峰會</p>", "utf-8")
    (site / "summit" / "text.html").write_text("<p>全文</p>", "utf-8")
    (site / "summit" / "p").mkdir()
    (site / "summit" / "p" / "0001.html").write_text("<p>一段</p>", "utf-8")
    (site / "summit" / "p" / "0001.png").write_bytes(b"PNG")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (site / "out").symlink_to(tmp_path)
    (site / "link.txt").symlink_to(tmp_path / "secret.txt")
    for hidden in (site / ".report-index-site", site / ".git" / "config", site / "summit" / ".draft"):
        hidden.parent.mkdir(exist_ok=True)
        hidden.write_text("secret", "utf-8")
    (site / "draft.html").symlink_to(site / "summit" / ".draft")
    (site / ".start").symlink_to(site / "index.html")
    state = {"ready": False}
    figures = Metrics()
    figures.answer("answered", 0.03)
    figures.error("SlowAnswerError")
    server = WebServer(make_application(figures, lambda: state["ready"], site, {"metrics.example"}))
    port = await server.start("127.0.0.1:0")
    async with aiohttp.ClientSession() as session:

        async def fetch(path, method="GET"):
            url = URL(f"http://127.0.0.1:{port}{path}", encoded=True)
            async with session.request(method, url, allow_redirects=False) as response:
                return response.status, await response.text(), response.headers

        fetch.state, fetch.port = state, port
        yield fetch
    await server.close()


async def test_readyz_follows_readiness_and_healthz_returns_ok(served):
    assert (await served("/healthz"))[:2] == (200, "ok\n")
    assert (await served("/readyz"))[:2] == (503, "not ready\n")
    served.state["ready"] = True
    assert (await served("/readyz"))[:2] == (200, "ready\n")


async def test_metrics_endpoint_returns_prometheus_text(served):
    status, text, headers = await served("/metrics")
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = text.splitlines()
    assert 'report_bot_answers_total{verdict="answered"} 1.0' in lines
    assert 'report_bot_errors_total{kind="SlowAnswerError"} 1.0' in lines
    assert 'report_bot_answer_seconds_bucket{le="0.05"} 1.0' in lines


def local(*hosts):
    return [pytest.param(host, 200, id=host) for host in hosts]


def foreign(*hosts):
    return [pytest.param(host, 421, id=host or "none") for host in hosts]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *local("localhost", "LOCALHOST:80", "127.0.0.1", "127.8.9.1:1", "[::1]:8642", "metrics.example:8642"),
        *foreign(
            "evil.example", "localhost.evil.example", "metrics.example.evil", "192.0.2.1", "[2001:db8::1]", "", "[", "::1"
        ),
    ],
)
async def test_metrics_endpoint_foreign_host_header_returns_421(served, host, status):
    async with (
        aiohttp.ClientSession(headers={"Host": host}) as session,
        session.get(f"http://127.0.0.1:{served.port}/metrics") as response,
    ):
        assert (response.status, "report_bot" in await response.text()) == (status, status == 200)
    # Health tells nothing, and a probe may use any name; the report is everybody's.
    async with aiohttp.ClientSession(headers={"Host": "evil.example"}) as session:
        for path in ("healthz", "report/"):
            async with session.get(f"http://127.0.0.1:{served.port}/{path}") as response:
                assert response.status == 200


async def test_metrics_endpoint_wildcard_address_accepts_reached_local_address():
    """The one that the client reached, where the server listens at all of them."""
    server = WebServer(make_application(Metrics(), lambda: True, None))
    port = await server.start("0.0.0.0:0")
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.2:{port}/metrics") as response:
        assert response.status == 200
    await server.close()


async def test_report_endpoint_serves_published_pages(served):
    assert (await served("/report/"))[:2] == (200, "<p>start</p>")
    assert (await served("/report/summit/"))[:2] == (200, "<p>峰會</p>")
    assert (await served("/report/summit/index.html"))[0] == 200


async def test_report_endpoint_serves_passage_with_picture(served):
    assert (await served("/report/summit/p/0001.html?mark=1-2"))[:2] == (200, "<p>一段</p>")
    assert (await served("/report/summit/p/0001.png"))[2]["Content-Type"] == "image/png"


async def test_report_endpoint_leads_from_passage_that_is_gone_to_full_text(served):
    status, _, headers = await served("/report/summit/p/0002.html?mark=1-2")
    assert (status, headers["Location"]) == (302, "../text.html#p0002")
    assert {name: headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "path",
    [
        "/report/nothing.html",
        "/report/p/0002.html",
        "/report/summit/p/0002.png",
        "/report/summit/p/00%0d%0aSet-Cookie:x.html",
        "/report/summit/p/.html",
        "/report/out/p/0002.html",
        "/report/%2e%2e/secret.txt",
        "/report/..%2fsecret.txt",
        "/report/out/secret.txt",
        "/report//etc/passwd",
        "/report/%00",
        "/report/%252e%252e/secret.txt",
        "/report/..%252fsecret.txt",
        "/report/..%5csecret.txt",
        "/report/summit/..%2f..%2fsecret.txt",
        "/report/%c0%ae%c0%ae/secret.txt",
        "/report/%ff",
        "/report/" + "a" * 5000,
        "/report/link.txt",
        "/report/.report-index-site",
        "/report/.git/config",
        "/report/%2egit/config",
        "/report/summit/.draft",
        "/report/draft.html",
        "/report/.start",
        "/",
    ],
)
async def test_web_server_unpublished_path_returns_404(served, path):
    status, text, headers = await served(path)
    assert (status, "secret" in text) == (404, False)
    assert {name: headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/report/"])
async def test_web_server_method_other_than_get_or_head_returns_405(served, method, path):
    status, _, headers = await served(path, method)
    assert (status, headers["Allow"]) == (405, "GET,HEAD")
    assert {name: headers[name] for name in HEADERS} == HEADERS


async def test_web_server_start_invalid_or_taken_address_raises_start_error(served):
    server = WebServer(make_application(Metrics(), lambda: True, None))
    with pytest.raises(StartError, match='"localhost" is no host and port'):
        await server.start("localhost")
    with pytest.raises(StartError, match=f"cannot listen at 127.0.0.1:{served.port} "):
        await server.start(f"127.0.0.1:{served.port}")


async def test_bot_web_server_stops_with_bot_and_is_skipped_if_address_is_taken():
    taken = None
    async with world(lambda c: make_bot(settings(web="127.0.0.1:0"), engine=FakeEngine(), connector=c)) as (_, bot, _):
        taken = bot.port
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{taken}/healthz") as response:
            assert await response.text() == "ok\n"
        address = f"127.0.0.1:{taken}"
        async with world(lambda c: make_bot(settings(web=address), engine=FakeEngine(), connector=c)) as (fake, second, _):
            assert second.web is None
            made = await fake.slash("ask", question="where?")
            await fake.wait(lambda: made.answered)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(f"http://127.0.0.1:{taken}/healthz")
