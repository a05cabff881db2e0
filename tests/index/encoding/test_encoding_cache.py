"""Encodings between builds: what is encoded again, what is let go of, and that a bad file costs time alone."""

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.config import Settings
from index.encoding.encoder import Encoding
from index.encoding.encoding_cache import FILE, open_encoding_cache
from index.errors import GenerationError
from index.generations.store import Store
from tests.index.encoders import LetterEncoder
from tests.index.tiny import build


class CountingEncoder(LetterEncoder):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def queries(self, texts: Sequence[str]) -> list[Encoding]:
        self.asked += [f"query: {text}" for text in texts]
        return super().queries(texts)

    def documents(self, texts: Sequence[str]) -> list[Encoding]:
        self.asked += texts
        return super().documents(texts)


def encode(file: Path, *texts: str, keep: int = 2) -> tuple[list[str], list[Encoding]]:
    """What a build that encodes these texts has encoded anew, and what it gets."""
    encoder = CountingEncoder()
    with open_encoding_cache(encoder, file, keep) as remembered:
        found = remembered.documents(texts) if texts else []
    return encoder.asked, found


def test_documents_repeated_text_is_encoded_once(tmp_path: Path) -> None:
    first, made = encode(tmp_path / "e", "tide", "gull", "tide")
    again, found = encode(tmp_path / "e", "gull", "oil", "tide")
    assert (first, again) == (["tide", "gull"], ["oil"])
    assert np.array_equal(found[0].vector, made[1].vector)
    assert np.array_equal(found[2].tokens, made[0].tokens)
    [expected] = LetterEncoder().documents(["tide"])
    assert np.array_equal(made[0].vector, expected.vector)
    assert np.array_equal(made[0].tokens, expected.tokens.astype(np.float16).astype(np.float32))


def test_cached_encoder_separates_queries_documents_and_models(tmp_path: Path) -> None:
    encode(tmp_path / "e", "tide")
    encoder, other = CountingEncoder(), CountingEncoder()
    other.fingerprint = "letters of another alphabet"
    with open_encoding_cache(encoder, tmp_path / "e", 2) as remembered:
        remembered.queries(["tide"])
    with open_encoding_cache(other, tmp_path / "e", 2) as remembered:
        remembered.documents(["tide"])
    assert (encoder.asked, other.asked) == (["query: tide"], ["tide"])


def test_open_encoding_cache_drops_texts_unused_by_kept_builds(tmp_path: Path) -> None:
    anew = [encode(tmp_path / "e", *texts)[0] for texts in (["tide"], ["gull"], ["tide"], ["oil"], ["oil"], ["tide"])]
    assert anew == [["tide"], ["gull"], [], ["oil"], [], ["tide"]]


def test_open_encoding_cache_interrupted_build_keeps_encodings(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_encoding_cache(CountingEncoder(), tmp_path / "e", 2) as remembered:
        remembered.documents(["tide"])
        raise KeyboardInterrupt
    assert encode(tmp_path / "e", "tide", "gull")[0] == ["gull"]


def test_open_encoding_cache_failed_build_discards_its_encodings(tmp_path: Path) -> None:
    encode(tmp_path / "e", "gull")
    with pytest.raises(GenerationError), open_encoding_cache(CountingEncoder(), tmp_path / "e", 2) as remembered:
        remembered.documents(["tide", "gull"])
        raise GenerationError("not found")
    assert encode(tmp_path / "e", "tide", "gull")[0] == ["tide"]


def test_documents_damaged_row_is_encoded_again(tmp_path: Path) -> None:
    _, made = encode(tmp_path / "e", "tide", "gull")
    with sqlite3.connect(tmp_path / "e") as database:
        for key, value in database.execute("SELECT key, value FROM vectors").fetchall():
            flipped = value[:-1] + bytes([value[-1] ^ 1])
            database.execute("UPDATE vectors SET value = ? WHERE key = ?", (flipped, key))
    again, found = encode(tmp_path / "e", "tide", "gull")
    assert again == ["tide", "gull"]
    assert np.array_equal(found[1].tokens, made[1].tokens)


def test_open_encoding_cache_invalid_file_is_replaced_with_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "e").write_bytes(b"no database, whatever it is called" * 100)
    with caplog.at_level(logging.WARNING):
        assert encode(tmp_path / "e", "tide")[0] == ["tide"]
    assert caplog.messages == [f"{tmp_path / 'e'}: file is not a database; texts are encoded anew"]
    assert encode(tmp_path / "e", "tide")[0] == []


def test_open_encoding_cache_unopenable_file_encodes_with_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "e").mkdir()
    assert [encode(tmp_path / "e", "tide")[0] for _ in range(2)] == [["tide"], ["tide"]]
    assert caplog.messages == [f"{tmp_path / 'e'}: unable to open database file; texts are encoded anew"] * 2


def test_build_with_or_without_cache_gives_same_files(own: Settings) -> None:
    def hashes() -> dict[str, str]:
        files = Store(own.index.path, own.index.keep).live().manifest.files
        return {name: entry.sha256 for name, entry in files.items()}

    first = hashes()
    build(own)
    again = hashes()
    (own.index.path / FILE).unlink()
    build(own)
    assert first == again == hashes()
