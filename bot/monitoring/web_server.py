"""A small web server beside the bot: health and metrics for whoever looks after it, and the published report."""

import asyncio
import logging
import math
from collections.abc import Callable, Collection
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.log import server_logger
from aiohttp.typedefs import Handler, Middleware

from bot.errors import StartError
from bot.monitoring.metrics import Metrics
from bot.rate_limits import RateLimiter

log = structlog.get_logger(__name__)

PREFIX = "/report"
# A page and what it needs come from here alone, and nobody frames it. Nor is it told what serves it.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Server": "report-bot",
}
# How many calls a peer may make in how long, of health checks and of the report each.
CALLS, WINDOW_SECONDS = 100, 2.0
PATIENCE_SECONDS = 15.0


def make_application(
    figures: Metrics, is_ready: Callable[[], bool], site: Path | None, hosts: Collection[str] = (), calls: int = CALLS
) -> web.Application:
    """`/healthz`, `/readyz`, `/metrics`, and below `/report/` the published site if there is one.

    :param hosts: Names besides those of the own machine by which the metrics may be asked for.
    :param calls: How many calls each peer may make in `WINDOW_SECONDS`.
    """

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        return web.Response(text="ready\n") if is_ready() else web.Response(status=503, text="not ready\n")

    async def metrics(request: web.Request) -> web.Response:
        # A page that has its own name lead here could read them in its visitor's browser; health tells nothing worth that.
        if not is_own_host(request, hosts):
            raise web.HTTPMisdirectedRequest
        return web.Response(body=figures.exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app = web.Application(middlewares=[throttle_requests(RateLimiter(WINDOW_SECONDS), calls), without_body])
    app.on_response_prepare.append(protect_headers)
    app.add_routes([web.get("/healthz", healthy), web.get("/readyz", ready), web.get("/metrics", metrics)])
    if site:

        async def page(request: web.Request) -> web.StreamResponse:
            return await asyncio.to_thread(find_file, site, request.match_info["path"])

        app.add_routes([web.get(PREFIX + "/{path:.*}", page)])
    return app


def is_own_host(request: web.Request, hosts: Collection[str]) -> bool:
    """Whether a request names this machine, the address that it came in by, or one of `hosts`."""
    try:
        host = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    except ValueError:
        return False
    address = request.transport.get_extra_info("sockname")[0] if request.transport else ""
    return host in {"localhost", address, *hosts} or is_loopback(host)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def find_file(site: Path, path: str) -> web.StreamResponse:
    """A file of the site, for a folder its index. Raises HTTPNotFound for any other path, also one that leads out of it.

    Files whose names begin with a dot are the publisher's own.
    """
    root = site.resolve()
    try:
        file = (root / path).resolve()
        file = file / "index.html" if file.is_dir() else file
        inside = file.is_relative_to(root) and file.is_file() and not is_hidden(path, file.relative_to(root))
    except (OSError, ValueError):
        inside = False
    if not inside:
        raise web.HTTPNotFound
    return web.FileResponse(file)


def is_hidden(*paths: str | Path) -> bool:
    return any(part.startswith(".") for path in paths for part in Path(path).parts)


async def protect_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Give every answer the headers, errors included."""
    response.headers.update(HEADERS)


def throttle_requests(limiter: RateLimiter, calls: int) -> Middleware:
    """Tell whoever asks too often when to come again. Readers of the report use up nothing of what health checks need."""

    @web.middleware
    async def allowed(request: web.Request, handler: Handler) -> web.StreamResponse:
        if seconds := limiter.wait({(request.remote, request.path.startswith(PREFIX)): calls}):
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(math.ceil(seconds))})
        return await handler(request)

    return allowed


@web.middleware
async def without_body(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request that brings anything along, and read none of it: nothing here takes a body."""
    if not request.body_exists:
        return await handler(request)
    refusal = web.HTTPRequestEntityTooLarge(0, request.content_length or 1)
    refusal.force_close()
    raise refusal


class MalformedCounter(logging.Filter):
    """Counts requests that are no HTTP instead of logging a traceback of each."""

    def __init__(self, count: Callable[[], None]) -> None:
        super().__init__()
        self.count = count

    def filter(self, record: logging.LogRecord) -> bool:
        malformed = record.exc_info is not None and isinstance(record.exc_info[1], HttpProcessingError)
        if malformed:
            self.count()
        return not malformed


class WebServer:
    """Serves an application until it is closed.

    :param malformed: Called at each request that is no HTTP.
    :param patience: Seconds that a client may take over the head of a request, or keep a connection that it does not use.
    """

    def __init__(
        self, app: web.Application, malformed: Callable[[], None] = lambda: None, patience: float = PATIENCE_SECONDS
    ) -> None:
        # Each server has a logger of its own, which no other's filter reaches.
        logger = server_logger.getChild(f"report-bot-{id(self)}")
        logger.addFilter(MalformedCounter(malformed))
        self.runner = web.AppRunner(
            app,
            access_log=None,
            logger=logger,
            keepalive_timeout=patience,
            lingering_time=0,
            shutdown_timeout=1,
        )

    async def start(self, address: str) -> int:
        """Listen at `host:port`, and return the port; 0 lets the system choose. Raises StartError where that cannot be."""
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise StartError(f'[bot] web: "{address}" is no host and port; try 127.0.0.1:8642, or "" for none')
        await self.runner.setup()
        site = web.TCPSite(self.runner, host.strip("[]"), int(port))
        try:
            await site.start()
        except OSError as error:
            await self.runner.cleanup()
            raise StartError(
                f'[bot] web: cannot listen at {address} ({error.strerror}); name another port, or ""'
            ) from error
        bound: int = self.runner.addresses[0][1]
        log.info("web server", address=f"{host}:{bound}")
        if not all(ip_address(bound_to[0]).is_loopback for bound_to in self.runner.addresses):
            log.warning("metrics are open to whoever reaches the web server", address=f"{host}:{bound}")
        return bound

    async def close(self) -> None:
        await self.runner.cleanup()
