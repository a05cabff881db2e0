"""The site of the tiny corpus, with readings, summaries, statements and addresses."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from index.assembly import OpenGeneration, open_generation
from index.config import Settings
from index.generations.store import Store
from index.models import Expansion
from index.reports.corpus import Corpus
from index.site.digest import Digest, read_digest
from index.site.pages import SiteAddresses
from index.site.publisher import publish_site
from tests.browser import chromium
from tests.index.tiny import BOATS_QUOTE

ADDRESSES = SiteAddresses("https://reports.example/report", "https://discord.example/invite")
HORN_QUOTE = "與會者同意三年內換上新的霧笛，並請學校派學生參觀。"
BOATS_READING = "Every June the association counts the lifeboats, and in winter it mends the ropes."
HORN_READING = "They agreed to fit a new fog horn within three years, and to ask schools to send their pupils."
READINGS = {BOATS_QUOTE: BOATS_READING, HORN_QUOTE: HORN_READING}


def with_readings(corpus: Corpus) -> Corpus:
    """The corpus with English readings of two sentences."""
    rows = {sentence.text: row for row, sentence in enumerate(corpus.sentences)}
    readings = tuple(Expansion("reading", "en", reading, (rows[text],)) for text, reading in READINGS.items())
    return replace(corpus, expansions=readings)


@pytest.fixture(scope="session")
def opened(built: Settings) -> OpenGeneration:
    return Store(built.index.path, 3).load(lambda generation: open_generation(generation, built))


@pytest.fixture(scope="session")
def corpus(opened: OpenGeneration) -> Corpus:
    return with_readings(opened.artifacts.corpus)


@pytest.fixture(scope="session")
def digest(corpus: Corpus, opened: OpenGeneration) -> Digest:
    return read_digest(corpus, opened.vectors)


@pytest.fixture(scope="session")
def full_site(corpus: Corpus, digest: Digest, opened: OpenGeneration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with everything that it can have; no test may change it."""
    folder = tmp_path_factory.mktemp("full") / "site"
    publish_site(corpus, opened.generation.manifest, folder, digest, ADDRESSES)
    return folder


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def served(full_site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(full_site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found
