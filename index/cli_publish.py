"""report-index publish: the reports as a small static site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from index.cli import ConfigFile, IndexFolder, main, settings


@main.command()
def publish(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder to write; a site that stands there is replaced.")],
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Write the reports as a static site, with an address for every passage."""
    from index.generations.artifacts import Artifacts
    from index.generations.store import Store
    from index.site import publisher

    wanted = settings(config_file, index)
    store = Store(wanted.index.path, wanted.index.keep)
    manifest, artifacts = store.load(lambda generation: (generation.manifest, Artifacts.read(generation.path)))
    count = publisher.publish(artifacts, manifest, to)
    typer.echo(f"wrote {count} files of generation {manifest.id} into {to}")
