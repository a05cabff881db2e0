"""Any bytes as a file of ours: what it should be, or the one error that says what is wrong with it, in a line."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from bot.config import BotSettings, read_token
from bot.errors import TokenError
from index import config
from index.cli.ask import read_batch
from index.config import Settings
from index.errors import ConfigError, CorpusError, GenerationError, QuestionError
from index.generations.manifest import Generation, Manifest
from index.generations.store import Pointer
from index.reports import expansions, profile
from tests.bot.fakes import root
from tests.fuzz.counting import fuzzed
from tests.fuzz.reports import PROFILES
from tests.fuzz.texts import hostile, pieces
from tests.index.corpora import RIVERS_TOML, SUMMIT
from tests.index.forum import TEXT
from tests.index.tiny import HARBOUR_TOML, TOWER_TOML

ID = "20300101T000000-0123abcd"
POINTER = json.dumps({"live": ID, "previous": [ID, ID]})
MANIFEST = Manifest.model_construct(format=4, id=ID, created="2030-01-01T00:00:00Z", files={}).to_json().decode()
TOMLS = (HARBOUR_TOML, TOWER_TOML, RIVERS_TOML, (SUMMIT / "report.toml").read_text("utf-8"))
EXAMPLE = (root() / "config.example.toml").read_text("utf-8")
DEEP = st.sampled_from(["[" * 9999, "a=" + "[" * 9999, '{"a":' * 9999, "1" * 5000, "a=" + "1" * 5000, "a." * 9999 + "b=1"])
PATTERNS = st.sampled_from(
    ["(?P<name>x)", "{name}", "(?<={name})", "[{name}]", "(" * 999, "a{9999999999}", "(?i)", "\\", "*"]
)


@st.composite
def files(draw: st.DrawFn, *originals: str) -> bytes:
    """Bytes of any kind, or a file as it should be with some of it cut, doubled or replaced."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.one_of(st.binary(max_size=200), DEEP.map(str.encode)))
    text = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        put = draw(st.one_of(st.just(""), st.just(text[start:end] * 2), pieces(6), hostile(2, 40), PATTERNS, values()))
        text = text[:start] + put + text[end:]
    return text.encode("utf-8", "surrogatepass")


def values() -> st.SearchStrategy[str]:
    """Values of TOML and JSON, fit and unfit."""
    plain = st.one_of(st.integers(), st.floats(), st.booleans(), st.none(), hostile(1, 20))
    return st.one_of(plain, st.lists(plain, max_size=3)).map(lambda value: json.dumps(value, ensure_ascii=False))


@pytest.fixture(scope="module")
def folder() -> Any:
    with tempfile.TemporaryDirectory(prefix="tests-fuzz-") as name:
        yield Path(name)


def read_or_refused(read: Callable[[], Any], error: type[Exception]) -> Any:
    """What was read, or None for what was refused with a line about it."""
    try:
        return read()
    except error as refused:
        assert "\n" not in str(refused)
        assert str(refused).strip()
        return None


@fuzzed("configuration", 25, 6000, content=files(EXAMPLE, "[bot]\nshard_ids = [0]\n", "[bot.deep]\na = 1\n"))
def test_load_config_any_bytes_return_settings_or_raise_config_error(folder, content):
    file = folder / "config.toml"
    file.write_bytes(content)
    for schema in (Settings, BotSettings):
        found = read_or_refused(lambda schema=schema: config.load_config(schema, file), ConfigError)
        assert found is None or isinstance(found, schema)


@fuzzed("configuration", 15, 1500, content=files(EXAMPLE))
def test_read_token_any_text_is_accepted_or_refused_without_repeating_it(content):
    text = content.decode("utf-8", "replace")
    try:
        assert read_token({"DISCORD_TOKEN": text}).isascii()
    except TokenError as refused:
        assert len(text.strip()) < 20 or text.strip() not in str(refused)


@fuzzed("profile", 15, 5000, content=files(*TOMLS))
def test_load_profile_any_bytes_return_profile_or_raise_corpus_error(folder, content):
    (folder / profile.PROFILE_FILE).write_bytes(content)
    found = read_or_refused(lambda: profile.load_profile(folder), CorpusError)
    assert found is None or found.title


@fuzzed("report text", 15, 4000, content=files(TEXT))
def test_read_text_any_bytes_return_text_or_raise_corpus_error(folder, content):
    (folder / profile.TEXT_FILE).write_bytes(content)
    found = read_or_refused(lambda: profile.read_text(folder), CorpusError)
    assert found is None or found.strip()


@fuzzed("batch", 25, 7000, content=files('{"id": 1, "question": "who?"}\n\n{"id": "b", "question": "誰？"}\n'))
def test_read_batch_any_bytes_return_questions_or_raise_question_error(folder, content):
    file = folder / "batch.jsonl"
    file.write_bytes(content)
    found = read_or_refused(lambda: list(read_batch(str(file))), QuestionError)
    assert found is None or all(isinstance(text, str) for pair in found for text in pair)


@fuzzed(
    "expansions",
    40,
    4000,
    content=files('{"text": "a", "en": "b"}\n', '{"question": "a", "lang": "en", "evidence": ["b"]}\n'),
)
def test_read_rows_any_bytes_return_rows_or_raise_corpus_error(folder, content):
    file = folder / expansions.QUESTIONS
    file.write_bytes(content)
    for kind in (expansions.Row, expansions.ReviewedQuestion):
        read_or_refused(lambda kind=kind: list(expansions.read_rows(file, kind)), CorpusError)


@fuzzed("pointer", 25, 7000, content=files(POINTER))
def test_pointer_read_any_bytes_return_ids_or_raise_generation_error(folder, content):
    file = folder / "live.json"
    file.write_bytes(content)
    if found := read_or_refused(lambda: Pointer.read(file), GenerationError):
        assert Pointer.model_validate_json(found.to_json()) == found
        assert all(len(each) == len(ID) for each in (found.live, *found.previous))


@fuzzed("manifest", 20, 7000, content=files(MANIFEST))
def test_generation_open_changed_manifest_raises_generation_error(folder, content):
    within = folder / ID
    within.mkdir(exist_ok=True)
    (within / "manifest.json").write_bytes(content)
    # Nobody can change a manifest and keep the id that is a hash of it.
    assert read_or_refused(lambda: Generation.open(within), GenerationError) is None


def test_original_files_unchanged_are_read(folder):
    (folder / "config.toml").write_text(EXAMPLE, "utf-8")
    (folder / "live.json").write_text(POINTER, "utf-8")
    assert config.load_config(BotSettings, folder / "config.toml") == BotSettings()
    assert Pointer.read(folder / "live.json").live == ID
    assert len(PROFILES) == 5
