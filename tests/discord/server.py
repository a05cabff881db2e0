"""FakeDiscord: REST version 10, the gateway and the CDN on one TLS port of 127.0.0.1, with a member to act on it."""

import re
import ssl
from typing import Any

from aiohttp import web

from tests.discord.actions import Actions
from tests.discord.faults import Fault
from tests.discord.gateway import TOKEN, Gateway
from tests.discord.interactions import Interactions
from tests.discord.payloads import Payload
from tests.discord.rest import Rest
from tests.discord.state import Request, State, Violation

PIXEL = b"\x89PNG\r\n\x1a\n"


class FakeDiscord(Actions):
    """Just enough Discord for an unmodified discord.py client.

    `accepts` is the one valid token, `shards` what /gateway/bot recommends, `real_time` lets its clock go by itself; all
    other options are those of `Gateway`.
    Every body is checked; what no well-behaved bot sends is refused as Discord refuses it and recorded in `violations`.
    """

    def __init__(self, *, accepts: str = TOKEN, shards: int = 1, real_time: bool = False, **of_gateway: Any) -> None:
        state = State(real_time)
        gateway = Gateway(state, accepts=accepts, **of_gateway)
        super().__init__(state, gateway, Interactions(state))
        self.rest = Rest(state, gateway, self.interactions, accepts=accepts, shards=shards)
        self.wait = state.wait
        self.port = 0

    @property
    def requests(self) -> list[Request]:
        return self.state.requests

    @property
    def violations(self) -> list[Violation]:
        return self.state.violations

    @property
    def commands(self) -> list[Payload]:
        """The commands of the latest sync."""
        return self.state.commands

    @property
    def messages(self) -> dict[str, Payload]:
        return self.state.messages

    @property
    def faults(self) -> list[Fault]:
        """Faults to come; append to inject."""
        return self.rest.faults

    async def start(self, context: ssl.SSLContext, port: int = 0) -> None:
        app = web.Application(client_max_size=32 << 20)
        app.router.add_route("*", "/api/v10/{tail:.*}", self.rest.endpoint)
        app.router.add_get("/", self.gateway.endpoint)
        app.router.add_get("/{tail:(?:avatars|icons|emojis|embed|attachments)/.*}", self._cdn)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=context).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self.gateway.stop()
        await self._runner.cleanup()

    async def _cdn(self, request: web.Request) -> web.Response:
        return web.Response(body=self.state.uploads.get(request.path, PIXEL), content_type="image/png")

    def advance(self, seconds: float) -> None:
        """Move Discord's clock forward: interactions age, the bot's own clocks stay."""
        self.state.advanced += seconds

    def calls(self, method: str, path: str, *, ok: bool = True) -> list[Request]:
        """Return the requests so far whose path holds the regular expression; with `ok` only those that succeeded."""
        found = [r for r in self.requests if r.method == method and re.search(path, r.path)]
        return [r for r in found if r.status is not None and r.status < 300] if ok else found

    def replies(self, message: Payload) -> list[Payload]:
        """Return the posted messages that reply to `message`."""
        return [m for m in self.messages.values() if _target(m) == message["id"]]

    def refused_host(self, host: str) -> None:
        """Record that the bot tried to reach a host that is not Discord's."""
        self.state.violate("network", host, "the bot under test may reach Discord only")

    def drain(self) -> list[Violation]:
        """Return every violation so far and forget it, neglected interactions included: for tests that provoke one."""
        self.interactions.report_neglected()
        drained = list(self.violations)
        self.violations.clear()
        return drained


def _target(message: Payload) -> str | None:
    reference = message.get("message_reference")
    return str(reference["message_id"]) if reference else None
