"""The commands `build`, `info`, `verify` and `rollback`: manage the generations on disk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.app import AsJson, ConfigFile, IndexFolder, emit_json, load_settings
from index.errors import ChildError, GenerationError

if TYPE_CHECKING:
    from index.config import ModelOptions, Settings
    from index.generations.manifest import Manifest

KEEP_LIVE_SECONDS = 600.0  # systemd gives a start fifteen minutes


def build(
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of reports.")] = None,
    out: IndexFolder = None,
    accept_worse: Annotated[
        bool, typer.Option("--accept-worse", help="Publish the generation even if it answers worse.")
    ] = False,
    if_stale: Annotated[bool, typer.Option("--if-stale", help="Do nothing if the live index is up to date.")] = False,
    keep_live: Annotated[
        bool, typer.Option("--keep-live", help="If the build fails, keep the live index and exit with 0.")
    ] = False,
    as_json: AsJson = False,
    config_file: ConfigFile = None,
) -> None:
    """Build a new generation beside the live one and publish it."""
    settings = load_settings(config_file, out, corpus)
    build_once = partial(build_if_stale, settings, accept_worse=accept_worse, if_stale=if_stale)
    manifest = publish_or_keep_live(settings, build_once) if keep_live else build_once()
    if manifest and as_json:
        emit_json(manifest.model_dump(mode="json"))
    elif manifest:
        from index.engine import describe_generation

        typer.echo(describe_generation(manifest))


def build_if_stale(settings: Settings, *, accept_worse: bool, if_stale: bool) -> Manifest | None:
    """Build and publish a generation.

    :param if_stale: Whether to do nothing and return None if the live generation is up to date.
    :raises ReportIndexError: If the build fails. The reason is also recorded in the index folder.
    """
    from index.engine import is_current
    from index.generations.build_failure import recording_failure
    from index.limits.memory import require_memory_for

    with recording_failure(settings.index.path):
        if if_stale and is_current(settings):
            return None
        require_memory_for(settings.model)
        from index.cli.output import progress_bars
        from index.encoding.encoder import SentenceTransformerEncoder
        from index.indexing.builder import build_generation

        with progress_bars() as report:
            return build_generation(
                settings, partial(SentenceTransformerEncoder, settings.model), report, accept_worse=accept_worse
            )


def publish_or_keep_live(settings: Settings, published: Callable[[], Manifest | None]) -> Manifest | None:
    """Build in a child process. If that fails in any way, report it and continue with the existing generation.

    :param published: Builds and publishes.
    :return: The manifest, or None if nothing was published.
    :raises GenerationError: If it fails and no generation can be used.
    """
    from index.engine import usable_manifest
    from index.generations.build_failure import failure_reason, record_failure
    from index.limits.child_process import call_in_child

    try:
        return call_in_child(published, KEEP_LIVE_SECONDS, may_stop=partial(is_usable, settings))
    except Exception as error:  # noqa: BLE001 - a bot with an old index is better than none
        reason = failure_reason(error)
        if isinstance(error, ChildError):
            reason = f"the build {reason}"
            record_failure(settings.index.path, reason)
        try:
            manifest = usable_manifest(settings)
        except GenerationError as problem:
            raise GenerationError(f"{reason}; nor is there a generation to go on with: {problem}") from error
        typer.echo(
            f"error: the index was not brought up to date, so answers come from generation {manifest.id}: {reason}; "
            "fix that, then run: report-index build",
            err=True,
        )
        return None


def is_usable(settings: Settings) -> bool:
    """Return whether there is a generation to answer from."""
    from index.engine import usable_manifest

    try:
        usable_manifest(settings)
    except GenerationError:
        return False
    return True


def info(as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Show the live generation and the other generations that are kept."""
    from index.engine import describe_generation
    from index.generations.build_failure import last_failure
    from index.generations.manifest import with_verification
    from index.generations.store import Store, read_sound
    from index.reading.reader import is_read

    settings = load_settings(config_file, index)
    store = Store(settings.index.path, settings.index.keep)
    used = read_sound(store, with_verification(lambda generation: generation.manifest))
    failure = last_failure(settings.index.path)
    if as_json:
        emit_json(used.model_dump(mode="json"))
        if failure:
            typer.echo(f"not up to date: {failure}", err=True)
        return
    # If the live generation is damaged, `read_sound` has logged that and returned an earlier one.
    state = "used" if used.id in store.earlier() else "live"
    typer.echo(f"folder: {settings.index.path}\n{state}: {describe_generation(used)}")
    if failure:
        typer.echo(f"not up to date: {failure}")
    if processor := describe_processor(settings.model):
        typer.echo(f"this processor: {processor}")
    for source in used.corpus:
        unread = (
            "" if is_read(source.language) else " (in a language that the reader does not know: answered by search alone)"
        )
        typer.echo(f"report: {source.report}, {source.title}{unread}")
    for manifest in store.generations():
        if manifest.id != used.id:
            typer.echo(f"kept: {describe_generation(manifest)}")


def verify(index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Check every file of the live generation against its manifest."""
    from index.engine import describe_live

    typer.echo(f"sound: {describe_live(load_settings(config_file, index))}")


def rollback(index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Make the previous generation the live one."""
    from index import engine
    from index.indexing import builder

    settings = load_settings(config_file, index)
    manifest = builder.roll_back_generation(settings)
    typer.echo(f"live now: {engine.describe_generation(manifest)}")


def describe_processor(options: ModelOptions) -> str:
    """Describe the number formats of question encoding and token products on this processor in one line.

    :return: An empty string for a model that is not embedded: its format is known only after loading.
    """
    from index.config import EMBEDDED

    if not options.name.startswith(EMBEDDED) or options.device != "cpu":
        return ""
    from index.encoding.e5_openvino import effective_dtype
    from index.encoding.encoder import chosen_dtype
    from index.retrieval.int8_matrix import is_int8_exact

    products = "int8" if is_int8_exact() else "float32"
    return f"questions in {effective_dtype(chosen_dtype(options))}, token products in {products}"
