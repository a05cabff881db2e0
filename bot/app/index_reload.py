"""Takes up a new generation of the index as soon as it is published, without a restart or a lost answer."""

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
    """Ask `newer` for what replaces the engine, and `failure` for why the last build failed, until cancelled.

    Both are asked off the event loop. An index that cannot be used is logged once, and the one that answers goes on.
    """
    told = ""
    while True:
        try:
            found = await asyncio.to_thread(newer, runtime.engine)
            told = ""
            runtime.live.problem = await asyncio.to_thread(failure)
        except ReportIndexError as error:
            found = None
            if str(error) != told:
                log.error("new index refused", reference=new_reference(), exc_info=error)
            runtime.live.problem = told = str(error)
        if found:
            runtime.live.become(found)
            log.info("new index", index=found.generation)
        del found
        await asyncio.sleep(every)
