"""The classifier of requests learns made-up messages, and the written ones are in order."""

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from index.arrays import Vectors
from index.config import Settings
from index.reports.profile import report_folders
from index.structured_qa.request_classifier import LONGEST, Request, RequestClassifier
from index.text.normalization import fold_text, strip_whitespace
from index.training import request_trainer
from index.training.request_trainer import (
    ENCODED_AT_ONCE,
    FOLDS,
    MESSAGES,
    RAREST,
    cross_validate,
    encode_messages,
    join_features,
    load_messages,
    train_classifier,
    train_request_file,
)
from tests.index.corpora import SUMMIT
from tests.index.encoders import LetterEncoder, encode

LANGUAGES = {"zh-Hant", "zh-Hans", "en", "ja"}
SUBJECTS = ("harbour", "tower", "lamp", "gull", "rope", "barge", "crane", "fog", "pier", "tide")
FORMS: tuple[tuple[Request, str], ...] = (
    ("question", "how many {} were there then, and why how many?"),
    ("overview", "sum up, just sum up {}"),
    ("thanks", "cheers cheers cheers {}"),
)
MADE = [(form.format(subject), kind) for kind, form in FORMS for subject in SUBJECTS]
TEXTS, KINDS = [text for text, _ in MADE], [kind for _, kind in MADE]


def vectors_of(texts: Sequence[str]) -> Vectors:
    return np.array([encode(text).vector for text in texts], np.float32)


def test_train_classifier_learns_kinds_and_applies_them_to_other_messages() -> None:
    trained = train_classifier(TEXTS, KINDS, vectors_of(TEXTS), "letters-32")
    assert (trained.model, trained.kinds) == ("letters-32", ("overview", "question", "thanks"))
    assert (trained.weights.shape, trained.gram_weights.shape) == ((3, 33), (len(trained.grams), 3))
    for text, kind in (("how many sails were there?", "question"), ("just sum up sails", "overview")):
        likely = trained.probabilities(text, encode(text).vector)
        assert max(likely, key=lambda each: likely[each]) == kind


def test_train_classifier_leaves_out_rare_n_grams() -> None:
    texts = [*TEXTS, *["qx"] * (RAREST - 1), *["jz"] * RAREST]
    grams = train_classifier(texts, [*KINDS, *["thanks"] * (2 * RAREST - 1)], vectors_of(texts), "").grams  # type: ignore[list-item]
    assert ("qx" in grams, "jz" in grams) == (False, True)
    assert list(grams) == sorted(grams)
    assert list(grams.values()) == list(range(len(grams)))


def test_trained_probabilities_are_those_of_the_fitted_features() -> None:
    vectors = vectors_of(TEXTS)
    trained = train_classifier(TEXTS, KINDS, vectors, "")
    grams = [
        sorted(trained.grams[gram] for gram in request_trainer.character_grams(text) if gram in trained.grams)
        for text in TEXTS
    ]
    features = join_features(grams, (vectors - trained.mean) / trained.deviation, len(trained.grams))
    embedding = trained.weights[:, :-1] / request_trainer.EMBEDDING_SCALE
    scores = features @ np.hstack([trained.gram_weights.T, embedding]).T + trained.weights[:, -1]
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    found = [list(trained.probabilities(text, vector).values()) for text, vector in zip(TEXTS, vectors, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_join_features_rows_of_n_grams_have_unit_length() -> None:
    features = join_features([[0, 2], [], [1]], np.array([[1, 2], [3, 4], [5, 6]], np.float32), 3).toarray()
    root, scale = 2**-0.5, request_trainer.EMBEDDING_SCALE
    expected = [[root, 0, root, scale, 2 * scale], [0, 0, 0, 3 * scale, 4 * scale], [0, 1, 0, 5 * scale, 6 * scale]]
    np.testing.assert_allclose(features, expected, rtol=1e-6)


def test_encode_messages_returns_query_vectors_in_order_and_reports_progress() -> None:
    texts = [f"message {n}" for n in range(ENCODED_AT_ONCE + 3)]
    steps: list[tuple[int, int]] = []
    found = encode_messages(texts, LetterEncoder(), lambda *step: steps.append(step))
    assert (found.dtype, steps) == (np.float32, [(ENCODED_AT_ONCE, len(texts)), (len(texts), len(texts))])
    np.testing.assert_array_equal(found, vectors_of(texts))


def test_cross_validate_of_messages_that_tell_their_kind_finds_all() -> None:
    steps: list[int] = []
    figures = cross_validate(TEXTS, KINDS, vectors_of(TEXTS), steps.append)
    assert figures == {"right": 1.0, "requests found": 1.0, "questions mistaken": 0.0}
    assert steps == list(range(1, FOLDS + 1))


def test_cross_validate_counts_what_is_mistaken() -> None:
    # Ten questions and five thanks cannot be told from thirty overviews, so they are taken for these.
    texts = [*["sum it up"] * 45, *["how many"] * 10, *["cheers"] * 5]
    kinds: list[Request] = [*["overview"] * 30, *["question"] * 10, *["thanks"] * 5]  # type: ignore[list-item]
    kinds += [*["question"] * 10, *["thanks"] * 5]  # type: ignore[list-item]
    vectors = np.random.default_rng(0).normal(size=(1, 2)).astype(np.float32).repeat(60, axis=0)
    figures = cross_validate(texts, kinds, vectors, lambda _: None)
    assert figures == {"right": 0.75, "requests found": 0.875, "questions mistaken": 0.5}


def test_train_request_file_is_what_its_messages_teach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(request_trainer, "load_messages", lambda: (TEXTS, KINDS))
    options: list[str] = []
    monkeypatch.setattr(
        request_trainer, "SentenceTransformerEncoder", lambda model: options.append(model.dtype) or LetterEncoder()
    )
    steps: list[tuple[str, int, int]] = []
    file, figures = train_request_file(Settings(), tmp_path, lambda *step: steps.append(step))
    assert (file, options) == (tmp_path / "requests.npz", ["float32"])
    assert figures == {"right": 1.0, "requests found": 1.0, "questions mistaken": 0.0}
    assert steps == [("encode", 30, 30), *(("train", fold, FOLDS + 1) for fold in range(1, FOLDS + 2))]
    loaded, trained = RequestClassifier.load(file), train_classifier(TEXTS, KINDS, vectors_of(TEXTS), "letters-32")
    assert (loaded.model, loaded.kinds, loaded.grams) == (trained.model, trained.kinds, trained.grams)
    np.testing.assert_allclose(loaded.weights, trained.weights, atol=1e-3)


def rows() -> list[dict[str, str]]:
    text = (resources.files("index.training") / "written" / MESSAGES).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_written_messages_are_valid() -> None:
    assert [row for row in rows() if row.keys() != {"text", "lang", "kind"}] == []
    assert {row["kind"] for row in rows()} == set(get_args(Request))
    assert {row["lang"] for row in rows()} == LANGUAGES
    texts = [row["text"] for row in rows()]
    assert [text for text in texts if not text or text != text.strip() or len(text.splitlines()) > 1] == []
    assert max(map(len, texts)) <= LONGEST
    assert {(row["kind"], row["lang"]) for row in rows()} == {
        (kind, lang) for kind in get_args(Request) for lang in LANGUAGES
    }


def test_written_messages_are_not_repeated() -> None:
    lowered = [row["text"].lower() for row in rows()]
    assert len(set(lowered)) == len(lowered)


def test_written_messages_are_no_questions_of_the_corpus() -> None:
    asked: set[str] = set()
    for folder in report_folders(SUMMIT.parent):
        for file in folder.glob("*.jsonl"):
            asked |= {json.loads(line).get("question", "") for line in file.read_text("utf-8").splitlines()} - {""}
    assert len(asked) > 500
    keys = {strip_whitespace(fold_text(text)) for text in asked}
    assert [row["text"] for row in rows() if strip_whitespace(fold_text(row["text"])) in keys] == []


def test_load_messages_adds_written_questions_about_paragraphs() -> None:
    texts, kinds = load_messages()
    written = rows()
    assert texts[: len(written)] == [row["text"] for row in written]
    assert len(texts) == len(kinds) > len(written)
    assert set(kinds[len(written) :]) == {"question"}
