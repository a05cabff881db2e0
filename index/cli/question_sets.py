"""Measure every question set: those of the corpus, with and without what was written about its reports, and further ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.config import Settings
from index.encoding.encoder import Encoder
from index.engine import Engine
from index.errors import QuestionError
from index.evaluation import metrics
from index.evaluation.metrics import Figure, Question
from index.indexing.builder import build_generation
from index.indexing.quality_gate import HELDOUT
from index.reading.reader import Reader
from index.reports import profile
from index.reports.profile import PROFILE_FILE, TEXT_FILE

QUESTION_FILE = "questions.jsonl"


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """The figures of a question set. `is_written_about`: texts about its reports were written or trained on."""

    name: str
    is_written_about: bool
    figures: dict[str, Figure]

    def to_json(self) -> dict[str, Any]:
        figures = {name: [round(f.value, 4), round(f.low, 4), round(f.high, 4), f.n] for name, f in self.figures.items()}
        return {"set": self.name, "written_about": self.is_written_about, "figures": figures}


def measure_sets(settings: Settings, external: Path | None) -> Iterator[MeasuredSet]:
    """Measure the held-out questions of each report, then the same with nothing but the report, then further sets.

    :param external: folder of folders that each hold a `corpus` and `questions.jsonl`; None for none.
    :raises QuestionError: if a set cannot be used.
    """
    engine = Engine.load(settings)
    encoder, reader = engine.answerer.searcher.encoder, engine.answerer.reader
    files = [folder / HELDOUT for folder in profile.report_folders(settings.corpus.path)]
    heldout = [(file.parent.name, metrics.load_questions(file)) for file in files if file.exists()]
    for name, questions in heldout:
        yield MeasuredSet(name, True, measure(engine, questions))
    if heldout:
        with TemporaryDirectory() as folder:
            copy_bare(settings.corpus.path, Path(folder) / "corpus")
            bare = build_engine(Path(folder) / "corpus", Path(folder) / "index", settings, encoder, reader)
            for name, questions in heldout:
                yield MeasuredSet(f"{name}, the report alone", False, measure(bare, questions))
    for further_set in sorted(external.iterdir()) if external else ():
        if (further_set / QUESTION_FILE).exists():
            with TemporaryDirectory() as place:
                further = build_engine(further_set / "corpus", Path(place), settings, encoder, reader)
                questions = metrics.load_questions(further_set / QUESTION_FILE)
                yield MeasuredSet(further_set.name, False, measure(further, questions))
    if external and not any((folder / QUESTION_FILE).exists() for folder in external.iterdir()):
        raise QuestionError(f"{external}: no folder there holds a corpus and {QUESTION_FILE}")


def measure(engine: Engine, questions: list[Question]) -> dict[str, Figure]:
    """Ask questions and compute the figures."""
    return metrics.summarize_outcomes([metrics.judge_answer(each, engine.ask(each.question)) for each in questions])


def copy_bare(corpus: Path, to: Path) -> None:
    """Copy a corpus without what was written about its reports or trained on it."""
    for folder in profile.report_folders(corpus):
        (to / folder.name).mkdir(parents=True)
        for file in (folder / PROFILE_FILE, folder / TEXT_FILE):
            shutil.copy(file, to / folder.name / file.name)


def build_engine(corpus: Path, index: Path, settings: Settings, encoder: Encoder, reader: Reader | None) -> Engine:
    """Build an index of a corpus in a folder of its own and load it."""
    places = {"corpus": {"path": corpus}, "index": {"path": index}}
    own = Settings.model_validate({**settings.model_dump(exclude={"corpus", "index", "milvus", "bot"}), **places})
    build_generation(own, lambda: encoder, lambda *_: None)
    return Engine.load(own, encoder, reader)
