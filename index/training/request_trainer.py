"""Train the classifier of requests on written messages, and on written questions as questions that ask for a fact."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it comes without types
from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]

from index.arrays import Vectors
from index.config import Settings
from index.encoding.encoder import Encoder, SentenceTransformerEncoder
from index.structured_qa.request_classifier import FILE, Request, RequestClassifier, character_grams

MESSAGES, QUESTIONS = "requests.jsonl", "paragraphs.jsonl"
EVERY = 10  # of the written questions, one is taken
RAREST = 5  # messages that an n-gram must be in
EMBEDDING_SCALE = 0.05  # of the standardised embedding beside n-grams of unit length
INVERSE_PENALTY = 5.0
ITERATIONS = 400
FOLDS = 5
ENCODED_AT_ONCE = 64


def train_request_file(
    settings: Settings, folder: Path, progress: Callable[[str, int, int], None]
) -> tuple[Path, dict[str, float]]:
    """Train a classifier of requests and write its file.

    It takes some three minutes on two cores.

    :param folder: where to write the file.
    :return: the file, and the figures of `cross_validate`.
    :raises ModelError: if the encoder cannot be loaded.
    """
    messages, kinds = load_messages()
    # In float32 on every processor, so that the file does not depend on the one that it is trained on.
    encoder = SentenceTransformerEncoder(settings.model.model_copy(update={"dtype": "float32"}))
    vectors = encode_messages(messages, encoder, partial(progress, "encode"))
    figures = cross_validate(messages, kinds, vectors, lambda done: progress("train", done, FOLDS + 1))
    train_classifier(messages, kinds, vectors, encoder.fingerprint).save(folder / FILE)
    progress("train", FOLDS + 1, FOLDS + 1)
    return folder / FILE, figures


@cache
def load_messages() -> tuple[list[str], list[Request]]:
    """Return the messages to train on and their kinds."""
    written = resources.files("index.training") / "written"
    rows = [json.loads(line) for line in (written / MESSAGES).read_text("utf-8").splitlines()]
    paragraphs = [json.loads(line) for line in (written / QUESTIONS).read_text("utf-8").splitlines()]
    questions = [each["question"] for paragraph in paragraphs for each in paragraph["questions"]][::EVERY]
    return [*(row["text"] for row in rows), *questions], [*(row["kind"] for row in rows), *["question"] * len(questions)]


def encode_messages(messages: Sequence[str], encoder: Encoder, progress: Callable[[int, int], None]) -> Vectors:
    """Return the embeddings of messages as questions, shape (messages, dimensions)."""
    vectors: list[Vectors] = []
    for start in range(0, len(messages), ENCODED_AT_ONCE):
        vectors += [each.vector for each in encoder.queries(messages[start : start + ENCODED_AT_ONCE])]
        progress(len(vectors), len(messages))
    return np.array(vectors, np.float32)


def train_classifier(messages: Sequence[str], kinds: Sequence[Request], vectors: Vectors, model: str) -> RequestClassifier:
    """Fit a classifier.

    :param vectors: embeddings of the messages, shape (messages, dimensions).
    :param model: fingerprint of the encoder.
    """
    grams_of = [character_grams(message) for message in messages]
    counts = Counter(gram for grams in grams_of for gram in grams)
    grams = {gram: row for row, gram in enumerate(sorted(gram for gram, count in counts.items() if count >= RAREST))}
    mean, deviation = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    features = join_features(
        [[grams[g] for g in each if g in grams] for each in grams_of], (vectors - mean) / deviation, len(grams)
    )
    fitted = LogisticRegression(C=INVERSE_PENALTY, max_iter=ITERATIONS).fit(features, kinds)
    coefficients = fitted.coef_.astype(np.float32)
    weights = np.hstack([coefficients[:, len(grams) :] * EMBEDDING_SCALE, fitted.intercept_.astype(np.float32)[:, None]])
    names: list[Request] = fitted.classes_.tolist()
    return RequestClassifier(model, names, mean, deviation, weights, grams, coefficients[:, : len(grams)].T.copy())


def join_features(rows: Sequence[Sequence[int]], standardised: Vectors, grams: int) -> Any:
    """Return a sparse matrix of n-grams, each row of unit length, and scaled embeddings."""
    values = np.concatenate([np.full(len(row), len(row) ** -0.5, np.float32) for row in rows if row])
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate([np.array(row, np.int64) for row in rows if row])
    sparse = csr_matrix((values, columns, ends), shape=(len(rows), grams))
    return hstack([sparse, csr_matrix(standardised * EMBEDDING_SCALE)]).tocsr()


def cross_validate(
    messages: Sequence[str], kinds: Sequence[Request], vectors: Vectors, progress: Callable[[int], None]
) -> dict[str, float]:
    """Measure classifiers that are trained on four fifths of the messages each on the last fifth.

    :param progress: told how many classifiers were measured.
    :return: share of messages that get their kind, share of requests that do, and of questions that are taken for a request.
    """
    guessed = np.empty(len(kinds), object)
    truth = np.array(kinds, object)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(vectors, kinds)
    for fold, (train, test) in enumerate(folds, 1):
        fitted = train_classifier([messages[n] for n in train], [kinds[n] for n in train], vectors[train], "")
        for n in test:
            likely = fitted.probabilities(messages[n], vectors[n])
            guessed[n] = max(likely, key=lambda kind: likely[kind])
        progress(fold)
    asked = truth == "question"
    return {
        "right": float((guessed == truth).mean()),
        "requests found": float((guessed == truth)[~asked].mean()),
        "questions mistaken": float((guessed != truth)[asked].mean()),
    }
