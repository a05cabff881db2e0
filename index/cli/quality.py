"""The commands `eval`, `train` and `overlap`: measure quality, train models, compare questions."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from index.cli.app import AsJson, ConfigFile, IndexFolder, emit_json, load_settings, table_console


def train(
    to: Annotated[Path | None, typer.Option("--to", help="Output folder; by default the corpus folder.")] = None,
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Train the query adapter and the answerability classifier on the corpus's reviewed questions; then run build."""
    from index.cli.output import progress_bars, reliability_tables
    from index.engine import Engine
    from index.evaluation.metrics import reliability_bins
    from index.generations.manifest import JUDGE
    from index.retrieval.query_adapter import ADAPTER
    from index.training import answerability_trainer, query_adapter_trainer
    from index.training.answerability_trainer import training_figures

    settings = load_settings(config_file, index)
    answerer = Engine.load(settings).answerer
    searcher, calibration = answerer.searcher, answerer.calibration
    folder = to or settings.corpus.path
    with progress_bars() as report:
        searcher.adapter = query_adapter_trainer.train_adapter(
            query_adapter_trainer.make_pairs(settings.corpus.path, searcher), searcher, partial(report, "adapt")
        )
        examples = answerability_trainer.make_examples(
            settings.corpus.path, searcher, calibration, partial(report, "search")
        )
        reports = {searcher.passages[example.passage].report for example in examples if example.passage >= 0}
        trained = answerability_trainer.train_classifier(
            examples, searcher.encoder.fingerprint, reports, partial(report, "train")
        )
    folder.mkdir(parents=True, exist_ok=True)
    searcher.adapter.save(folder / ADAPTER)
    trained.judge.save(folder / JUDGE)
    figures = training_figures(trained)
    bins = reliability_bins(trained.probabilities.tolist(), [example.answerable for example in trained.examples])
    if as_json:
        emit_json({"figures": figures, "reliability": [asdict(entry) for entry in bins], "folder": str(folder)})
        return
    with table_console() as console:
        for table in reliability_tables(figures, bins):
            console.print(table)
    typer.echo(f"wrote {ADAPTER} and {JUDGE} into {folder}; run: report-index build")


def overlap(
    file: Annotated[Path, typer.Argument(help="Evaluation questions, JSON Lines.")],
    as_json: AsJson = False,
    config_file: ConfigFile = None,
) -> None:
    """List evaluation questions that overlap with training data or expansions; exit with 1 if there are any."""
    from index.encoding.encoder import SentenceTransformerEncoder
    from index.evaluation import metrics
    from index.evaluation.leakage import find_overlaps, training_texts

    settings = load_settings(config_file)
    questions = [question.question for question in metrics.load_questions(file)]
    texts = list(training_texts(settings.corpus.path))
    # In float32 on every processor: rounding to eight bits would change the result for pairs near the threshold.
    exact = settings.model.model_copy(update={"dtype": "float32"})
    overlaps = list(find_overlaps(questions, texts, SentenceTransformerEncoder(exact)))
    if as_json:
        emit_json([asdict(match) for match in overlaps])
    else:
        for match in overlaps:
            typer.echo(f"{match.question}\n  {match.file}: {match.text} (run {match.run:.2f}, cosine {match.cosine:.3f})")
        typer.echo(f"{len(overlaps)} overlaps of {len(questions)} questions with {len(texts)} texts")
    if overlaps:
        raise typer.Exit(1)


def evaluate(
    file: Annotated[Path, typer.Argument(help="Questions with evidence, JSON Lines.")],
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Measure retrieval, answers and abstention on questions with evidence."""
    from index.cli.output import print_figures
    from index.engine import Engine
    from index.evaluation import metrics

    questions = metrics.load_questions(file)
    engine = Engine.load(load_settings(config_file, index))
    outcomes = [metrics.judge_answer(question, engine.ask(question.question)) for question in questions]
    if as_json:
        emit_json(json.loads(metrics.outcomes_json(outcomes, engine.generation)))
    else:
        with table_console() as console:
            print_figures(outcomes, console)
