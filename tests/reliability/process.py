"""The bot in a process of its own, with the real model, beside the loopback Discord; its log is read back as records."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from index.generations.manifest import Contents
from index.generations.store import Store
from tests.bot.fakes import root
from tests.bot.launching import TOKEN
from tests.discord.network import authority_pem
from tests.discord.server import FakeDiscord
from tests.discord.world import discord_server


class Program:
    """A running `report-bot run`."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, storage: str) -> None:
        self.process, self.folder, self.storage = process, folder, storage

    @property
    def resident(self) -> float:
        """Resident memory in megabytes."""
        return psutil.Process(self.process.pid).memory_info().rss / 1e6

    def records(self) -> list[dict[str, Any]]:
        """The log so far."""
        lines = (self.folder / "log").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    async def metric(self, name: str) -> float:
        """A metric that it exports."""
        (port,) = (record["address"].rpartition(":")[2] for record in self.records() if record["event"] == "web server")
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as response:
            lines = (await response.text()).splitlines()
        return float(next(line.rpartition(" ")[2] for line in lines if line.startswith(name + " ")))

    def publish_again(self) -> str:
        """Publish a copy of the live generation, which the bot is to take up."""
        store = Store(self.folder / "index", 3)
        live = store.live()
        with store.building() as staging:
            shutil.copytree(live.path, staging, dirs_exist_ok=True)
            (staging / "manifest.json").unlink()
            contents = Contents(**{name: getattr(live.manifest, name) for name in Contents.model_fields})
            return store.publish(staging, contents).id

    async def stop(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()


@asynccontextmanager
async def running(
    folder: Path, core: int | None = None, writer: dict[str, Any] | None = None, **bot: Any
) -> AsyncIterator[tuple[FakeDiscord, Program]]:
    """A bot on the loopback Discord, from a fresh index of the corpus in `folder`; on one core alone if one is given.

    `writer` is the table of a language model, without one if it is None.
    """
    storage = f"sqlite+aiosqlite:///{folder}/bot.db"
    options = {"storage": storage, "web": "127.0.0.1:0", "log_json": True, "message_content": True, **bot}
    config, ca = folder / "config.toml", folder / "ca.pem"
    tables = {"corpus": {"path": str(root() / "corpus")}, "index": {"path": str(folder / "index")}, "bot": options}
    tables |= {"writer": writer} if writer else {}
    lines = [
        line
        for name, table in tables.items()
        for line in (f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items()))
    ]
    config.write_text("\n".join(lines), "utf-8")
    ca.write_text(authority_pem(), "ascii")
    if not (folder / "index").exists():
        build = "from index.cli import main; main()"
        await finished(await start(folder, "-c", build, "build", "--config", str(config)))
    async with discord_server(accepts=TOKEN, real_time=True) as fake:
        launcher = str(root() / "tests/discord/launcher.py")
        target = "tests.reliability.program:main"
        arguments = (launcher, str(fake.port), str(ca), target, "run", "--config", str(config))
        process = await start(folder, *arguments, core=core)
        try:
            await fake.wait(lambda: fake.gateway.online)
            yield fake, Program(process, folder, storage)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def start(folder: Path, *arguments: str, core: int | None = None) -> asyncio.subprocess.Process:
    # A child inherits the cores of whoever starts it.
    mine = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    environment = {**os.environ, "DISCORD_TOKEN": TOKEN, "HF_HUB_OFFLINE": "1"}
    with (folder / "log").open("wb") as log:
        try:
            return await asyncio.create_subprocess_exec(
                sys.executable, *arguments, cwd=root(), env=environment, stdout=log, stderr=log
            )
        finally:
            os.sched_setaffinity(0, mine)


async def finished(process: asyncio.subprocess.Process) -> None:
    if await process.wait():
        raise RuntimeError("the index could not be built; see the log")
