"""Run the bot until a signal or an error ends it."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from bot.app.client import ReportBot
from bot.errors import IntentError, StartError, TokenError

PORTAL = "https://discord.com/developers/applications"


async def run_until_stopped(bot: ReportBot, token: str) -> None:
    """Connect to Discord and shut down gracefully at SIGTERM or SIGINT.

    :raises TokenError: If Discord rejects the token.
    :raises IntentError: If Discord does not grant an intent.
    :raises StartError: If Discord cannot be reached or ends the connection.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    running = asyncio.create_task(bot.start(token))
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait({running, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    await bot.close()
    if not running.done():
        running.cancel()
    try:
        with start_errors():
            await running
    except asyncio.CancelledError:
        return


@contextmanager
def start_errors() -> Iterator[None]:
    """Raise the errors of a login or a connection with a remedy.

    :raises TokenError: If Discord rejects the token.
    :raises IntentError: If Discord does not grant an intent.
    :raises StartError: If Discord cannot be reached or ends the connection.
    """
    try:
        yield
    except discord.LoginFailure as error:
        raise TokenError(f"Discord refuses the token; reset it at {PORTAL} and set DISCORD_TOKEN") from error
    except discord.PrivilegedIntentsRequired as error:
        raise IntentError(
            f"bot.message_content is true, but Discord does not grant it; switch on Message Content Intent at {PORTAL} "
            "or set it to false"
        ) from error
    except (discord.HTTPException, discord.GatewayNotFound, discord.ConnectionClosed) as error:
        reason = " ".join(str(error).split())
        raise StartError(f"Discord ended the connection ({reason}); try again later") from error
    except (aiohttp.ClientError, OSError) as error:
        raise StartError(f"Discord cannot be reached ({type(error).__name__}); check the network") from error
