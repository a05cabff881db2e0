"""Array types by what they hold, and the .npz files in which learnt arrays lie."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from index.errors import GenerationError

T = TypeVar("T")
Arrays = Mapping[str, np.ndarray[Any, Any]]
Array = np.ndarray[Any, Any]
# One a row, of shape (..., dimensions).
Vectors = np.ndarray[Any, np.dtype[np.float32]]
# A text's vector, shape (dimensions,), and those of all its tokens, marks of beginning and end too, (tokens, dimensions).
Pooled = tuple[Vectors, Vectors]
Ids = np.ndarray[Any, np.dtype[np.int64]]
Scores = np.ndarray[Any, np.dtype[Any]]


def save_arrays(path: Path, arrays: Arrays) -> None:
    """Write arrays by name."""
    with path.open("wb") as file:
        np.savez(file, **dict[str, Any](arrays))


def load_arrays(path: Path, what: str, make: Callable[[Arrays], T]) -> T:
    """What `make` makes of the arrays of a file. Raises GenerationError if the file is not `what` it should be."""
    try:
        with np.load(path, allow_pickle=False) as found:
            return make(found)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise GenerationError(f"{path}: is no {what} ({error}); run: report-index train") from error


def concatenate_ranges(starts: Ids, ends: Ids) -> Ids:
    """All numbers from each start to before its end, one range after the other."""
    counts = ends - starts
    # Each range's first number, and how far each number is behind it.
    return np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
