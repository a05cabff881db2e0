"""A small web server beside the bot: health and metrics for whoever looks after it, and the published report."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from aiohttp import web

from bot.errors import StartError
from bot.figures import Figures

log = structlog.get_logger(__name__)

PREFIX = "/report"
# A page and what it needs come from here alone, and nobody frames it.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
LONGEST_REQUEST = 1024  # bytes of a body; none is expected


def application(figures: Figures, is_ready: Callable[[], bool], site: Path | None) -> web.Application:
    """`/healthz`, `/readyz`, `/metrics`, and below `/report/` the published site if there is one."""

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        return web.Response(text="ready\n") if is_ready() else web.Response(status=503, text="not ready\n")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=figures.exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app = web.Application(middlewares=[protected], client_max_size=LONGEST_REQUEST)
    app.add_routes([web.get("/healthz", healthy), web.get("/readyz", ready), web.get("/metrics", metrics)])
    if site:

        async def page(request: web.Request) -> web.StreamResponse:
            return await asyncio.to_thread(found, site, request.match_info["path"])

        app.add_routes([web.get(PREFIX + "/{path:.*}", page)])
    return app


def found(site: Path, path: str) -> web.StreamResponse:
    """A file of the site, for a folder its index. Raises HTTPNotFound for any other path, also one that leads out of it."""
    root = site.resolve()
    try:
        file = (root / path).resolve()
        file = file / "index.html" if file.is_dir() else file
        inside = file.is_relative_to(root) and file.is_file()
    except (OSError, ValueError):
        inside = False
    if not inside:
        raise web.HTTPNotFound
    return web.FileResponse(file)


@web.middleware
async def protected(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every answer with the headers, errors included."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(HEADERS)
        raise
    response.headers.update(HEADERS)
    return response


class WebServer:
    """Serves an application until it is closed."""

    def __init__(self, app: web.Application) -> None:
        self.runner = web.AppRunner(app, access_log=None)

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
        return bound

    async def close(self) -> None:
        await self.runner.cleanup()
