"""The commands `eval`, `train` and `overlap`: measure quality, train models, compare questions."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.app import AsJson, ConfigFile, IndexFolder, emit_json, load_settings, table_console

if TYPE_CHECKING:
    from index.config import Settings
    from index.indexing.corpus_encoder import Progress


def train(
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of question sets: train the reader on them instead, in hours.")
    ] = None,
    claims: Annotated[
        bool, typer.Option("--claims", help="With --data: train the judge of claims, not the reader.")
    ] = False,
    requests: Annotated[
        bool, typer.Option("--requests", help="Train what tells what a message asks for instead, in minutes.")
    ] = False,
    to: Annotated[Path | None, typer.Option("--to", help="Output folder; by default the corpus folder.")] = None,
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Train what the corpus's reviewed questions teach, or with --data or --requests what serves all reports; then build."""
    from index.cli.output import progress_bars

    settings = load_settings(config_file, index)
    folder = to or settings.corpus.path
    if requests and (data or claims):
        raise typer.BadParameter("--requests goes without --data and --claims")
    if claims and not data:
        raise typer.BadParameter("--claims needs --data DIR")
    if data or requests:
        folder.mkdir(parents=True, exist_ok=True)
        with progress_bars() as report:
            file, figures = train_for_all_reports(settings, data, claims, folder, report)
        if as_json:
            emit_json({"file": str(file), "figures": figures})
        else:
            typer.echo(f"wrote {file}: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
        return
    from index.engine import Engine
    from index.generations.manifest import ANSWERABILITY
    from index.retrieval.query_adapter import ADAPTER
    from index.training import answerability_trainer, query_adapter_trainer

    answerer = Engine.load(settings).answerer
    with progress_bars() as report:
        pairs = query_adapter_trainer.make_pairs(settings.corpus.path, answerer.searcher)
        adapter = query_adapter_trainer.train_adapter(pairs, answerer.searcher, partial(report, "adapt"))
        weights = answerability_trainer.train_reports(settings.corpus.path, answerer, partial(report, "search"))
    folder.mkdir(parents=True, exist_ok=True)
    adapter.save(folder / ADAPTER)
    of_readers = {answerer.reader.fingerprint: weights} if answerer.reader else {}
    (folder / ANSWERABILITY).write_text(json.dumps(of_readers, indent=1) + "\n", "utf-8")
    if as_json:
        emit_json({"questions": len(pairs), "file": str(folder / ADAPTER), "weights": weights})
    else:
        typer.echo(f"wrote {ADAPTER} and {ANSWERABILITY} into {folder}; run: report-index build")


def train_for_all_reports(
    settings: Settings, data: Path | None, claims: bool, folder: Path, report: Progress
) -> tuple[Path, dict[str, float]]:
    """Train the reader or the judge of claims on a folder of question sets, or without one the classifier of requests.

    :return: the file written, and figures by name.
    """
    if not data:
        from index.training.request_trainer import train_request_file

        return train_request_file(settings, folder, report)
    if claims:
        from index.training.claim_trainer import train_claim_file

        return train_claim_file(data, folder, report)
    from index.training.answerability_trainer import train_file

    return train_file(data, settings, folder, report)


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
    file: Annotated[Path | None, typer.Argument(help="Questions with evidence, JSON Lines.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Measure every report's held-out questions.")] = False,
    external: Annotated[
        Path | None,
        typer.Option("--external", help="With --all, further sets: DIR/NAME/corpus and questions.jsonl."),
    ] = None,
    is_written: Annotated[
        bool, typer.Option("--write", help="With FILE: measure what the model of [writer] writes, too.")
    ] = False,
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Measure retrieval, answers and abstention on questions with evidence."""
    from index.chat.chat_service import open_chat_service
    from index.cli.ask import write_answer
    from index.cli.output import print_figures, print_sets, print_written
    from index.engine import Engine
    from index.evaluation import metrics
    from index.evaluation.written_answers import summarize_writings

    if (file is None) != everything:
        raise typer.BadParameter("give either FILE or --all")
    if is_written and file is None:
        raise typer.BadParameter("--write needs FILE")
    settings = load_settings(config_file, index)
    service = open_chat_service(settings.writer) if is_written else None
    if file is None:
        from index.cli.question_sets import measure_sets

        sets = measure_sets(settings, external)
        if as_json:
            emit_json([each.to_json() for each in sets])
        else:
            with table_console() as console:
                print_sets(sets, console)
        return
    questions = metrics.load_questions(file)
    engine = Engine.load(settings)
    outcomes = [metrics.judge_answer(question, engine.ask(question.question)) for question in questions]
    written = [(each, write_answer(engine, each.answer, service)) for each in outcomes] if service else []
    figures = summarize_writings(written) if service else None
    if as_json:
        measured = json.loads(metrics.outcomes_json(outcomes, engine.generation))
        emit_json(measured | ({"writing": figures.to_json()} if figures else {}))
    else:
        with table_console() as console:
            print_figures(outcomes, console)
            if figures:
                print_written(figures, console)
