"""Heads as they are written: cache, breaker, tokens of the day, one at a time, and what becomes of failures."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from bot.monitoring.metrics import Metrics
from bot.storage.store import Storage, utc_now
from bot.writing import head_writer
from bot.writing.head_writer import WAITING, HeadWriter
from index.config import WriterOptions
from index.errors import ServiceError
from index.models import Scope
from tests.bot.fakes import MEMORY, PLAIN, SPOKEN, FakeEngine, answer

OPTIONS = WriterOptions(endpoint="http://localhost:1/v1", model="m", max_tokens=100, daily_tokens=10_000)
PROVEN, OTHER = f"{SPOKEN.quote} [1]", f"{PLAIN.quote} [2]"
SENT = 30  # tokens of a request


@dataclass
class FakeService:
    """Answers each request with the next of `replies`: lines, after which an error may come; else the last again."""

    replies: list = field(default_factory=lambda: [[PROVEN]])
    tokens: int = 50
    asked: list = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def stream(self, messages):
        return FakeStream(self, messages)


class FakeStream:
    def __init__(self, service, messages):
        self.service, self.messages, self.tokens = service, messages, SENT

    async def lines(self):
        service = self.service
        service.asked.append(self.messages)
        service.at_once += 1
        service.most_at_once = max(service.most_at_once, service.at_once)
        try:
            await service.go.wait()
            for line in service.replies.pop(0) if len(service.replies) > 1 else service.replies[0]:
                if isinstance(line, Exception):
                    raise line
                yield line
            self.tokens = service.tokens
        finally:
            service.at_once -= 1


@pytest.fixture
async def writer():
    storage = await Storage.open(MEMORY)
    made = HeadWriter(OPTIONS, FakeService(), storage, Metrics(), lambda: False)
    made.service.go.set()
    yield made
    await made.close()
    await storage.close()


async def head_of(writer, question="在哪裡？", **over):
    writing = writer.begin(FakeEngine(), answer(question, **over))
    while not writing.is_finished:
        await writing.changed.wait()
    return writing.head


def failing(outcome="slow"):
    return ServiceError("the service is slow", outcome)


async def test_head_writer_proven_lines_become_the_head_and_are_remembered(writer):
    writer.service.replies = [[PROVEN, "會議在東京舉行。 [1]", OTHER]]
    head = await head_of(writer)
    assert [(line.text, line.citations) for line in head.lines] == [(SPOKEN.quote, (1,)), (PLAIN.quote, (2,))]
    assert (head.citations, head.dropped) == ((SPOKEN, PLAIN), 1)
    assert await head_of(writer) == head
    assert len(writer.service.asked) == 1
    assert writer.metrics.written == {"written": 1}
    assert writer.known(answer("在哪裡？")) == head
    assert writer.known(answer("在哪裡？", index="20300101T000000-00000000")) is None
    assert writer.known(answer("在哪裡？", scope=Scope(day="2021-12-15"))) is None
    assert writer.known(answer("在哪裡？", citations=(PLAIN,))) is None
    assert writer.known(replace(answer("那何時？"), understood="在哪裡？")) == head


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (["NONE"], "nothing"),
        ([], "nothing"),
        (["會議在東京舉行。 [1]"], "unproven"),
        ([PROVEN, "一 [1]", "二 [2]"], "unproven"),
        (["I cannot help with that."], "unproven"),
    ],
)
async def test_head_writer_nothing_proven_gives_no_head_and_is_not_asked_again(writer, reply, outcome):
    writer.service.replies = [reply]
    assert [await head_of(writer), await head_of(writer)] == [None, None]
    assert writer.metrics.written == {outcome: 1}
    assert len(writer.service.asked) == 1


async def test_head_writer_service_fails_in_the_middle_keeps_what_is_proven_and_tries_again(writer):
    writer.service.replies = [[PROVEN, failing()], [PROVEN, OTHER]]
    head = await head_of(writer)
    assert [line.text for line in head.lines] == [SPOKEN.quote]
    assert writer.known(answer("在哪裡？")) is None
    assert len((await head_of(writer)).lines) == 2
    assert writer.metrics.written == {"slow": 1, "written": 1}


async def test_head_writer_five_failures_leave_the_service_alone_for_a_minute(writer):
    now = 1000.0
    writer.breaker.clock = lambda: now
    writer.service.replies = [[failing("refused")]]
    for n in range(8):
        assert await head_of(writer, f"在哪裡？{n}") is None
    assert writer.metrics.written == {"refused": 5, "paused": 3}
    assert len(writer.service.asked) == 5
    now += 60
    writer.service.replies = [[PROVEN]]
    assert await head_of(writer, "在哪裡？") is not None


async def test_head_writer_bug_gives_no_head_and_the_next_answer_gets_one(writer):
    def broken(*_):
        raise RuntimeError(SPOKEN.quote)

    engine = FakeEngine()
    engine.verify_line = broken
    writing = writer.begin(engine, answer("在哪裡？"))
    await writing.changed.wait()
    assert (writing.head, writing.is_finished, writer.metrics.written) == (None, True, {"failed": 1})
    assert not writer._turn.locked()
    assert await head_of(writer) is not None


async def test_head_writer_tokens_are_counted_as_used_and_end_with_the_day(writer):
    assert await head_of(writer, "一") is not None
    assert await writer.storage.tokens_today() == 50
    writer.service.replies = [[failing()]]
    await head_of(writer, "二")
    assert await writer.storage.tokens_today() == 50 + SENT
    await writer.storage.reserve_tokens(10_000 - 80 - SENT - 100 + 1, 10_000)
    assert await head_of(writer, "三") is None
    assert writer.metrics.written == {"written": 1, "slow": 1, "spent": 1}
    await writer.storage.add_tokens(utc_now().date(), -1)
    writer.service.replies = [[PROVEN]]
    assert await head_of(writer, "三") is not None


async def test_head_writer_writes_one_at_a_time_and_few_wait(writer):
    writer.service.go.clear()
    begun = [writer.begin(FakeEngine(), answer(f"在哪裡？{n}")) for n in range(WAITING + 4)]
    same = writer.begin(FakeEngine(), answer("在哪裡？0"))
    assert same is begun[0]
    while not all(each.is_finished for each in begun[WAITING + 1 :]):
        await asyncio.sleep(0)
    assert [each.head for each in begun[WAITING + 1 :]] == [None] * 3
    writer.service.go.set()
    while not all(each.is_finished for each in begun):
        await asyncio.sleep(0.001)
    assert all(each.head for each in begun[: WAITING + 1])
    assert (writer.service.most_at_once, len(writer.service.asked)) == (1, WAITING + 1)
    assert writer.metrics.written == {"busy": 3, "written": WAITING + 1}


async def test_head_writer_waits_too_long_gives_up(writer, monkeypatch):
    monkeypatch.setattr(head_writer, "WAITING_SECONDS", 0.01)
    writer.service.go.clear()
    first = writer.begin(FakeEngine(), answer("在哪裡？"))
    assert await head_of(writer, "何時？") is None
    writer.service.go.set()
    while not first.is_finished:
        await first.changed.wait()
    assert (first.head is not None, writer.metrics.written) == (True, {"busy": 1, "written": 1})


async def test_head_writer_answer_without_task_is_not_counted(writer):
    assert await head_of(writer, "look-up") is None
    assert (writer.metrics.written, writer.service.asked) == ({}, [])


async def test_head_writer_close_ends_what_is_under_way(writer):
    writer.service.go.clear()
    writing = writer.begin(FakeEngine(), answer("在哪裡？"))
    await asyncio.sleep(0.01)
    await writer.close()
    assert (writing.is_finished, writing.head, writer.service.at_once) == (True, None, 0)


async def test_head_writer_sends_no_ids_that_a_question_mentions(writer):
    member, role, channel = "<@1300000000000000777>", "<@&1300000000000000042>", "<#1300000000000000002>"
    await head_of(writer, f"{member} 在 {channel} 問 {role} 在哪裡？<@!1300000000000000777>")
    sent = writer.service.asked[0][-1]["content"]
    assert "1300000000000000" not in sent
    assert "在   問   在哪裡？" in sent or "在 問 在哪裡？" in sent


async def test_head_writer_verifies_only_when_quiet(writer):
    busy = True
    writer.is_busy = lambda: busy
    writing = writer.begin(FakeEngine(), answer("在哪裡？"))
    await asyncio.sleep(0.05)
    assert not writing.is_finished
    busy = False
    await writing.changed.wait()
    assert writing.head is not None
