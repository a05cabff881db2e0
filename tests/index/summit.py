"""The real report, indexed once with the letter encoder."""

import tempfile
from functools import cache
from pathlib import Path

from index.config import Settings
from index.engine import Engine
from tests.index.corpora import SUMMIT
from tests.index.encoders import LetterEncoder
from tests.index.tiny import build, settings_for

_folder = tempfile.TemporaryDirectory(prefix="tests-summit-")


@cache
def settings() -> Settings:
    """Settings of an index of the real corpus; no test may change it."""
    corpus, passages = {"path": SUMMIT.parent}, {"max_characters": 400}
    found = settings_for(Path(_folder.name), corpus=corpus, passages=passages)
    build(found)
    return found


@cache
def engine() -> Engine:
    return Engine.load(settings(), LetterEncoder())
