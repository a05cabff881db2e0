"""REST answers: a status, a JSON body and the headers every answer of Discord carries."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, bucket: str) -> web.Response:
        """Return the aiohttp response; `bucket` names the route whose rate limit it counts against."""
        headers = {
            "X-RateLimit-Limit": "50",
            "X-RateLimit-Remaining": "49",
            "X-RateLimit-Reset-After": "1.0",
            "X-RateLimit-Reset": str(time.time() + 1),
            "X-RateLimit-Bucket": hashlib.blake2s(bucket.encode(), digest_size=8).hexdigest(),
            **self.headers,
        }
        if self.status == 204:
            return web.Response(status=204, headers=headers)
        # The bare type: discord.py hands a body with "; charset=utf-8" to the bot as a string.
        headers["Content-Type"] = "application/json"
        return web.Response(status=self.status, body=json.dumps(self.body).encode(), headers=headers)


NOTHING = Answer(204)


def error(status: int, code: int, message: str) -> Answer:
    return Answer(status, {"code": code, "message": message})


BLOCKED = error(400, 200000, "Message was blocked by automatic moderation")


def invalid_form(problems: list[str]) -> Answer:
    """Return Discord's answer to a body it does not accept."""
    errors = {"_errors": [{"code": "INVALID", "message": problem} for problem in problems]}
    return Answer(400, {"code": 50035, "message": "Invalid Form Body", "errors": errors})
