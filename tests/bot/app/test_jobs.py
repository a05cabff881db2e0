"""What runs beside the answering: taking up a newer index, deleting old feedback, counting."""

import asyncio

import pytest
import structlog

from bot.app.client import open_storage
from bot.app.index_reload import reload_when_newer
from bot.app.retention import expire_feedback, keep_usage
from bot.config import BotOptions
from bot.errors import StorageError
from bot.monitoring.event_loop import watch_lag
from bot.monitoring.metrics import Metrics
from bot.questions.pipeline import Request, card_for
from bot.questions.runtime import Runtime
from bot.storage.store import Storage
from index.errors import GenerationError
from tests.bot.fakes import MEMORY, FakeEngine, settings, texts
from tests.discord.state import WAIT_SECONDS


@pytest.fixture
async def runtime():
    engine = FakeEngine()
    storage = await Storage.open(MEMORY)
    made = Runtime.start(settings(concurrency=1), engine, storage)
    yield made
    engine.go.set()
    made.workers.close()
    await storage.close()


async def until(condition):
    async with asyncio.timeout(WAIT_SECONDS):
        while not condition():
            await asyncio.sleep(0.005)


async def test_reload_when_newer_new_generation_swaps_engine_without_losing_answers(runtime):
    old, new = runtime.engine, FakeEngine(generation="20300101T000000-00000000")
    slow = asyncio.create_task(card_for(runtime, Request("slow?", "en")))
    await until(lambda: old.asked)
    found = iter([None, GenerationError("is damaged"), GenerationError("is damaged"), new])

    def newer(engine):
        assert engine is old or engine is new
        item = next(found, None)
        if isinstance(item, Exception):
            raise item
        return item

    with structlog.testing.capture_logs() as records:
        job = asyncio.create_task(reload_when_newer(runtime, newer, lambda: "the build failed", every=0.005))
        await until(lambda: runtime.engine is new)
        job.cancel()
    assert [(r["event"], r["log_level"]) for r in records] == [("new index refused", "error"), ("new index", "info")]
    old.go.set()
    assert texts((await slow).to_components())[1] == "**The report says:**"
    await card_for(runtime, Request("where?", "en"))
    assert (old.asked, new.asked) == (["slow?"], ["where?"])
    assert runtime.lookup_cards.engine is new


async def test_reload_when_newer_reload_or_build_failure_sets_live_problem(runtime):
    problems = iter([GenerationError("is damaged"), None])
    failure = "the build of 2030-05-06T12:00:00Z failed: report.toml: title: field required"
    step = asyncio.Event()

    def newer(_):
        if isinstance(item := next(problems, None), Exception):
            raise item

    with structlog.testing.capture_logs():
        job = asyncio.create_task(reload_when_newer(runtime, newer, lambda: "" if step.is_set() else failure, every=0.005))
        await until(lambda: runtime.live.problem == "is damaged")
        await until(lambda: runtime.live.problem == failure)
        step.set()
        await until(lambda: runtime.live.problem == "")
        job.cancel()


async def test_expire_feedback_storage_error_is_logged_and_loop_continues(runtime):
    calls = iter([StorageError("locked"), 0, 3])
    deleted = []

    async def expire():
        item = next(calls, 0)
        if isinstance(item, Exception):
            raise item
        deleted.append(item)
        return item

    runtime.storage.expire = expire
    with structlog.testing.capture_logs() as records:
        job = asyncio.create_task(expire_feedback(runtime.storage, every=0.001))
        await until(lambda: len(deleted) > 2)
        job.cancel()
    assert [record["event"] for record in records][:2] == ["retention failed", "feedback expired"]


def test_metrics_answer_counts_verdicts_and_latency_returns_quantiles():
    figures = Metrics()
    assert (figures.latency(0.5), figures.latency(0.95)) == (0.0, 0.0)
    for n in range(1, 101):
        figures.answer("answered" if n % 2 else "related", n / 1000)
    assert (round(figures.latency(0.5)), round(figures.latency(0.95))) == (51, 96)
    assert figures.answered == {"answered": 50, "related": 50}


async def test_open_storage_unwritable_default_path_uses_memory(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(blocked))
    storage = await open_storage(BotOptions())
    assert storage.engine.url.database == ":memory:"
    await storage.close()
    with pytest.raises(StorageError):
        await open_storage(BotOptions(storage=f"sqlite+aiosqlite:///{blocked}/x.sqlite"))


async def test_watch_lag_blocked_loop_logs_and_records_lag():
    figures, times = Metrics(), iter([0.0, 0.001, 1.0, 1.501, 2.0, 2.001])
    with structlog.testing.capture_logs() as records, pytest.raises(RuntimeError, match="StopIteration"):
        await watch_lag(figures, every=0.001, clock=times.__next__)
    assert [(record["event"], record["seconds"]) for record in records] == [("event loop was blocked", 0.5)]
    assert "report_bot_event_loop_longest_lag_seconds 0.5" in figures.exposition().decode().splitlines()


async def test_keep_usage_saves_periodically_and_logs_failure(runtime, monkeypatch):
    storage, failures = runtime.storage, iter([StorageError("down")])
    save = storage.save_usage

    async def save_or_fail():
        for error in failures:
            raise error
        await save()

    monkeypatch.setattr(storage, "save_usage", save_or_fail)
    storage.count_question(1, "text", "answered")
    with structlog.testing.capture_logs() as records:
        job = asyncio.create_task(keep_usage(storage, every=0.005))
        await until(lambda: not storage._unsaved)
        job.cancel()
    assert [asked.number for asked in await storage.usage(1, 7)] == [1]
    assert records == [{"event": "usage cannot be saved", "log_level": "warning", "reason": "down"}]
