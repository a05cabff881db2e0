"""Keep the database in order in the background: save counted questions, and delete what has expired."""

import asyncio

import structlog

from bot.errors import StorageError
from bot.reference_ids import new_reference
from bot.storage.store import Storage

log = structlog.get_logger(__name__)

EVERY_SECONDS = 3600.0
SAVED_EVERY_SECONDS = 60.0


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


async def keep_usage(storage: Storage, every: float = SAVED_EVERY_SECONDS) -> None:
    """Save counted questions periodically until cancelled.

    :param every: Seconds between runs.
    """
    while True:
        await asyncio.sleep(every)
        # Cancelled in the middle, a write would lose what it writes; the next call of `save_usage` waits for its end.
        await asyncio.shield(save_usage(storage))


async def save_usage(storage: Storage) -> None:
    """Save counted questions. A failure is logged, and the next call saves them."""
    try:
        await storage.save_usage()
    except StorageError as error:
        log.warning("usage cannot be saved", reason=str(error))
