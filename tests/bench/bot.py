"""The bot as members meet it: its own process, the real model, a Discord on loopback: python -m tests.bench.bot"""

import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import psutil

from tests.bench.asking import QUESTIONS, ROOT
from tests.bot.launching import TOKEN
from tests.discord.network import authority_pem
from tests.discord.world import discord_server

# Without a web server, and with nothing kept of a run.
BOT = '[bot]\nstorage = "sqlite+aiosqlite:///:memory:"\nweb = ""\n'
IN_FLIGHT, ROUNDS = 50, 6
LAUNCHER = ROOT / "tests/discord/launcher.py"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config, ca = Path(folder) / "config.toml", Path(folder) / "ca.pem"
        config.write_text(f'[corpus]\npath = "{ROOT / "corpus"}"\n[index]\npath = "{folder}/index"\n{BOT}', "utf-8")
        ca.write_text(authority_pem(), "ascii")
        await program("index.cli:main", "build", "--config", str(config))
        async with discord_server(accepts=TOKEN, real_time=True) as fake:
            began = time.perf_counter()
            bot = await program("bot.cli:main", "run", "--config", str(config), port=fake.port, ca=ca)
            await fake.wait(lambda: fake.gateway.online, timeout=60)
            ready = time.perf_counter() - began
            await ask(fake, QUESTIONS[0])
            times = [(await ask(fake, question))[1] for question in QUESTIONS * 4]
            crowd = list(islice(cycle(QUESTIONS), IN_FLIGHT))
            at_once = [
                each for _ in range(ROUNDS) for each in await asyncio.gather(*(ask(fake, question) for question in crowd))
            ]
            resident = psutil.Process(bot.pid).memory_info().rss / 1e6
            bot.send_signal(signal.SIGTERM)
            status = await bot.wait()
    acknowledged, answered = (statistics.quantiles(each, n=100) for each in zip(*at_once, strict=True))
    centiles = statistics.quantiles(times, n=20)
    print(f"ready after {ready:.1f} s; from question to card p50 {centiles[9]:.0f} ms, p95 {centiles[18]:.0f} ms")
    print(f"{IN_FLIGHT} at once: acknowledged p99 {acknowledged[98]:.0f} ms; card p95 {answered[94]:.0f} ms")
    print(f"resident memory {resident:.0f} MB; exit status {status} after SIGTERM; violations {len(fake.drain())}")


async def program(target: str, *arguments: str, port: int = 0, ca: Path | None = None) -> asyncio.subprocess.Process:
    """Start a program, against the loopback Discord if there is a port; else wait for its end."""
    if ca:
        command = [str(LAUNCHER), str(port), str(ca), target, *arguments]
    else:
        module, function = target.split(":")
        command = ["-c", f"from {module} import {function}; {function}()", *arguments]
    environment = {**os.environ, "DISCORD_TOKEN": TOKEN}
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet
    )
    if not ca:
        await process.wait()
    return process


async def ask(fake, question: str) -> tuple[float, float]:
    """Milliseconds from the question to its acknowledgement, and to its card."""
    began = time.perf_counter()
    asked = await fake.slash("ask", question=question)
    await fake.wait(lambda: asked.ack, timeout=60)
    acknowledged = time.perf_counter() - began
    await fake.wait(lambda: asked.answered, timeout=60)
    return acknowledged * 1000, (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    asyncio.run(main())
