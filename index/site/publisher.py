"""Write a generation as a static site with every report and an address for each passage."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from index.errors import PublishError
from index.generations.manifest import Manifest
from index.reports.corpus import Corpus
from index.site.digest import Digest
from index.site.pages import SiteAddresses, render_pages

MARK = ".report-index-site"


def publish_site(
    corpus: Corpus,
    manifest: Manifest,
    to: Path,
    digest: Digest | None = None,
    addresses: SiteAddresses | None = None,
    font: Path | None = None,
) -> int:
    """Write the site of a generation into a folder. The folder is replaced as a whole or stays as it is.

    :param digest: Of the corpus; without one, pages have no summaries and no statements of people.
    :param addresses: Without that of the site, links have previews without pictures.
    :param font: Font file for the words in pictures; by default one of this machine.
    :return: The number of files.
    :raises PublishError: If the folder contains anything but a published site or cannot be written.
    """
    try:
        if to.exists() and any(to.iterdir()) and not (to / MARK).exists():
            raise PublishError(f"{to}: holds something that is no published report; name another folder, or empty it")
        to.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
        try:
            count = 1
            (staging / MARK).write_text(f"{manifest.id}\n", "utf-8")
            for path, content in render_pages(corpus, manifest, digest or Digest(), addresses or SiteAddresses(), font):
                (staging / path).parent.mkdir(parents=True, exist_ok=True)
                (staging / path).write_bytes(content.encode() if isinstance(content, str) else content)
                count += 1
            staging.chmod(0o755)
            replace_folder(staging, to)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise PublishError(f"{to}: cannot be written ({error.strerror}); check the path and the space left") from error
    return count


def replace_folder(staging: Path, to: Path) -> None:
    """Move a folder into the place of another one, which is removed, or restored on failure."""
    old = staging.with_name(staging.name + "-old")
    if to.exists():
        to.replace(old)
    try:
        staging.replace(to)
    except OSError:
        if old.exists():
            old.replace(to)
        raise
    shutil.rmtree(old, ignore_errors=True)
