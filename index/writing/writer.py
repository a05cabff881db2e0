"""Have one answer written: send the task, verify each line as it arrives, and collect what is proven."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from index.chat.chat_service import ChatStream
from index.writing.written_head import HeadDraft, LineVerdict, WritingTask

Verify = Callable[[WritingTask, str], Awaitable[LineVerdict]]


async def write(task: WritingTask, stream: ChatStream, verify: Verify) -> AsyncIterator[HeadDraft]:
    """Yield the draft after each line of the model, until it is full or the model ends.

    :raises ServiceError: if the service fails; the draft then holds what was proven before.
    """
    draft = HeadDraft(task)
    async for raw in stream:
        draft.add(await verify(task, raw))
        yield draft
        if draft.is_full:
            break
