"""A PostgreSQL server of the tests' own, in a temporary folder and reached by a socket there alone."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

USER = "bot"
# Where Debian keeps the programs of the server, which are not on the search path.
FOLDERS = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
PROGRAMS = os.pathsep.join([*FOLDERS, os.environ.get("PATH", os.defpath)])


class Server:
    """A server that runs, with its socket in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._numbers = folder, count(1)

    def database(self) -> str:
        """The address of a new database, in which there is nothing yet."""
        name = f"bot{next(self._numbers)}"
        self.run("createdb", "--host", str(self.folder), "--username", USER, name)
        return f"postgresql+asyncpg://{USER}@/{name}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; as somebody else if the tests run as root, whom it refuses."""
        found = shutil.which(program, path=PROGRAMS) or program
        # Not into a pipe: the server would keep it open.
        with (self.folder / "log").open("ab") as log:
            subprocess.run([found, *arguments], cwd=self.folder, stdout=log, stderr=log, check=True, **nobody())


def nobody() -> dict[str, object]:
    """How to run a program without root's rights."""
    found = pwd.getpwnam("nobody")
    return {} if os.getuid() else {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def is_installed() -> bool:
    return all(shutil.which(program, path=PROGRAMS) for program in ("initdb", "pg_ctl", "createdb"))


@contextmanager
def running() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="tests-postgresql-") as name:
        server = Server(Path(name))
        if found := nobody():
            os.chown(name, int(str(found["user"])), int(str(found["group"])))
        data = f"{name}/data"
        server.run("initdb", "-D", data, "-U", USER, "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8")
        options = f"-k {name} -c listen_addresses='' -c fsync=off"
        server.run("pg_ctl", "-D", data, "-l", f"{name}/server.log", "-o", options, "--wait", "start")
        try:
            yield server
        finally:
            server.run("pg_ctl", "-D", data, "--mode=immediate", "--wait", "stop")
