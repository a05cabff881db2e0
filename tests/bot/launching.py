"""report-bot as a process of its own, with the fake engine, beside the loopback Discord."""

import os
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from pathlib import Path
from typing import Any

from tests.bot.fakes import root
from tests.discord.network import authority_pem

TOKEN = ".".join(("MTMwMDAwMDAwMDAwMDAwMDAwMQ", "GabcDE", "x" * 38))


async def launch(fake: Any, folder: Path, *arguments: str, **environment: str) -> Process:
    """Start report-bot in a folder, where it reads config.toml."""
    ca = folder / "ca.pem"
    ca.write_text(authority_pem(), "ascii")
    launcher = [sys.executable, str(root() / "tests/discord/launcher.py"), str(fake.port), str(ca)]
    command = [*launcher, "tests.bot.program:main", *arguments]
    variables = {**os.environ, "DISCORD_TOKEN": TOKEN, **environment}
    return await create_subprocess_exec(*command, env=variables, cwd=folder, stdout=PIPE, stderr=PIPE)
