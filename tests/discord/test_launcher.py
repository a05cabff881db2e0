"""A bot in a process of its own reaches the loopback Discord, and its exit status is its own."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.discord.launcher import LEAKED
from tests.discord.network import authority_pem
from tests.discord.server import FakeDiscord
from tests.discord.world import discord_server

pytestmark = pytest.mark.process
LAUNCHER = Path(__file__).with_name("launcher.py")


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    path.write_text(authority_pem(), encoding="ascii")
    return path


async def launch(fake: FakeDiscord, ca_file: Path, *arguments: str) -> Process:
    command = [sys.executable, str(LAUNCHER), str(fake.port), str(ca_file), *arguments]
    return await asyncio.create_subprocess_exec(*command, env={**os.environ, "DISCORD_TOKEN": "good"}, stderr=PIPE)


@pytest.mark.parametrize("function", ["run", "main"])
async def test_launcher_bot_process_logs_in_answers_and_stops(ca_file: Path, function: str):
    async with discord_server() as fake:
        process = await launch(fake, ca_file, f"tests.discord.sample_bot:{function}")
        await fake.wait(lambda: fake.gateway.online)
        said = await fake.slash("raw", what="hello")
        await fake.wait(lambda: said.answered)
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
        assert (said.original["content"], process.returncode) == ("hello", 0), errors.decode()


async def test_launcher_arguments_and_exit_status_are_passed_through(ca_file: Path):
    async with discord_server() as fake:
        process = await launch(fake, ca_file, "tests.discord.sample_bot:main", "refuse")
        assert await process.wait() == 3


async def test_launcher_swallowed_outside_connection_fails_the_process(ca_file: Path):
    async with discord_server() as fake:
        process = await launch(fake, ca_file, "tests.discord.sample_bot:run")
        await fake.wait(lambda: fake.gateway.online)
        said = await fake.slash("raw", what="leak")
        await fake.wait(lambda: said.answered)
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
        assert process.returncode == LEAKED
        assert errors.decode().splitlines()[-1] == "launcher: tried to reach 192.0.2.1"
