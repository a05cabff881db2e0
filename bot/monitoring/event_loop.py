"""Measure the lag of the event loop. Blocking code delays every answer, and Discord waits only three seconds."""

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.monitoring.metrics import Metrics
from bot.reference_ids import new_reference

log = structlog.get_logger(__name__)

EVERY_SECONDS = 0.02
# Longer than any step of the bot takes.
LONG_SECONDS = 0.25


async def watch_lag(figures: Metrics, every: float = EVERY_SECONDS, clock: Callable[[], float] = time.perf_counter) -> None:
    """Measure how late the event loop wakes a task, until cancelled. A long delay is logged.

    :param every: Seconds between measurements.
    """
    while True:
        due = clock() + every
        await asyncio.sleep(every)
        lag = max(clock() - due, 0.0)
        figures.lag(lag)
        if lag > LONG_SECONDS:
            log.warning("event loop was blocked", seconds=round(lag, 3), reference=new_reference())
