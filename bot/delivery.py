"""Gets a card to a member in spite of the network. A failure is logged with a reference and never raised."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import aiohttp
import discord
import structlog
from discord import ui

from bot.cards import error_card
from bot.errors import explain
from bot.references import reference
from index.language import Language

log = structlog.get_logger(__name__)
T = TypeVar("T")
Interaction = discord.Interaction[Any]

# discord.py repeats what Discord answers with 429 or 5xx, but not a request whose connection was cut.
CUT = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)
FAILURES = (discord.HTTPException, *CUT)
TRIES = 3
# discord.py waits longer and longer before it repeats what Discord failed at; a response has no time for that.
RESPONSE_SECONDS = 0.9
# The answer waits for the sign that it comes, so the sign must not take long.
TYPING_SECONDS = 2.0

INVALID_FORM, ALREADY_ACKNOWLEDGED, UNKNOWN_MESSAGE = 50035, 40060, 10008


async def repeated(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call again if its connection is cut; for calls that may take effect twice without harm."""
    for _ in range(TRIES - 1):
        try:
            return await call()
        except CUT:
            continue
    return await call()


async def respond(call: Callable[[], Awaitable[Any]]) -> None:
    """Make the first response to an interaction, in spite of cut and slow connections.

    Discord waits three seconds for it, takes the first that arrives and refuses the others.
    Raises what Discord answers else.
    """
    try:
        for _ in range(TRIES - 1):
            try:
                async with asyncio.timeout(RESPONSE_SECONDS):
                    await call()
                return
            except (*CUT, TimeoutError):
                continue
        await call()
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:  # by a try whose answer did not arrive
            raise


async def acknowledge(interaction: Interaction, language: Language, *, private: bool) -> bool:
    """Show the member that the bot is thinking; whether that worked and the interaction can be answered."""
    try:
        await respond(partial(interaction.response.defer, ephemeral=private, thinking=True))
    except FAILURES as error:
        explain(error, language)
        return False
    return True


async def finish(interaction: Interaction, card: ui.LayoutView, language: Language) -> None:
    """Put `card` in the place of "thinking": by an edit, else by a followup, which Discord puts there too."""
    try:
        await repeated(partial(interaction.edit_original_response, view=card))
    except FAILURES as error:
        explanation = explain(error, language)
        refused = isinstance(error, discord.HTTPException) and error.status == 400
        last_card = error_card(explanation, language) if refused else card
        try:
            await interaction.followup.send(view=last_card)
        except FAILURES as last:
            explain(last, language)
            return
    log.info("delivered", reference=reference())


async def reply(message: discord.Message, card: ui.LayoutView, language: Language) -> None:
    """Reply to `message`, or say it in the channel if the message is gone."""
    # Discord takes a nonce once: a repeated call cannot become a second message.
    send = partial(message.channel.send, view=card, nonce=message.id, mention_author=False)
    try:
        try:
            await repeated(partial(send, reference=message.to_reference(fail_if_not_exists=False)))
        except discord.HTTPException as error:
            if error.code not in (INVALID_FORM, UNKNOWN_MESSAGE):
                raise
            await repeated(send)
    except FAILURES as error:
        explain(error, language)
        return
    log.info("delivered", reference=reference())


async def show_typing(message: discord.Message, language: Language) -> None:
    """Show that an answer is under way; a failure of this alone must not keep the answer back."""
    try:
        async with asyncio.timeout(TYPING_SECONDS):
            await message.channel.typing()
    except (*FAILURES, TimeoutError) as error:
        explain(error, language)
