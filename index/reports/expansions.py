"""Read document expansions: reviewed texts about a report that make its passages easier to find.

All files are optional and lie beside report.txt. Each is JSON Lines and refers to the report by verbatim text, so it stays
valid when the passages change:

- `readings.jsonl`: `{"text": a sentence, "en": ..., "zh": ...}`, unofficial paraphrases or translations of the sentence;
- `gists.jsonl`: `{"of": a piece of a passage, "en": ..., "zh": ...}`, one-line summaries of the passage;
- `questions.jsonl`: `{"question": ..., "lang": ..., "evidence": [pieces of the report that answer it]}`;
- `unanswerable.jsonl`: `{"question": ..., "lang": ..., "near": a piece of the closest passage}`, for training only.

After doc2query (Nogueira and Lin, 2019), with people instead of its model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from index.config import UNREADABLE, describe_errors
from index.errors import CorpusError
from index.models import Expansion, Passage, Sentence
from index.reports.reader import strip_list_bullets
from index.text.normalization import strip_whitespace

READINGS, GISTS, QUESTIONS, UNANSWERABLE = "readings.jsonl", "gists.jsonl", "questions.jsonl", "unanswerable.jsonl"
ORIGINAL = ("text", "of")
Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Row = dict[str, Filled]
# Called with the file, the line number and the problem.
Warn = Callable[[Path, int, str], None]


class ReviewedQuestion(BaseModel):
    """A question and the pieces of the report that answer it."""

    model_config = ConfigDict(frozen=True)

    question: Filled
    lang: Filled
    evidence: tuple[Filled, ...]


class UnanswerableQuestion(BaseModel):
    """A question that the report does not answer.

    `near` is a piece of the closest passage; `kind` says why the question cannot be answered.
    """

    model_config = ConfigDict(frozen=True)

    question: Filled
    lang: Filled
    near: str = ""
    kind: str = ""


def read_expansions(folder: Path, passages: Sequence[Passage], sentences: Sequence[Sentence], warn: Warn) -> list[Expansion]:
    """Read the expansions of one report.

    :param passages: The report's passages.
    :param sentences: The sentences of these passages.
    :param warn: Called for each line whose text is not in the report; the line is skipped.
    :return: Expansions whose `sentences` are indices into `sentences`.
    :raises CorpusError: If a file has the wrong format.
    """
    locator = EvidenceLocator(passages, sentences)
    expansions: list[Expansion] = []
    for kind, file, whole in (("reading", READINGS, False), ("gist", GISTS, True)):
        for number, row in read_rows(folder / file, Row):
            sentence_ids = locator.passages_of(row.get("of", "")) if whole else locator.sentences_of(row.get("text", ""))
            if not sentence_ids:
                warn(folder / file, number, "fits no text of the report")
            else:
                texts = ((language, text) for language, text in row.items() if language not in ORIGINAL)
                expansions += [Expansion(kind, language, text, sentence_ids) for language, text in texts]  # type: ignore[arg-type]  # a kind above
    for number, question in read_rows(folder / QUESTIONS, ReviewedQuestion):
        sentence_ids = tuple(sorted(set(locator.evidence_of(question))))
        if not sentence_ids:
            warn(folder / QUESTIONS, number, "its evidence is not in the report")
        else:
            expansions.append(Expansion("question", question.lang, question.question, sentence_ids))
    return expansions


def read_rows(file: Path, kind: Any) -> Iterator[tuple[int, Any]]:
    """Yield the rows of a JSON Lines file with their line numbers, from 1. A missing file has no rows.

    :param kind: The type of a row.
    :raises CorpusError: If the file cannot be read or a row is not of that type.
    """
    if not file.exists():
        return
    adapter = TypeAdapter(kind)
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{file}: cannot be read ({error})") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, adapter.validate_python(json.loads(line))
            except ValidationError as error:
                raise CorpusError(f"{file}, line {number}: {describe_errors(error)}; README.md explains each key") from error
            except UNREADABLE as error:
                raise CorpusError(f"{file}, line {number}: not JSON ({getattr(error, 'msg', error)})") from error


def append_rows(file: Path, lines: Sequence[dict[str, Any]]) -> None:
    """Append rows to a JSON Lines file."""
    with file.open("a", encoding="utf-8") as opened:
        opened.write("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def evidence_key(text: str) -> str:
    """Return a text of a report as evidence is located: without white space and bullets of lists."""
    return strip_whitespace(strip_list_bullets(text))


class EvidenceLocator:
    """Finds the sentences in which a text occurs, ignoring white space and bullets of lists."""

    def __init__(self, passages: Sequence[Passage], sentences: Sequence[Sentence]) -> None:
        self.rows: list[list[int]] = [[] for _ in passages]
        self.texts = [evidence_key(passage.text) for passage in passages]
        self.sentences = [evidence_key(sentence.text) for sentence in sentences]
        for row, sentence in enumerate(sentences):
            self.rows[sentence.passage].append(row)

    def passages_of(self, text: str) -> tuple[int, ...]:
        """Return the sentences of every passage that contains a text."""
        wanted = evidence_key(text)
        return tuple(row for number, _ in self._locate(wanted) for row in self.rows[number])

    def sentences_of(self, text: str) -> tuple[int, ...]:
        """Return the sentences that overlap with a text, in every passage that contains it."""
        wanted = evidence_key(text)
        sentence_ids: set[int] = set()
        for number, start in self._locate(wanted):
            end = 0
            for row in self.rows[number]:
                first = self.texts[number].index(self.sentences[row], end)
                end = first + len(self.sentences[row])
                if first < start + len(wanted) and end > start:
                    sentence_ids.add(row)
        return tuple(sorted(sentence_ids))

    def evidence_of(self, question: ReviewedQuestion) -> list[int]:
        """Return the sentences of each piece of evidence, in the order of the pieces."""
        return [row for piece in question.evidence for row in self.sentences_of(piece)]

    def _locate(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Yield passage and offset of a text in every passage that contains it.

        :param wanted: A key; the offsets count what keys have.
        """
        for number, text in enumerate(self.texts if wanted else ()):
            if (start := text.find(wanted)) >= 0:
                yield number, start
