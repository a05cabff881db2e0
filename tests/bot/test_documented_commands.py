"""Every block of commands in docs/operations.md, typed twice in a sandbox with a git remote and fakes of what needs root."""

import asyncio
import re
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage.guild_rules import Rules
from bot.storage.store import Vote
from tests.bot.fakes import GENERATION, root, serving, texts
from tests.bot.launching import TOKEN
from tests.discord.payloads import GUILD, MEMBER
from tests.index.tiny import write_corpus

pytestmark = pytest.mark.process
OPERATIONS = (root() / "docs/operations.md").read_text("utf-8")
BLOCKS = [block for block in re.findall(r"^```\n(.*?)^```", OPERATIONS, re.M | re.S) if not block.startswith("[")]
# What each fake does before it writes down how it was called.
FAKES = {
    "systemctl": "",
    "make": "",
    "useradd": 'test ! -e "$SANDBOX/user"; touch "$SANDBOX/user"',
    "getent": 'test -e "$SANDBOX/user"',
    "runuser": 'shift 3; exec "$@"',
    "install": 'test "$1" != -o || shift 2; exec /usr/bin/install "$@"',
}


def block(*words: str) -> str:
    """The only block that holds all these words."""
    (found,) = (each for each in BLOCKS if all(word in each for word in words))
    return found


SERVICE, AS_BOT, BUILD = block("useradd"), block("as_bot() {"), block("as_bot report-index verify")
BACKUP, RESTORE = block("report-bot backup"), block("state.sqlite-wal")
UPGRADE, ROLLBACK = block("fetch"), block("checkout --detach before-upgrade")


def test_documented_blocks_are_all_executed():
    assert sorted(BLOCKS) == sorted([SERVICE, AS_BOT, BUILD, BACKUP, RESTORE, UPGRADE, ROLLBACK])


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh -e\n{text}\n", "utf-8")
    path.chmod(0o755)


class Sandbox:
    """A machine in a folder: its own /opt, /etc and /var, a checkout with a remote, and fakes of what only root may do."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.remote, self.checkout = folder, folder / "remote", folder / "opt/report-bot"
        self.state = folder / "var/lib/report-bot"
        for each in (self.state, folder / "etc/systemd/system", self.remote / "deploy"):
            each.mkdir(parents=True)
        for name, does in FAKES.items():
            program(folder / "bin" / name, f'{does}\necho "{name} $*" >> "$SANDBOX/calls"')
        write_corpus(self.remote / "corpus")
        (self.remote / ".gitignore").write_text(".venv\nconfig.toml\n", "utf-8")
        (self.remote / "deploy/report-bot.service").write_text("[Service]\n", "utf-8")
        self.git(self.remote, "init", "--quiet", "--initial-branch=main")
        self.release("one")
        self.git(folder, "clone", "--quiet", str(self.remote), str(self.checkout))
        for name, module in (("report-index", "tests.index.program:main"), ("report-bot", "tests.bot.program:letters")):
            module, function = module.split(":")
            run = f"import sys; sys.argv[0] = '{name}'; from {module} import {function}; {function}()"
            program(self.checkout / ".venv/bin" / name, f'PYTHONPATH="{root()}" exec "{sys.executable}" -c "{run}" "$@"')
        (folder / "etc/report-bot.env").write_text(f"DISCORD_TOKEN={TOKEN}\n", "utf-8")

    def git(self, folder: Path, *arguments: str) -> str:
        identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org")
        command = ("git", *identity, *arguments)
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()

    def release(self, version: str) -> str:
        """Commit a version to the remote; its id."""
        (self.remote / "VERSION").write_text(version, "utf-8")
        self.git(self.remote, "add", "--all")
        self.git(self.remote, "commit", "--quiet", "--message", version)
        return self.git(self.remote, "rev-parse", "HEAD")

    @property
    def version(self) -> str:
        return (self.checkout / "VERSION").read_text("utf-8")

    def calls(self) -> list[str]:
        """How the fakes were called since this was last asked, in a shell for the sandbox's folders."""
        file = self.folder / "calls"
        made = file.read_text("utf-8").replace(str(self.folder), "").splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return made

    def type(self, commands: str) -> str:
        """Type a block of commands; all of them must succeed."""
        here = re.sub(r"(?<![\w$}])/(opt|etc|var)/", rf"{self.folder}/\1/", f"{AS_BOT}\n{commands}")
        here = here.replace("XDG_DATA_HOME=/var/lib ", f"XDG_DATA_HOME={self.folder}/var/lib ")
        environment = {"PATH": f"{self.folder}/bin:/usr/bin:/bin", "SANDBOX": str(self.folder), "HOME": str(self.folder)}
        done = subprocess.run(
            ["/bin/sh", "-ec", here], env=environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def sandbox(tmp_path):
    return Sandbox(tmp_path)


def test_service_setup_block_run_twice_keeps_token_file(sandbox):
    for _ in range(2):
        sandbox.type(SERVICE)
    useradd = "useradd --system --home-dir /var/lib/report-bot --shell /usr/sbin/nologin report-bot"
    every = ["make -C /opt/report-bot install", "systemctl daemon-reload", "systemctl enable --now report-bot"]
    assert sandbox.calls() == [useradd, *every, "getent passwd report-bot", *every]
    assert (sandbox.folder / "etc/report-bot.env").read_text("utf-8") == f"DISCORD_TOKEN={TOKEN}\n"
    (sandbox.folder / "etc/report-bot.env").unlink()
    sandbox.type(SERVICE)
    assert stat.S_IMODE((sandbox.folder / "etc/report-bot.env").stat().st_mode) == 0o600


def test_build_block_run_twice_verifies_and_rolls_back_index(sandbox):
    sandbox.type("as_bot report-index build")  # there must be one to go back to
    for _ in range(2):
        built, verified, back = (line.split(":")[:2] for line in sandbox.type(BUILD).splitlines())
        assert (verified[0], back[0]) == ("sound", "live now")
        assert verified[1].strip() == built[0] != back[1].strip()


def test_upgrade_and_rollback_blocks_run_twice_switch_versions(sandbox):
    first, second = sandbox.git(sandbox.checkout, "rev-parse", "HEAD"), sandbox.release("two")
    restart = ["make -C /opt/report-bot install", "systemctl restart report-bot"]
    assert sandbox.git(sandbox.checkout, "branch", "--show-current") == "main"
    for _ in range(2):
        for _ in range(2):
            sandbox.type(UPGRADE)
            assert (sandbox.version, sandbox.calls()) == ("two", restart)
            assert sandbox.git(sandbox.checkout, "rev-parse", "HEAD", "before-upgrade").split() == [second, first]
        for _ in range(2):
            sandbox.type(ROLLBACK)
            assert (sandbox.version, sandbox.calls()) == ("one", restart)
    third = sandbox.release("three")
    for _ in range(2):
        sandbox.type(UPGRADE)
        assert sandbox.git(sandbox.checkout, "rev-parse", "HEAD", "before-upgrade").split() == [third, first]
    assert (sandbox.state / "index/live.json").exists()


async def test_backup_and_restore_blocks_run_twice_restore_database(engine, sandbox):
    state, copy = sandbox.state / "state.sqlite", sandbox.state / "backup.sqlite"
    address = f"sqlite+aiosqlite:///{state}"
    async with serving(engine, storage=address) as (_, bot, _):
        await bot.runtime.storage.vote(int(MEMBER), Vote("ABCDEFGH", -1, "related", GENERATION, int(GUILD), "where?"))
        assert await asyncio.to_thread(sandbox.type, BACKUP) == f"wrote {copy}\n"
        await bot.runtime.storage.save(int(GUILD), Rules(short=True), 0)
        copy.chmod(0o644)
        assert await asyncio.to_thread(sandbox.type, BACKUP) == f"wrote {copy}\n"
        await bot.runtime.storage.forget_guild(int(GUILD))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(path.name for path in sandbox.state.iterdir()) == ["backup.sqlite", "state.sqlite"]
    sandbox.calls()
    for _ in range(2):
        state.write_bytes(b"damaged")
        state.with_name("state.sqlite-wal").write_bytes(b"left over")
        sandbox.type(RESTORE)
        calls = sandbox.calls()
        assert [call for call in calls if call.startswith("systemctl")] == [
            "systemctl stop report-bot",
            "systemctl start report-bot",
        ]
        assert sqlite3.connect(state).execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
    async with serving(engine, storage=address) as (fake, bot, _):
        assert (await bot.runtime.storage.rules(int(GUILD))).rules == Rules(short=True)
        made = await fake.slash("privacy")
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[0].endswith("  - question: where?")
