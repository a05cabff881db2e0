"""report-index info, verify and rollback: the generations on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from index.cli.app import AsJson, ConfigFile, IndexFolder, emit, settings

if TYPE_CHECKING:
    from index.config import ModelOptions


def info(as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Say what the live generation is, and which others there are."""
    from index.engine import describe
    from index.generations.build_failure import last_failure
    from index.generations.fallback import read_sound
    from index.generations.manifest import verified
    from index.generations.store import Store

    wanted = settings(config_file, index)
    store = Store(wanted.index.path, wanted.index.keep)
    used = read_sound(store, verified(lambda generation: generation.manifest))
    failure = last_failure(wanted.index.path)
    if as_json:
        emit(used.model_dump(mode="json"))
        if failure:
            typer.echo(f"not up to date: {failure}", err=True)
        return
    # A damaged live one is an error in the log.
    state = "used" if used.id in store.earlier() else "live"
    typer.echo(f"folder: {wanted.index.path}\n{state}: {describe(used)}")
    if failure:
        typer.echo(f"not up to date: {failure}")
    if processor := describe_processor(wanted.model):
        typer.echo(f"this processor: {processor}")
    for source in used.corpus:
        typer.echo(f"report: {source.report}, {source.title}")
    for manifest in store.generations():
        if manifest.id != used.id:
            typer.echo(f"kept: {describe(manifest)}")


def verify(index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Check every file of the live generation against its manifest."""
    from index.engine import inspect

    typer.echo(f"sound: {inspect(settings(config_file, index))}")


def rollback(index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Make the generation before the live one the live one."""
    from index import engine
    from index.build import builder

    wanted = settings(config_file, index)
    manifest = builder.rollback(wanted)
    typer.echo(f"live now: {engine.describe(manifest)}")


def describe_processor(options: ModelOptions) -> str:
    """The number formats of questions and of token products on this processor, in one line.

    :return: nothing for a model that is not embedded: what it computes in is known once it is loaded.
    """
    from index.config import EMBEDDED

    if not options.name.startswith(EMBEDDED) or options.device != "cpu":
        return ""
    from index.encoding.e5_openvino import computed
    from index.encoding.encoder import chosen_dtype
    from index.retrieval.products import exact

    return f"questions in {computed(chosen_dtype(options))}, token products in {'int8' if exact() else 'float32'}"
