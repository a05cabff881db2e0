"""Send cards and notices, with retries for network failures.

Functions that deliver answers log a final failure with a reference instead of raising it.
"""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import aiohttp
import discord
import structlog
from discord import ui

from bot.cards.layout import error_card, notice_card
from bot.delivery.request_order import on_turn
from bot.errors import LateError, explain_error
from bot.locale.catalogue import bot_catalogue, language_of_locale
from bot.reference_ids import current_reference
from index.text.localization import Catalogue, Language

log = structlog.get_logger(__name__)
T = TypeVar("T")
Interaction = discord.Interaction[Any]
# discord.py does not retry a request whose connection is cut or whose response is malformed.
CUT = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, json.JSONDecodeError)
FAILURES = (discord.HTTPException, LateError, *CUT)
TRIES = 3
# Discord waits three seconds for a first response, and discord.py retries with growing delays. After two server errors, this
# limit leaves just enough time for a fresh start.
RESPONSE_SECONDS, RESPONSE_PAUSE_SECONDS = 2.2, 0.4
# The answer waits for the typing indicator, so the indicator must not take long.
TYPING_SECONDS = 2.0
# discord.py retries only some of the temporary errors.
PAUSE_SECONDS = 1.0
TOO_MANY, SERVER_ERROR = 429, 500
INVALID_FORM, ALREADY_ACKNOWLEDGED, UNKNOWN_MESSAGE = 50035, 40060, 10008


async def retry_when_cut(call: Callable[[], Awaitable[T]], pause: float = 0) -> T:
    """Retry an idempotent call if its connection is cut.

    :param pause: Seconds before the first retry after a server error or rate limit, growing linearly; 0 for no such retry.
    """
    for attempt in range(1, TRIES):
        try:
            return await call()
        except CUT:
            continue
        except discord.HTTPException as error:
            if not pause or not is_temporary(error):
                raise
            await asyncio.sleep(attempt * pause)
    return await call()


def is_temporary(error: discord.HTTPException) -> bool:
    """Check whether a later retry may succeed: a rate limit or a server error."""
    return error.status == TOO_MANY or error.status >= SERVER_ERROR


async def send_response(call: Callable[[], Awaitable[Any]]) -> None:
    """Send the first response to an interaction, with retries for cut and slow connections.

    Discord accepts the first response that arrives and rejects repetitions.

    :raises discord.HTTPException: For any other rejection.
    """
    try:
        try:
            async with asyncio.timeout(None) as limit:
                token = on_turn.set(partial(limit_time, limit))
                try:
                    await retry_when_cut(call, RESPONSE_PAUSE_SECONDS)
                finally:
                    on_turn.reset(token)
        except TimeoutError:
            await retry_when_cut(call)
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:  # by an attempt whose response did not arrive
            raise


def limit_time(limit: asyncio.Timeout) -> None:
    """Start the timeout at the first turn of a request: a timeout in the queue would lose its position."""
    if limit.when() is None:
        limit.reschedule(asyncio.get_running_loop().time() + RESPONSE_SECONDS)


async def acknowledge_interaction(interaction: Interaction, language: Language, *, private: bool) -> bool:
    """Defer the response, which shows "thinking".

    :param private: Whether the answer will be ephemeral.
    :return: Whether the interaction can be answered.
    """
    try:
        await send_response(partial(interaction.response.defer, ephemeral=private, thinking=True))
    except FAILURES as error:
        explain_error(error, language)
        return False
    return True


async def deliver_card(interaction: Interaction, card: ui.LayoutView, language: Language) -> None:
    """Replace "thinking" by `card`: with an edit, else with a followup, which Discord shows in the same place.

    If Discord rejects the card, send an error card.
    """
    try:
        await retry_when_cut(partial(interaction.edit_original_response, view=card), PAUSE_SECONDS)
    except FAILURES as error:
        explanation = explain_error(error, language)
        rejected = isinstance(error, discord.HTTPException) and error.status == 400
        last_card = error_card(explanation, language) if rejected else card
        try:
            await interaction.followup.send(view=last_card)
        except FAILURES as followup_error:
            explain_error(followup_error, language)
            return
    log.info("delivered", reference=current_reference())


async def deliver_file(interaction: Interaction, name: str, content: bytes, language: Language) -> None:
    """Replace "thinking" by a file, else by an error card."""

    async def edit() -> None:
        await interaction.edit_original_response(attachments=[discord.File(io.BytesIO(content), name)])

    try:
        await retry_when_cut(edit, PAUSE_SECONDS)
    except FAILURES as error:
        await deliver_card(interaction, error_card(explain_error(error, language), language), language)


async def send_followups(interaction: Interaction, cards: Iterable[ui.LayoutView], language: Language) -> None:
    """Send further cards of an answer in ephemeral messages, up to the first that Discord refuses."""
    try:
        for card in cards:
            await interaction.followup.send(view=card, ephemeral=True)
    except FAILURES as error:
        explain_error(error, language)


async def reply_to_message(message: discord.Message, card: ui.LayoutView, language: Language) -> None:
    """Reply to `message`, or send `card` to its channel if the message is deleted."""
    # Discord accepts a nonce once, so a retry cannot create a second message.
    send = partial(message.channel.send, view=card, nonce=message.id, mention_author=False)
    try:
        try:
            await retry_when_cut(partial(send, reference=message.to_reference(fail_if_not_exists=False)), PAUSE_SECONDS)
        except discord.HTTPException as error:
            if error.code not in (INVALID_FORM, UNKNOWN_MESSAGE):
                raise
            await retry_when_cut(send, PAUSE_SECONDS)
    except FAILURES as error:
        explain_error(error, language)
        return
    log.info("delivered", reference=current_reference())


async def show_typing(message: discord.Message, language: Language) -> None:
    """Show the typing indicator; log a failure, since it must not prevent the answer."""
    try:
        async with asyncio.timeout(TYPING_SECONDS):
            await message.channel.typing()
    except TimeoutError:
        log.debug("typing was not shown in time", reference=current_reference())
    except FAILURES as error:
        explain_error(error, language)


def client_language(interaction: Interaction) -> Language:
    """Return the catalogue language for the locale of the member's client."""
    return language_of_locale(interaction.locale.value)


def client_words(interaction: Interaction) -> Catalogue:
    return bot_catalogue(client_language(interaction))


async def send_notice(interaction: Interaction, sentence: str, *more: str) -> None:
    """Respond with an ephemeral notice, and with one more for each further page."""
    await send_response(partial(interaction.response.send_message, view=notice_card(sentence), ephemeral=True))
    for page in more:
        await interaction.followup.send(view=notice_card(page), ephemeral=True)
