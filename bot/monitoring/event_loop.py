"""Watches the event loop: whatever blocks it delays every member's answer, and Discord waits three seconds."""

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.monitoring.metrics import Metrics
from bot.reference_ids import new_reference

log = structlog.get_logger(__name__)

EVERY_SECONDS = 0.02
# Longer than any step of ours needs.
LONG_SECONDS = 0.25


async def watch_lag(figures: Metrics, every: float = EVERY_SECONDS, clock: Callable[[], float] = time.perf_counter) -> None:
    """Measure how late the loop wakes whoever asked to be woken, until cancelled; a long delay is logged."""
    while True:
        due = clock() + every
        await asyncio.sleep(every)
        late = max(clock() - due, 0.0)
        figures.lag(late)
        if late > LONG_SECONDS:
            log.warning("event loop was blocked", seconds=round(late, 3), reference=new_reference())
