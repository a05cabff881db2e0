"""report-bot as a process of its own, beside the loopback Discord: with the fake engine, or with an index and letters."""

import os
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from pathlib import Path
from typing import Any

from tests.bot.fakes import root
from tests.discord.network import authority_pem

FAKE, LETTERS = "tests.bot.program:main", "tests.bot.program:letters"
TOKEN = ".".join(("MTMwMDAwMDAwMDAwMDAwMDAwMQ", "GabcDE", "x" * 38))


async def launch(fake: Any, folder: Path, *arguments: str, program: str = FAKE, **environment: str) -> Process:
    """Start report-bot in a folder, where it reads config.toml."""
    ca = folder / "ca.pem"
    ca.write_text(authority_pem(), "ascii")
    launcher = [sys.executable, str(root() / "tests/discord/launcher.py"), str(fake.port), str(ca)]
    command = [*launcher, program, *arguments]
    variables = {**os.environ, "DISCORD_TOKEN": TOKEN, **environment}
    return await create_subprocess_exec(*command, env=variables, cwd=folder, stdout=PIPE, stderr=PIPE)
