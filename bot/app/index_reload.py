"""Switch to a new generation of the index when it is published, without a restart or a lost answer."""

import asyncio
from collections.abc import Callable

import structlog

from bot.engine import Engine
from bot.questions.runtime import Runtime
from bot.reference_ids import new_reference
from index.errors import ReportIndexError

log = structlog.get_logger(__name__)

EVERY_SECONDS = 15.0


async def reload_when_newer(
    runtime: Runtime,
    newer: Callable[[Engine], Engine | None],
    failure: Callable[[], str],
    every: float = EVERY_SECONDS,
) -> None:
    """Poll for a newer engine and for a failed build until cancelled.

    An index that cannot be used is logged once, and the current engine stays in use.

    :param newer: Returns a replacement for the engine, or None. Runs in a thread.
    :param failure: Returns the reason why the last build failed, or an empty string. Runs in a thread.
    :param every: Seconds between polls.
    """
    logged_problem = ""
    while True:
        try:
            new_engine = await asyncio.to_thread(newer, runtime.engine)
            logged_problem = ""
            runtime.live.problem = await asyncio.to_thread(failure)
        except ReportIndexError as error:
            new_engine = None
            if str(error) != logged_problem:
                log.error("new index refused", reference=new_reference(), exc_info=error)
            runtime.live.problem = logged_problem = str(error)
        if new_engine:
            runtime.live.become(new_engine)
            log.info("new index", index=new_engine.generation)
        del new_engine
        await asyncio.sleep(every)
