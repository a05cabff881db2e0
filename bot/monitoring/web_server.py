"""Serve health checks, metrics and the published report over HTTP."""

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
from index.site.urls import PASSAGES, TEXT_PAGE, passage_anchor

log = structlog.get_logger(__name__)

PREFIX = "/report"
# Pages load resources from this server only and cannot be framed. The server's software stays hidden.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Server": "report-bot",
}
# Rate limit for each peer, separately for the report and for everything else.
CALLS, WINDOW_SECONDS = 100, 2.0
PATIENCE_SECONDS = 15.0


def make_application(
    figures: Metrics, is_ready: Callable[[], bool], site: Path | None, hosts: Collection[str] = (), calls: int = CALLS
) -> web.Application:
    """Build the application: `/healthz`, `/readyz`, `/metrics` and, with a site, `/report/`.

    :param is_ready: Whether the bot is connected to Discord and ready.
    :param site: Folder of the published site.
    :param hosts: Host names, besides those of this machine, that may be used for `/metrics`.
    :param calls: Number of requests that each peer may send in `WINDOW_SECONDS`.
    """

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        return web.Response(text="ready\n") if is_ready() else web.Response(status=503, text="not ready\n")

    async def metrics(request: web.Request) -> web.Response:
        # DNS rebinding would let a page read the metrics in its visitor's browser. Health checks reveal nothing.
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
    """Return whether a request's Host header names this machine, the local address of the connection, or one of `hosts`."""
    try:
        host = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    except ValueError:
        return False
    address = request.transport.get_extra_info("sockname")[0] if request.transport else ""
    return host in {"localhost", address, *hosts} or is_loopback(host)


def is_loopback(host: str) -> bool:
    """Return whether a host is a loopback address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def find_file(site: Path, path: str) -> web.StreamResponse:
    """Return a file of the site, or the index page of a folder.

    Hidden files belong to the publisher.

    :raises HTTPFound: For the page of a passage that the report no longer has: to its full text, which says so.
    :raises HTTPNotFound: For any other path, including one outside the site.
    """
    root = site.resolve()
    try:
        file = (root / path).resolve()
        file = file / "index.html" if file.is_dir() else file
        if is_inside(file, root) and not is_hidden(path, file.relative_to(root)):
            return web.FileResponse(file)
        is_passage = file.parent.name == PASSAGES and file.suffix == ".html" and file.stem.isalnum()
        is_gone = is_passage and is_inside(file.parents[1] / TEXT_PAGE, root)
    except (OSError, ValueError):
        raise web.HTTPNotFound from None
    # Relative, since a proxy may serve the site below another path.
    raise web.HTTPFound(f"../{TEXT_PAGE}#{passage_anchor(file.stem)}") if is_gone else web.HTTPNotFound


def is_inside(file: Path, root: Path) -> bool:
    """Return whether a path is that of a file below a folder."""
    return file.is_relative_to(root) and file.is_file()


def is_hidden(*paths: str | Path) -> bool:
    """Return whether any part of the paths starts with a dot."""
    return any(part.startswith(".") for path in paths for part in Path(path).parts)


async def protect_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Add the security headers to a response, errors included."""
    response.headers.update(HEADERS)


def throttle_requests(limiter: RateLimiter, calls: int) -> Middleware:
    """Build a middleware that limits the rate of each peer. The report and health checks have separate limits."""

    @web.middleware
    async def throttle(request: web.Request, handler: Handler) -> web.StreamResponse:
        if seconds := limiter.wait({(request.remote, request.path.startswith(PREFIX)): calls}):
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(math.ceil(seconds))})
        return await handler(request)

    return throttle


@web.middleware
async def without_body(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request with a body without reading it: no route needs one."""
    if not request.body_exists:
        return await handler(request)
    refusal = web.HTTPRequestEntityTooLarge(0, request.content_length or 1)
    refusal.force_close()
    raise refusal


class MalformedCounter(logging.Filter):
    """A log filter that counts malformed requests and drops their tracebacks."""

    def __init__(self, count: Callable[[], None]) -> None:
        super().__init__()
        self.count = count

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record."""
        malformed = record.exc_info is not None and isinstance(record.exc_info[1], HttpProcessingError)
        if malformed:
            self.count()
        return not malformed


class WebServer:
    """Serves an application until it is closed.

    :param malformed: Called for each request that is not valid HTTP.
    :param patience: Timeout in seconds for the head of a request and for an idle connection.
    """

    def __init__(
        self, app: web.Application, malformed: Callable[[], None] = lambda: None, patience: float = PATIENCE_SECONDS
    ) -> None:
        # A logger for each server, so that filters do not affect other servers.
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
        """Listen at an address.

        :param address: `host:port`; the system chooses a port for 0.
        :return: The port.
        :raises StartError: If the address is not valid or cannot be used.
        """
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
        """Stop listening and close all connections."""
        await self.runner.cleanup()
