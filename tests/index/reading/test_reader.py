"""Which reader is loaded, and that a bot without a usable one goes on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import arrays
from index.config import ReaderOptions
from index.reading import e5_reader
from index.reading.reader import is_read
from index.reading.registry import load_reader


def test_load_reader_without_name_is_none(caplog: pytest.LogCaptureFixture) -> None:
    assert load_reader(ReaderOptions(name="")) is None
    assert caplog.text == ""


def test_load_reader_unknown_embedded_name_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert load_reader(ReaderOptions(name="embedded:other")) is None
    assert (
        "[reader] name embedded:other: there is no such embedded reader; try embedded:reader; answers rest on search alone"
        in caplog.text
    )


def test_load_reader_folder_without_model_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert load_reader(ReaderOptions(name=str(tmp_path))) is None
    assert f"[reader] name {tmp_path}: cannot be loaded as a cross-encoder" in caplog.text


@pytest.mark.parametrize(
    ("write", "problem"),
    [
        (lambda _: None, "is no trained reader"),
        (lambda path: path.write_bytes(b"PK\x03\x04"), "is no trained reader"),
        (lambda path: arrays.save_arrays(path, {"trunk": np.array("other")}), "was trained on another model than"),
        (lambda path: arrays.save_arrays(path, {"lower": np.array(2)}), "was trained on another model than"),
    ],
)
def test_load_reader_missing_damaged_or_other_file_is_logged(
    write: Any, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "reader.npz"
    write(path)
    monkeypatch.setattr(e5_reader, "reader_file", lambda: path)
    assert load_reader(ReaderOptions()) is None
    assert f"{path}: {problem}" in caplog.text
    assert "run: report-index train" in caplog.text


@pytest.mark.parametrize(
    ("language", "known"), [("en", True), ("zh-Hant", True), ("ja", True), ("", True), ("und", False), ("ko", False)]
)
def test_is_read_knows_languages_of_training(language: str, known: bool) -> None:
    assert is_read(language) is known
