"""The command `check`: statements against the reports, one text or a batch of them in JSON Lines."""

from __future__ import annotations

from typing import Annotated

import typer

from index.cli.app import AsJson, ConfigFile, IndexFolder, emit_json, load_settings
from index.cli.ask import read_batch


def check(
    statement: Annotated[str | None, typer.Argument(help="One or more statements, in any language.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", help='JSON Lines with "id" and "statement"; - for stdin.')] = None,
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Check statements against the reports: supported, contradicted, or left open."""
    from index.cli.output import check_json, check_text
    from index.engine import Engine

    if (statement is None) == (batch is None):
        raise typer.BadParameter("give either a statement or --batch FILE")
    statements = [("", statement)] if statement is not None else read_batch(batch or "-", "statement")
    engine = Engine.load(load_settings(config_file, index))
    for name, text in statements:
        checked = engine.check(text)
        if as_json:
            emit_json(check_json(text, checked, name))
        else:
            typer.echo(f"{name}\n{check_text(checked)}" if batch else check_text(checked))
