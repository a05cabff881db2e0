"""Shared parts of the commands: options, output, and errors as one line and an exit code.

Results go to stdout, progress and errors to stderr. Heavy libraries are not imported here.
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
# Messages of C++ libraries, of the dynamic loader and of thread creation.
OUT_OF_MEMORY = ("bad_alloc", "can't allocate memory", "failed to map segment", "can't start new thread")
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file; by default config.toml in the working folder.")
]
IndexFolder = Annotated[Path | None, typer.Option("--out", "--index", help="Index folder; by default the configured one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Program(TyperGroup):
    """A group of commands that reports a known error as one line with exit code 1, and an interrupt with exit code 130.

    Known errors are those of this program, of the file system, and a lack of memory.
    """

    label: ClassVar[str] = "error"
    on_interrupt: ClassVar[str] = "interrupted; nothing was left half-written"

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command line. Flushes stdout in time to report a failure to write."""
        for stream in (sys.stdin, sys.stdout):
            # Replace characters that the encoding lacks. Python does the same for stderr.
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
        """Run the command.

        :raises typer.Exit: With the exit code, after a known error or an interrupt.
        """
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, typer.Abort) as interrupt:  # the latter at a prompt
            if self.on_interrupt:
                end_of_prompt = "\n" if isinstance(interrupt, typer.Abort) else ""
                typer.echo(f"{end_of_prompt}{self.on_interrupt}", err=True)
            raise typer.Exit(INTERRUPTED) from interrupt
        except BrokenPipeError:
            # The reader has closed the pipe, as `head` does. Python must not flush into it at exit.
            sys.stdout = None
        except Exception as error:
            if (problem := self.problem(error)) is None:
                raise
            self.complain(problem)
            raise typer.Exit(1) from error

    def problem(self, error: Exception) -> str | None:
        """Return the message of a known error, or None for any other."""
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
        """Flush stdout.

        :raises SystemExit: If it cannot be written.
        """
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
    """Load the configuration.

    :param index: Folder that replaces the configured one.
    :param corpus: Folder that replaces the configured one.
    :raises ConfigError: If the configuration is not valid.
    """
    from index import config

    settings = config.load_config(config.Settings, file)
    if index is not None:
        settings = settings.model_copy(update={"index": settings.index.model_copy(update={"path": index})})
    if corpus is not None:
        settings = settings.model_copy(update={"corpus": settings.corpus.model_copy(update={"path": corpus})})
    return settings


def emit_json(value: Any) -> None:
    """Write a value as one line of JSON."""
    from index.cli.output import json_line

    typer.echo(json_line(value), nl=False)


@contextmanager
def table_console() -> Iterator[Console]:
    """Yield a console whose output is written at the end of the block; without a terminal it is 240 columns wide."""
    from rich.console import Console

    # Brackets and colons in a report are text, not markup of rich.
    console = Console(width=None if sys.stdout and sys.stdout.isatty() else 240, markup=False, emoji=False)
    # Writing by rich itself would end in exit code 1 if the reader has closed the pipe.
    with console.capture() as printed:
        yield console
    typer.echo(printed.get(), nl=False)
