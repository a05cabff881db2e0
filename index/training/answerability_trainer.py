"""Fit when a window counts as an answer, on small corpora of articles that the reader was not trained on.

Each corpus is built, searched and read like any other. Some of the paragraphs are left out, so that their questions become
near misses, and some whole articles, whose questions are then off-topic.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from index import arrays
from index.answering.answerability import WEIGHTS, AnswerabilityModel, WindowFeatures, make_features
from index.answering.answerer import EVIDENCE_HITS, Answerer, evidence_of
from index.answering.coverage import ANSWERED, load_probes
from index.answering.windows import SentenceWindow, select_windows
from index.arrays import Array
from index.config import Settings
from index.encoding import e5_weights
from index.encoding.encoder import Encoder, SentenceTransformerEncoder
from index.engine import Engine
from index.evaluation.metrics import area_under_curve
from index.indexing.builder import build_generation
from index.reading.e5_reader import FILE, E5Reader
from index.reading.reader import Reader
from index.reports import profile
from index.reports.expansions import (
    QUESTIONS,
    UNANSWERABLE,
    EvidenceLocator,
    ReviewedQuestion,
    UnanswerableQuestion,
    read_rows,
)
from index.text.normalization import fold_without_whitespace
from index.training.reader_examples import REPORT, Example, ExampleSet, load_examples
from index.training.reader_trainer import train_reader

LEFT_OUT_PARAGRAPHS, LEFT_OUT_ARTICLES = 0.2, 0.15  # shares
ASKED = 500  # of a language, at most
REVIEWED = 300  # reviewed questions of a report that are answerable, and that are not, at most
# Shares of the answerable questions found by the search that the threshold may reject. In ideographs and kana, near misses
# separate so well that a stricter threshold rejects more of them than of answerable questions (Youden's J).
MISSED, MISSED_IDEOGRAPHIC = 0.06, 0.115


@dataclass(frozen=True, slots=True)
class JudgedWindow:
    """A window of a question, with whether it holds an answer. `question` numbers the questions."""

    question: int
    features: WindowFeatures
    is_ideographic: bool
    answers: bool
    is_answerable: bool


def judge_windows(
    examples: ExampleSet,
    numbers: Iterable[int],
    encoder: Encoder,
    reader: Reader,
    progress: Callable[[int, int], None],
) -> list[JudgedWindow]:
    """Build a corpus of each language's paragraphs, ask its questions and judge the windows that are read.

    :param numbers: paragraphs that the reader was not trained on.
    """
    by_language: dict[str, list[int]] = defaultdict(list)
    for number in sorted(numbers):
        if examples.paragraphs[number].source != REPORT:
            by_language[examples.paragraphs[number].language].append(number)
    windows: list[JudgedWindow] = []
    for done, language in enumerate(sorted(by_language)):
        progress(done, len(by_language))
        held_out = set(by_language[language])
        kept = leave_out(examples, by_language[language], random.Random(0))
        with TemporaryDirectory() as folder:
            settings = write_corpus(examples, kept, Path(folder))
            build_generation(settings, lambda: encoder, lambda *_: None)
            engine = Engine.load(settings, encoder, reader)
            asked = [example for example in examples.examples if example.paragraph in held_out]
            for example in random.Random(0).sample(asked, min(ASKED, len(asked))):
                windows += judge_question(example, examples, set(kept), engine, len(windows))
    return windows


def leave_out(examples: ExampleSet, numbers: Sequence[int], rng: random.Random) -> list[int]:
    """Return the paragraphs to keep."""
    articles = {number: (examples.paragraphs[number].source, examples.paragraphs[number].title) for number in numbers}
    names = sorted(set(articles.values()))
    without = set(rng.sample(names, int(LEFT_OUT_ARTICLES * len(names))))
    return [n for n in numbers if articles[n] not in without and rng.random() >= LEFT_OUT_PARAGRAPHS]


def write_corpus(examples: ExampleSet, numbers: Sequence[int], folder: Path) -> Settings:
    """Write paragraphs as reports, one an article, and return the settings of an index of them."""
    articles: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in numbers:
        articles[examples.paragraphs[number].source, examples.paragraphs[number].title].append(number)
    for n, ((_, title), paragraphs) in enumerate(articles.items()):
        report = folder / "corpus" / f"r{n:03}"
        report.mkdir(parents=True)
        language = examples.paragraphs[paragraphs[0]].language
        (report / "report.toml").write_text(
            f"title = {quote(title)}\nlanguage = {quote(language)}\n[[headings]]\npattern = '# (?P<title>.*)'\n", "utf-8"
        )
        texts = (" ".join(examples.paragraphs[number].text.split()) for number in paragraphs)
        (report / "report.txt").write_text(f"# {title}\n\n" + "\n\n".join(texts) + "\n", "utf-8")
    return Settings.model_validate({"corpus": {"path": folder / "corpus"}, "index": {"path": folder / "index"}})


def quote(text: str) -> str:
    """Return a text as a TOML string."""
    return "'" + text.replace("'", "’") + "'"


def read_question(
    question: str, answerer: Answerer, *, unseen: bool = False
) -> Iterator[tuple[SentenceWindow, WindowFeatures]]:
    """Search for a question, read the best windows and yield each with its features; none without a reader.

    :param unseen: ignore expansions whose text is the question itself.
    """
    if answerer.reader:
        result = answerer.searcher.search(question, EVIDENCE_HITS, unseen=unseen)
        covered = answerer.calibration.confidence(question, result) if result.hits else 0.0
        chosen = select_windows(evidence_of(result), answerer.searcher.sentences)
        for each, reading in zip(chosen, answerer.reader.read(question, [each.window for each in chosen]), strict=True):
            yield each, make_features(question, each, reading, covered)


def judge_question(
    example: Example, examples: ExampleSet, kept: set[int], engine: Engine, number: int
) -> list[JudgedWindow]:
    """Search for a question, read the best windows, and tell which of them hold an answer."""
    answerer = engine.answerer
    paragraph = fold_without_whitespace(examples.paragraphs[example.paragraph].text)
    answers = [fold_without_whitespace(examples.paragraphs[example.paragraph].text[slice(*span)]) for span in example.spans]
    is_answerable = example.is_answerable and example.paragraph in kept
    judged = []
    for each, features in read_question(example.question, answerer):
        best = fold_without_whitespace(answerer.searcher.sentences[each.best].text)
        text = fold_without_whitespace(each.window.text)
        holds = is_answerable and best in paragraph and any(answer in text for answer in answers)
        judged.append(JudgedWindow(number, features, each.is_ideographic, holds, is_answerable))
    return judged


def fit_answerability(windows: Sequence[JudgedWindow]) -> dict[str, Array]:
    """Fit the weights of the features for each kind of script by logistic regression, with the threshold at one half.

    :return: arrays for a reader's file.
    """
    ideographic = [each for each in windows if each.is_ideographic]
    others = [each for each in windows if not each.is_ideographic]
    return {WEIGHTS: np.stack([fit_windows(ideographic, MISSED_IDEOGRAPHIC), fit_windows(others, MISSED)])}


def fit_windows(windows: Sequence[JudgedWindow], missed: float) -> Array:
    """Fit the weights of the features and the intercept.

    :param missed: share of the answerable questions found by the search that the threshold may reject, 0 to 1.
    """
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it comes without types

    features = np.array([astuple(window.features) for window in windows])
    scale = features.std(axis=0) + 1e-6
    fitted = LogisticRegression(class_weight="balanced").fit(features / scale, [window.answers for window in windows])
    weights = np.append(fitted.coef_[0] / scale, fitted.intercept_[0])
    logits = features @ weights[:-1] + weights[-1]
    best: dict[int, float] = {}
    for window, logit in zip(windows, logits.tolist(), strict=True):
        best[window.question] = max(best.get(window.question, logit), logit)
    answered = {window.question for window in windows if window.answers}
    weights[-1] -= np.quantile([best[question] for question in answered], missed)
    return weights


def judge_reviewed_questions(folder: Path, answerer: Answerer, progress: Callable[[int, int], None]) -> list[JudgedWindow]:
    """Ask some of the reviewed questions of a report, and everyday ones, and judge the windows that are read.

    A reviewed question is searched for without its own expansion.

    :param folder: the report's folder.
    :return: empty if the report lacks answerable or unanswerable questions.
    """
    searcher, rng = answerer.searcher, random.Random(0)
    locator = EvidenceLocator(searcher.passages, searcher.sentences)
    answerable = [
        (each.question, set(locator.evidence_of(each))) for _, each in read_rows(folder / QUESTIONS, ReviewedQuestion)
    ]
    others = [(each.question, set[int]()) for _, each in read_rows(folder / UNANSWERABLE, UnanswerableQuestion)]
    if not answerable or not others or not answerer.reader:
        return []
    everyday = [(text, set[int]()) for text in load_probes()]
    asked = [
        *rng.sample(answerable, min(REVIEWED, len(answerable))),
        *rng.sample(others, min(REVIEWED, len(others))),
        *everyday,
    ]
    judged: list[JudgedWindow] = []
    for number, (question, evidence) in enumerate(asked):
        for each, features in read_question(question, answerer, unseen=True):
            answers = bool(evidence.intersection(each.rows))
            judged.append(JudgedWindow(number, features, each.is_ideographic, answers, bool(evidence)))
        progress(number + 1, len(asked))
    return judged


def train_reports(corpus: Path, answerer: Answerer, progress: Callable[[int, int], None]) -> dict[str, list[float]]:
    """Fit the weights of each report that has reviewed questions.

    :return: weights by report.
    """
    weights: dict[str, list[float]] = {}
    for folder in profile.report_folders(corpus):
        if windows := judge_reviewed_questions(folder, answerer, progress):
            weights[folder.name] = [round(value, 4) for value in fit_windows(windows, MISSED).tolist()]
    return weights


def train_file(
    data: Path, settings: Settings, folder: Path, progress: Callable[[str, int, int], None]
) -> tuple[Path, dict[str, float]]:
    """Train a reader and its threshold on question sets and the corpus's reviewed questions, and write its file.

    :param data: folder of question sets.
    :param folder: where to write the file.
    :return: the file, and figures of held-out articles by name.
    :raises CorpusError: if a question set cannot be used.
    """
    examples = load_examples(data, settings.corpus.path)
    network = train_reader(examples, partial(progress, "train"))
    trained = network.export()
    reader = E5Reader(e5_weights.read_weights(), trained, "float32")
    encoder = SentenceTransformerEncoder(settings.model)
    windows = judge_windows(examples, examples.held_out(), encoder, reader, partial(progress, "search"))
    fitted = fit_answerability(windows)
    arrays.save_arrays(folder / FILE, trained | fitted)
    return folder / FILE, answerability_figures(windows, AnswerabilityModel.of(fitted))


def answerability_figures(windows: Sequence[JudgedWindow], model: AnswerabilityModel) -> dict[str, float]:
    """Compute the shares of answered questions and the area under the ROC curve."""
    best: dict[int, tuple[float, ...]] = {}
    for window in windows:
        probability = model.probability(window.features, "", is_ideographic=window.is_ideographic)
        best[window.question] = max(probability, best.get(window.question, (0.0,))[0]), window.is_answerable
    probabilities, labels = np.array(list(best.values()), float).T
    return {
        "questions": float(len(best)),
        "answerable, answered": float((probabilities[labels == 1] >= ANSWERED).mean()),
        "unanswerable, answered": float((probabilities[labels == 0] >= ANSWERED).mean()),
        "AUC": float(area_under_curve(probabilities, labels)),
    }
