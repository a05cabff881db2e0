"""The files in which arrays lie that were learnt from the reviewed questions."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from index.errors import GenerationError

T = TypeVar("T")
Arrays = Mapping[str, np.ndarray[Any, Any]]


def save(path: Path, arrays: Arrays) -> None:
    """Write arrays by name."""
    with path.open("wb") as file:
        np.savez(file, **dict[str, Any](arrays))


def load(path: Path, what: str, make: Callable[[Arrays], T]) -> T:
    """What `make` makes of the arrays of a file. Raises GenerationError if the file is not `what` it should be."""
    try:
        with np.load(path, allow_pickle=False) as found:
            return make(found)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise GenerationError(f"{path}: is no {what} ({error}); run: report-index train") from error
