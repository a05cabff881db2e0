"""Write above cards that were delivered: one head a message, until another card replaces it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.engine import Engine
from bot.writing.head_writer import HeadWriter
from bot.writing.live_edits import show_while_written
from index.models import Answer
from index.writing.written_head import WrittenHead

# How long a message of an interaction may still be edited, if it is not known, and what an edit may take of that time.
TOKEN_SECONDS, EDIT_SECONDS = 15 * 60.0, 5.0


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer above which a head may be written.

    :param engine: The engine that answered.
    :param build: Builds its card with a head, or without one for None.
    """

    answer: Answer
    engine: Engine
    build: Callable[[WrittenHead | None], ui.LayoutView]


class WritableCard(ui.LayoutView):
    """The card of an answer that has no head yet."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(timeout=None)
        self.draft = draft
        for item in draft.build(None).children:
            self.add_item(item)


class LiveHeads:
    """The heads that are being written, by the id of their message."""

    def __init__(self, writer: HeadWriter) -> None:
        self.writer = writer
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def card(self, draft: Draft) -> ui.LayoutView:
        """Build the card of an answer: with its head if that was written before, else one to `begin` with."""
        head = self.writer.known(draft.answer)
        return draft.build(head) if head else WritableCard(draft)

    def begin(
        self, card: ui.LayoutView, sent: discord.Message | discord.PartialMessage | None, expires: datetime | None = None
    ) -> None:
        """Begin to write above a card that was delivered; do nothing for a card of another kind.

        :param sent: The message with the card; None if it could not be sent.
        :param expires: When the token of the interaction expires that the message answers; None for no interaction.
        """
        if not isinstance(card, WritableCard) or sent is None:
            return
        self.stop(sent.id)
        growing = self.writer.begin(card.draft.engine, card.draft.answer)
        seconds = (expires - discord.utils.utcnow()).total_seconds() if expires else TOKEN_SECONDS
        until = asyncio.get_running_loop().time() + seconds - EDIT_SECONDS

        async def show(head: WrittenHead | None) -> None:
            # Edits do not follow the client's default for mentions.
            await sent.edit(view=card.draft.build(head), allowed_mentions=discord.AllowedMentions.none())

        task = asyncio.create_task(show_while_written(growing, show, until))
        self._tasks[sent.id] = task
        task.add_done_callback(partial(self._forget, sent.id))

    def stop(self, message_id: int) -> None:
        """Stop to edit a message, since another card takes its place. The head itself goes on being written."""
        if task := self._tasks.pop(message_id, None):
            task.cancel()

    async def close(self) -> None:
        """Stop all edits and all writing."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.writer.close()

    def _forget(self, message_id: int, task: asyncio.Task[Any]) -> None:
        if self._tasks.get(message_id) is task:
            del self._tasks[message_id]
