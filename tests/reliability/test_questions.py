"""The questions of the soaks: the report answers each, also as a post, where the bot would be silent otherwise."""

from pathlib import Path

import pytest

from index.config import Settings
from index.encoding.encoder import SentenceTransformerEncoder
from index.engine import Engine
from index.indexing.builder import build_generation
from tests.bench.asking import QUESTIONS
from tests.bot.fakes import root

TIMES = 14  # each is posted, at most


@pytest.mark.model
def test_ask_each_post_of_a_soak_is_answered(tmp_path: Path) -> None:
    settings = Settings.model_validate({"corpus": {"path": root() / "corpus"}, "index": {"path": tmp_path / "index"}})
    encoder = SentenceTransformerEncoder(settings.model)
    build_generation(settings, lambda: encoder, lambda *_: None)
    engine = Engine.load(settings, encoder)
    posts = [f"{question}\n({number})" for question in QUESTIONS for number in range(TIMES)]
    assert [post for post in posts if engine.ask(post).verdict != "answered"] == []
