"""report-bot run as a process: signals, exit status, and what Discord refuses."""

import asyncio
import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from index.generations.build_failure import record_failure
from tests.bot.fakes import texts
from tests.bot.launching import LETTERS, TOKEN, launch
from tests.discord.world import discord_server
from tests.index.tiny import build, settings_for, write_corpus

pytestmark = pytest.mark.process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_run_command_sigterm_or_sigint_exits_0_without_secrets_in_log(tmp_path, number):
    async with discord_server(accepts=TOKEN) as fake:
        process = await launch(fake, tmp_path, "run")
        await fake.wait(lambda: fake.gateway.online)
        assert TOKEN.encode() not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        asked = await fake.slash("ask", question="where is the secret?")
        await fake.wait(lambda: asked.answered)
        process.send_signal(number)
        out, errors = await process.communicate()
        card = texts(asked.original["components"])
        assert card[1] == "**The report says:**"
        assert (process.returncode, out) == (0, b""), errors.decode()
        log = errors.decode()
        assert card[-1].rsplit(" ", 1)[1] in log
        assert TOKEN not in log
        assert "secret" not in log


@pytest.mark.parametrize(
    ("world", "config", "problem"),
    [
        ({"accepts": "other"}, "", "report-bot: Discord refuses the token; reset it at "),
        (
            {"accepts": TOKEN, "privileged": False},
            "[bot]\nmessage_content = true\n",
            "report-bot: bot.message_content is true, but Discord does not grant it; ",
        ),
    ],
)
async def test_run_command_refused_by_discord_prints_one_line_and_exits_1(tmp_path, world, config, problem):
    (tmp_path / "config.toml").write_text(config, "utf-8")
    async with discord_server(**world) as fake:
        process = await launch(fake, tmp_path, "run")
        _, errors = await process.communicate()
        assert process.returncode == 1
        last = errors.decode().splitlines()[-1]
        assert last.startswith(problem)
        assert "Traceback" not in errors.decode()
        assert TOKEN not in errors.decode()


async def fetched(port, path):
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return await response.text()


async def test_run_command_damaged_index_and_failed_build_uses_sound_generation(tmp_path):
    settings = settings_for(tmp_path)
    write_corpus(settings.corpus.path)
    sound, live = build(settings), build(settings)
    damaged = settings.index.path / "generations" / live.id / "sentences.json"
    damaged.unlink()
    record_failure(settings.index.path, "report.toml: title: field required")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "config.toml").write_text(
        f'[index]\npath = "index"\n[bot]\nweb = "127.0.0.1:{port}"\nstorage = "sqlite+aiosqlite:///:memory:"\n', "utf-8"
    )
    problem = f"index/generations/{live.id}/sentences.json: missing; run: report-index rollback, or: report-index build"
    async with discord_server(accepts=TOKEN) as fake:
        process = await launch(fake, tmp_path, "run", program=LETTERS)
        await fake.wait(lambda: fake.gateway.online, timeout=60)
        async with asyncio.timeout(60):
            while "report_bot_index_stale 1.0" not in (await fetched(port, "/metrics")).splitlines():
                await asyncio.sleep(0.05)
        asked = await fake.slash("ask", question="boats")
        await fake.wait(lambda: asked.answered)
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
    assert process.returncode == 0
    assert f"{problem}; until then generation {sound.id} takes its place" in errors.decode()
