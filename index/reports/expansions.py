"""Document expansion: what people wrote about a report's sentences, beside report.txt, so that more words find them.

All of it is optional, one JSON object a line, and located by verbatim text, so that it outlives another chunking:

- `readings.jsonl`: `{"text": a sentence, "en": ..., "zh": ...}`, unofficial readings of it in other words;
- `gists.jsonl`: `{"of": a piece of a passage, "en": ..., "zh": ...}`, what the passage tells, in a line;
- `questions.jsonl`: `{"question": ..., "lang": ..., "evidence": [pieces of the report that answer it]}`;
- `unanswerable.jsonl`: `{"question": ..., "lang": ..., "near": a piece of the passage that comes near}`, for training alone.

After doc2query (Nogueira and Lin, 2019), with people in the place of its model.
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
from index.text.normalization import strip_whitespace

READINGS, GISTS, QUESTIONS, UNANSWERABLE = "readings.jsonl", "gists.jsonl", "questions.jsonl", "unanswerable.jsonl"
ORIGINAL = ("text", "of")
Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Row = dict[str, Filled]
# Told the file, the line and what is wrong with it.
Warn = Callable[[Path, int, str], None]


class ReviewedQuestion(BaseModel):
    """A question, and the pieces of the report that answer it."""

    model_config = ConfigDict(frozen=True)

    question: Filled
    lang: Filled
    evidence: tuple[Filled, ...]


class UnanswerableQuestion(BaseModel):
    """A question that the report does not answer, and a piece of the passage that comes near; `kind` says why not."""

    model_config = ConfigDict(frozen=True)

    question: Filled
    lang: Filled
    near: str = ""
    kind: str = ""


def read_expansions(folder: Path, passages: Sequence[Passage], sentences: Sequence[Sentence], warn: Warn) -> list[Expansion]:
    """What a report's folder says about its passages, whose sentences are given; a line that fits none is warned of.

    Raises CorpusError for a file that is not what it should be.
    """
    places = EvidenceLocator(passages, sentences)
    found: list[Expansion] = []
    for kind, file, whole in (("reading", READINGS, False), ("gist", GISTS, True)):
        for number, row in read_rows(folder / file, Row):
            about = places.passages_of(row.get("of", "")) if whole else places.sentences_of(row.get("text", ""))
            if not about:
                warn(folder / file, number, "fits no text of the report")
            else:
                texts = ((language, text) for language, text in row.items() if language not in ORIGINAL)
                found += [Expansion(kind, language, text, about) for language, text in texts]  # type: ignore[arg-type]  # a kind above
    for number, question in read_rows(folder / QUESTIONS, ReviewedQuestion):
        about = tuple(sorted(set(places.evidence_of(question))))
        if not about:
            warn(folder / QUESTIONS, number, "its evidence is not in the report")
        else:
            found.append(Expansion("question", question.lang, question.question, about))
    return found


def read_rows(file: Path, kind: Any) -> Iterator[tuple[int, Any]]:
    """The lines of a file as `kind`, with their numbers from 1; none if there is no such file. Raises CorpusError."""
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
    """Add lines to a file of JSON Lines."""
    with file.open("a", encoding="utf-8") as opened:
        opened.write("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


class EvidenceLocator:
    """Finds text in passages, white space apart, and the sentences that it lies in."""

    def __init__(self, passages: Sequence[Passage], sentences: Sequence[Sentence]) -> None:
        self.rows: list[list[int]] = [[] for _ in passages]
        self.texts = [strip_whitespace(passage.text) for passage in passages]
        self.sentences = [strip_whitespace(sentence.text) for sentence in sentences]
        for row, sentence in enumerate(sentences):
            self.rows[sentence.passage].append(row)

    def passages_of(self, text: str) -> tuple[int, ...]:
        """The sentences of the passages that hold a text."""
        wanted = strip_whitespace(text)
        return tuple(row for number, _ in self._found(wanted) for row in self.rows[number])

    def sentences_of(self, text: str) -> tuple[int, ...]:
        """The sentences that a text lies in, wherever it stands."""
        wanted = strip_whitespace(text)
        found: set[int] = set()
        for number, start in self._found(wanted):
            at = 0
            for row in self.rows[number]:
                first = self.texts[number].index(self.sentences[row], at)
                at = first + len(self.sentences[row])
                if first < start + len(wanted) and at > start:
                    found.add(row)
        return tuple(sorted(found))

    def evidence_of(self, question: ReviewedQuestion) -> list[int]:
        """The sentences that the pieces of a question's evidence lie in, piece after piece."""
        return [row for piece in question.evidence for row in self.sentences_of(piece)]

    def _found(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Passage and place of a squeezed text, at every passage that holds it."""
        for number, text in enumerate(self.texts if wanted else ()):
            if (start := text.find(wanted)) >= 0:
                yield number, start
