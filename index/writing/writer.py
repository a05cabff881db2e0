"""Have one answer written: send the task, verify each line as it arrives, and say how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

from index.chat.chat_service import ChatService
from index.errors import ServiceError, ServiceOutcome
from index.writing.written_head import HeadDraft, LineVerdict, WritingTask, WrittenHead

# How writing ended: with a head; without one, as too little was proven or nothing written; or why the service failed.
WritingOutcome = Literal["written", "unproven", "nothing"] | ServiceOutcome
Verify = Callable[[WritingTask, str], LineVerdict]
Show = Callable[[HeadDraft], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Writing:
    """What became of one task.

    :param head: what to show; it may hold what was proven before the service failed.
    :param draft: with the reasons of the lines that were dropped.
    :param error: what failed, if anything did.
    """

    head: WrittenHead | None
    draft: HeadDraft
    outcome: WritingOutcome
    tokens: int
    seconds: float
    error: ServiceError | None = None


async def write(task: WritingTask, service: ChatService, verify: Verify, show: Show | None = None) -> Writing:
    """Write the head of one answer; failures of the service are told, not raised.

    :param verify: decides on a line; called in a thread, since it computes.
    :param show: called after each line that is proven.
    """
    loop = asyncio.get_running_loop()
    start, draft, stream = loop.time(), HeadDraft(task), service.stream(task.messages)
    error: ServiceError | None = None
    try:
        async with aclosing(stream.lines()) as lines:
            async for raw in lines:
                known = len(draft.lines)
                draft.add(await asyncio.to_thread(verify, task, raw))
                if show and len(draft.lines) > known:
                    await show(draft)
                if draft.is_full:
                    break
    except ServiceError as failure:
        error = failure
    head = draft.head(finished=True)
    outcome: WritingOutcome = error.outcome if error else "written" if head else "unproven" if draft.dropped else "nothing"
    return Writing(head, draft, outcome, stream.tokens, loop.time() - start, error)
