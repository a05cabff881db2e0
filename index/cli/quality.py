"""report-index eval, train and overlap: figures, trained files, and whether their questions overlap."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from index.cli.app import AsJson, ConfigFile, IndexFolder, emit_json, load_settings, table_console


def train(
    to: Annotated[Path | None, typer.Option("--to", help="Folder to write into, instead of the corpus folder.")] = None,
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Train what finds answers, and what tells whether there is one, on the corpus's reviewed questions; then build anew."""
    from index.cli.progress import progress_bars
    from index.engine import Engine
    from index.evaluation.metrics import reliability_bins
    from index.evaluation.tables import reliability_tables
    from index.generations.manifest import JUDGE
    from index.retrieval.query_adapter import ADAPTER
    from index.training import answerability_trainer, query_adapter_trainer
    from index.training.answerability_trainer import training_figures

    wanted = load_settings(config_file, index)
    answerer = Engine.load(wanted).answerer
    searcher, calibration = answerer.searcher, answerer.calibration
    folder = to or wanted.corpus.path
    with progress_bars() as report:
        searcher.adapter = query_adapter_trainer.train_adapter(
            query_adapter_trainer.make_pairs(wanted.corpus.path, searcher), searcher, partial(report, "adapt")
        )
        made = answerability_trainer.make_examples(wanted.corpus.path, searcher, calibration, partial(report, "search"))
        reports = {searcher.passages[example.passage].report for example in made if example.passage >= 0}
        trained = answerability_trainer.train_classifier(
            made, searcher.encoder.fingerprint, reports, partial(report, "train")
        )
    folder.mkdir(parents=True, exist_ok=True)
    searcher.adapter.save(folder / ADAPTER)
    trained.judge.save(folder / JUDGE)
    found = training_figures(trained)
    bins = reliability_bins(trained.probabilities.tolist(), [example.answerable for example in trained.examples])
    if as_json:
        emit_json({"figures": found, "reliability": [asdict(each) for each in bins], "folder": str(folder)})
        return
    with table_console() as console:
        for table in reliability_tables(found, bins):
            console.print(table)
    typer.echo(f"wrote {ADAPTER} and {JUDGE} into {folder}; run: report-index build")


def overlap(
    file: Annotated[Path, typer.Argument(help="Evaluation questions, JSON Lines.")],
    as_json: AsJson = False,
    config_file: ConfigFile = None,
) -> None:
    """List evaluation questions that what is written about the reports repeats; exit 1 if there are any."""
    from index.encoding.encoder import SentenceTransformerEncoder
    from index.evaluation import metrics
    from index.evaluation.leakage import find_overlaps, training_texts

    wanted = load_settings(config_file)
    questions = [question.question for question in metrics.load_questions(file)]
    told = list(training_texts(wanted.corpus.path))
    # Exactly, on every processor: what eight bits round would decide about pairs that are near the bound.
    exact = wanted.model.model_copy(update={"dtype": "float32"})
    found = list(find_overlaps(questions, told, SentenceTransformerEncoder(exact)))
    if as_json:
        emit_json([asdict(each) for each in found])
    else:
        for each in found:
            typer.echo(f"{each.question}\n  {each.file}: {each.text} (run {each.run:.2f}, cosine {each.cosine:.3f})")
        typer.echo(f"{len(found)} overlaps of {len(questions)} questions with {len(told)} texts")
    if found:
        raise typer.Exit(1)


def evaluate(
    file: Annotated[Path, typer.Argument(help="Questions with evidence, JSON Lines.")],
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Measure retrieval, answers and abstention on questions with evidence."""
    from index.engine import Engine
    from index.evaluation import metrics
    from index.evaluation.tables import print_figures

    questions = metrics.load_questions(file)
    engine = Engine.load(load_settings(config_file, index))
    outcomes = [metrics.judge_answer(question, engine.ask(question.question)) for question in questions]
    if as_json:
        emit_json(json.loads(metrics.outcomes_json(outcomes, engine.generation)))
    else:
        with table_console() as console:
            print_figures(outcomes, console)
