"""report-index build."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from index.cli import AsJson, ConfigFile, IndexFolder, emit, main, settings


@main.command()
def build(
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of reports.")] = None,
    out: IndexFolder = None,
    accept_worse: Annotated[bool, typer.Option("--accept-worse", help="Publish it even if it answers worse.")] = False,
    if_stale: Annotated[bool, typer.Option("--if-stale", help="Do nothing if the live index is up to date.")] = False,
    as_json: AsJson = False,
    config_file: ConfigFile = None,
) -> None:
    """Build a new generation beside the live one and publish it."""
    from index import builder, engine
    from index.embedding import SentenceTransformerEncoder
    from index.progress import progress

    wanted = settings(config_file, out, corpus)
    if if_stale and engine.is_current(wanted):
        return
    with progress() as report:
        load = partial(SentenceTransformerEncoder, wanted.model)
        manifest = builder.build(wanted, load, report, accept_worse=accept_worse)
    if as_json:
        emit(manifest.model_dump(mode="json"))
    else:
        typer.echo(engine.describe(manifest))
