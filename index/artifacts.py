"""The files of one generation, written by a build and read back by whoever answers from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.embedding import Encoder
from index.errors import GenerationError
from index.late import TokenIndex
from index.lexical import LexicalIndex
from index.models import Passage, Session
from index.search import Searcher
from index.sentences import Sentence
from index.vectors import DenseIndex

PASSAGES, SENTENCES, SESSIONS = "passages.json", "sentences.json", "sessions.json"
DENSE, LEXICAL, TOKENS = "sentences.faiss", "lexical", "tokens"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Everything that a generation holds. Row n of `dense` and of `late` is sentence n; text n of `lexical`, passage n."""

    passages: Sequence[Passage]
    sentences: Sequence[Sentence]
    sessions: Sequence[Session]
    dense: DenseIndex
    lexical: LexicalIndex
    late: TokenIndex

    def searcher(self, encoder: Encoder) -> Searcher:
        return Searcher(encoder, self.passages, self.sentences, self.dense, self.lexical, self.late)

    def write(self, folder: Path) -> None:
        """Write every file into an empty folder."""
        write_json(folder / PASSAGES, list[Passage], self.passages)
        write_json(folder / SENTENCES, list[Sentence], self.sentences)
        write_json(folder / SESSIONS, list[Session], self.sessions)
        self.dense.save(folder / DENSE)
        self.lexical.save(folder / LEXICAL)
        self.late.save(folder / TOKENS)

    @classmethod
    def read(cls, folder: Path) -> Artifacts:
        """Read every file. Raises GenerationError if one cannot be read or does not fit the others."""
        found = cls(
            read_json(folder / PASSAGES, list[Passage]),
            read_json(folder / SENTENCES, list[Sentence]),
            read_json(folder / SESSIONS, list[Session]),
            DenseIndex.load(folder / DENSE),
            LexicalIndex.load(folder / LEXICAL),
            TokenIndex.load(folder / TOKENS),
        )
        expect(folder / LEXICAL, found.lexical.size, len(found.passages), PASSAGES)
        expect(folder / DENSE, found.dense.size, len(found.sentences), SENTENCES)
        expect(folder / TOKENS, found.late.size, len(found.sentences), SENTENCES)
        return found


def expect(path: Path, size: int, wanted: int, other: str) -> None:
    """Raise GenerationError unless two files of a generation agree on how much they hold."""
    if size != wanted:
        raise GenerationError(f"{path}: holds {size} entries where {other} holds {wanted}; run: report-index build")


def write_json(path: Path, kind: Any, values: Sequence[Any]) -> None:
    path.write_bytes(TypeAdapter(kind).dump_json(list(values)))


def read_json(path: Path, kind: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise GenerationError(f"{path}: cannot be read as what it should be; run: report-index build") from error
