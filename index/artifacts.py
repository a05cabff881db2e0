"""The files of one generation, written by a build and read back by whoever answers from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from index.adapter import ADAPTER, Adapter
from index.embedding import Encoder
from index.errors import GenerationError
from index.expansion import Expansion
from index.judge import JUDGE, Judge
from index.late import TokenIndex
from index.lexical import LexicalIndex
from index.local_store import LocalStore
from index.models import Passage, Session
from index.search import Searcher
from index.sentences import Sentence
from index.vectors import DenseIndex
from index.views import Views

PASSAGES, SENTENCES, SESSIONS, EXPANSIONS = "passages.json", "sentences.json", "sessions.json", "expansions.json"
DENSE, LEXICAL, TOKENS, EXPANSION_TOKENS = "sentences.faiss", "lexical", "tokens", "expansion-tokens"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Everything that a generation holds.

    Row n of `dense` and of `late` is sentence n; text n of `lexical`, passage n; and row n of `told`, expansion n.
    """

    passages: Sequence[Passage]
    sentences: Sequence[Sentence]
    sessions: Sequence[Session]
    dense: DenseIndex
    lexical: LexicalIndex
    late: TokenIndex
    expansions: Sequence[Expansion]
    told: TokenIndex
    judge: Judge | None = None
    adapter: Adapter | None = None

    def searcher(self, encoder: Encoder) -> Searcher:
        owners = np.array([sentence.passage for sentence in self.sentences])
        store = LocalStore(self.dense, self.lexical, owners)
        views = Views(self.expansions, self.told, owners)
        return Searcher(encoder, self.passages, self.sentences, store, self.late, views, self.adapter)

    def write(self, folder: Path) -> None:
        """Write every file into an empty folder."""
        write_json(folder / PASSAGES, list[Passage], self.passages)
        write_json(folder / SENTENCES, list[Sentence], self.sentences)
        write_json(folder / SESSIONS, list[Session], self.sessions)
        self.dense.save(folder / DENSE)
        self.lexical.save(folder / LEXICAL)
        self.late.save(folder / TOKENS)
        write_json(folder / EXPANSIONS, list[Expansion], self.expansions)
        self.told.save(folder / EXPANSION_TOKENS)
        if self.judge:
            self.judge.save(folder / JUDGE)
        if self.adapter:
            self.adapter.save(folder / ADAPTER)

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
            read_json(folder / EXPANSIONS, list[Expansion]),
            TokenIndex.load(folder / EXPANSION_TOKENS),
            Judge.load(folder / JUDGE) if (folder / JUDGE).exists() else None,
            Adapter.load(folder / ADAPTER) if (folder / ADAPTER).exists() else None,
        )
        expect(folder / LEXICAL, found.lexical.size, len(found.passages), PASSAGES)
        expect(folder / DENSE, found.dense.size, len(found.sentences), SENTENCES)
        expect(folder / TOKENS, found.late.size, len(found.sentences), SENTENCES)
        expect(folder / EXPANSION_TOKENS, found.told.size, len(found.expansions), EXPANSIONS)
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
