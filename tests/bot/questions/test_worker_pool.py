"""Calls off the event loop: so many at a time, in turn, and every one of them ends."""

import asyncio
import threading

import pytest

from bot.errors import BusyError, LeavingError
from bot.questions.worker_pool import WorkerPool


@pytest.fixture
async def held():
    """One worker that is busy until `go`, with room for two who wait; `made` are the calls that ran."""
    workers, go, made = WorkerPool(1, 2), threading.Event(), []

    def call(name):
        made.append(name)
        assert go.wait(20)
        if name.endswith("!"):
            raise ValueError(name)
        return name.upper()

    async def ask(name):
        return await workers.run(name[0], lambda: call(name))

    workers.go, workers.made, workers.ask = go, made, ask
    yield workers
    go.set()
    workers.close()


async def under_way(workers, *names):
    tasks = [asyncio.create_task(workers.ask(name)) for name in names]
    await asyncio.sleep(0)
    return tasks


async def test_worker_pool_run_returns_result_or_error_of_each_call(held):
    tasks = await under_way(held, "a1", "a2", "b1!")
    assert len(held) == 3
    held.go.set()
    assert await asyncio.gather(*tasks[:2]) == ["A1", "A2"]
    with pytest.raises(ValueError, match="b1!"):
        await tasks[2]
    assert held.made == ["a1", "a2", "b1!"] or held.made == ["a1", "b1!", "a2"]
    assert len(held) == 0


async def test_worker_pool_run_queue_full_raises_busy_error_for_longest_queue(held):
    tasks = await under_way(held, "a1", "a2", "a3", "b1")
    with pytest.raises(BusyError, match="2 questions wait already"):
        await tasks[2]
    held.go.set()
    assert await asyncio.gather(tasks[0], tasks[1], tasks[3]) == ["A1", "A2", "B1"]
    assert held.made[0] == "a1"


async def test_worker_pool_run_cancelled_waiter_is_not_called(held):
    tasks = await under_way(held, "a1", "b1", "c1")
    tasks[1].cancel()
    held.go.set()
    assert await tasks[2] == "C1"
    assert held.made == ["a1", "c1"]


async def test_worker_pool_close_raises_leaving_error_for_pending_and_new_calls(held):
    tasks = await under_way(held, "a1", "b1")
    held.close()
    for task in tasks:
        with pytest.raises(LeavingError):
            await task
    with pytest.raises(LeavingError):
        await held.ask("c1")
    assert held.made == ["a1"]
