"""The command line program report-index."""

from index.cli.commands import main

__all__ = ["main"]
