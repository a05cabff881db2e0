"""report-index: the command line."""

from index.cli.commands import main

__all__ = ["main"]
