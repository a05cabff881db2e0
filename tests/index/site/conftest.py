"""The site of the tiny corpus, with readings, summaries, statements and addresses."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.assembly import OpenGeneration, open_generation
from index.config import Settings
from index.generations.store import Store
from index.models import Expansion
from index.reports.corpus import Corpus
from index.site.digest import Digest, read_digest
from index.site.pages import SiteAddresses
from index.site.publisher import publish_site
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
