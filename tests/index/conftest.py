"""One index of the tiny corpus for all tests that only read it, and a copy for each that changes it."""

import gc
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.encoding.encoder
import index.reading.registry
from index.config import Settings
from index.encoding import e5_weights
from index.engine import Engine
from tests.index.encoders import LetterEncoder
from tests.index.packed import packed_file
from tests.index.tiny import build, settings_for, write_corpus


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An index that no test may change."""
    folder = tmp_path_factory.mktemp("built")
    write_corpus(folder / "corpus")
    settings = settings_for(folder)
    build(settings)
    return settings


@pytest.fixture(scope="session")
def engine(built: Settings) -> Engine:
    return Engine.load(built, LetterEncoder())


@pytest.fixture
def own(built: Settings, tmp_path: Path) -> Settings:
    """A corpus and its index that the test may change; both lie in its `tmp_path`."""
    shutil.copytree(built.index.path.parent, tmp_path, dirs_exist_ok=True)
    return settings_for(tmp_path)


@pytest.fixture(autouse=True)
def release_models(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give back what a test with the embedded model took; it holds cycles, which go only when Python gets to them."""
    yield
    if request.node.get_closest_marker("model"):
        gc.collect()


@pytest.fixture
def small_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small weight file in the place of the real one, and pinned."""
    path, data = tmp_path / "small.bin", packed_file().data
    path.write_bytes(data)
    monkeypatch.setattr(e5_weights, "locate_weights", lambda: path)
    monkeypatch.setattr(e5_weights, "SHA256", hashlib.sha256(data).hexdigest())
    return path


@pytest.fixture
def letter_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The letter encoder in place of the model, no reader, and a working folder without configuration."""
    monkeypatch.setattr(index.encoding.encoder, "SentenceTransformerEncoder", lambda _: LetterEncoder())
    monkeypatch.setattr(index.reading.registry, "load_reader", lambda _: None)
    monkeypatch.setattr("index.indexing.builder.load_reader", lambda _: None)
    monkeypatch.chdir(tmp_path)
