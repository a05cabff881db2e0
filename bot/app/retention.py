"""Delete feedback that is older than its server's rules allow, in the background."""

import asyncio

import structlog

from bot.reference_ids import new_reference
from bot.storage.store import Storage

log = structlog.get_logger(__name__)

EVERY_SECONDS = 3600.0


async def expire_feedback(storage: Storage, every: float = EVERY_SECONDS) -> None:
    """Delete expired feedback periodically until cancelled. A failure is logged.

    :param every: Seconds between runs.
    """
    while True:
        try:
            if deleted := await storage.expire():
                log.info("feedback expired", deleted=deleted)
        except Exception as error:
            log.error("retention failed", reference=new_reference(), exc_info=error)
        await asyncio.sleep(every)
