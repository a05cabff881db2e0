"""report-index as tests call it, in their own process."""

from typer.testing import CliRunner

from index.cli import main


def report_index(*arguments: str, stdin: str | bytes = "") -> tuple[int, str, str]:
    """Run a command: its exit code, and what it wrote to stdout and stderr."""
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr
