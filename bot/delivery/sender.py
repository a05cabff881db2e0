"""Gets a card or a notice to a member in spite of the network. A failure is logged with a reference and never raised."""

import asyncio
import json
from collections.abc import Awaitable, Callable
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
# discord.py does not repeat a request whose connection was cut, nor one whose answer is garbled.
CUT = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, json.JSONDecodeError)
FAILURES = (discord.HTTPException, LateError, *CUT)
TRIES = 3
# Discord waits three seconds for a response. discord.py waits longer and longer before it repeats one, so that after two
# failures of Discord's there is just time to begin anew.
RESPONSE_SECONDS, RESPONSE_PAUSE_SECONDS = 2.2, 0.4
# The answer waits for the sign that it comes, so the sign must not take long.
TYPING_SECONDS = 2.0
# Nor what Discord refuses for a while, but in some ways of refusing.
PAUSE_SECONDS = 1.0
TOO_MANY, SERVER_ERROR = 429, 500
INVALID_FORM, ALREADY_ACKNOWLEDGED, UNKNOWN_MESSAGE = 50035, 40060, 10008


async def retry_when_cut(call: Callable[[], Awaitable[T]], pause: float = 0) -> T:
    """Make a call again if its connection is cut; for calls that may take effect twice without harm.

    With a `pause`, in seconds and longer each time, also if Discord is out of order or wants fewer calls.
    """
    for tried in range(1, TRIES):
        try:
            return await call()
        except CUT:
            continue
        except discord.HTTPException as error:
            if not pause or not is_temporary(error):
                raise
            await asyncio.sleep(tried * pause)
    return await call()


def is_temporary(error: discord.HTTPException) -> bool:
    """Whether Discord may take later what it refuses now."""
    return error.status == TOO_MANY or error.status >= SERVER_ERROR


async def send_response(call: Callable[[], Awaitable[Any]]) -> None:
    """Make the first response to an interaction, in spite of cut and slow connections.

    Discord takes the first that arrives and refuses the others. Raises what it answers else.
    """
    try:
        try:
            async with asyncio.timeout(None) as limit:
                started = on_turn.set(partial(limit_time, limit))
                try:
                    await retry_when_cut(call, RESPONSE_PAUSE_SECONDS)
                finally:
                    on_turn.reset(started)
        except TimeoutError:
            await retry_when_cut(call)
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:  # by a try whose answer did not arrive
            raise


def limit_time(limit: asyncio.Timeout) -> None:
    """Let the time of a response run from its first turn: one that is given up while it waits would lose its place."""
    if limit.when() is None:
        limit.reschedule(asyncio.get_running_loop().time() + RESPONSE_SECONDS)


async def acknowledge_interaction(interaction: Interaction, language: Language, *, private: bool) -> bool:
    """Show the member that the bot is thinking; whether that worked and the interaction can be answered."""
    try:
        await send_response(partial(interaction.response.defer, ephemeral=private, thinking=True))
    except FAILURES as error:
        explain_error(error, language)
        return False
    return True


async def deliver_card(interaction: Interaction, card: ui.LayoutView, language: Language) -> None:
    """Put `card` in the place of "thinking": by an edit, else by a followup, which Discord puts there too."""
    try:
        await retry_when_cut(partial(interaction.edit_original_response, view=card), PAUSE_SECONDS)
    except FAILURES as error:
        explanation = explain_error(error, language)
        refused = isinstance(error, discord.HTTPException) and error.status == 400
        last_card = error_card(explanation, language) if refused else card
        try:
            await interaction.followup.send(view=last_card)
        except FAILURES as last:
            explain_error(last, language)
            return
    log.info("delivered", reference=current_reference())


async def reply_to_message(message: discord.Message, card: ui.LayoutView, language: Language) -> None:
    """Reply to `message`, or say it in the channel if the message is gone."""
    # Discord takes a nonce once: a repeated call cannot become a second message.
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
    """Show that an answer is under way; a failure of this alone must not keep the answer back."""
    try:
        async with asyncio.timeout(TYPING_SECONDS):
            await message.channel.typing()
    except TimeoutError:
        log.debug("typing was not shown in time", reference=current_reference())
    except FAILURES as error:
        explain_error(error, language)


def client_language(interaction: Interaction) -> Language:
    """The language of the member's client, as far as there is a catalogue for it."""
    return language_of_locale(interaction.locale.value)


def client_words(interaction: Interaction) -> Catalogue:
    return bot_catalogue(client_language(interaction))


async def send_notice(interaction: Interaction, sentence: str, *more: str) -> None:
    """Answer an interaction with a notice, and with another one for each further page."""
    await send_response(partial(interaction.response.send_message, view=notice_card(sentence), ephemeral=True))
    for page in more:
        await interaction.followup.send(view=notice_card(page), ephemeral=True)
