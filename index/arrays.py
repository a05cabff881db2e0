"""Define array types by their content, and read and write trained arrays as .npz files."""

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
# Vectors of shape (..., dimensions).
Vectors = np.ndarray[Any, np.dtype[np.float32]]
# The vector of a text, shape (dimensions,), and those of its tokens, special tokens included, shape (tokens, dimensions).
Pooled = tuple[Vectors, Vectors]
Ids = np.ndarray[Any, np.dtype[np.int64]]
Scores = np.ndarray[Any, np.dtype[Any]]


def save_arrays(path: Path, arrays: Arrays) -> None:
    """Write named arrays to an .npz file."""
    with path.open("wb") as file:
        np.savez(file, **dict[str, Any](arrays))


def load_arrays(path: Path, what: str, make: Callable[[Arrays], T]) -> T:
    """Read an .npz file and convert its arrays.

    :param what: name of the kind of file for the error message.
    :param make: converts the arrays, while the file is open.
    :raises GenerationError: if the file cannot be read or converted.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            return make(stored)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise GenerationError(f"{path}: is no {what} ({error}); run: report-index train") from error


def concatenate_ranges(starts: Ids, ends: Ids) -> Ids:
    """Concatenate the ranges from each start to its end, end exclusive."""
    counts = ends - starts
    # For each element, the start of its range plus its position in the range.
    return np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
