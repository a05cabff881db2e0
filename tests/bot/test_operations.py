"""The files in deploy/ and the commands of docs/operations.md, as far as they can be tried here."""

import asyncio
import json
import re
import shlex
import subprocess
import sys
from collections import defaultdict

import pytest
from typer.main import get_command

import bot.cli.run
import index.cli
from bot.app.client import FAREWELL_SECONDS, LAST_WORDS_SECONDS
from bot.config import BotOptions
from bot.monitoring.metrics import Metrics
from bot.monitoring.web_server import WebServer, make_application
from tests.bot.fakes import root

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
def test_documented_command_parses_with_cli(line):
    program, name, *arguments = shlex.split(line)
    assert PROGRAMS[program].commands[name].make_context(name, arguments)


def test_commands_in_deploy_files_and_documentation_are_found():
    assert {"report-index build --if-stale --keep-live", "report-bot run", "report-index rollback"} <= set(commands())


def test_service_unit_allows_shutdown_time_and_sets_confinement():
    service = {key: values[-1] for key, values in unit()["Service"].items()}
    assert float(service["TimeoutStopSec"]) > FAREWELL_SECONDS + LAST_WORDS_SECONDS + 5
    assert service["User"] not in ("", "root", "0")
    confined = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "CapabilityBoundingSet": "", "Restart": "on-failure"}
    assert {key: service[key] for key in confined} == confined
    assert "DISCORD_TOKEN" not in str(unit())


def test_service_unit_state_directory_matches_documentation():
    service = unit()["Service"]
    assert (service["StateDirectory"], service["Environment"][0].split()[0]) == (["report-bot"], "XDG_DATA_HOME=%S")
    assert f"{STATE}/state.sqlite" in OPERATIONS


async def test_container_health_check_server_closed_exits_nonzero():
    check = json.loads(re.search(r"HEALTHCHECK.*?CMD (\[.*?\])$", CONTAINERFILE, re.MULTILINE | re.DOTALL)[1])
    assert f"http://{BotOptions().web}/healthz" in check[2]
    server = WebServer(make_application(Metrics(), lambda: False, None))
    port = await server.start("127.0.0.1:0")

    async def checked():
        line = check[2].replace("8642", str(port))
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", line, stderr=subprocess.DEVNULL)
        return await process.wait()

    assert await checked() == 0
    await server.close()
    assert await checked() != 0


def test_containerfile_copies_only_unignored_paths_and_runs_as_non_root():
    copied = [path for line in re.findall(r"^COPY (?!--)(.*)$", CONTAINERFILE, re.MULTILINE) for path in line.split()[:-1]]
    assert {"index", "bot", "corpus", "pyproject.toml"} <= set(copied)
    ignored = (root() / ".dockerignore").read_text("utf-8").splitlines()
    kept = [line[1:] for line in ignored if line.startswith("!")]
    assert ignored.index("*") < ignored.index("!bot")
    assert sorted(kept) == sorted(copied)
    assert all((root() / path).exists() for path in copied)
    assert int(re.findall(r"^USER (\d+)$", CONTAINERFILE, re.MULTILINE)[-1]) > 0
    assert "DISCORD_TOKEN" not in re.sub(r"^#.*$", "", CONTAINERFILE, flags=re.MULTILINE)
