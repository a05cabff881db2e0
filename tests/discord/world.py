"""A whole world for one test: the loopback Discord, and a bot that is logged in to it.

    async with world(lambda connector: make_bot(config, connector=connector)) as (fake, bot, task):
        asked = await fake.slash("ask", question="...")
        await fake.wait(lambda: asked.answered)

On the way out the bot and the server are closed, and any violation that was recorded fails the test. A test that
provokes one takes it with `fake.drain()`. For a bot in a process of its own see `discord_server` and launcher.py.

discord.py's own waits are shortened by `hurry`, on the bot's instance and only while the world lasts: two seconds
before READY, five before a second IDENTIFY, a random back-off while the gateway is down. `hurried=False` keeps them;
with a `backoff_seed` the back-off is discord.py's own, in the order of this seed.
The pause of 1, 3, 5... seconds before it repeats a request that failed with a 5xx is left as it is.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any
from unittest import mock

import aiohttp
import discord.backoff
from discord.ext import commands

from tests.discord.gateway import TOKEN
from tests.discord.network import authority_pem, connector, server_context
from tests.discord.server import FakeDiscord

READY_SECONDS = 0.1
BACKOFF_SECONDS = 0.05

AnyBot = commands.Bot | commands.AutoShardedBot
World = tuple[FakeDiscord, Any, "asyncio.Task[None]"]


@asynccontextmanager
async def discord_server(**fake_options: Any) -> AsyncIterator[FakeDiscord]:
    """Serve a FakeDiscord made with `fake_options`; at the end any violation raises AssertionError."""
    fake = FakeDiscord(**fake_options)
    await fake.start(server_context())
    try:
        yield fake
    finally:
        await fake.stop()
    if violations := fake.drain():
        raise AssertionError("the bot broke Discord's rules:\n" + "\n".join(map(str, violations)))


@asynccontextmanager
async def world(
    make: Callable[[aiohttp.TCPConnector], AnyBot],
    *,
    token: str = TOKEN,
    ready: bool = True,
    hurried: bool = True,
    backoff_seed: int | None = None,
    **fake_options: Any,
) -> AsyncIterator[World]:
    """Yield (fake, bot, task) once the bot that `make` returned is ready, or at once if not `ready`.

    `task` runs `bot.start(token)`; an exception that ends it before the bot is ready, such as LoginFailure, is raised.
    """
    async with (
        discord_server(**fake_options) as fake,
        logged_in(fake, make, token=token, ready=ready, hurried=hurried, backoff_seed=backoff_seed) as (bot, task),
    ):
        yield fake, bot, task


@asynccontextmanager
async def logged_in(
    fake: FakeDiscord,
    make: Callable[[aiohttp.TCPConnector], AnyBot],
    *,
    token: str = TOKEN,
    ready: bool = True,
    hurried: bool = True,
    backoff_seed: int | None = None,
) -> AsyncIterator[tuple[Any, "asyncio.Task[None]"]]:
    """Yield (bot, task) as `world` does, at a server that goes on when the bot is closed, so that another may log in."""
    bot = make(connector(fake, authority_pem()))
    with hurry(bot, backoff_seed) if hurried else nullcontext():
        task = asyncio.create_task(bot.start(token))
        try:
            if ready:
                await fake.wait(lambda: task.done() or (bot.is_ready() and fake.gateway.online))
                if task.done():
                    await task
            yield bot, task
        finally:
            await bot.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@contextmanager
def hurry(bot: AnyBot, backoff_seed: int | None = None) -> Iterator[None]:
    """Shorten discord.py's own waits, the back-off only without a seed for it; nothing but the timing changes."""

    async def at_once(shard_id: int | None, *, initial: bool = False) -> None: ...

    class Seeded(random.Random):
        """Takes no other seed, as discord.py would have it."""

        def seed(self, *_: Any) -> None:
            super().seed(backoff_seed)

    if backoff_seed is None:
        backoff = mock.patch.object(discord.backoff.ExponentialBackoff, "delay", lambda _: BACKOFF_SECONDS)
    else:
        backoff = mock.patch.object(discord.backoff, "random", SimpleNamespace(Random=Seeded))
    with (
        mock.patch.object(bot._connection, "guild_ready_timeout", READY_SECONDS),
        mock.patch.object(bot, "before_identify_hook", at_once),
        backoff,
    ):
        yield
