"""Show on a message what is written above its answer, in as few edits as Discord likes."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import discord
import structlog

from bot.delivery.sender import CUT, FAILURES, PAUSE_SECONDS, is_temporary, retry_when_cut
from bot.reference_ids import current_reference
from bot.writing.head_writer import GrowingHead
from index.writing.written_head import WrittenHead

log = structlog.get_logger(__name__)

EVERY_SECONDS, MOST = 1.2, 8  # between two edits of a message, and edits of it
Show = Callable[[WrittenHead | None], Awaitable[object]]


async def show_while_written(growing: GrowingHead, show: Show, until: float) -> None:
    """Show a head as it grows, and at the end as it stays.

    After an edit that Discord delays, only the last one follows. A failure is logged: the answer itself is there already.

    :param show: Edits the message.
    :param until: The time of the event loop after which the message cannot be edited any more.
    """
    loop = asyncio.get_running_loop()
    shown: WrittenHead | None = None
    left, next_edit = MOST, loop.time() + EVERY_SECONDS
    while True:
        changed = growing.changed
        if growing.head != shown and (left > 1 or growing.is_finished):
            await asyncio.sleep(next_edit - loop.time())
            head, last, started = growing.head, growing.is_finished, loop.time()
            if started >= until:
                return
            try:
                await retry_when_cut(partial(show, head), PAUSE_SECONDS if last else 0)
                shown = head
            except FAILURES as error:
                log.info("head is not shown", code=getattr(error, "code", None), reference=current_reference())
                if last or not may_pass(error):
                    return
                left = 1
            left -= left > 1
            next_edit = loop.time() + EVERY_SECONDS
            if loop.time() - started > EVERY_SECONDS:
                left = 1
        elif growing.is_finished:
            return
        else:
            await changed.wait()


def may_pass(error: BaseException) -> bool:
    """Check whether a later edit may succeed."""
    return isinstance(error, CUT) or (isinstance(error, discord.HTTPException) and is_temporary(error))
