"""Faults to inject: what to do to the next REST requests that match, instead of answering them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass
class Fault:
    """Strike the next `times` requests of `method` ("*": any) whose path holds the regular expression `path`.

    `delay` (seconds) comes first. `status` answers in Discord's place. `drop` cuts the connection: "before" the
    request has any effect, or "after" it took effect, which is how messages get sent twice. `garble` lets it take effect
    and answers with what is no JSON. `struck` counts.
    """

    method: str
    path: str
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    times: int = 1
    drop: Literal["before", "after"] | None = None
    garble: bool = False
    struck: int = 0

    def strikes(self, method: str, path: str) -> bool:
        return self.times > 0 and self.method in ("*", method) and re.search(self.path, path) is not None


def rate_limited(
    method: str, path: str, *, retry_after: float = 0.05, times: int = 1, everywhere: bool = False, via: bool = True
) -> Fault:
    """Return a 429; without `via` it looks like a ban by the proxy in front of Discord, which is never retried."""
    headers = {"X-RateLimit-Scope": "global" if everywhere else "user", "Retry-After": str(retry_after)}
    if via:
        headers["Via"] = "1.1 loopback"
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
    return Fault(method, path, status=429, body=body, headers=headers, times=times)


def slow_mode(method: str, path: str, *, retry_after: float = 0.05, times: int = 1) -> Fault:
    """Return the refusal of a message in a channel with slow mode.

    https://discord.com/developers/docs/topics/opcodes-and-status-codes#json: 20016.
    """
    body = {"message": "This action cannot be performed due to slowmode rate limit", "code": 20016}
    return Fault(method, path, status=400, body=body, headers={"Retry-After": str(retry_after)}, times=times)


def refused(method: str, path: str, *, status: int, code: int = 0, message: str = "fault", times: int = 1) -> Fault:
    """Return a JSON error such as 500, 403 with code 50013 or 404 with code 10008."""
    return Fault(method, path, status=status, body={"code": code, "message": message}, times=times)


def dropped(method: str, path: str, *, when: Literal["before", "after"] = "before", times: int = 1) -> Fault:
    return Fault(method, path, drop=when, times=times)


def garbled(method: str, path: str, *, times: int = 1) -> Fault:
    return Fault(method, path, garble=True, times=times)


def delayed(method: str, path: str, seconds: float, *, times: int = 1) -> Fault:
    return Fault(method, path, delay=seconds, times=times)
