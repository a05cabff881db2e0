"""Deliver the answer to a message: as a reply, in a thread of its own, or in place of the answer to its earlier version."""

from functools import partial
from typing import Final

import discord
import structlog
from discord import ui

from bot.cards.escaping import one_line
from bot.delivery.sender import (
    FAILURES,
    PAUSE_SECONDS,
    explain_refusal,
    nonce_for,
    note_refusal,
    reply_to_message,
    retry_when_cut,
)
from bot.locale.catalogue import bot_catalogue
from bot.reference_ids import current_reference
from index.text.localization import Language

log = structlog.get_logger(__name__)
Editable = discord.Message | discord.PartialMessage
WELCOME = "😊"
THREAD_NAME = 100  # Discord's limit in characters
THREAD_EXISTS = 160004  # Discord's error code for a message that already has a thread
ARCHIVED_AFTER: Final = 1440  # minutes without a message


async def replace_reply(
    message: discord.Message, earlier: Editable, card: ui.LayoutView, language: Language, *, addressed: bool
) -> discord.Message | None:
    """Edit the reply to the earlier version of a message; if the reply is deleted, reply again.

    :param addressed: As for `reply_to_message`.
    :return: The reply; None if Discord refuses it.
    """
    try:
        # Edits do not follow the client's default for mentions.
        edit = partial(earlier.edit, view=card, allowed_mentions=discord.AllowedMentions.none())
        edited = await retry_when_cut(edit, PAUSE_SECONDS)
    except discord.NotFound:
        return await reply_to_message(message, card, language, addressed=addressed)
    except FAILURES as error:
        explain_refusal(error, message, language)
        return None
    log.info("delivered", reference=current_reference())
    return edited


async def reply_in_thread(
    message: discord.Message, question: str, card: ui.LayoutView, language: Language, *, addressed: bool
) -> discord.Message | None:
    """Answer in a thread that is opened from the message; reply in the channel if no thread can be opened.

    :param question: The question, for the name of the thread.
    :param addressed: As for `reply_to_message`.
    :return: The answer; None if it could not be sent.
    """
    try:
        thread, _ = await open_thread(message, question, language)
        answer = await retry_when_cut(partial(thread.send, view=card, nonce=nonce_for(message)), PAUSE_SECONDS)
    except FAILURES as error:
        note_refusal(error, message)
        log.info("no thread", status=getattr(error, "status", None), reference=current_reference())
        return await reply_to_message(message, card, language, addressed=addressed)
    log.info("delivered", reference=current_reference())
    return answer


async def open_thread(message: discord.Message, question: str, language: Language) -> tuple[discord.Thread, bool]:
    """Open a thread from a message, or find the one that it has.

    :param question: The question, for the name of the thread.
    :return: The thread, and whether it is new.
    :raises discord.HTTPException: If Discord does not permit it.
    """
    name = one_line(bot_catalogue(language)("done.thread_name", question=question), THREAD_NAME)
    try:
        create = partial(message.create_thread, name=name, auto_archive_duration=ARCHIVED_AFTER)
        return await retry_when_cut(create, PAUSE_SECONDS), True
    except discord.HTTPException as error:
        if error.code != THREAD_EXISTS or not message.guild:
            raise
        found = await message.guild.fetch_channel(message.id)
        if not isinstance(found, discord.Thread):
            raise
        return found, False


async def react_to_thanks(message: discord.Message) -> None:
    """Show that thanks were read; a failure is only logged, since nobody waits for it."""
    try:
        await retry_when_cut(partial(message.add_reaction, WELCOME))
    except FAILURES as error:
        log.info("no reaction", status=getattr(error, "status", None), reference=current_reference())
