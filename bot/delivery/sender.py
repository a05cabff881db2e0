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
from cachetools import TTLCache
from discord import ui

from bot.cards.layout import error_card, notice_card
from bot.delivery.request_order import on_turn
from bot.errors import Explanation, LateError, explain_error
from bot.locale.catalogue import bot_catalogue, language_of_locale
from bot.monitoring.refusal_log import refusal_log
from bot.reference_ids import current_reference
from bot.refusals import UNFIXABLE, Cause, refusal_cause
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
NONCE_SECONDS = 100_000  # a nonce has at most 25 characters, of which an id takes 20
TOO_MANY, SERVER_ERROR = 429, 500
# Discord's error codes for slow mode, and for the limits on messages of a channel and of a server.
SLOW = (20016, 20028, 20029)
LONGEST_WAIT_SECONDS = 120.0  # an answer that comes later helps nobody
INVALID_FORM, ALREADY_ACKNOWLEDGED = 50035, 40060
# Without these, a message may be sent that replies to none.
OF_REFERENCE: tuple[Cause, ...] = ("deleted", "history")
# Who was told privately in which channel about which cause.
TOLD_SECONDS, TOLD_ENTRIES = 3600.0, 4096
told: TTLCache[tuple[int, int, Cause | None], bool] = TTLCache(TOLD_ENTRIES, TOLD_SECONDS)


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
            await asyncio.sleep(max(attempt * pause, seconds_to_wait(error)))
    return await call()


def is_temporary(error: discord.HTTPException) -> bool:
    """Check whether a later retry may succeed: a rate limit, slow mode or a server error."""
    return error.status == TOO_MANY or error.status >= SERVER_ERROR or error.code in SLOW


def seconds_to_wait(error: discord.HTTPException) -> float:
    """Return for how long Discord asks to wait, at most `LONGEST_WAIT_SECONDS`; 0 if it does not say."""
    try:
        return min(float(error.response.headers.get("Retry-After", 0)), LONGEST_WAIT_SECONDS)
    except ValueError:  # a date
        return 0.0


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


async def deliver_card(interaction: Interaction, card: ui.LayoutView, language: Language) -> discord.Message | None:
    """Replace "thinking" by `card`: with an edit, else with a followup, which Discord shows in the same place.

    If Discord rejects the card, send an error card; if the guild's filter blocks it, only the member sees that.

    :return: The message with the card; None if Discord does not show the card.
    """
    sent: discord.Message
    try:
        sent = await retry_when_cut(partial(interaction.edit_original_response, view=card), PAUSE_SECONDS)
    except FAILURES as error:
        explanation = explain_refusal(error, interaction, language)
        rejected = isinstance(error, discord.HTTPException) and error.status == 400
        blocked = refusal_cause(error) == "filter"
        last_card = error_card(explanation, language) if rejected or blocked else card
        if blocked:
            await take_back(interaction, language)
        try:
            sent = await interaction.followup.send(view=last_card, ephemeral=blocked, wait=True)
        except FAILURES as followup_error:
            explain_error(followup_error, language)
            return None
        log.info("delivered", reference=current_reference())
        return sent if last_card is card else None
    log.info("delivered", reference=current_reference())
    return sent


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


async def take_back(interaction: Interaction, language: Language) -> None:
    """Delete "thinking", so that a followup may be ephemeral although "thinking" is public; a failure is logged."""
    try:
        await retry_when_cut(interaction.delete_original_response, PAUSE_SECONDS)
    except FAILURES as error:
        explain_error(error, language)


async def reply_to_message(
    message: discord.Message, card: ui.LayoutView, language: Language, *, addressed: bool = True
) -> discord.Message | None:
    """Reply to `message`, or send `card` to its channel if Discord does not accept a reply.

    :param addressed: Whether the member waits for an answer, and is told privately if none can be sent.
    :return: The reply; None if it could not be sent.
    """
    send = partial(message.channel.send, view=card, nonce=nonce_for(message), mention_author=False)
    try:
        try:
            reply = await retry_when_cut(
                partial(send, reference=message.to_reference(fail_if_not_exists=False)), PAUSE_SECONDS
            )
        except discord.HTTPException as error:
            if error.code != INVALID_FORM and refusal_cause(error) not in OF_REFERENCE:
                raise
            note_refusal(error, message)
            reply = await retry_when_cut(send, PAUSE_SECONDS)
    except FAILURES as error:
        explanation = explain_refusal(error, message, language)
        if addressed:
            await tell_privately(message, refusal_cause(error), explanation, language)
        return None
    log.info("delivered", reference=current_reference())
    return reply


def nonce_for(message: discord.Message) -> int | str:
    """Return what marks the reply to one version of a message: Discord accepts it once, so that no retry replies twice."""
    edited = message.edited_at
    return f"{message.id}-{int(edited.timestamp()) % NONCE_SECONDS}" if edited else message.id


async def tell_privately(
    message: discord.Message, cause: Cause | None, explanation: Explanation, language: Language
) -> None:
    """Tell the author of a message in a guild in a direct message why there is no answer.

    This happens once an hour for each channel and cause, and not if nobody knows or can fix the cause.
    """
    key = (message.author.id, message.channel.id, cause)
    if message.guild is None or cause is None or cause in UNFIXABLE or key in told:
        return
    told[key] = True
    text = bot_catalogue(language)(
        "told.private", channel=f"<#{message.channel.id}>", link=message.jump_url, reason=explanation.sentence
    )
    try:
        await retry_when_cut(partial(message.author.send, view=notice_card(text), nonce=message.id), PAUSE_SECONDS)
    except FAILURES as error:
        explain_error(error, language)


def explain_refusal(error: BaseException, where: Interaction | discord.Message, language: Language) -> Explanation:
    """Explain an error as `explain_error` does, and remember what Discord refuses."""
    note_refusal(error, where)
    return explain_error(error, language)


def note_refusal(error: BaseException, where: Interaction | discord.Message) -> None:
    """Remember what Discord refuses in a guild, for those who can fix it."""
    if where.guild and where.channel:
        refusal_log.note(error, where.guild.id, where.channel.id)


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
