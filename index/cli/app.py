"""What the commands share: options, output, and failures as one line and an exit code.

Results go to stdout, progress and errors to stderr. Nothing heavy is imported here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer
from typer.core import TyperGroup

from index.errors import ReportIndexError

if TYPE_CHECKING:
    from rich.console import Console

    from index.config import Settings

INTERRUPTED = 130
# As libraries in C++ say it, some of them before Python notices: while a library is loaded, or a thread begins.
OUT_OF_MEMORY = ("bad_alloc", "can't allocate memory", "failed to map segment", "can't start new thread")
ConfigFile = Annotated[Path | None, typer.Option("--config", help="Configuration file; config.toml if it is here.")]
IndexFolder = Annotated[Path | None, typer.Option("--out", "--index", help="Index folder, instead of the configured one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Program(TyperGroup):
    """A named error, a full disk or too little memory is one line and exit code 1, an interrupt is 130."""

    label: ClassVar[str] = "error"
    on_interrupt: ClassVar[str] = "interrupted; nothing was left half-written"

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command line, and write out what is still buffered while a failure to do so can be reported."""
        for stream in (sys.stdin, sys.stdout):
            # What an encoding cannot hold is replaced. Python does the same for stderr.
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")
        try:
            return super().main(*arguments, **options)
        except OSError as error:  # help that cannot be written
            sys.stdout = None
            self.complain(str(self.problem(error)))
            raise SystemExit(1) from error
        finally:
            self.flush_output()

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            if self.on_interrupt:
                typer.echo(self.on_interrupt, err=True)
            raise typer.Exit(INTERRUPTED) from interrupt
        except BrokenPipeError:
            # The reader has gone, as `head` does. Python must not flush into the closed pipe again at exit.
            sys.stdout = None
        except Exception as error:
            if (problem := self.problem(error)) is None:
                raise
            self.complain(problem)
            raise typer.Exit(1) from error

    def problem(self, error: Exception) -> str | None:
        """What an error that is no fault of the program says; None for any other."""
        if isinstance(error, ReportIndexError):
            return str(error)
        if isinstance(error, MemoryError) or any(sign in str(error) for sign in OUT_OF_MEMORY):
            return "not enough memory; free some, or raise the limit that `ulimit -v` shows"
        if isinstance(error, OSError):
            return f"{error.filename or 'standard output'}: {error.strerror or error}"
        return None

    @classmethod
    def complain(cls, problem: str) -> None:
        """Write a problem to stderr as one line."""
        typer.echo(f"{cls.label}: {' '.join(problem.split())}", err=True)

    def flush_output(self) -> None:
        try:
            if sys.stdout:
                sys.stdout.flush()
        except BrokenPipeError:
            sys.stdout = None
        except OSError as error:
            sys.stdout = None
            self.complain(f"standard output: {error.strerror or error}")
            raise SystemExit(1) from error


def load_settings(file: Path | None, index: Path | None = None, corpus: Path | None = None) -> Settings:
    """The configuration, with the folders that the command line names instead."""
    from index import config

    found = config.load_config(config.Settings, file)
    if index is not None:
        found = found.model_copy(update={"index": found.index.model_copy(update={"path": index})})
    if corpus is not None:
        found = found.model_copy(update={"corpus": found.corpus.model_copy(update={"path": corpus})})
    return found


def emit_json(value: Any) -> None:
    """Write one JSON line, at once."""
    from index.cli.output import json_line

    typer.echo(json_line(value), nl=False)


@contextmanager
def table_console() -> Iterator[Console]:
    """A console that writes when the block ends; without a terminal to set a width, a table takes what it needs."""
    from rich.console import Console

    # Brackets and colons in a report are text, not rich's markup.
    console = Console(width=None if sys.stdout and sys.stdout.isatty() else 240, markup=False, emoji=False)
    # Its own writing would turn a pipe that the reader has closed into exit code 1.
    with console.capture() as printed:
        yield console
    typer.echo(printed.get(), nl=False)
