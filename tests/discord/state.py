"""What the loopback Discord remembers: its clock, identifiers, messages, commands, requests and violations."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.discord.payloads import APPLICATION, EPOCH_MS, GUILDS, Payload, channel, message, thread_member, walk

T = TypeVar("T")
# What does not happen within this time does not happen, even on a machine that does ten other things.
WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Violation:
    """A thing no well-behaved bot does: the rule it breaks, the request, and the details."""

    rule: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.detail}"


@dataclass
class Request:
    """One REST request as received; `status` is what it was answered with, None if it was cut off."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    files: Mapping[str, bytes]
    status: int | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class State:
    """Its clock stands still unless a test moves it forward, so that no interaction grows old because a machine is busy.

    With `real_time` it goes as every clock does: for measurements, and for bots in processes of their own.
    """

    real_time: bool = False
    requests: list[Request] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    messages: dict[str, Payload] = field(default_factory=dict)
    commands: list[Payload] = field(default_factory=list)
    channels: dict[str, Payload] = field(default_factory=dict)  # besides the one that each guild has from the start
    threads: dict[str, Payload] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)  # ids of the threads that the bot is a member of
    roles: dict[str, list[str]] = field(default_factory=dict)  # of members, by their ids
    nonces: dict[tuple[str, str], Payload] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    # Words that AutoMod blocks in messages that more than one member sees.
    blocked_words: set[str] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    advanced: float = 0.0
    _began: float = field(default_factory=time.time)
    _last_id: int = 0

    def now(self) -> float:
        """Return Discord's time in seconds since 1970; tests move it forward, the bot's own clocks stay."""
        return (time.time() if self.real_time else self._began) + self.advanced

    async def delay(self, seconds: float) -> None:
        """Let time pass, on the bot's clocks and on Discord's."""
        await asyncio.sleep(seconds)
        if not self.real_time:
            self.advanced += seconds

    def snowflake(self) -> str:
        """Return a fresh identifier that carries the present time: an old one reads as an expired interaction."""
        self._last_id = max(self._last_id + 1, int(self.now() * 1000 - EPOCH_MS) << 22)
        return str(self._last_id)

    def violate(self, rule: str, where: object, detail: str) -> None:
        self.violations.append(Violation(rule, str(where), detail))
        self.changed.set()

    def channel(self, cid: str) -> Payload:
        """Return a channel or a thread; of a thread that the bot is a member of, with its membership."""
        found = self.threads.get(cid) or self.channels.get(cid) or channel(cid)
        return found | {"member": thread_member(cid)} if cid in self.joined else found

    def guild_of(self, cid: str) -> str | None:
        """Return the guild of a channel or a thread; None for direct messages."""
        found = self.threads.get(cid) or self.channels.get(cid)
        return found["guild_id"] if found else GUILDS.get(cid)

    def channels_of(self, gid: str) -> list[Payload]:
        return [each for each in self.channels.values() if each["guild_id"] == gid]

    def threads_of(self, gid: str) -> list[Payload]:
        """Return the active threads of a guild, each with the bot's membership, if it is a member."""
        return [self.channel(cid) for cid, each in self.threads.items() if each["guild_id"] == gid]

    def post(self, body: Mapping[str, Any], *, channel: str, author: str = APPLICATION) -> Payload:
        """Keep and return a new message."""
        posted = message(body, mid=self.snowflake(), cid=channel, author=author, at=self.now())
        self.messages[posted["id"]] = posted
        return posted

    def blocks(self, body: Mapping[str, Any]) -> bool:
        """Check whether AutoMod blocks a message: by the words in its content or in its components' texts."""
        texts = [str(body.get("content") or ""), *(str(each.get("content")) for each in walk(body.get("components") or []))]
        return any(word in text for word in self.blocked_words for text in texts)

    def attach(self, posted: Payload, files: Mapping[str, bytes]) -> None:
        """Add uploaded files to a message; the CDN serves them from then on."""
        for name, content in files.items():
            upload = self.snowflake()
            path = f"/attachments/{posted['channel_id']}/{upload}/{name}"
            self.uploads[path] = content
            url = f"https://cdn.discordapp.com{path}"
            file = {"id": upload, "filename": name, "size": len(content), "url": url, "proxy_url": url}
            # An edit has named the file already, without an address.
            others = [each for each in posted["attachments"] if "url" in each or each["filename"] != name]
            posted["attachments"] = [*others, file]

    async def wait(self, predicate: Callable[[], T], timeout: float = WAIT_SECONDS) -> T:
        """Return the first true value of `predicate`; it is asked at every change here and each 20 ms.

        Raises TimeoutError, with the latest requests, after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while not (value := predicate()):
            if time.monotonic() > deadline:
                latest = ", ".join(f"{request} -> {request.status}" for request in self.requests[-6:])
                raise TimeoutError(f"nothing matched within {timeout} s; violations: {self.violations[:3]}; last: {latest}")
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), 0.02)
            except TimeoutError:
                continue
        return value
