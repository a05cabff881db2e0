"""The files in deploy/ and the commands of docs/operations.md, as far as they can be tried here."""

import asyncio
import json
import re
import shlex
import sqlite3
import subprocess
import sys
from collections import defaultdict

import pytest
from typer.main import get_command

import bot.cli
import index.cli
from bot.client import FAREWELL_SECONDS, LAST_WORDS_SECONDS
from bot.config import BotOptions
from bot.figures import Figures
from bot.storage.rules import Rules
from bot.storage.store import Vote
from bot.web import WebServer, application
from tests.bot.fakes import GENERATION, root, serving, texts
from tests.discord.payloads import GUILD, MEMBER

OPERATIONS = (root() / "docs/operations.md").read_text("utf-8")
CONTAINERFILE = (root() / "deploy/Containerfile").read_text("utf-8")
PROGRAMS = {"report-index": get_command(index.cli.main), "report-bot": get_command(bot.cli.main)}
STATE = "/var/lib/report-bot"


def unit():
    """The unit's keys by section, each with all its values."""
    parsed, section = defaultdict(lambda: defaultdict(list)), ""
    for line in (root() / "deploy/report-bot.service").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            parsed[section][key].append(value)
    return parsed


def blocks():
    return re.findall(r"^```\n(.*?)^```", OPERATIONS, re.MULTILINE | re.DOTALL)


def commands():
    """Every call of a program of ours in the unit, the container and the documentation."""
    container = " && ".join(json.loads(re.findall(r"^CMD (.*)$", CONTAINERFILE, re.MULTILINE)[0])[2:])
    told = [
        line.removeprefix("as_bot ") for block in blocks() for line in block.splitlines() if line.startswith("as_bot report")
    ]
    service = [value.rsplit("/", 1)[1] for key in ("ExecStartPre", "ExecStart") for value in unit()["Service"][key]]
    return [*service, *(part.removeprefix("exec ") for part in container.split(" && ")), *told]


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_every_command_can_be_typed(line):
    program, name, *arguments = shlex.split(line)
    assert PROGRAMS[program].commands[name].make_context(name, arguments)


def test_the_commands_are_found():
    assert {"report-index build --if-stale --keep-live", "report-bot run", "report-index rollback"} <= set(commands())


def test_the_service_leaves_the_bot_time_to_say_farewell_and_confines_it():
    service = {key: values[-1] for key, values in unit()["Service"].items()}
    assert float(service["TimeoutStopSec"]) > FAREWELL_SECONDS + LAST_WORDS_SECONDS + 5
    assert service["User"] not in ("", "root", "0")
    confined = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "CapabilityBoundingSet": "", "Restart": "on-failure"}
    assert {key: service[key] for key in confined} == confined
    assert "DISCORD_TOKEN" not in str(unit())


def test_the_service_keeps_its_data_where_the_documentation_says():
    service = unit()["Service"]
    assert (service["StateDirectory"], service["Environment"][0].split()[0]) == (["report-bot"], "XDG_DATA_HOME=%S")
    assert f"{STATE}/state.sqlite" in OPERATIONS


async def test_the_health_check_of_the_container_tells_whether_the_bot_is_there():
    check = json.loads(re.search(r"HEALTHCHECK.*?CMD (\[.*?\])$", CONTAINERFILE, re.MULTILINE | re.DOTALL)[1])
    assert f"http://{BotOptions().web}/healthz" in check[2]
    server = WebServer(application(Figures(), lambda: False, None))
    port = await server.start("127.0.0.1:0")

    async def checked():
        line = check[2].replace("8642", str(port))
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", line, stderr=subprocess.DEVNULL)
        return await process.wait()

    assert await checked() == 0
    await server.close()
    assert await checked() != 0


def test_the_container_holds_what_it_copies_and_runs_as_nobody_special():
    copied = [path for line in re.findall(r"^COPY (?!--)(.*)$", CONTAINERFILE, re.MULTILINE) for path in line.split()[:-1]]
    assert {"index", "bot", "corpus", "pyproject.toml"} <= set(copied)
    ignored = (root() / ".dockerignore").read_text("utf-8").splitlines()
    kept = [line[1:] for line in ignored if line.startswith("!")]
    assert ignored.index("*") < ignored.index("!bot")
    assert sorted(kept) == sorted(copied)
    assert all((root() / path).exists() for path in copied)
    assert int(re.findall(r"^USER (\d+)$", CONTAINERFILE, re.MULTILINE)[-1]) > 0
    assert "DISCORD_TOKEN" not in re.sub(r"^#.*$", "", CONTAINERFILE, flags=re.MULTILINE)


def typed(line, folder):
    """A line of the documentation, typed in a shell for this folder and by whoever runs the tests."""
    here = line.replace(STATE, str(folder)).replace("-o report-bot ", "")
    here = here.replace("as_bot python", shlex.quote(sys.executable))
    return subprocess.run(["/bin/sh", "-ec", here], capture_output=True, text=True, check=True)


async def test_a_backup_of_the_running_bot_is_restored(engine, tmp_path):
    (backup,) = (block for block in blocks() if "VACUUM INTO" in block)
    (restore,) = (block for block in blocks() if "install -o report-bot" in block)
    stop, *steps, start = restore.splitlines()
    assert (stop, start) == ("systemctl stop report-bot", "systemctl start report-bot")
    address = f"sqlite+aiosqlite:///{tmp_path}/state.sqlite"
    async with serving(engine, storage=address) as (_, bot, _):
        await bot.runtime.storage.vote(int(MEMBER), Vote("ABCDEFGH", -1, "related", GENERATION, int(GUILD), "where?"))
        await bot.runtime.storage.save(int(GUILD), Rules(short=True), 0)
        await asyncio.to_thread(typed, backup, tmp_path)
        await bot.runtime.storage.forget_guild(int(GUILD))
    (tmp_path / "state.sqlite").write_bytes(b"damaged")
    (tmp_path / "state.sqlite-wal").write_bytes(b"left over")
    for step in steps:
        typed(step, tmp_path)
    assert sqlite3.connect(tmp_path / "state.sqlite").execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert (tmp_path / "state.sqlite").stat().st_mode & 0o777 == 0o600
    async with serving(engine, storage=address) as (fake, bot, _):
        assert (await bot.runtime.storage.rules(int(GUILD))).rules == Rules(short=True)
        made = await fake.slash("privacy")
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[0].endswith("  - question: where?")
