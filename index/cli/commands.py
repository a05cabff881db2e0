"""The program report-index with its commands in the order of `--help`.

Each command imports heavy libraries itself, so that help and look-ups start fast.
"""

from collections.abc import Callable

import typer

from index.cli.app import Program
from index.cli.ask import ask
from index.cli.build import build, info, rollback, verify
from index.cli.check import check
from index.cli.corpus import add, enrich, publish
from index.cli.lookup import people, sessions
from index.cli.quality import evaluate, overlap, train

main = typer.Typer(
    name="report-index",
    cls=Program,
    help="Build and use the index of a corpus of reports.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS: dict[str, Callable[..., None]] = {
    "build": build,
    "ask": ask,
    "check": check,
    "sessions": sessions,
    "people": people,
    "eval": evaluate,
    "info": info,
    "verify": verify,
    "rollback": rollback,
    "add": add,
    "publish": publish,
    "train": train,
    "overlap": overlap,
    "enrich": enrich,
}
for name, command in COMMANDS.items():
    main.command(name)(command)
