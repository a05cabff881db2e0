"""How published documents are read and answered from: python -m tests.bench.documents DIR [--config FILE]

DIR holds documents and `questions.jsonl`: lines of `id`, `document`, `question`, `answerable` and `answer_keys`. Each
document is added with nothing written by hand but what `add` proposes, and asked by itself. It prints a row of a
Markdown table for each: seconds a page to convert, the share of text in broken paragraphs, headings, sessions, the
answerable questions that are answered with the keys in a quotation, and the others that are refused.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from index.cli.question_sets import build_engine
from index.config import Settings, load_config
from index.encoding.encoder import SentenceTransformerEncoder
from index.engine import Engine
from index.ingest import report_import
from index.ingest.conversion import CONVERTERS, convert_bounded
from index.ingest.heading_choice import first_choice
from index.ingest.meetings.labels import propose_meeting
from index.ingest.preview import PAGE, Preview, fragment_share, read_preview
from index.models import Answer
from index.reading.registry import load_reader
from index.text.normalization import fold_without_whitespace

QUESTIONS = "questions.jsonl"
COLUMNS = ("document", "pages", "seconds a page", "broken", "headings", "sessions", "answered, key quoted", "refused")


def add(file: Path, corpus: Path, settings: Settings) -> tuple[Preview, float, int]:
    """Add a document as `report-index add --yes` does.

    :return: What a build reads, the seconds that the conversion took, and the number of pages.
    """
    began = time.perf_counter()
    converted = convert_bounded(file)
    seconds = time.perf_counter() - began
    title = converted.title or file.stem
    language, meeting = report_import.guess_language(converted.text), propose_meeting(converted.text.split("\n\n"))
    patterns = first_choice(converted).patterns
    name = report_import.folder_name(file)
    profile = report_import.make_profile(converted, name, title, language, patterns, file.name, meeting)
    profile, text = report_import.add_meeting_sections(profile, converted.text)
    report_import.write_report(corpus, profile, text)
    preview = read_preview(text, profile, settings.passages)
    pages = len(preview.document.page_starts) if converted.paged else -(-len(text) // PAGE)
    return preview, seconds, pages


def quotes_keys(answer: Answer, keys: list[str]) -> bool:
    """Whether the quotations of an answer hold all keys."""
    quoted = fold_without_whitespace("".join(citation.quote for citation in answer.citations))
    return answer.verdict == "answered" and all(fold_without_whitespace(key) in quoted for key in keys)


def count_answers(engine: Engine, questions: list[dict[str, Any]]) -> tuple[str, str]:
    """Ask the questions of a document: how many are answered with the keys quoted, and how many refused as they should."""
    answers = [(each, engine.ask(each["question"])) for each in questions]
    right = [quotes_keys(answer, each["answer_keys"]) for each, answer in answers if each["answerable"]]
    refused = [answer.verdict != "answered" for each, answer in answers if not each["answerable"]]
    return f"{sum(right)} of {len(right)}", f"{sum(refused)} of {len(refused)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--config", type=Path)
    options = parser.parse_args()
    settings = load_config(Settings, options.config)
    questions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (options.folder / QUESTIONS).read_text("utf-8").splitlines():
        row = json.loads(line)
        questions[row["document"]].append(row)
    encoder = SentenceTransformerEncoder(settings.model)
    reader = load_reader(settings.reader)
    print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}")
    files = [file.name for file in sorted(options.folder.iterdir()) if file.suffix in CONVERTERS and file.stem != "README"]
    for document in files:
        with tempfile.TemporaryDirectory() as place:
            preview, seconds, pages = add(options.folder / document, Path(place) / "corpus", settings)
            engine = build_engine(Path(place) / "corpus", Path(place) / "index", settings, encoder, reader)
            figures = (
                document,
                str(pages),
                f"{seconds / pages:.2f}",
                f"{fragment_share(preview.document):.0%}",
                str(len(preview.document.sections)),
                str(len(preview.sessions)),
                *count_answers(engine, questions[document]),
            )
            print(f"| {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    main()
