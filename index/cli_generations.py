"""report-index info, verify and rollback: the generations on disk."""

from __future__ import annotations

import typer

from index.cli import AsJson, ConfigFile, IndexFolder, emit, main, settings


@main.command()
def info(as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Say what the live generation is, and which others there are."""
    from index import engine
    from index.store import Store

    wanted = settings(config_file, index)
    store = Store(wanted.index.path, wanted.index.keep)
    live = store.live().manifest
    if as_json:
        emit(live.model_dump(mode="json"))
        return
    typer.echo(f"folder: {wanted.index.path}\nlive: {engine.describe(live)}")
    for source in live.corpus:
        typer.echo(f"report: {source.report}, {source.title}")
    for manifest in store.generations():
        if manifest.id != live.id:
            typer.echo(f"kept: {engine.describe(manifest)}")


@main.command()
def verify(index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Check every file of the live generation against its manifest."""
    from index.engine import inspect

    typer.echo(f"sound: {inspect(settings(config_file, index))}")


@main.command()
def rollback(index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Make the generation before the live one the live one."""
    from index import builder, engine

    wanted = settings(config_file, index)
    manifest = builder.rollback(wanted)
    typer.echo(f"live now: {engine.describe(manifest)}")
