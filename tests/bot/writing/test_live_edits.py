"""Edits of a message while its head is written, on a clock that does not wait."""

import asyncio
from itertools import pairwise
from types import SimpleNamespace

import aiohttp
import discord
import pytest

from bot.writing import live_edits
from bot.writing.head_writer import GrowingHead
from bot.writing.live_edits import EVERY_SECONDS, MOST, show_while_written
from index.writing.written_head import WrittenHead, WrittenLine
from tests.bot.fakes import SPOKEN

HEADS = [WrittenHead((WrittenLine(str(n), (1,)),), (SPOKEN,), 0) for n in range(40)]


class Clock(asyncio.SelectorEventLoop):
    """An event loop that jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            self.now = max(self.now, self._scheduled[0]._when)
        super()._run_once()


def run(main):
    with asyncio.Runner(loop_factory=Clock) as runner:
        return runner.run(main)


def rejected(status: int, code: int = 0, **headers: str) -> discord.HTTPException:
    response = SimpleNamespace(status=status, reason="", headers=headers)
    return discord.HTTPException(response, {"code": code, "message": "no"})


class Message:
    """Remembers what it was edited to and when; an edit takes `seconds`, and fails as `failures` say in turn."""

    def __init__(self, seconds: float = 0.0, failures=()) -> None:
        self.seconds, self.failures = seconds, list(failures)
        self.shown: list[WrittenHead | None] = []
        self.times: list[float] = []

    async def show(self, head: WrittenHead | None) -> None:
        self.times.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.seconds)
        if self.failures and (failure := self.failures.pop(0)):
            raise failure
        self.shown.append(head)


async def written(message: Message, heads, every: float, last=..., until: float = 10_000.0) -> None:
    """Write a head after each `every` seconds, and show it; `last` is the head at the end."""
    writing = GrowingHead()
    showing = asyncio.create_task(show_while_written(writing, message.show, until))
    for head in heads:
        await asyncio.sleep(every)
        writing.become(head)
    await asyncio.sleep(every)
    writing.become(writing.head if last is ... else last, finished=True)
    await showing


def test_show_while_written_many_lines_makes_few_edits_and_shows_the_last():
    message = Message()
    run(written(message, HEADS, 0.5))
    assert len(message.shown) == MOST == 8
    assert message.shown[-1] is HEADS[-1]
    assert message.shown == sorted(message.shown, key=HEADS.index)
    pauses = [round(b - a, 6) for a, b in pairwise(message.times)]
    assert min(pauses) == EVERY_SECONDS == 1.2
    assert message.times[0] >= 1000 + EVERY_SECONDS


def test_show_while_written_slow_lines_are_each_shown_at_once_and_the_end_needs_no_edit():
    message = Message()
    run(written(message, HEADS[:3], 5.0))
    assert (message.shown, message.times) == (HEADS[:3], [1005.0, 1010.0, 1015.0])


def test_show_while_written_head_that_fails_at_the_end_is_taken_back():
    message = Message()
    run(written(message, HEADS[:1], 5.0, last=None))
    assert message.shown == [HEADS[0], None]


def test_show_while_written_nothing_proven_makes_no_edit():
    message = Message()
    run(written(message, [], 1.0))
    assert message.shown == []


def test_show_while_written_finished_before_shows_it_in_one_edit():
    message = Message()
    run(show_while_written(GrowingHead(HEADS[3], is_finished=True), message.show, 10_000.0))
    assert message.shown == [HEADS[3]]


@pytest.mark.parametrize("slow", ["delayed", "refused", "cut"])
def test_show_while_written_rate_limit_leaves_only_the_last_edit(slow):
    failures = {"delayed": [], "refused": [rejected(429, **{"Retry-After": "3"})], "cut": [aiohttp.ClientOSError()] * 3}
    message = Message(seconds=2.0 if slow == "delayed" else 0.0, failures=failures[slow])
    run(written(message, HEADS[:20], 1.5))
    assert message.shown == [*([HEADS[0]] if slow == "delayed" else []), HEADS[19]]


@pytest.mark.parametrize(
    "failure", [rejected(404, 10008), rejected(403, 50013), rejected(400, 200000), rejected(400, 50035)]
)
def test_show_while_written_refusal_ends_it(failure):
    message = Message(failures=[None, failure])
    run(written(message, HEADS[:9], 2.0))
    assert message.shown == [HEADS[0]]
    assert len(message.times) == 2


def test_show_while_written_last_edit_is_tried_again_as_discord_asks():
    message = Message(failures=[rejected(429, **{"Retry-After": "7"}), rejected(503), None])
    run(show_while_written(GrowingHead(HEADS[0], is_finished=True), message.show, 10_000.0))
    assert message.shown == [HEADS[0]]
    assert message.times[1] - message.times[0] == 7.0


def test_show_while_written_token_expired_makes_no_further_edit():
    message = Message()
    run(written(message, HEADS[:9], 2.0, until=1000 + 5.0))
    assert message.shown == HEADS[:2]


def test_show_while_written_failure_is_logged_without_texts(monkeypatch):
    logged = []
    monkeypatch.setattr(live_edits.log, "info", lambda event, **fields: logged.append((event, fields["code"])))
    run(show_while_written(GrowingHead(HEADS[0], is_finished=True), Message(failures=[rejected(404, 10008)]).show, 10_000.0))
    assert logged == [("head is not shown", 10008)]
