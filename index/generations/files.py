"""The names of the files that a generation holds of a segment, and how those of JSON are written and read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.errors import GenerationError

SEGMENTS = "segments"
PASSAGES, SENTENCES, SESSIONS, EXPANSIONS = "passages.json", "sentences.json", "sessions.json", "expansions.json"
SOURCES, VECTORS, POSTINGS = "sources.json", "vectors.npy", "terms.npz"
TOKENS, EXPANSION_TOKENS = "tokens", "expansion-tokens"
JUDGE = "judge.npz"


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def write_json(path: Path, kind: Any, values: Sequence[Any]) -> None:
    """Write values, of which `kind` is the type of the list."""
    path.write_bytes(adapter(kind).dump_json(list(values)))


def read_json(path: Path, kind: Any) -> Any:
    """Read what `write_json` wrote. Raises GenerationError if it cannot be read."""
    try:
        return adapter(kind).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise GenerationError(f"{path}: cannot be read as what it should be; run: report-index build") from error
