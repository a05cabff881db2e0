"""report-bot run as a process: signals, exit status, and what Discord refuses."""

import signal
from pathlib import Path

import pytest

from tests.bot.fakes import texts
from tests.bot.launching import TOKEN, launch
from tests.discord.world import discord_server

pytestmark = pytest.mark.process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_answers_and_a_signal_ends_it_cleanly(tmp_path, number):
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
async def test_what_discord_refuses_is_one_line_and_exit_1(tmp_path, world, config, problem):
    (tmp_path / "config.toml").write_text(config, "utf-8")
    async with discord_server(**world) as fake:
        process = await launch(fake, tmp_path, "run")
        _, errors = await process.communicate()
        assert process.returncode == 1
        last = errors.decode().splitlines()[-1]
        assert last.startswith(problem)
        assert "Traceback" not in errors.decode()
        assert TOKEN not in errors.decode()
